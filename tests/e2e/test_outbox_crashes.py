"""Kill, freeze or fail delivery at every step, start again, and count what people see."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.model import RowState
from bot.store import outbox
from bot.store.db import Database
from tests.e2e import scenario, worker
from tests.e2e.platform import STYLES, Platform
from tests.e2e.worker import Job
from tests.shared import ROOT

FORKS = multiprocessing.get_context("forkserver")
POINTS = (
    "outbox.claiming",
    "outbox.claimed",
    "messenger.sending",
    "messenger.sent",
    "outbox.answered",
    "outbox.recording",
    "outbox.recorded",
)
TORTURE_KILLS = int(os.environ.get("TOCSIN_TORTURE", "0"))  # 200 for the full measure; `make torture`
KILLS = TORTURE_KILLS or 4
LONGEST = 15.0  # seconds for one worker


@pytest.fixture(scope="module", autouse=True)
def _preloaded() -> None:
    FORKS.set_forkserver_preload(["tests.e2e.worker"])


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the small scenario, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "tocsin.db"
    db = Database(path)
    db.open()
    db.write(lambda c: scenario.small(c, SystemClock().now()))
    db.close()
    return path


@pytest.fixture
def job(tmp_path: Path, seeded: Path) -> Job:
    path = tmp_path / "tocsin.db"
    shutil.copy(seeded, path)
    return Job(db=str(path), url="", faults_log=str(tmp_path / "faults.log"))


async def run_to_end(job: Job) -> int:
    """Run a worker until it ends, or until its fault has frozen it; return its exit code."""
    process = FORKS.Process(target=worker.main, args=(job.to_json(),))
    process.start()
    try:
        await _until_ended_or_hanging(process, job)
    finally:
        process.kill()
        process.join()
    assert process.exitcode is not None
    return process.exitcode


async def _until_ended_or_hanging(process: BaseProcess, job: Job) -> None:
    deadline = time.monotonic() + LONGEST
    while process.is_alive():
        if ":hang:" in job.faults and has_fired(job):
            return
        assert time.monotonic() < deadline, f"the worker did not end: {job.faults}"
        await asyncio.sleep(0.01)


def has_fired(job: Job) -> bool:
    """Tell whether the job's fault has happened."""
    return Path(job.faults_log).exists()


def forget_faults(job: Job) -> None:
    """Begin a new count."""
    Path(job.faults_log).unlink(missing_ok=True)


async def attempt(job: Job, fault: str) -> bool:
    """Run with a fault, then without until all is delivered; return whether the fault fired."""
    forget_faults(job)
    await run_to_end(replace(job, faults=fault))
    fired = has_fired(job)
    assert await run_to_end(replace(job, faults="")) == 0
    return fired


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
    if TORTURE_KILLS:
        assert await count_firing_calls(job, seeded, tmp_path / "journal", point, action) >= 4
        return
    async with Platform(journal=tmp_path / "journal") as platform:
        assert await attempt(replace(job, url=platform.url), f"{point}:{action}:2")
        scenario.check_small(platform)


class Victim:
    """A worker as a process of its own, started like the product and killed like by the kernel."""

    def __init__(self, job: Job) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen([sys.executable, "-m", "tests.e2e.worker", job.to_json()], cwd=ROOT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this process."""
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it has ended and return its exit code."""
        return await asyncio.to_thread(self.process.wait, LONGEST)


async def first_post_after(platform: Platform, moment: float) -> float:
    """Wait for the first post accepted after ``moment`` and return how long that took."""
    deadline = time.monotonic() + LONGEST
    while not platform.arrivals or platform.arrivals[-1] < moment:
        assert time.monotonic() < deadline, "no post after a restart"
        await asyncio.sleep(0.005)
    return next(arrival for arrival in platform.arrivals if arrival >= moment) - moment


@pytest.mark.timeout(60 + 3 * KILLS)
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
        job = Job(
            db=str(tmp_path / "tocsin.db"), url=platform.url, rows=rows, serve=True, settle=1.0, ambiguous_settle=1.0
        )
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


async def run_out(job: Job) -> int:
    """Deliver what is left, undisturbed, and return how many rows were ever written."""
    victim = Victim(replace(job, serve=False))
    assert await victim.ended() == 0
    states = states_of(job)
    assert set(states) == {RowState.SENT}
    return sum(states.values())


async def test_a_process_that_was_frozen_goes_on_where_it_stood(tmp_path: Path) -> None:
    platform = Platform(journal=tmp_path / "journal", stores_after=0.004, answers_after=(0.002, 0.012))
    async with platform:
        job = Job(db=str(tmp_path / "tocsin.db"), url=platform.url, rows=300, serve=True)
        victim = Victim(job)
        try:
            await first_post_after(platform, victim.began)
            for _ in range(3):
                victim.signal(signal.SIGSTOP)
                await asyncio.sleep(5.0 if TORTURE_KILLS else 0.5)
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


def states_of(job: Job) -> dict[RowState, int]:
    """Count the rows of a stopped worker's database."""
    db = Database(Path(job.db))
    db.open()
    try:
        return db.write(outbox.depth).by_state
    finally:
        db.close()
