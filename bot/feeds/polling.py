"""What is known of a feed, and what one poll of it comes to: the values that poller, store and people share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.feeds.identity import Identified
from bot.feeds.rhythm import DEFAULT_INTERVAL
from bot.ports import Validators
from bot.secret import without_secrets

STALE_AFTER = timedelta(days=5)
STALE_GAPS = 3.0  # and at least this many times the feed's usual gap
NO_VALIDATORS = Validators()
HASH_BYTES = 8  # of one raw entry, as adapters.feeds.slices makes them


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
    seen: bytes = b""  # hashes of the raw entries of the last body, HASH_BYTES each: see packed() and unpacked()
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


class QuietPoll(NamedTuple):
    """A poll that moved the feed's times and nothing else, as nearly all do: little is written for it."""

    feed: int
    reason: PollReason
    at: datetime
    next_due: datetime


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

    @property
    def counts(self) -> Mapping[str, int]:
        """Return what became of the entries, by name; alerts are none of them."""
        return {"new": self.new, "edited": self.edited, "unchanged": self.unchanged}

    def plus(self, other: IngestResult) -> IngestResult:
        """Return both together."""
        return IngestResult(
            new=self.new + other.new,
            edited=self.edited + other.edited,
            unchanged=self.unchanged + other.unchanged,
            alerts=self.alerts + other.alerts,
        )


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


def packed(hashes: Iterable[bytes]) -> bytes:
    """Return hashes of raw entries as a feed's row keeps them: the same ones are always the same bytes."""
    return b"".join(sorted(hashes))


def unpacked(seen: bytes) -> frozenset[bytes]:
    """Return the hashes that a feed's row keeps."""
    return frozenset([seen[at : at + HASH_BYTES] for at in range(0, len(seen), HASH_BYTES)])


def stale_after(gap: float | None) -> timedelta:
    """Return how long a feed may bring nothing before it is called stale."""
    return max(STALE_AFTER, timedelta(seconds=min(STALE_GAPS * (gap or 0.0), 366 * 86_400)))


def is_stale(row: FeedRow, now: datetime) -> bool:
    """Whether the feed answers but should have had an item by now."""
    newest = row.item_at or row.added_at
    return row.baselined and not row.failures and now - newest > stale_after(row.gap)
