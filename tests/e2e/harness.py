"""Starts, kills and awaits workers, and reads what they left behind."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.delivery.model import RowState
from bot.store import outbox
from bot.store.db import Database
from tests.e2e import worker
from tests.e2e.bot_process import BotJob
from tests.e2e.platform import Platform
from tests.e2e.worker import Job
from tests.shared import ROOT

FORKS = multiprocessing.get_context("forkserver")
KILLS = int(os.environ.get("TOCSIN_TORTURE") or 4)  # set by `make torture`, which runs every loop in full
TORTURE = "TOCSIN_TORTURE" in os.environ
LONGEST = 600.0 if TORTURE else 60.0  # seconds for one worker


async def run_to_end(job: Job | BotJob, main: Callable[[str], None] = worker.main) -> int:
    """Run a worker, or the whole bot, until it ends or its fault has frozen it; return its exit code."""
    process = FORKS.Process(target=main, args=(job.to_json(),))
    process.start()
    try:
        await _until_ended_or_hanging(process, job)
    finally:
        process.kill()
        process.join()
    assert process.exitcode is not None
    return process.exitcode


async def stop_when_fired(job: Job | BotJob, main: Callable[[str], None]) -> tuple[int, float]:
    """Ask a process politely to stop in the middle of its fault; return its exit code and how long it took to end."""
    process = FORKS.Process(target=main, args=(job.to_json(),))
    process.start()
    try:
        deadline = time.monotonic() + LONGEST
        while not has_fired(job):
            assert process.is_alive(), f"it ended before the step: {job.faults}"
            assert time.monotonic() < deadline, f"the step was never reached: {job.faults}"
            await asyncio.sleep(0.01)
        asked = time.monotonic()
        process.terminate()
        await asyncio.to_thread(process.join, LONGEST)
        took = time.monotonic() - asked
    finally:
        process.kill()
        process.join()
    assert process.exitcode is not None
    return process.exitcode, took


async def _until_ended_or_hanging(process: BaseProcess, job: Job | BotJob) -> None:
    deadline = time.monotonic() + LONGEST
    while process.is_alive():
        if ":hang:" in job.faults and has_fired(job):
            return
        assert time.monotonic() < deadline, f"the worker did not end: {job.faults}"
        await asyncio.sleep(0.01)


def has_fired(job: Job | BotJob) -> bool:
    """Tell whether the job's fault has happened."""
    return Path(job.faults_log).exists()


def forget_faults(job: Job | BotJob) -> None:
    """Begin a new count."""
    Path(job.faults_log).unlink(missing_ok=True)


async def attempt(job: Job, fault: str, *, between: Callable[[], None] | None = None) -> bool:
    """Run with a fault, then without until all is delivered; return whether the fault fired."""
    forget_faults(job)
    await run_to_end(replace(job, faults=fault))
    fired = has_fired(job)
    if between is not None:
        between()
    assert await run_to_end(replace(job, faults="")) == 0
    return fired


class Victim:
    """A worker as a process of its own, started like the product and killed like by the kernel."""

    def __init__(self, job: Job) -> None:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(job.db).parent / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has its files compiled
        self.began = time.monotonic()
        command = [sys.executable, "-m", "tests.e2e.worker", job.to_json()]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)

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


async def run_out(job: Job) -> int:
    """Deliver what is left, undisturbed, and return how many rows were ever written."""
    victim = Victim(replace(job, serve=False))
    assert await victim.ended() == 0
    states = states_of(job)
    assert set(states) == {RowState.SENT}
    return sum(states.values())


def states_of(job: Job) -> dict[RowState, int]:
    """Count the rows of a stopped worker's database."""
    db = Database(Path(job.db))
    db.open()
    try:
        return db.write(outbox.depth).by_state
    finally:
        db.close()
