"""Polls what is due: claim -> visit (one at a time of each host) -> ingest or save.

Due times live in the database; a claim is a lease there, so a killed process loses nothing. Each host has a lane
of its own, so a slow or throttling publisher holds up its own feeds only. Polls that brought nothing are saved in
groups; a poll that brought entries is saved by the ingest, in the transaction that stores them.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection

from bot.feeds import rhythm
from bot.feeds.polling import FeedRow, IngestResult, PollReason, PollSummary, PollUpdate, QuietPoll
from bot.feeds.visiting import Brought, Visitor
from bot.grouped import Grouped
from bot.ports import Clock, FeedParser, Fetcher, ParsedFeed
from bot.secret import without_secrets
from bot.store import polls
from bot.store.db import Database
from rules.errors import TocsinError

log = structlog.get_logger("poller")
SAVE_DELAY = 0.02  # seconds in which polls are gathered for one transaction

Ingest = Callable[[FeedRow, ParsedFeed, PollUpdate], Awaitable[IngestResult]]
"""Stores the entries and calls ``bot.store.polls.save_poll(connection, update)`` in the same transaction."""

Observe = Callable[[FeedRow, PollReason, float], None]
"""Is told of each finished poll: the row before it, the outcome, the seconds it took. For metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerSettings:
    """How much is done at once, and the bounds of the interval for feeds that name none (seconds)."""

    workers: int = 16
    per_host: int = 1
    claim: int = 500  # feeds taken at a time
    min_interval: float = rhythm.MIN_INTERVAL
    max_interval: float = rhythm.MAX_INTERVAL


class Poller:
    """Polls due feeds with a bounded number of workers. ``close`` before the event loop ends."""

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        parser: FeedParser,
        ingest: Ingest,
        clock: Clock,
        *,
        settings: PollerSettings | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._db = db
        self._ingest = ingest
        self._clock = clock
        self._settings = settings or PollerSettings()
        bounds = self._settings.min_interval, self._settings.max_interval
        self._visitor = Visitor(fetcher, parser, Grouped(db.read, clock), clock, interval_bounds=bounds)
        self._observe = observe
        self._slots = asyncio.Semaphore(self._settings.workers)
        self._lanes: dict[str, deque[FeedRow]] = {}
        self._active: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsaved: list[PollUpdate] = []
        self._unsaved_quiet: list[QuietPoll] = []
        self._saving: asyncio.Task[None] | None = None
        self._counts: Counter[PollReason] = Counter()
        self._items = IngestResult()
        self._queued = 0
        self._has_more = False
        self._claiming = asyncio.Lock()
        self._last_tick: datetime | None = None
        self._until: datetime | None = None  # while a round of its own runs: what comes due later is not of it

    @property
    def summary(self) -> PollSummary:
        """What came of the polls since the process, or the last ``run_due``, began."""
        return PollSummary(counts=dict(self._counts), items=self._items)

    async def tick(self) -> int:
        """Claim what is due and set the workers on it; returns how many were claimed, without waiting for them."""
        now = self._clock.now()
        await self._mend_clock(now)
        now = min(now, self._until or now)
        room = self._settings.claim - self._queued
        if room <= 0:
            return 0
        rows = await self._db.tx(lambda connection: polls.claim_due(connection, now, room))
        self._has_more = len(rows) == room
        for row in rows:
            self._enqueue(row)
        return len(rows)

    async def poll(self, row: FeedRow) -> None:
        """Poll one claimed feed and wait for it; whoever calls lets each host be asked once at a time."""
        async with self._slots:
            await self._poll_and_count(row, host_of(row.url))

    async def _refill(self) -> None:
        async with self._claiming:
            if self._is_low():
                await self.tick()

    def _is_low(self) -> bool:
        """Whether more is due than was claimed, and half of that is done: a long list must not wait for the clock."""
        return self._has_more and self._queued <= self._settings.claim // 2

    async def run_due(self) -> PollSummary:
        """Poll everything that is due now, once, and wait for it."""
        started = self._clock.monotonic()
        self._counts, self._items = Counter(), IngestResult()
        self._until = self._clock.now()  # a feed that is polled every second would keep this going for ever
        try:
            while await self.tick():
                await self._drain()
            await self._drain()
        finally:
            self._until = None
        return replace(self.summary, seconds=self._clock.monotonic() - started)

    async def close(self) -> None:
        """Stop the workers; feeds that were not finished are due again when their lease ends."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._saving is not None:
            await self._saving

    # -- workers ---------------------------------------------------------------------------------------------

    async def _mend_clock(self, now: datetime) -> None:
        if self._last_tick is None or now < self._last_tick:
            mended = await self._db.tx(lambda connection: polls.mend_clock(connection, now))
            self._visitor.forget_waits()
            if mended:
                log.warning("clock was set back", feeds=mended)
        self._last_tick = now

    def _enqueue(self, row: FeedRow) -> None:
        host = host_of(row.url)
        self._lanes.setdefault(host, deque()).append(row)
        self._queued += 1
        if self._active[host] < self._settings.per_host:
            self._active[host] += 1
            self._start(self._work(host))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, host: str) -> None:
        lane = self._lanes[host]
        try:
            while lane:
                row = lane.popleft()
                try:
                    async with self._slots:
                        await self._poll_and_count(row, host)
                finally:
                    self._queued -= 1
                    if self._is_low() and not self._claiming.locked():
                        self._start(self._refill())
        finally:
            self._active[host] -= 1
            if not self._active[host] and not lane:
                self._lanes.pop(host, None)
                del self._active[host]

    async def _drain(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)
        while self._saving is not None and not self._saving.done():
            await self._saving

    async def _poll_and_count(self, row: FeedRow, host: str) -> None:
        started = self._clock.monotonic()
        try:
            reason = await self._poll(row, host)
        except Exception as error:  # a fault of ours must not end the lane and strand the feeds behind it
            log.exception("poll broke", feed=without_secrets(row.url))
            detail = f"{type(error).__name__}: {error}"
            reason = self._save(self._visitor.failed(row, PollReason.INGEST_FAILED, "ingest_failed", detail))
        self._counts[reason] += 1
        if self._observe is not None:
            self._observe(row, reason, self._clock.monotonic() - started)

    async def _poll(self, row: FeedRow, host: str) -> PollReason:
        outcome = await self._visitor.visit(row, host)
        if not isinstance(outcome, Brought):
            return self._save(outcome)
        failed = await self._hand_on(row, outcome)
        return outcome.update.reason if failed is None else self._save(failed)

    async def _hand_on(self, row: FeedRow, brought: Brought) -> PollUpdate | None:
        """Have entries stored together with the poll; returns what is left to save, where they could not be."""
        try:
            result = await self._ingest(row, brought.parsed, brought.update)
        except TocsinError as error:
            log.warning("items were not stored", feed=without_secrets(row.url), error=str(error))
            return self._visitor.failed(row, PollReason.INGEST_FAILED, "ingest_failed", str(error))
        except Exception as error:  # one feed's trouble must not stop the others
            log.exception("ingest failed", feed=without_secrets(row.url))
            detail = f"{type(error).__name__}: {error}"
            return self._visitor.failed(row, PollReason.INGEST_FAILED, "ingest_failed", detail)
        self._items = self._items.plus(result)
        return None

    # -- saving ------------------------------------------------------------------------------------------------

    def _save(self, poll: PollUpdate | QuietPoll) -> PollReason:
        if isinstance(poll, QuietPoll):
            self._unsaved_quiet.append(poll)
        else:
            self._unsaved.append(poll)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all())
        return poll.reason

    async def _save_all(self) -> None:
        while self._unsaved or self._unsaved_quiet:
            await asyncio.sleep(SAVE_DELAY)  # a commit waits for the disk: one for many polls
            batch, self._unsaved = self._unsaved, []
            quiet, self._unsaved_quiet = self._unsaved_quiet, []
            try:
                await self._db.tx(partial(_store, polls_=batch, quiet=quiet))
            except TocsinError as error:  # the leases bring these feeds back
                log.warning("polls were not saved", feeds=len(batch) + len(quiet), error=str(error))


def _store(connection: Connection, *, polls_: list[PollUpdate], quiet: list[QuietPoll]) -> None:
    polls.save_polls(connection, polls_)
    polls.save_quiet(connection, quiet)


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    """Return whom a feed is asked of."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
