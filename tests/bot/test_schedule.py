"""The clockwork: late ticks run once, failures and hangs do not stop the next run, a clock set back does not either."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot import schedule
from bot.clock import SystemClock
from bot.schedule import Ticker
from tests.shared import ROOT


@pytest.fixture
async def ticker() -> AsyncIterator[Ticker]:
    made = Ticker(SystemClock())
    yield made
    await made.stop()


async def test_a_tick_runs_at_once_and_again(ticker: Ticker) -> None:
    runs: asyncio.Queue[float] = asyncio.Queue()

    async def job() -> None:
        runs.put_nowait(time.monotonic())

    ticker.every(0.05, "poll", job)
    ticker.start()
    times = [await asyncio.wait_for(runs.get(), 5) for _ in range(3)]
    assert times[2] - times[0] >= 0.08
    (record,) = ticker.records
    assert (record.name, record.failures) == ("poll", 0)
    assert record.last_ok is not None


async def test_a_run_that_raises_is_counted_and_the_next_one_comes(ticker: Ticker) -> None:
    runs = 0
    second = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ZeroDivisionError("bug")
        second.set()

    ticker.every(0.05, "poll", job)
    ticker.start()
    await asyncio.wait_for(second.wait(), 5)
    assert ticker.records[0].failures == 1


async def test_a_run_that_hangs_is_stopped_and_the_next_one_comes(ticker: Ticker) -> None:
    runs = 0
    second = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            await asyncio.sleep(3600)
        second.set()

    ticker.every(0.05, "poll", job, limit=0.1)
    ticker.start()
    await asyncio.wait_for(second.wait(), 5)
    assert "longer than 0.1 s" in ticker.records[0].last_error or ticker.records[0].last_ok


async def test_runs_never_overlap(ticker: Ticker) -> None:
    at_once = most = runs = 0
    enough = asyncio.Event()

    async def job() -> None:
        nonlocal at_once, most, runs
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.12)
        at_once -= 1
        runs += 1
        if runs == 3:
            enough.set()

    ticker.every(0.05, "poll", job)
    ticker.start()
    await asyncio.wait_for(enough.wait(), 5)
    assert most == 1


async def test_stopping_in_the_middle_of_a_run_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ticker = Ticker(SystemClock())
    begun = asyncio.Event()

    async def job() -> None:
        begun.set()
        await asyncio.Event().wait()

    ticker.every(60, "poll", job)
    ticker.start()
    await asyncio.wait_for(begun.wait(), 5)
    await ticker.stop()
    await asyncio.sleep(0)
    assert [record.message for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def test_stopping_cancels_a_run_and_waits_for_its_end() -> None:
    ticker = Ticker(SystemClock())
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    ticker.every(10, "poll", job)
    ticker.start()
    await asyncio.wait_for(begun.wait(), 5)
    await ticker.stop()
    assert ended.is_set()


async def test_a_clock_set_back_does_not_silence_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    class ShiftedClock(SystemClock):
        """The machine's clock, an hour behind what it was when the ticks were planned."""

        shift = timedelta(0)

        def now(self) -> datetime:
            return super().now() + self.shift

    monkeypatch.setattr(schedule, "WATCH_SECONDS", 0.05)
    clock = ShiftedClock()
    clock.shift = timedelta(hours=1)  # planned by a clock that was an hour ahead of the scheduler's
    ticker = Ticker(clock)
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    ticker.every(1.0, "poll", job)
    clock.shift = timedelta(0)
    ticker.start()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ran.wait(), 30)
    await ticker.stop()
    assert ran.is_set()


def test_after_a_standstill_a_late_tick_runs_once() -> None:
    code = """
import asyncio, sys
from bot.clock import SystemClock
from bot.schedule import Ticker
async def main():
    ticker = Ticker(SystemClock())
    async def job():
        print("tick", flush=True)
    ticker.every(1.0, "poll", job)
    ticker.start()
    await asyncio.sleep(3600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "tick\n"
            os.kill(child.pid, signal.SIGSTOP)
            time.sleep(3.3)  # the machine sleeps: only real time can show this
            os.kill(child.pid, signal.SIGCONT)
            started = time.monotonic()
            assert child.stdout.readline() == "tick\n"
            assert time.monotonic() - started < 0.9
            assert child.stdout.readline() == "tick\n"
            assert time.monotonic() - started > 0.3  # three missed ticks ran as one
        finally:
            child.kill()


def test_apscheduler_is_imported_in_one_place_only() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("bot", "adapters", "rules")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) apscheduler", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == ["bot/schedule.py"]
