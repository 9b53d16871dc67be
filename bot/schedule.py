"""The clockwork: a handful of ticks, never a job per feed. The only place that knows APScheduler.

Its defaults drop work (a job one second late is skipped) and run a backlog of missed ticks one after another; here a
late tick runs once, however late. What is due is decided from the database, so a missed tick loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.ports import Clock

log = structlog.get_logger("schedule")

Job = Callable[[], Awaitable[object]]
WATCH_SECONDS = 5.0  # how often the wall clock is looked at; on the monotonic clock, so a clock set back is noticed
PATIENCE = 20.0  # intervals that one run may take before it is cancelled, so that a hung run never blocks the next


@dataclass(slots=True)
class TickRecord:
    """How a tick is doing; for /healthz and ``status``."""

    name: str
    seconds: float
    runs: int = 0
    failures: int = 0
    last_ok: datetime | None = None
    last_error: str = ""


class Ticker:
    """Runs coroutine functions at intervals. A run that raises is logged and counted; the next one comes anyway."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[str, TickRecord] = {}
        self._running: set[asyncio.Task[object]] = set()
        self._watch: asyncio.TimerHandle | None = None
        self._stopping = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, seconds: float, name: str, job: Job, *, limit: float | None = None) -> None:
        """Run ``job`` now and then every ``seconds``; cancel a run after ``limit`` seconds (20 intervals if None)."""
        record = self._records[name] = TickRecord(name=name, seconds=seconds)
        self._scheduler.add_job(
            self._run,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            args=(record, job, limit or PATIENCE * seconds),
            id=name,
            next_run_time=self._clock.now(),
        )

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._scheduler.start()
        self._watch_clock()

    async def stop(self) -> None:
        """Let no further run begin, cancel those in progress and wait for their end."""
        self._stopping = True
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await asyncio.sleep(0)  # APScheduler shuts down in a callback of the loop

    def _watch_clock(self) -> None:
        """Bring a tick forward that the wall clock, set back, would delay by more than its interval."""
        now = self._clock.now()
        for job in self._scheduler.get_jobs():
            wait = (job.next_run_time - now).total_seconds()
            if wait > self._records[job.id].seconds + 1:
                log.warning("clock was set back", tick=job.id, seconds=round(wait))
                job.modify(next_run_time=now)
        self._watch = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch_clock)

    @property
    def records(self) -> tuple[TickRecord, ...]:
        """All ticks in the order they were added."""
        return tuple(self._records.values())

    async def _run(self, record: TickRecord, job: Job, limit: float) -> None:
        record.runs += 1
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            async with asyncio.timeout(limit):
                await job()
        except TimeoutError:
            self._failed(record, f"took longer than {limit:g} s and was stopped")
        except asyncio.CancelledError:
            if not self._stopping:  # at the end it is meant, and APScheduler would log it with a traceback
                raise
        except Exception as error:  # the next run must come
            log.exception("tick failed", tick=record.name)
            self._failed(record, f"{type(error).__name__}: {error}")
        else:
            record.last_ok = self._clock.now()
            record.last_error = ""
        finally:
            self._running.discard(task)

    def _failed(self, record: TickRecord, text: str) -> None:
        record.failures += 1
        record.last_error = text
        log.warning("tick failed", tick=record.name, reason=text)
