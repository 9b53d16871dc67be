"""A polite stop in the middle of every step, and a database that was put back: nothing lost, nothing told twice."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.model import RowState
from bot.store import backups
from tests.e2e import scenario
from tests.e2e.harness import LONGEST, Victim, has_fired, run_out, run_to_end, states_of
from tests.e2e.platform import STYLES, Platform
from tests.e2e.test_outbox_crashes import POINTS
from tests.e2e.worker import Job

STOP_SECONDS = 10.0


@pytest.mark.parametrize("point", POINTS)
async def test_a_polite_stop_in_the_middle_of_any_step_is_quick_and_loses_nothing(
    job: Job, tmp_path: Path, point: str
) -> None:
    async with Platform(journal=tmp_path / "journal") as platform:
        slow = replace(job, url=platform.url, serve=True, faults=f"{point}:delay=0.5:2")
        victim = Victim(slow)
        try:
            deadline = time.monotonic() + LONGEST
            while not has_fired(slow):
                assert time.monotonic() < deadline, "the step was never reached"
                await asyncio.sleep(0.01)
            asked = time.monotonic()
            victim.signal(signal.SIGTERM)
            assert await victim.ended() == 0
        finally:
            victim.signal(signal.SIGKILL)
        assert time.monotonic() - asked < STOP_SECONDS
        assert RowState.SENDING not in states_of(slow)
        await run_out(replace(job, url=platform.url))
        scenario.check_small(platform)


@pytest.mark.parametrize("style", STYLES)
async def test_a_copy_from_before_the_posts_that_is_put_back_repeats_none_of_them(
    job: Job, tmp_path: Path, style: str
) -> None:
    path = Path(job.db)
    copy = backups.copy(path, tmp_path / "copy.db")
    async with Platform(journal=tmp_path / "journal", style=style) as platform:
        served = replace(job, url=platform.url)
        assert await run_to_end(served) == 0
        scenario.check_small(platform)
        assert backups.put_back(path, copy, SystemClock().now()) is not None
        assert await run_to_end(served) == 0
        scenario.check_small(platform)
    assert states_of(served) == {RowState.SENT: 4}
