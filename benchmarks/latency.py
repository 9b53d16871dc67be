"""From an item in a feed's answer to the accepted post: 20 items a second, 200 channels, real clients on both ends.

    python benchmarks/latency.py [--seconds 30] [--items 20] [--channels 200] [--fan-out 1] [--folder DIR]

The whole bot runs in this process: fetching, feedparser in its child, extraction, stories, rules, outbox, Slack's SDK.
Feeds and Slack are one server in a process of its own. Time runs from the answer that first held the item to the
accepted ``chat.postMessage``: without the poll interval and with no group wait. ``--fan-out``: channels for each item.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from aiohttp import web
from sqlalchemy import Connection, Update

from bot.app import opened
from bot.config import Channel, Config, Delivery, Feed, Polling, Slack
from bot.credentials import Credentials
from bot.secret import Secret
from bot.serving import App
from bot.store import schema

FEEDS = 20
KEPT = 20  # entries in a feed
SETTLE = 5.0  # seconds for what is still on its way at the end
WARM_UP = 3.0  # seconds that do not count
_ITEM = re.compile(r"item-(\d+)-")
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "os", "un")]


class World:
    """Feeds that grow with time, and a Slack that remembers when it took what."""

    def __init__(self, rate: float, subjects: int) -> None:
        self.rate = rate
        self.subjects = subjects
        self.started = time.monotonic() + 1e9  # nothing yet: the first poll is a baseline
        old = "<item><guid>old</guid><title>What was there before</title></item>"  # an empty feed is no baseline
        self.feeds: list[deque[str]] = [deque([old], maxlen=KEPT) for _ in range(FEEDS)]
        self.published = 0
        self.is_over = False  # what is served from then on, while the bot closes, does not count
        self.served: dict[int, float] = {}
        self.posted: dict[int, list[float]] = {}
        self._numbers = iter(range(10**9))
        self._random = random.Random(5)

    def application(self) -> web.Application:
        """Return the server."""
        app = web.Application()
        app.router.add_get("/feed/{number}", self._feed)
        app.router.add_get("/start", self._start)
        app.router.add_get("/stop", self._stop)
        app.router.add_get("/report", self._report)
        app.router.add_route("*", "/api/{method}", self._slack)
        return app

    def _grow(self, now: float) -> None:
        while self.published < (now - self.started) * self.rate:
            number = self.published
            self.published += 1
            words = " ".join("".join(self._random.choices(_SYLLABLES, k=3)) for _ in range(60))
            tail = "".join(self._random.choices(_SYLLABLES, k=3))  # or two items of a subject would be one story
            subject = f"harbour{number % self.subjects:03}{tail}"
            title = f"{words[:60].title()} {subject} item-{number}-"  # nothing in common: each opens a story
            moment = format_datetime(datetime.now(UTC))
            self.feeds[number % FEEDS].appendleft(
                f"<item><guid>item-{number}-</guid><title>{title}</title><pubDate>{moment}</pubDate>"
                f"<description>{title}. {words}.</description></item>"
            )

    async def _feed(self, request: web.Request) -> web.Response:
        self._grow(time.monotonic())
        entries = "".join(self.feeds[int(request.match_info["number"])])
        now = time.monotonic()
        for found in () if self.is_over else _ITEM.finditer(entries):
            self.served.setdefault(int(found[1]), now)
        text = f"<rss version='2.0'><channel><title>Wire</title>{entries}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")

    async def _slack(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        number = next(self._numbers)
        if method != "chat.postMessage":
            return web.json_response({"ok": True, "permalink": f"https://work.example/{number}"})
        body = await request.json()
        found = _ITEM.search(json.dumps(body))
        if found and not body.get("thread_ts"):
            self.posted.setdefault(int(found[1]), []).append(time.monotonic())
        stamp = f"1700000000.{number:06}"
        message = {"ts": stamp, **({"thread_ts": body["thread_ts"]} if body.get("thread_ts") else {})}
        return web.json_response({"ok": True, "ts": stamp, "channel": body["channel"], "message": message})

    async def _start(self, _request: web.Request) -> web.Response:
        self.started = time.monotonic()
        return web.Response()

    async def _stop(self, _request: web.Request) -> web.Response:
        self.is_over = True
        return web.Response()

    async def _report(self, request: web.Request) -> web.Response:
        first = int(float(request.query["after"]) * self.rate)
        asked = [item for item in self.served if item >= first]
        waits = [at - self.served[item] for item in asked for at in self.posted.get(item, ())]
        lost = [item for item in asked if item not in self.posted]
        return web.json_response({"waits": waits, "items": len(asked), "unposted": lost})


def serve(rate: float, subjects: int) -> None:
    """Be the server until the parent ends it; say the port first."""

    async def run() -> None:
        runner = web.AppRunner(World(rate, subjects).application(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


def ask(url: str) -> str:
    """Return the answer of the server."""
    with urlopen(url) as answer:
        return str(answer.read().decode())


def make_config(base: str, folder: Path, channels: int, fan_out: int) -> Config:
    """Return a bot with a topic for each subject, each followed by ``fan_out`` channels."""
    subjects = channels // fan_out
    (folder / "rules").mkdir()
    for number in range(subjects):
        (folder / "rules" / f"t{number}.yaml").write_text(
            f"version: 1\ntopic: t{number}\ntitle: Harbour {number}\nowner: bench\nrules:\n"
            f"  - id: r{number}\n    title: Harbour {number}\n    match: 'harbour{number:03}*'\n"
        )
    return Config(
        version=1,
        rules=("rules",),
        feeds=tuple(Feed(url=f"{base}/feed/{number}", outlet=f"Wire {number}") for number in range(FEEDS)),
        channels=tuple(
            Channel(platform="slack", workspace="T1", channel=f"C{number}", topics=(f"t{number % subjects}",), cap=1000)
            for number in range(channels)
        ),
        polling=Polling(allow_private=("127.0.0.1",), page_pace=0.0, articles=False),
        delivery=Delivery(group_wait=0.0, update_interval=0.0),
        slack=Slack(api_url=f"{base}/api/"),
    )


def _execute(statement: Update, connection: Connection) -> None:
    connection.execute(statement)


async def poll_in_turn(app: App, seconds: float) -> None:
    """Poll each feed once a second, one after the other, as feeds with phases of their own are."""
    began = time.monotonic()
    for turn in range(int(seconds * FEEDS)):
        due = schema.feed.c.url.endswith(f"/feed/{turn % FEEDS}")
        statement = schema.feed.update().where(due).values(next_due=app.clock.now())
        await app.db.tx(partial(_execute, statement))
        await app.poller.tick()
        await asyncio.sleep(max(0.0, began + (turn + 1) / FEEDS - time.monotonic()))


async def measure(args: argparse.Namespace, base: str) -> tuple[str, float]:
    """Run the bot for so many seconds; return the server's report and the CPU seconds of this process."""
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        config = make_config(base, Path(name), args.channels, args.fan_out)
        async with opened(config, Path(name), Credentials(slack_bot=Secret("xoxb-bench")), environment={}) as app:
            await app.poller.run_due()
            serving = asyncio.create_task(app.dispatcher.run())
            await asyncio.to_thread(ask, f"{base}/start")
            cpu = time.process_time()
            await poll_in_turn(app, args.seconds)
            await asyncio.to_thread(ask, f"{base}/stop")
            used = time.process_time() - cpu
            await asyncio.sleep(SETTLE)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    return await asyncio.to_thread(ask, f"{base}/report?after={WARM_UP}"), used


def main() -> None:
    """Print the percentiles."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--items", type=float, default=20.0, help="a second")
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--fan-out", type=int, default=1, help="channels that hear of each item")
    parser.add_argument("--folder", help="where the database is: every commit waits for its disk")
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.items, args.serve)
        return
    command = [sys.executable, __file__, "--items", str(args.items), "--serve", str(args.channels // args.fan_out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            report, used = asyncio.run(measure(args, f"http://127.0.0.1:{server.stdout.readline().strip()}"))
        finally:
            server.terminate()
    told = json.loads(report)
    cuts = statistics.quantiles(told["waits"], n=100)
    print(f"{args.items:g} items/s, {args.channels} channels, {args.fan_out} of them for each item, {args.seconds:g} s")
    print(f"{len(told['waits'])} posts of {told['items']} items; {len(told['unposted'])} items without a post")
    worst = max(told["waits"])
    print(f"item to post: median {cuts[49]:.3f} s, p90 {cuts[89]:.3f} s, p99 {cuts[98]:.3f} s, max {worst:.3f} s")
    print(f"CPU of the bot {used / args.seconds:.0%} of one core")


if __name__ == "__main__":
    main()
