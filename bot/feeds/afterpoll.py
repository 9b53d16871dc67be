"""What a feed's row is after a poll: pure decisions over values that are handed in.

    row + answer (or error) + now  ->  the row afterwards: next due time, rhythm, validators, health

A feed is never given up: failures back off to a day. Only 410 and a person stop it. How long to wait is decided in
``bot.feeds.rhythm``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.feeds.polling import FeedRow, FeedState, PollReason, PollUpdate, QuietPoll
from bot.feeds.rhythm import MAX_INTERVAL, MIN_INTERVAL, Hints, adaptive_interval, backoff, jitter, jittered, next_poll
from bot.ports import Validators

FULL_EVERY = timedelta(hours=24)  # a full fetch and parse, for servers whose 304 cannot be trusted
FULL_DRIFT = 0.25
_FULL_AT_LEAST = FULL_EVERY * (1 - FULL_DRIFT)
WAIT_LIMIT = 86_400.0  # the longest wait that a server may ask for with Retry-After
ERROR_TEXT_LIMIT = 500  # characters


def bounds(row: FeedRow, default_min: float = MIN_INTERVAL, default_max: float = MAX_INTERVAL) -> tuple[float, float]:
    """Return the least and greatest interval of a feed in seconds; the greatest is never below the least."""
    least = row.min_interval if row.min_interval is not None else default_min
    greatest = row.max_interval if row.max_interval is not None else default_max
    return least, max(least, greatest)


def needs_full(row: FeedRow, now: datetime) -> bool:
    """Whether to ignore validators and hashes: never read in full, or not for a day, or the clock was set back.

    A day is up to a quarter shorter for some feeds than for others, so that feeds added together drift apart.
    """
    at = row.full_parse_at
    if at is None or at > now + timedelta(hours=1):
        return True
    age = now - at
    return age >= _FULL_AT_LEAST and age >= FULL_EVERY * (1 - FULL_DRIFT * jitter(row.id, at))


def succeeded(
    row: FeedRow,
    *,
    now: datetime,
    hints: Hints,
    interval_bounds: tuple[float, float],
    validators: Validators | None = None,
) -> FeedRow:
    """Return the row after a poll that went well: healthy again and due after its interval."""
    interval = adaptive_interval(row.gap, *interval_bounds)
    return replace(
        row,
        validators=validators or row.validators,
        interval=interval,
        next_due=next_poll(now, interval, hints, greatest=interval_bounds[1], key=row.id),
        polled_at=now,
        ok_at=now,
        failures=0,
        failing_since=None,
        error_code=None,
        error_text=None,
    )


def unchanged(
    row: FeedRow,
    reason: PollReason,
    *,
    now: datetime,
    hints: Hints,
    interval_bounds: tuple[float, float],
    validators: Validators,
) -> QuietPoll | PollUpdate:
    """Return what to save of a poll that found the feed as it was (``reason``: NOT_MODIFIED or SAME_BODY)."""
    interval = adaptive_interval(row.gap, *interval_bounds)
    is_healthy = not row.failures and row.error_code is None
    if is_healthy and interval == row.interval and validators == row.validators:
        due = next_poll(now, interval, hints, greatest=interval_bounds[1], key=row.id)
        return QuietPoll(row.id, reason, now, due)
    after = succeeded(row, now=now, hints=hints, interval_bounds=interval_bounds, validators=validators)
    return PollUpdate(row=after, reason=reason)


def failed(
    row: FeedRow, reason: PollReason, *, now: datetime, code: str, text: str, wait: float | None = None
) -> FeedRow:
    """Return the row after a poll that went wrong: due after a backoff, or after ``wait`` seconds if that is later.

    Throttling and postponing only move the due time: a server that asks for patience is not a failing feed.
    """
    least = min(max(wait or 0.0, 0.0), WAIT_LIMIT)
    text = text[:ERROR_TEXT_LIMIT]
    if not reason.is_failure:
        least = max(least, row.interval)
        due = jittered(now, least, key=row.id)
        return replace(row, next_due=due, polled_at=now, error_code=code, error_text=text)
    failures = row.failures + 1
    return replace(
        row,
        state=FeedState.GONE if reason is PollReason.GONE else row.state,
        next_due=backoff(now, failures, key=row.id, least=least),
        polled_at=now,
        failures=failures,
        failing_since=row.failing_since or now,
        error_code=code,
        error_text=text,
    )


def newest_date(dates: Sequence[datetime | None], *, now: datetime) -> datetime | None:
    """Return the latest of ``dates`` that is not in the future, or None."""
    past = [date for date in dates if date is not None and date <= now]
    return max(past, default=None)
