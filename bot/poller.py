"""Polls what is due: claim -> (host ready?) -> fetch -> changed? -> parse -> identify -> ingest or save.

Due times live in the database; a claim is a lease there, so a killed process loses nothing. Each host has a lane
of its own, so a slow or throttling publisher holds up its own feeds only. Polls that brought nothing are saved in
groups; a poll that brought entries is saved by the ingest, in the transaction that stores them.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from hashlib import blake2b
from urllib.parse import urlsplit

import structlog

from bot import polling
from bot.errors import FetchError, FetchReason, ParseError
from bot.faults import fault
from bot.grouped import Grouped
from bot.identity import BatchVerdict, Identified, KnownItem, Verdict, identify, judge_batch, with_usable_dates
from bot.polling import FeedRow, FeedState, Hints, IngestResult, PollReason, PollSummary, PollUpdate
from bot.ports import Clock, Entry, FeedParser, Fetched, Fetcher, ParsedFeed, Validators
from bot.secret import without_secrets
from bot.store import polls
from bot.store.db import Database
from bot.store.known import known_items
from rules.errors import TocsinError

log = structlog.get_logger("poller")
SAVE_DELAY = 0.02  # seconds in which polls are gathered for one transaction

IDENTIFY_HERE = 100  # entries; more are identified in a thread, so that the loop does not stand still meanwhile

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
    min_interval: float = polling.MIN_INTERVAL
    max_interval: float = polling.MAX_INTERVAL


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
        self._look_up = Grouped(db.read, clock)
        self._fetcher = fetcher
        self._parser = parser
        self._ingest = ingest
        self._clock = clock
        self._settings = settings or PollerSettings()
        self._observe = observe
        self._slots = asyncio.Semaphore(self._settings.workers)
        self._lanes: dict[str, deque[FeedRow]] = {}
        self._active: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsaved: list[PollUpdate] = []
        self._saving: asyncio.Task[None] | None = None
        self._not_before: dict[str, datetime] = {}
        self._counts: Counter[PollReason] = Counter()
        self._items = IngestResult()
        self._queued = 0
        self._has_more = False
        self._claiming = asyncio.Lock()
        self._last_tick: datetime | None = None

    async def tick(self) -> int:
        """Claim what is due and set the workers on it; returns how many were claimed, without waiting for them."""
        now = self._clock.now()
        await self._mend_clock(now)
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
        counts, items = Counter(self._counts), self._items
        while await self.tick():
            await self._drain()
        await self._drain()
        gained = Counter(self._counts)
        gained.subtract(counts)
        return PollSummary(
            counts={reason: count for reason, count in gained.items() if count},
            items=_less(self._items, items),
            seconds=self._clock.monotonic() - started,
        )

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
            self._not_before.clear()
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
            reason = self._fail(row, PollReason.INGEST_FAILED, "ingest_failed", detail)
        self._counts[reason] += 1
        if self._observe is not None:
            self._observe(row, reason, self._clock.monotonic() - started)

    # -- one poll ----------------------------------------------------------------------------------------------

    async def _poll(self, row: FeedRow, host: str) -> PollReason:
        now = self._clock.now()
        ready = self._not_before.get(host)
        if ready is not None and ready > now:
            wait = (ready - now).total_seconds()
            return self._fail(row, PollReason.POSTPONED, "postponed", "its host asked for patience", wait)
        is_full = polling.needs_full(row, now)
        try:
            fetched = await self._fetcher.fetch(row.url, None if is_full else row.validators)
        except FetchError as error:
            return self._fetch_failed(row, host, error)
        fault("poll.fetched")
        if fetched.status == 304:
            return self._unchanged(row, PollReason.NOT_MODIFIED, fetched)
        body_hash = blake2b(fetched.body, digest_size=16).digest()
        if body_hash == row.body_hash and not is_full:
            return self._unchanged(row, PollReason.SAME_BODY, fetched)
        seen: frozenset[bytes] = frozenset() if is_full else row.seen
        content_type = fetched.headers.get("content-type", "")
        try:
            parsed = await self._parser.parse(fetched.url, fetched.body, content_type=content_type, seen=seen)
        except ParseError as error:
            return self._fail(row, PollReason.PARSE_FAILED, error.reason.value, error.detail)
        fault("poll.parsed")
        read = replace(row, body_hash=body_hash, full_parse_at=now if is_full else row.full_parse_at)
        return await self._take(row, read, fetched, parsed)

    async def _take(self, row: FeedRow, read: FeedRow, fetched: Fetched, parsed: ParsedFeed) -> PollReason:
        """Identify the entries and hand them on. ``read`` is ``row`` with the body's marks, void if that fails."""
        now = self._clock.now()
        parsed = replace(parsed, entries=tuple(with_usable_dates(entry, now) for entry in parsed.entries))
        known = await self._known(row, parsed.entries)
        if len(parsed.entries) > IDENTIFY_HERE:
            entries = await asyncio.to_thread(identify, parsed.entries, known)
        else:
            entries = identify(parsed.entries, known)
        reason, state = _judge(row, parsed, entries)
        after = polling.succeeded(
            _remember(read, parsed, fetched, now, state),
            now=now,
            hints=_hints(fetched, parsed, now),
            interval_bounds=self._bounds(row),
        )
        moved_to = fetched.permanent_url if fetched.permanent_url != row.url else None
        update = PollUpdate(
            row=after,
            reason=reason,
            entries=entries,
            rings=reason not in {PollReason.BASELINE, PollReason.QUARANTINED},
            moved_to=moved_to,
        )
        if reason is PollReason.NO_NEW_ENTRIES:
            self._save(update)
            return reason
        try:
            result = await self._ingest(row, parsed, update)
        except TocsinError as error:
            log.warning("items were not stored", feed=without_secrets(row.url), error=str(error))
            return self._fail(row, PollReason.INGEST_FAILED, "ingest_failed", str(error))
        except Exception as error:  # one feed's trouble must not stop the others
            log.exception("ingest failed", feed=without_secrets(row.url))
            return self._fail(row, PollReason.INGEST_FAILED, "ingest_failed", f"{type(error).__name__}: {error}")
        self._items = _more(self._items, result)
        return reason

    async def _known(self, row: FeedRow, entries: tuple[Entry, ...]) -> tuple[KnownItem, ...]:
        if not entries or row.ok_at is None:  # no poll of it went well yet, so it has no items
            return ()
        return await self._look_up(lambda connection: known_items(connection, row.id, entries))

    def _unchanged(self, row: FeedRow, reason: PollReason, fetched: Fetched) -> PollReason:
        now = self._clock.now()
        hints = Hints(max_age=polling.cache_lifetime(fetched.headers, now))
        validators = _newer(row, fetched)
        after = polling.succeeded(row, now=now, hints=hints, interval_bounds=self._bounds(row), validators=validators)
        self._save(PollUpdate(row=after, reason=reason))
        return reason

    def _fetch_failed(self, row: FeedRow, host: str, error: FetchError) -> PollReason:
        reason = {FetchReason.GONE: PollReason.GONE, FetchReason.THROTTLED: PollReason.THROTTLED}.get(
            error.reason, PollReason.FETCH_FAILED
        )
        if error.reason is FetchReason.THROTTLED:
            wait = min(error.retry_after or row.interval, polling.WAIT_LIMIT)
            self._not_before[host] = self._clock.now() + timedelta(seconds=wait)
        return self._fail(row, reason, error.reason.value, error.detail, error.retry_after)

    def _fail(self, row: FeedRow, reason: PollReason, code: str, text: str, wait: float | None = None) -> PollReason:
        after = polling.failed(row, reason, now=self._clock.now(), code=code, text=text, wait=wait)
        if reason.is_failure:
            log.info("poll failed", feed=without_secrets(row.url), reason=code, failures=after.failures)
        self._save(PollUpdate(row=after, reason=reason))
        return reason

    def _bounds(self, row: FeedRow) -> tuple[float, float]:
        return polling.bounds(row, self._settings.min_interval, self._settings.max_interval)

    # -- saving ------------------------------------------------------------------------------------------------

    def _save(self, update: PollUpdate) -> None:
        self._unsaved.append(update)
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all())

    async def _save_all(self) -> None:
        while self._unsaved:
            await asyncio.sleep(SAVE_DELAY)  # a commit waits for the disk: one for many polls
            batch, self._unsaved = self._unsaved, []
            try:
                await self._db.tx(partial(polls.save_polls, polls=batch))
            except TocsinError as error:  # the leases bring these feeds back
                log.warning("polls were not saved", feeds=len(batch), error=str(error))


def _judge(row: FeedRow, parsed: ParsedFeed, entries: tuple[Identified, ...]) -> tuple[PollReason, FeedState]:
    """Tell what the batch is, and whether the feed is in quarantine afterwards."""
    if not row.baselined:
        return PollReason.BASELINE, row.state
    total = max(parsed.total_entries, len(entries))
    if judge_batch(entries, total=total, newest_known=row.item_at) is BatchVerdict.FLOOD_OF_OLD:
        return PollReason.QUARANTINED, FeedState.QUARANTINED
    is_told = row.notified_at is not None  # quarantine is shown until the admin channel has heard of it
    state = FeedState.ACTIVE if is_told else row.state
    is_fresh = any(item.verdict in {Verdict.NEW, Verdict.EDITED} for item in entries)
    return (PollReason.STORED if is_fresh else PollReason.NO_NEW_ENTRIES), state


def _remember(row: FeedRow, parsed: ParsedFeed, fetched: Fetched, now: datetime, state: FeedState) -> FeedRow:
    dates = [entry.published for entry in parsed.entries]
    newest = polling.newest_date([*dates, row.item_at], now=now)
    known_dates = [date for date in (*dates, row.item_at) if date is not None]
    gap = polling.usual_gap(known_dates) if len(parsed.entries) == parsed.total_entries else None
    return replace(
        row,
        state=state,
        title=parsed.title or row.title,
        lang=row.lang or parsed.lang,
        validators=fetched.validators,
        seen=parsed.seen,
        baselined=True,
        item_at=newest,
        gap=gap if gap is not None else row.gap,
    )


def _newer(row: FeedRow, fetched: Fetched) -> Validators:
    answered = fetched.validators
    return answered if answered.etag or answered.last_modified else row.validators


def _hints(fetched: Fetched, parsed: ParsedFeed, now: datetime) -> Hints:
    return Hints(
        max_age=polling.cache_lifetime(fetched.headers, now),
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        skip_days=parsed.skip_days,
    )


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    """Return whom a feed is asked of."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _more(total: IngestResult, result: IngestResult) -> IngestResult:
    return IngestResult(
        new=total.new + result.new,
        edited=total.edited + result.edited,
        unchanged=total.unchanged + result.unchanged,
        alerts=total.alerts + result.alerts,
    )


def _less(total: IngestResult, before: IngestResult) -> IngestResult:
    return IngestResult(
        new=total.new - before.new,
        edited=total.edited - before.edited,
        unchanged=total.unchanged - before.unchanged,
        alerts=total.alerts - before.alerts,
    )
