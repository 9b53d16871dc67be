"""One visit to a feed: (host ready?) -> fetch -> changed? -> parse -> identify -> what is to be saved.

Nothing is stored here. What a visit brought is handed on by the poller; what it did not bring, the poller saves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from bot.errors import FetchError, FetchReason, ParseError
from bot.faults import fault
from bot.feeds import afterpoll, polling, rhythm
from bot.feeds.identity import BatchVerdict, Identified, KnownItem, Verdict, identify, judge_batch, with_usable_dates
from bot.feeds.polling import FeedRow, FeedState, PollReason, PollUpdate, QuietPoll
from bot.feeds.rhythm import Hints
from bot.feeds.turns import Turns
from bot.ports import Clock, Entry, FeedParser, Fetched, Fetcher, ParsedFeed, Validators
from bot.secret import without_secrets
from bot.store.known import known_items

log = structlog.get_logger("poller")
T = TypeVar("T")
IDENTIFY_HERE = 100  # entries; more are identified in a thread, so that the loop does not stand still meanwhile
DIGEST_BYTES = 16  # of a body
NOTHING_SEEN: frozenset[bytes] = frozenset()


class LookUp(Protocol):
    """Asks the database."""

    def __call__(self, work: Callable[[Connection], T], /) -> Awaitable[T]:
        """Return what ``work`` finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A visit that brought entries to store, in one transaction with ``update``."""

    parsed: ParsedFeed
    update: PollUpdate


Outcome = QuietPoll | PollUpdate | Brought


class Visitor:
    """Visits feeds. ``interval_bounds`` (seconds) hold for feeds that name none of their own."""

    def __init__(
        self,
        fetcher: Fetcher,
        parser: FeedParser,
        look_up: LookUp,
        clock: Clock,
        *,
        interval_bounds: tuple[float, float],
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._look_up = look_up
        self._clock = clock
        self._interval_bounds = interval_bounds
        self._turns = Turns(clock)
        self._not_before: dict[str, datetime] = {}

    def forget_waits(self) -> None:
        """Ask every host again: the clock by which they were given patience was wrong."""
        self._not_before.clear()

    async def visit(self, row: FeedRow, host: str) -> Outcome:
        """Ask one feed. What goes wrong on its side is an outcome and never raised."""
        await self._turns.give_way()
        now = self._clock.now()
        ready = self._not_before.get(host)
        if ready is not None and ready > now:
            wait = (ready - now).total_seconds()
            return self.failed(row, PollReason.POSTPONED, "postponed", "its host asked for patience", wait)
        is_full = afterpoll.needs_full(row, now)
        try:
            fetched = await self._fetcher.fetch(row.url, None if is_full else row.validators)
        except FetchError as error:
            return self._fetch_failed(row, host, error)
        fault("poll.fetched")
        if fetched.status == 304:
            return self._unchanged(row, PollReason.NOT_MODIFIED, fetched)
        body_hash = sha256(fetched.body).digest()[:DIGEST_BYTES]
        if body_hash == row.body_hash and not is_full:
            return self._unchanged(row, PollReason.SAME_BODY, fetched)
        await self._turns.give_way()
        seen = NOTHING_SEEN if is_full else polling.unpacked(row.seen)
        content_type = fetched.headers.get("content-type", "")
        try:
            parsed = await self._parser.parse(fetched.url, fetched.body, content_type=content_type, seen=seen)
        except ParseError as error:
            return self.failed(row, PollReason.PARSE_FAILED, error.reason.value, error.detail)
        fault("poll.parsed")
        read = replace(row, body_hash=body_hash, full_parse_at=now if is_full else row.full_parse_at)
        return await self._judged(row, read, fetched, parsed)

    def failed(self, row: FeedRow, reason: PollReason, code: str, text: str, wait: float | None = None) -> PollUpdate:
        """Return what to save of a visit that went wrong; ``wait`` (seconds) is what the server asked for."""
        after = afterpoll.failed(row, reason, now=self._clock.now(), code=code, text=text, wait=wait)
        if reason.is_failure:
            log.info("poll failed", feed=without_secrets(row.url), reason=code, failures=after.failures)
        return PollUpdate(row=after, reason=reason)

    # -- what came of it -----------------------------------------------------------------------------------------

    async def _judged(self, row: FeedRow, read: FeedRow, fetched: Fetched, parsed: ParsedFeed) -> Outcome:
        """Identify the entries. ``read`` is ``row`` with the body's marks, void if what follows fails."""
        now = self._clock.now()
        parsed = replace(parsed, entries=tuple(with_usable_dates(entry, now) for entry in parsed.entries))
        known = await self._known(row, parsed.entries)
        if len(parsed.entries) > IDENTIFY_HERE:
            entries = await asyncio.to_thread(identify, parsed.entries, known)
        else:
            entries = identify(parsed.entries, known)
        reason, state = _judge(row, parsed, entries)
        after = afterpoll.succeeded(
            _remember(read, parsed, fetched, now, state),
            now=now,
            hints=_hints(fetched, parsed, now),
            interval_bounds=self._bounds(row),
        )
        update = PollUpdate(
            row=after,
            reason=reason,
            entries=entries,
            rings=reason not in {PollReason.BASELINE, PollReason.QUARANTINED},
            moved_to=fetched.permanent_url if fetched.permanent_url != row.url else None,
        )
        return update if reason is PollReason.NO_NEW_ENTRIES else Brought(parsed=parsed, update=update)

    async def _known(self, row: FeedRow, entries: tuple[Entry, ...]) -> tuple[KnownItem, ...]:
        if not entries or row.ok_at is None:  # no poll of it went well yet, so it has no items
            return ()
        return await self._look_up(lambda connection: known_items(connection, row.id, entries))

    def _unchanged(self, row: FeedRow, reason: PollReason, fetched: Fetched) -> Outcome:
        now = self._clock.now()
        return afterpoll.unchanged(
            row,
            reason,
            now=now,
            hints=Hints(max_age=rhythm.cache_lifetime(fetched.headers, now)),
            interval_bounds=self._bounds(row),
            validators=_newer(row, fetched),
        )

    def _fetch_failed(self, row: FeedRow, host: str, error: FetchError) -> PollUpdate:
        reason = {FetchReason.GONE: PollReason.GONE, FetchReason.THROTTLED: PollReason.THROTTLED}.get(
            error.reason, PollReason.FETCH_FAILED
        )
        if error.reason is FetchReason.THROTTLED:
            wait = min(error.retry_after or row.interval, afterpoll.WAIT_LIMIT)
            self._not_before[host] = self._clock.now() + timedelta(seconds=wait)
        return self.failed(row, reason, error.reason.value, error.detail, error.retry_after)

    def _bounds(self, row: FeedRow) -> tuple[float, float]:
        return afterpoll.bounds(row, *self._interval_bounds)


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
    newest = afterpoll.newest_date([*dates, row.item_at], now=now)
    known_dates = [date for date in (*dates, row.item_at) if date is not None]
    gap = rhythm.usual_gap(known_dates) if len(parsed.entries) == parsed.total_entries else None
    return replace(
        row,
        state=state,
        title=parsed.title or row.title,
        lang=row.lang or parsed.lang,
        validators=fetched.validators,
        seen=polling.packed(parsed.seen),
        baselined=True,
        item_at=newest,
        gap=gap if gap is not None else row.gap,
    )


def _newer(row: FeedRow, fetched: Fetched) -> Validators:
    answered = fetched.validators
    return answered if answered.etag or answered.last_modified else row.validators


def _hints(fetched: Fetched, parsed: ParsedFeed, now: datetime) -> Hints:
    return Hints(
        max_age=rhythm.cache_lifetime(fetched.headers, now),
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        skip_days=parsed.skip_days,
    )
