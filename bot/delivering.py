"""Wiring of delivery alone: the database, the messengers and the dispatcher, without rules, feeds and commands.

It needs a part of what the whole bot loads: what waits from an earlier life goes out while the rest is being loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.config import Config
from bot.credentials import Credentials
from bot.delivery.courier import Outcome
from bot.delivery.decisions import Policy, Task, Verdict
from bot.delivery.dispatcher import Dispatcher, log_outcome
from bot.delivery.latency import Latency
from bot.ports import Clock
from bot.ringing import pacing
from bot.senders import Outfit, Senders
from bot.store import address, lanes, outbox
from bot.store.address import Address
from bot.store.db import Database

if TYPE_CHECKING:
    from rich.console import Console


TABLES = ("outbox", "lane", "thread", "channel")  # what has to be sound before anything is posted
PATIENCE = 1.0  # seconds for the first post: a platform that does not answer must not hold up the rest


@dataclass(slots=True, kw_only=True)
class Delivering:
    """The part of the bot that posts, opened. Platforms are added one by one."""

    db: Database
    clock: Clock
    dispatcher: Dispatcher
    latency: Latency
    outfit: Outfit
    _begun: asyncio.Task[None] | None = None
    _posted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def senders(self) -> Senders:
        """What posts."""
        return self.outfit.senders

    async def add(self, platform: str) -> None:
        """Post to a platform too."""
        await self.dispatcher.add(platform, self.outfit.add(platform))

    async def add_missing(self) -> None:
        """Post to all platforms that are wanted; what they need is imported beside the loop."""
        for platform in self.outfit.missing():
            await asyncio.to_thread(self.outfit.load, platform)
            await self.add(platform)

    def note(self, outcome: Outcome) -> None:
        """Take note of a finished step."""
        log_outcome(outcome)
        self.latency.note(outcome)
        if outcome.task is not Task.ASK and outcome.decision.verdict is Verdict.SENT:
            self._posted.set()

    def begin(self) -> None:
        """Post from now on what waits."""
        self._begun = asyncio.create_task(self.dispatcher.run(), name="deliver early")

    async def first_post(self) -> None:
        """Wait until something was posted, or for PATIENCE."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._posted.wait()

    async def run(self) -> None:
        """Post until cancelled, going on with what was begun."""
        if self._begun is None:
            self.begin()
        assert self._begun is not None
        await self._begun

    async def end(self) -> None:
        """Finish what is in progress; the messengers are closed after that."""
        if self._begun is not None:
            self._begun.cancel()
            await asyncio.gather(self._begun, return_exceptions=True)


@contextlib.asynccontextmanager
async def delivering(
    config: Config,
    base: Path,
    credentials: Credentials,
    where: Address,
    *,
    environment: Mapping[str, str] | None = None,
    console: Console | None = None,
) -> AsyncIterator[Delivering]:
    """Open the database and build what posts, without posting yet. Raises TocsinError when that cannot be."""
    environment = os.environ if environment is None else environment
    async with _bare(config, base, credentials, where, environment, console) as made:
        await made.add_missing()
        yield made


@contextlib.asynccontextmanager
async def head_start(config: Config, base: Path, credentials: Credentials) -> AsyncIterator[Delivering | None]:
    """Begin to deliver where a file holds what an earlier life left; None where there is no file yet.

    How channels want to be rung is taken from the configuration first: quiet hours hold for what waits, too. Of the
    database what delivery needs is checked before the first post, the rest after it. So with the platforms' libraries:
    one is loaded, and whatever loads beside a post takes time from it. Raises TocsinError when that cannot be.
    """
    where = address.read(config.database, base, os.environ)
    if not isinstance(where, Path) or not where.exists():
        yield None
        return
    async with _bare(config, base, credentials, where, os.environ, first=TABLES) as made:
        if await made.db.read(outbox.pending_count):
            await made.db.tx(partial(_settle, config=config))
            await _begin(made)
        await asyncio.gather(asyncio.to_thread(made.db.check), made.add_missing())
        yield made


def _settle(connection: Connection, config: Config) -> None:
    """Let quiet hours hold that were just written, and give free what a killed process was posting."""
    pacing.save(connection, config)
    lanes.take_over(connection)


async def _begin(made: Delivering) -> None:
    """Begin with the first platform that something may go to now, and wait for its first post."""
    for platform in made.outfit.missing():
        now = made.clock.now()
        if await made.db.read(partial(lanes.due_lanes, now=now, platforms=[platform], limit=1)):
            await made.add(platform)
            made.begin()
            await made.first_post()
            return


@contextlib.asynccontextmanager
async def _bare(
    config: Config,
    base: Path,
    credentials: Credentials,
    where: Address,
    environment: Mapping[str, str],
    console: Console | None = None,
    first: Sequence[str] = (),
) -> AsyncIterator[Delivering]:
    """Open the database, of which the ``first`` tables are checked, and make what delivers to no platform yet."""
    clock = SystemClock()
    db = Database(where)
    db.open(first)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        dispatcher = Dispatcher(
            db,
            {},
            clock,
            policy=Policy(gap=config.delivery.pace, gaps={"console": 0.0}),
            admin_lanes=[one.place for one in config.admin_channels],
            sole_owner=not db.is_shared,
            observe=lambda outcome: made.note(outcome),
        )
        outfit = Outfit(config, credentials, base, clock, stack, environment, console)
        made = Delivering(db=db, clock=clock, dispatcher=dispatcher, latency=Latency(), outfit=outfit)
        stack.push_async_callback(made.end)
        yield made
