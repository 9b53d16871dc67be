"""Two workers of one cluster, from the feeds to the terminal: what one hands out the other does, once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select

from bot import demo
from bot.app import opened
from bot.clock import SystemClock
from bot.cluster.crew import Crew
from bot.cluster.jobs import Jobs
from bot.cluster.share import Role
from bot.credentials import Credentials
from bot.demo import FeedServer
from bot.serving import App
from bot.store import feeds, lanes, outbox, schema, workers
from bot.store.address import Server

PATIENCE = 40.0
FOLDER = next(path for path in demo._PLACES if path.is_dir())


class Worker:
    """An app with a crew, and what its terminal shows."""

    def __init__(self, app: App, crew: Crew, shown: StringIO) -> None:
        self.app = app
        self.crew = crew
        self.shown = shown


@contextlib.asynccontextmanager
async def working(address: Server, base: str, folder: Path, roles: Collection[Role]) -> AsyncIterator[Worker]:
    shown = StringIO()
    console = Console(file=shown, width=100)
    environment = {"TOCSIN_DATABASE": address.dsn.reveal()}
    async with opened(
        demo._config(base), folder, Credentials(), console=console, environment=environment, roles=roles
    ) as app:
        crew = Crew(
            app.db,
            app.clock,
            Jobs(address),
            roles,
            poller=app.poller,
            dispatcher=app.dispatcher,
            platforms=app.platforms,
        )
        assert app.presence is not None
        share = await crew.join(app.presence)
        running = [asyncio.ensure_future(task()) for task in share.tasks]
        try:
            yield Worker(app, crew, shown)
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)


async def until(condition: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Wait for a condition to hold, at most ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while not await condition():  # noqa: ASYNC110 - what changes is in the database
            await asyncio.sleep(0.05)


@pytest.mark.timeout(180)
async def test_what_one_worker_hands_out_the_others_do_once(address: Server, tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(FeedServer(FOLDER, SystemClock().now()).running())
        hands = await stack.enter_async_context(working(address, server.base, tmp_path / "a", [Role.POLL]))
        reads = await stack.enter_async_context(working(address, server.base, tmp_path / "b", [Role.PROCESS]))
        posts = await stack.enter_async_context(working(address, server.base, tmp_path / "c", [Role.DELIVER]))
        db = hands.app.db

        async def is_settled() -> bool:
            await hands.crew.hand_out()
            return await db.read(
                lambda c: (
                    c.execute(select(func.count()).select_from(schema.item)).scalar_one() >= server.published()
                    and not outbox.pending_count(c)
                )
            )

        for step in range(1, len(demo.STEPS) + 1):
            server.step = step
            await until(is_settled)
        seen = await db.read(lambda c: workers.present(c, SystemClock().now()))
        sent = await db.read(lambda c: outbox.depth(c).by_state)
        stories = await db.read(lambda c: c.execute(select(func.count()).select_from(schema.story)).scalar_one())
    assert "40,000" in posts.shown.getvalue()
    assert (hands.shown.getvalue(), reads.shown.getvalue()) == ("", "")
    assert set(sent) <= {"sent"}
    assert [one.roles for one in seen] == [("poll",), ("process",), ("deliver",)]
    assert stories < server.published()


async def test_a_start_tries_a_refused_platform_anew(address: Server, tmp_path: Path) -> None:
    async with working(address, "http://127.0.0.1:9", tmp_path / "a", [Role.PROCESS]) as first:
        await first.app.db.tx(lambda c: lanes.pause_platform(c, "console", "token_refused"))
    async with working(address, "http://127.0.0.1:9", tmp_path / "b", [Role.PROCESS]) as second:
        assert await second.app.db.read(lanes.standing_still) == [("console", "token_refused")]
    async with working(address, "http://127.0.0.1:9", tmp_path / "c", [Role.DELIVER]) as third:
        assert await third.app.db.read(lanes.standing_still) == []


async def test_a_claim_that_is_not_in_force_any_more_polls_nothing(address: Server, tmp_path: Path) -> None:
    async with working(address, "http://127.0.0.1:9", tmp_path / "a", [Role.POLL]) as one:
        assert await one.crew.hand_out() == len(demo.OUTLETS)
        assert await one.crew.hand_out() == 0
        row = (await one.app.db.read(feeds.list_feeds))[0]
        await one.crew.process(row.id, (row.next_due - timedelta(seconds=1)).isoformat())
        assert (await one.app.db.read(feeds.list_feeds))[0].polled_at is None
        await one.crew.process(row.id, row.next_due.isoformat())

        async def was_polled() -> bool:
            found = await one.app.db.read(lambda c: feeds.find(c, row.url))
            return found is not None and found.failures == 1

        await until(was_polled)
