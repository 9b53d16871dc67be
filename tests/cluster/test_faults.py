"""What happens to a cluster's work when workers are killed or frozen, and when the database goes away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.cluster.jobs import PROCESS, install
from bot.cluster.presence import BEAT_SECONDS
from bot.cluster.share import Role
from bot.demo import FeedServer
from bot.errors import StoreError
from bot.store import outbox
from bot.store.address import Server
from bot.store.db import Database
from tests.cluster.posting import LEASE
from tests.cluster.proxy import wired
from tests.cluster.test_crew import FOLDER, PATIENCE, until, working
from tests.cluster.test_jobs import enqueue
from tests.e2e import scenario
from tests.e2e.platform import STYLES, Platform
from tests.shared import ROOT

KILLS = int(os.environ.get("TOCSIN_TORTURE") or 3)
ROWS = 40 + 20 * KILLS


class Victim:
    """A worker as a process of its own."""

    def __init__(self, address: Server, url: str) -> None:
        command = [sys.executable, "-m", "tests.cluster.posting", address.dsn.reveal(), url]
        self.process = subprocess.Popen(command, cwd=ROOT)

    def end(self) -> None:
        """Kill it and wait for its end."""
        self.process.kill()
        self.process.wait(20)


async def moved(platform: Platform, further: int) -> None:
    """Wait until so many more posts were accepted."""
    wanted = min(len(platform.accepted) + further, ROWS)

    async def has_moved() -> bool:
        return len(platform.accepted) >= wanted

    await until(has_moved)


@pytest.mark.timeout(1800 if KILLS > 3 else 240)
@pytest.mark.parametrize("style", STYLES)
async def test_workers_that_are_killed_lose_nothing_and_repeat_nothing(
    db: Database, address: Server, style: str, tmp_path: Path
) -> None:
    chance = random.Random(7)
    db.write(install)
    written = 0
    while written < ROWS:
        written += db.write(partial(scenario.append_stream, first=written, now=SystemClock().now()))
    async with Platform(tmp_path / "journal", style=style, lost_answers=0.02, answers_after=(0.01, 0.06)) as platform:
        victims = [Victim(address, platform.url) for _ in range(2)]
        try:
            for kill in range(KILLS):
                await moved(platform, chance.randint(5, 20))
                victims[kill % 2].end()
                victims[kill % 2] = Victim(address, platform.url)

            async def is_done() -> bool:
                return await db.read(outbox.pending_count) == 0

            await until(is_done, PATIENCE + ROWS)
        finally:
            for victim in victims:
                victim.end()
        assert scenario.faults_of_stream(platform, written) == {}


@pytest.mark.timeout(240)
async def test_a_frozen_worker_s_lane_is_taken_over_and_nothing_is_posted_twice(
    db: Database, address: Server, tmp_path: Path
) -> None:
    db.write(install)
    db.write(lambda c: [scenario.append_stream(c, first, SystemClock().now()) for first in range(0, 60, 5)])
    async with Platform(tmp_path / "journal", style="keys", answers_after=(0.02, 0.05)) as platform:
        victims = [Victim(address, platform.url) for _ in range(2)]
        try:
            await moved(platform, 8)
            victims[0].process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(LEASE * 1.5)
            victims[0].process.send_signal(signal.SIGCONT)

            async def is_done() -> bool:
                return await db.read(outbox.pending_count) == 0

            await until(is_done)
        finally:
            for victim in victims:
                victim.end()
        assert scenario.faults_of_stream(platform, 60) == {}


@pytest.mark.timeout(240)
async def test_while_the_database_is_away_everything_waits_and_then_goes_on(
    db: Database, address: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def enqueue_here(connection: Connection) -> None:
        enqueue(connection, "console::us-forces")

    away = float(os.environ.get("TOCSIN_TEST_AWAY") or BEAT_SECONDS + 1.0)  # long enough to be noticed
    async with (
        wired(address) as wire,
        FeedServer(FOLDER, SystemClock().now()).running() as feeds,
        working(wire.address, feeds.base, tmp_path, tuple(Role)) as one,
    ):
        await one.crew.hand_out()

        async def is_quiet() -> bool:
            return not await db.read(lambda c: one.crew._jobs.count(c, PROCESS))

        async def is_sent() -> bool:
            return not await db.read(outbox.pending_count)

        await until(is_quiet)
        await wire.cut()
        await db.tx(enqueue_here)
        await asyncio.sleep(away)
        with pytest.raises(StoreError, match=r"is the server running|nothing was stored"):
            await one.crew.sweep()
        await wire.join()
        back = time.monotonic()
        told = ""
        while not (await is_sent() and "the database is back" in told):
            with contextlib.suppress(StoreError):
                await one.crew.sweep()  # as the ticker does
            await asyncio.sleep(0.2)
            told += capsys.readouterr().out
            assert time.monotonic() - back < 120  # it takes three seconds, on a busy machine more
    assert "the database is away" in told
