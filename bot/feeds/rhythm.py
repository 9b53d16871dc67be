"""How long to wait between two polls of a feed: pure decisions over what server and feed say, and what went before.

Waiting times carry a jitter that follows from the feed and the time, so that feeds added together drift apart and
tests can tell why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from itertools import pairwise
from statistics import median

MIN_INTERVAL = 300.0  # seconds; Miniflux refuses less, and publishers notice
MAX_INTERVAL = 3600.0
DEFAULT_INTERVAL = 600.0
JITTER = 0.10
BACKOFF_FIRST = 300.0  # 5 * 2^n minutes, as MonitoRSS
BACKOFF_LIMIT = 86_400.0
GAP_SAMPLE = 20  # newest dated entries that the rhythm is read from


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What server and feed say about the time between polls; seconds, None where they are silent."""

    max_age: float | None = None
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()  # UTC hours in which the feed never changes
    skip_days: frozenset[int] = frozenset()  # 0 is Monday


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


def jittered(now: datetime, wait: float, *, key: int) -> datetime:
    """Return the moment ``wait`` seconds from now, up to a tenth later."""
    return now + timedelta(seconds=wait * (1 + JITTER * jitter(key, now)))


def next_poll(now: datetime, interval: float, hints: Hints, *, greatest: float, key: int) -> datetime:
    """Return when to poll after a success.

    A server's freshness (``max-age``) and the feed's ``<ttl>`` may lengthen the interval up to the ``greatest`` one
    that we want for the feed, never shorten it; hours and days that the feed declares silent are skipped.
    """
    wait = max(interval, min(hints.max_age or 0.0, greatest), min(hints.ttl or 0.0, greatest))
    return _after_silence(jittered(now, wait, key=key), hints)


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
    return jittered(now, wait, key=key)


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
