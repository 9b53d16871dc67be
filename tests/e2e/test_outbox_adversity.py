"""Full disks, locked databases, thousands of channels and slow ones: late perhaps, never lost and never twice."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.model import RowState
from bot.store.db import Database
from tests.e2e import scenario
from tests.e2e.harness import LONGEST, TORTURE, Victim, first_post_after, run_out, run_to_end, states_of
from tests.e2e.platform import Platform
from tests.e2e.worker import Job

CHANNELS = 10_000 if TORTURE else 300
LOCKED_SECONDS = 60.0 if TORTURE else 1.0
PAGE = 4096


async def test_a_disk_that_fills_at_any_write_loses_and_repeats_nothing(job: Job, seeded: Path, tmp_path: Path) -> None:
    """The limit moves up page by page until a run gets through."""
    failures = 0
    for pages in range(1, 200, 1 if TORTURE else 10):
        shutil.copy(seeded, job.db)
        async with Platform(journal=tmp_path / "journal") as platform:
            limited = replace(job, url=platform.url, disk_full_at=pages * PAGE)
            await run_to_end(limited)
            got_through = len(platform.accepted) == 5 and len(platform.edits) == 1
            assert await run_to_end(replace(limited, disk_full_at=0)) == 0
            scenario.check_small(platform)
        if got_through:
            break
        failures += 1
    assert 1 <= failures < 190


async def test_a_process_survives_a_full_disk_and_goes_on_by_itself(job: Job, tmp_path: Path) -> None:
    async with Platform(journal=tmp_path / "journal") as platform:
        full = replace(job, url=platform.url, serve=True, disk_full_at=PAGE, disk_full_for=1.0)
        victim = Victim(full)
        try:
            await delivered(platform)
        finally:
            victim.signal(signal.SIGTERM)
            assert await victim.ended() == 0
        assert states_of(full) == {RowState.SENT: 4}
        scenario.check_small(platform)


@pytest.mark.timeout(60 + 3 * LONGEST)
async def test_a_database_locked_by_a_backup_delays_and_loses_nothing(job: Job, tmp_path: Path) -> None:
    async with Platform(journal=tmp_path / "journal", answers_after=(0.2, 0.2)) as platform:
        victim = Victim(replace(job, url=platform.url, serve=True))
        backup = sqlite3.connect(job.db, isolation_level=None, timeout=LONGEST)
        try:
            await first_post_after(platform, victim.began)
            backup.execute("BEGIN IMMEDIATE")  # the post is accepted and cannot be recorded
            await asyncio.sleep(LOCKED_SECONDS)
            assert len(platform.accepted) == 1
            backup.execute("ROLLBACK")
            await delivered(platform)
        finally:
            backup.close()
            victim.signal(signal.SIGTERM)
            assert await victim.ended() == 0
        scenario.check_small(platform)


async def delivered(platform: Platform) -> None:
    """Wait until all of the small scenario has arrived."""
    deadline = time.monotonic() + LONGEST
    while not platform.edits or len(platform.accepted) < 5:
        assert time.monotonic() < deadline, "delivery did not recover"
        await asyncio.sleep(0.01)


@pytest.mark.timeout(4 * LONGEST)
async def test_an_alert_for_very_many_channels_is_resumed_after_a_kill_and_not_held_up_by_a_slow_one(
    tmp_path: Path,
) -> None:
    job = Job(db=str(tmp_path / "tocsin.db"), url="")
    db = Database(Path(job.db))
    db.open()
    db.write(lambda c: scenario.fan_out(c, SystemClock().now(), CHANNELS))
    db.close()
    platform = Platform(journal=tmp_path / "journal", slow_channel="c1", slow_seconds=1.0)
    async with platform:
        job = replace(job, url=platform.url, serve=True, settle=2.0)  # longer than the slow channel takes
        victim = Victim(job)
        try:
            deadline = time.monotonic() + LONGEST
            while len(platform.accepted) < CHANNELS * 3 // 10:
                assert time.monotonic() < deadline, f"only {len(platform.accepted)} posts"
                await asyncio.sleep(0.005)
        finally:
            victim.signal(signal.SIGKILL)
            await victim.ended()
        began = time.monotonic()
        assert await run_out(job) == CHANNELS
        print(  # noqa: T201 - the measure of a long run
            f"\n{CHANNELS} channels, killed at {CHANNELS * 3 // 10}; the rest took {time.monotonic() - began:.1f} s"
        )
        assert set(Counter(post["channel"] for post in platform.accepted).values()) == {1}
        assert len(platform.accepted) == CHANNELS
        slow = next(n for n, post in enumerate(platform.accepted) if post["channel"] == "c1")
        assert slow > 20, "the slow channel held the others up"


@pytest.mark.parametrize("second", ["drain", "serve"])
async def test_a_second_process_is_refused_and_posts_nothing(job: Job, tmp_path: Path, second: str) -> None:
    async with Platform(journal=tmp_path / "journal") as platform:
        owner = Database(Path(job.db))
        owner.open()
        try:
            assert await run_to_end(replace(job, url=platform.url, serve=second == "serve")) != 0
        finally:
            owner.close()
        assert platform.accepted == []
