"""One alert for ten thousand channels: how long it takes to be written, and whether a slow channel holds up others."""

from __future__ import annotations

import asyncio
import logging
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select

from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.message import Message
from bot.ports import Place, Posted
from bot.resources import load_lexicon
from bot.store import schema, subscriptions
from rules.model import Severity
from tests.bot.commands.newsroom import RANGE, Newsroom
from tests.databases import blank_database

INSERT_GOAL = 1.0  # seconds
SLOW = 3.0  # seconds of each post in the slow channel
TOPIC = "us-forces-europe"


class Channels:
    """A platform that takes a post in a moment, but in one channel, which takes seconds. Notes who got what when."""

    platform = "slack"

    def __init__(self, slow: str) -> None:
        self.slow = slow
        self.first: dict[str, float] = {}
        self.posts = 0

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return that every message fits into one post."""
        return 1

    async def post(self, place: Place, message: Message, *, thread: str | None = None, **_given: object) -> Posted:
        """Take a post."""
        await asyncio.sleep(SLOW if place.channel == self.slow else 0)
        self.first.setdefault(place.channel, time.monotonic())
        self.posts += 1
        return Posted(message=str(self.posts), thread=thread or str(self.posts))

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Take an edit."""

    async def find(self, place: Place, key: str, **_given: object) -> Posted | None:
        """Find nothing."""
        return None


async def fan_out(channels: int, folder: Path | None = None) -> list[str]:
    """Ring one alert in so many channels, three times anew; then drain them. Returns the goals that were missed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    lexicon, took = load_lexicon(), list[float]()
    for is_last in (False, False, True):
        with tempfile.TemporaryDirectory(prefix="tocsin-fanout-", dir=folder) as home:
            room = Newsroom(blank_database(Path(home) / "tocsin.db"), lexicon)
            try:
                names = await _subscribed(room, channels)
                took.append(await _rung(room, channels))
                late = await _drained(room, channels, names[channels // 2]) if is_last else []
            finally:
                room.db.close()
    verdict = "ok" if min(took) <= INSERT_GOAL else "MISSED"
    _say(f"written in {min(took):.2f} s at best; goal {INSERT_GOAL:g} {verdict}")
    return [*(["fan-out"] if min(took) > INSERT_GOAL else []), *late]


async def _subscribed(room: Newsroom, channels: int) -> list[str]:
    names = [f"C{number:05}" for number in range(channels)]
    await room.db.tx(lambda connection: _subscribe(connection, room, names))
    await room.publish("The Herald", "Cheese fair opens in Gouda", "The cheese fair in Gouda opened on Saturday.")
    return names


async def _rung(room: Newsroom, channels: int) -> float:
    """Let an article ring; return the seconds from the entry to the commit."""
    wall, cpu = time.perf_counter(), time.process_time()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    rows = await room.db.read(lambda c: c.execute(select(func.count()).select_from(schema.outbox)).scalar_one())
    _say(f"{channels} channels, {rows} messages: {wall:.2f} s (cpu {cpu:.2f} s)")
    return wall


async def _drained(room: Newsroom, channels: int, slow: str) -> list[str]:
    """Deliver everything with one channel that takes seconds for a post; the others must not wait for it."""
    platform = Channels(slow)
    dispatcher = Dispatcher(room.db, {"slack": platform}, room.clock, policy=Policy(gap=0.0))
    room.clock.jump(timedelta(minutes=2))
    start = time.monotonic()
    await dispatcher.drain()
    took = time.monotonic() - start
    others = sorted(at - start for name, at in platform.first.items() if name != slow)
    missing = channels - len(platform.first)
    middle, last = statistics.median(others), others[-1]
    _say(f"drained {platform.posts} posts in {took:.1f} s, {platform.posts / took:.0f} a second")
    _say(f"a channel's first message: p50 {middle:.1f} s, last {last:.1f} s; never told: {missing}")
    _say(f"the slow channel, {SLOW:g} s a post: {platform.first[slow] - start:.1f} s")
    return ["drain"] if missing else []


def _subscribe(connection: Connection, room: Newsroom, names: list[str]) -> None:
    for name in names:
        place = Place(platform="slack", workspace="T1", channel=name)
        subscriptions.subscribe(
            connection, place, TOPIC, severity=Severity.NOTICE, threads="broadcast", by="ana", at=room.clock.now()
        )


def _say(words: str) -> None:
    print(words, flush=True)
