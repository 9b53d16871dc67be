"""The demonstration: a real feed served from this machine, polled, read and told on the terminal.

Nothing is pretended: the server answers real HTTP on 127.0.0.1, the scheduler ticks, the pipeline stores, the
dispatcher delivers. Only the dates of the entries are moved to the present and the polls come every second.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from aiohttp import web
from rich.console import Console
from sqlalchemy import func, select

from bot.app import opened
from bot.clock import SystemClock
from bot.config import Channel, Config, Delivery, Feed, Polling
from bot.credentials import Credentials
from bot.schedule import Ticker
from bot.serving import App
from bot.store.schema import item
from rules.errors import TocsinError

_ROOT = Path(__file__).resolve().parent
_PLACES = (_ROOT / "demo_feed", _ROOT.parent / "seeds" / "demo")  # in a wheel, in a checkout
ARTICLE = "un-mandate-and-us-withdrawal.txt"
OUTLETS = {"unn": "UNN", "courier": "The Example Courier", "wire": "The Example Wire"}
PATIENCE = 40.0  # seconds that one step may take

_STEP = re.compile(r"<!-- from (\d+) -->(.*?)<!-- end -->", re.DOTALL)
_DATE = re.compile(r"\{date:-(\d+)h\}")

STEPS = (
    "First poll of three feeds. A first poll is a baseline: what is there is stored, and nothing rings.",
    "UNN publishes an article. Its figures and positions are new, so both channels ring.",
    "The Example Courier (made up for the demonstration) rewrites the story: no ring, but the threads count it.",
    "The Example Wire (made up for the demonstration) has another figure. The same thread gets an UPDATE.",
)
NEXT = (
    (
        "{tocsin} extract --outlet UNN \\\n      seeds/un-mandate-and-us-withdrawal.txt",
        "what Tocsin reads out of that article",
    ),
    ("{tocsin} rules test pack:us-forces-europe", "run the tests that are written in a rule pack"),
    ("{tocsin} init --yes newsroom", "a newsroom of your own: topics, feeds, rules to edit"),
)


class FeedServer:
    """Serves the demonstration's feeds and pages on a loopback port, as far as ``step`` has come."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self.step = 1
        self.base = ""
        self._folder = folder
        self._started = started

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FeedServer]:
        """Listen until the block ends."""
        application = web.Application()
        application.router.add_get("/robots.txt", self._robots)
        application.router.add_get("/{name}", self._file)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def published(self) -> int:
        """Return how many entries the feeds hold by now."""
        return sum(self._feed(f"{name}.rss").count("<item>") for name in OUTLETS)

    async def _robots(self, _request: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nAllow: /\n")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in {path.name for path in self._folder.iterdir()}:
            raise web.HTTPNotFound
        if name.endswith(".rss"):
            return web.Response(text=self._feed(name), content_type="application/rss+xml", charset="utf-8")
        return web.Response(text=self._page(name), content_type="text/html", charset="utf-8")

    def _feed(self, name: str) -> str:
        text = (self._folder / name).read_text(encoding="utf-8").replace("{base}", self.base)
        shown = _STEP.sub(lambda found: found[2] if int(found[1]) <= self.step else "", text)
        return _DATE.sub(lambda found: format_datetime(self._started - timedelta(hours=int(found[1]))), shown)

    def _page(self, name: str) -> str:
        article = self._folder / ARTICLE
        if not article.exists():
            article = self._folder.parent / ARTICLE
        _title, *lines = article.read_text(encoding="utf-8").splitlines()
        body = "\n".join(f"<p>{escape(line)}</p>" for line in lines[1:] if line.strip())
        return (self._folder / name).read_text(encoding="utf-8").replace("{article}", body)


async def run(console: Console, environment: Mapping[str, str] | None = None) -> None:
    """Play the demonstration on ``console``. Raises TocsinError when a step does not come to its end.

    ``environment``: what else than nothing Tocsin is to find there, such as another database.
    """
    folder = next((path for path in _PLACES if path.is_dir()), None)
    if folder is None:
        raise TocsinError("the demonstration's feed is not installed; run `tocsin demo` in a checkout of Tocsin")
    started = SystemClock().now()
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as workspace:
        async with FeedServer(folder, started).running() as server:
            config = _config(server.base)
            async with opened(
                config, Path(workspace), Credentials(), console=console, environment=environment or {}
            ) as app:
                await _play(console, server, app)
    console.rule("What to try next", style="dim")
    for command, purpose in NEXT:
        console.print(f"  {command.format(tocsin=_as_typed())}", style="bold", markup=False, soft_wrap=True)
        console.print(f"      {purpose}", style="dim", markup=False)


def _as_typed() -> str:
    """Return how a person calls this program here: by name where the shell finds it, else by its path."""
    script = Path(sys.argv[0])
    if script.name != "tocsin" or shutil.which("tocsin"):
        return "tocsin"
    with contextlib.suppress(ValueError):
        return str(script.resolve().relative_to(Path.cwd()))
    return str(script)


async def _play(console: Console, server: FeedServer, app: App) -> None:
    ticker = Ticker(app.clock)
    ticker.every(0.5, "poll", app.poller.tick)
    delivering = asyncio.create_task(app.dispatcher.run())
    try:
        for number, words in enumerate(STEPS, start=1):
            _announce(console, number, words)
            server.step = number
            if number == 1:
                ticker.start()
            await _settled(server, app, number)
    finally:
        await ticker.stop()
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)


def _announce(console: Console, number: int, words: str) -> None:
    width = max(console.width - 8, 30)
    first, *rest = textwrap.wrap(words, width)
    console.print(f"[{number}/{len(STEPS)}] {first}", style="bold green", markup=False, highlight=False)
    for line in rest:
        console.print(f"      {line}", style="bold green", markup=False, highlight=False)
    console.print()


async def _settled(server: FeedServer, app: App, number: int) -> None:
    """Wait until all that was published is stored and all that follows from it is delivered."""
    deadline = app.clock.monotonic() + PATIENCE
    while app.clock.monotonic() < deadline:
        stored = await app.db.read(lambda c: int(c.execute(select(func.count()).select_from(item)).scalar_one()))
        health = await app.dispatcher.health()
        if stored >= server.published() and not health.pending:
            return
        await asyncio.sleep(0.1)
    raise TocsinError(
        f"step {number} of the demonstration did not end within {PATIENCE:.0f} s; TOCSIN_LOG=info shows why"
    )


def _config(base: str) -> Config:
    return Config(
        version=1,
        database="demo.db",
        rules=("pack:us-forces-europe", "pack:un-mandate-peacekeeping"),
        feeds=tuple(Feed(url=f"{base}/{name}.rss", outlet=outlet, every=1.0) for name, outlet in OUTLETS.items()),
        channels=(
            Channel(platform="console", channel="us-forces", topics=("us-forces-europe",)),
            Channel(platform="console", channel="peacekeeping", topics=("un-mandate-peacekeeping",)),
        ),
        polling=Polling(allow_private=("127.0.0.1",), page_pace=0.0),
        delivery=Delivery(pace=0.0, group_wait=0.0, update_interval=0.0),
    )
