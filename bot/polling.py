"""When to poll a feed next and what to remember of a poll: pure decisions over values that are handed in.

    row + answer (or error) + now  ->  PollUpdate: reason, next due time, rhythm, validators, health

A feed is never given up: failures back off to a day. Only 410 and a person stop it. Waiting times carry a
jitter that follows from the feed and the time, so that feeds added together drift apart and tests can tell why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise
from statistics import median

from bot.identity import Identified
from bot.ports import Validators
from bot.secret import without_secrets

MIN_INTERVAL = 300.0  # seconds; Miniflux refuses less, and publishers notice
MAX_INTERVAL = 3600.0
DEFAULT_INTERVAL = 600.0
JITTER = 0.10
BACKOFF_FIRST = 300.0  # 5 * 2^n minutes, as MonitoRSS
BACKOFF_LIMIT = 86_400.0
FULL_EVERY = timedelta(hours=24)  # a full fetch and parse, for servers whose 304 cannot be trusted
ERROR_TEXT_LIMIT = 500  # characters
FULL_DRIFT = 0.25
_FULL_AT_LEAST = FULL_EVERY * (1 - FULL_DRIFT)
WAIT_LIMIT = 86_400.0  # the longest wait that a server may ask for with Retry-After
STALE_AFTER = timedelta(days=5)
STALE_GAPS = 3.0  # and at least this many times the feed's usual gap
NO_VALIDATORS = Validators()
GAP_SAMPLE = 20  # newest dated entries that the rhythm is read from


class FeedState(StrEnum):
    """Whether a feed is polled and whether its items may ring."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a person
    GONE = "gone"  # the server said 410
    QUARANTINED = "quarantined"  # a flood of old entries was stored without ringing; later ones ring


class PollReason(StrEnum):
    """What came of one poll."""

    BASELINE = "baseline"  # first poll: stored, nothing rings
    STORED = "stored"  # new or edited entries were handed on
    NOT_MODIFIED = "not_modified"  # 304
    SAME_BODY = "same_body"
    NO_NEW_ENTRIES = "no_new_entries"
    QUARANTINED = "quarantined"  # a flood of old entries under new ids: stored, nothing rings
    POSTPONED = "postponed"  # the host asked us to wait; no request was made
    THROTTLED = "throttled"  # 429, or 503 with Retry-After
    GONE = "gone"  # 410
    FETCH_FAILED = "fetch_failed"
    PARSE_FAILED = "parse_failed"
    INGEST_FAILED = "ingest_failed"

    @property
    def is_failure(self) -> bool:
        """Whether the feed counts as failing after this."""
        return self in _FAILURES


_FAILURES = frozenset({PollReason.GONE, PollReason.FETCH_FAILED, PollReason.PARSE_FAILED, PollReason.INGEST_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as configuration or a person names it. Bounds are seconds; None leaves them to the poller."""

    url: str
    outlet: str = ""  # empty: the feed's own title
    lang: str | None = None
    tier: int | None = None
    min_interval: float | None = None
    max_interval: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A row of the feed table; the columns are explained in bot.store.schema."""

    id: int
    url: str
    added_at: datetime
    next_due: datetime
    outlet: str = ""
    title: str = ""
    lang: str | None = None
    tier: int | None = None
    state: FeedState = FeedState.ACTIVE
    configured: bool = False
    interval: float = DEFAULT_INTERVAL
    min_interval: float | None = None
    max_interval: float | None = None
    gap: float | None = None
    validators: Validators = NO_VALIDATORS
    body_hash: bytes | None = None
    seen: frozenset[bytes] = frozenset()
    full_parse_at: datetime | None = None
    baselined: bool = False
    polled_at: datetime | None = None
    ok_at: datetime | None = None
    item_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error_code: str | None = None
    error_text: str | None = None
    notified_at: datetime | None = None
    added_by: str | None = None

    @property
    def name(self) -> str:
        """What to call the outlet: as configured, else the feed's own title, else its address."""
        return self.outlet or self.title or without_secrets(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollUpdate:
    """What one poll changes in a feed's row; saved in the same transaction as the items it brought.

    ``row`` is the whole row as it has to stand afterwards. ``entries`` are the parsed entries with what each is
    to the known items, in the order of the feed; ``rings`` is False for a baseline and for a quarantined batch:
    their items are stored and searchable, and nothing is posted for them.
    """

    row: FeedRow
    reason: PollReason
    entries: tuple[Identified, ...] = ()
    rings: bool = True
    moved_to: str | None = None  # every hop was a permanent redirect, and the target parses

    @property
    def is_baseline(self) -> bool:
        """Whether the items are only to be stored (first poll or quarantine)."""
        return not self.rings


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What became of a batch: numbers of items stored, edited and left alone, and of alerts made."""

    new: int = 0
    edited: int = 0
    unchanged: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSummary:
    """One round over what was due."""

    counts: Mapping[PollReason, int] = field(default_factory=dict)
    items: IngestResult = IngestResult()
    seconds: float = 0.0

    @property
    def polled(self) -> int:
        """Feeds that were looked at."""
        return sum(self.counts.values())

    def count(self, reason: PollReason) -> int:
        """Return how many feeds ended with ``reason``."""
        return self.counts.get(reason, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What server and feed say about the time between polls; seconds, None where they are silent."""

    max_age: float | None = None
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()  # UTC hours in which the feed never changes
    skip_days: frozenset[int] = frozenset()  # 0 is Monday


def bounds(row: FeedRow, default_min: float = MIN_INTERVAL, default_max: float = MAX_INTERVAL) -> tuple[float, float]:
    """Return the least and greatest interval of a feed in seconds; the greatest is never below the least."""
    least = row.min_interval if row.min_interval is not None else default_min
    greatest = row.max_interval if row.max_interval is not None else default_max
    return least, max(least, greatest)


def usual_gap(dates: Iterable[datetime]) -> float | None:
    """Return the median seconds between neighbouring dates, newest ``GAP_SAMPLE`` only; None for fewer than three."""
    newest = sorted(set(dates), reverse=True)[:GAP_SAMPLE]
    if len(newest) < 3:
        return None
    return median((later - earlier).total_seconds() for later, earlier in pairwise(newest))


def adaptive_interval(gap: float | None, least: float, greatest: float) -> float:
    """Return seconds between polls for a feed with ``gap`` seconds between items: half the gap, within bounds."""
    wanted = DEFAULT_INTERVAL if gap is None else gap / 2
    return min(max(wanted, least), greatest)


def jitter(key: int, now: datetime) -> float:
    """Return a number in [0, 1) that follows from the feed and the moment."""
    digest = blake2b(f"{key}:{now.timestamp():.3f}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def next_poll(now: datetime, interval: float, hints: Hints, *, greatest: float, key: int) -> datetime:
    """Return when to poll after a success.

    A server's freshness (``max-age``) and the feed's ``<ttl>`` may lengthen the interval up to the ``greatest`` one
    that we want for the feed, never shorten it; hours and days that the feed declares silent are skipped.
    """
    wishes = [min(wish, greatest) for wish in (hints.max_age, hints.ttl) if wish]
    wait = max([interval, *wishes])
    due = now + timedelta(seconds=wait * (1 + JITTER * jitter(key, now)))
    return _after_silence(due, hints)


def _after_silence(due: datetime, hints: Hints) -> datetime:
    if not hints.skip_hours and not hints.skip_days:
        return due
    if len(hints.skip_hours) >= 24 or len(hints.skip_days) >= 7:
        return due  # a feed that is never to be polled is a mistake in the feed
    hour = timedelta(hours=1)
    for _ in range(24 * 7):
        if due.hour not in hints.skip_hours and due.weekday() not in hints.skip_days:
            return due
        due += hour
    return due


def backoff(now: datetime, failures: int, *, key: int, least: float = 0.0) -> datetime:
    """Return when to try again after ``failures`` failures in a row (from 1): 5 * 2^n minutes, a day at most."""
    exponent = min(max(failures - 1, 0), 16)  # 2^16 is far past the limit, and the power stays small
    wait = max(min(BACKOFF_FIRST * 2**exponent, BACKOFF_LIMIT), least)
    return now + timedelta(seconds=wait * (1 + JITTER * jitter(key, now)))


def needs_full(row: FeedRow, now: datetime) -> bool:
    """Whether to ignore validators and hashes: never read in full, or not for a day, or the clock was set back.

    A day is up to a quarter shorter for some feeds than for others, so that feeds added together drift apart.
    """
    at = row.full_parse_at
    if at is None or at > now + timedelta(hours=1):
        return True
    age = now - at
    return age >= _FULL_AT_LEAST and age >= FULL_EVERY * (1 - FULL_DRIFT * jitter(row.id, at))


def cache_lifetime(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read seconds of freshness from ``cache-control`` or ``expires``; None where neither says so."""
    control, expires = headers.get("cache-control"), headers.get("expires")
    if control:
        directives = [part.strip().lower() for part in control.split(",")]
        if "no-store" in directives or "no-cache" in directives:
            return None
        for directive in directives:
            name, _, value = directive.partition("=")
            if name == "max-age":
                return _seconds(value.strip('" '))
    return _until(expires, now) if expires else None


def _seconds(value: str) -> float | None:
    whole = value.partition(".")[0]
    if not whole.isascii() or not whole.isdigit() or len(whole) > 12:
        return None
    return float(whole)


def _until(value: str, now: datetime) -> float | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    try:
        return max((at - now).total_seconds(), 0.0) or None
    except OverflowError:
        return None


def stale_after(gap: float | None) -> timedelta:
    """Return how long a feed may bring nothing before it is called stale."""
    return max(STALE_AFTER, timedelta(seconds=min(STALE_GAPS * (gap or 0.0), 366 * 86_400)))


def is_stale(row: FeedRow, now: datetime) -> bool:
    """Whether the feed answers but should have had an item by now."""
    newest = row.item_at or row.added_at
    return row.baselined and not row.failures and now - newest > stale_after(row.gap)


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
        due = now + timedelta(seconds=least * (1 + JITTER * jitter(row.id, now)))
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
