"""Kill, freeze or fail delivery at every step, start again, and count what people see."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.model import RowState
from tests.e2e import scenario
from tests.e2e.harness import KILLS, TORTURE, Victim, attempt, first_post_after, run_out, states_of
from tests.e2e.platform import STYLES, Platform
from tests.e2e.worker import Job

POINTS = (
    "outbox.claiming",
    "outbox.claimed",
    "messenger.sending",
    "messenger.sent",
    "outbox.answered",
    "outbox.recording",
    "outbox.recorded",
)


async def count_firing_calls(job: Job, seeded: Path, journal: Path, point: str, action: str) -> int:
    """Fail at the first call of a point, the second and so on until it no longer fires; return how often it did."""
    for nth in range(1, 50):
        shutil.copy(seeded, job.db)
        async with Platform(journal=journal) as platform:
            fired = await attempt(replace(job, url=platform.url), f"{point}:{action}:{nth}")
            scenario.check_small(platform)
        if not fired:
            return nth - 1
    pytest.fail(f"{point} fires for ever")


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_every_call_of_every_step_loses_and_repeats_nothing(
    job: Job, seeded: Path, tmp_path: Path, point: str
) -> None:
    assert await count_firing_calls(job, seeded, tmp_path / "journal", point, "kill") >= 4


@pytest.mark.parametrize("action", ["raise", "hang", "delay=0.05"])
@pytest.mark.parametrize("point", POINTS)
async def test_a_failure_in_every_step_loses_and_repeats_nothing(
    job: Job, seeded: Path, tmp_path: Path, point: str, action: str
) -> None:
    if TORTURE:
        assert await count_firing_calls(job, seeded, tmp_path / "journal", point, action) >= 4
        return
    async with Platform(journal=tmp_path / "journal") as platform:
        assert await attempt(replace(job, url=platform.url), f"{point}:{action}:2")
        scenario.check_small(platform)


@pytest.mark.timeout(60 + 15 * KILLS)
@pytest.mark.parametrize("style", STYLES)
async def test_kills_at_random_moments_with_lost_answers_lose_and_repeat_nothing(tmp_path: Path, style: str) -> None:
    """Five channels, threads of four; 2 % of the answers are lost after the post was stored."""
    rows = scenario.CHANNELS * 40 * KILLS
    moments = random.Random(7)
    recoveries = []
    platform = Platform(
        journal=tmp_path / "journal", style=style, lost_answers=0.02, stores_after=0.004, answers_after=(0.002, 0.012)
    )
    async with platform:
        job = Job(db=str(tmp_path / "tocsin.db"), url=platform.url, rows=rows, serve=True, settle=5.0)
        for _ in range(KILLS):
            victim = Victim(job)
            try:
                recoveries.append(await first_post_after(platform, victim.began))
                await asyncio.sleep(moments.uniform(0.0, 0.6))
            finally:
                victim.signal(signal.SIGKILL)
                await victim.ended()
        written = await run_out(job)
        found = scenario.faults_of_stream(platform, written)
    print(  # noqa: T201 - the measure of a long run
        f"\n{style}: {KILLS} kills, {len(platform.accepted)} posts of {written}, faults {dict(found)}, "
        f"first post {statistics.median(recoveries):.2f} s (worst {max(recoveries):.2f} s) after the start"
    )
    assert not found


async def test_a_process_that_was_frozen_goes_on_where_it_stood(tmp_path: Path) -> None:
    platform = Platform(journal=tmp_path / "journal", stores_after=0.004, answers_after=(0.002, 0.012))
    async with platform:
        job = Job(db=str(tmp_path / "tocsin.db"), url=platform.url, rows=300, serve=True)
        victim = Victim(job)
        try:
            await first_post_after(platform, victim.began)
            for _ in range(3):
                victim.signal(signal.SIGSTOP)
                await asyncio.sleep(5.0 if TORTURE else 0.5)
                victim.signal(signal.SIGCONT)
                await first_post_after(platform, time.monotonic())
        finally:
            victim.signal(signal.SIGKILL)
            await victim.ended()
        written = await run_out(job)
        assert not scenario.faults_of_stream(platform, written)


async def test_a_polite_stop_finishes_what_is_in_progress_and_is_quick(tmp_path: Path) -> None:
    platform = Platform(journal=tmp_path / "journal", stores_after=0.05, answers_after=(0.05, 0.1))
    async with platform:
        job = Job(db=str(tmp_path / "tocsin.db"), url=platform.url, rows=300, serve=True)
        victim = Victim(job)
        try:
            await first_post_after(platform, victim.began)
            asked = time.monotonic()
            victim.signal(signal.SIGTERM)
            code = await victim.ended()
        finally:
            victim.signal(signal.SIGKILL)
        assert code == 0
        assert time.monotonic() - asked < 10
        accepted = len(platform.accepted)
        assert states_of(job).get(RowState.SENT) == accepted
        assert RowState.SENDING not in states_of(job)
        written = await run_out(job)
        assert not scenario.faults_of_stream(platform, written)
