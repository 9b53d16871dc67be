"""How a feed is, in one code and one sentence: what ``feeds health`` and the chat command show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.duration import in_words
from bot.feeds import polling
from bot.feeds.polling import FeedRow, FeedState
from bot.secret import without_secrets

FAILING_FROM = 3  # failures in a row; fewer are the web's ordinary weather


class HealthCode(StrEnum):
    """The state of a feed, worst first: lists are sorted by it."""

    GONE = "gone"  # the server said 410; nothing is polled until a person resumes it
    FAILING = "failing"
    QUARANTINED = "quarantined"  # a flood of old entries was stored without ringing
    STALE = "stale"  # answers, but should have had an item by now
    SHAKY = "shaky"  # failed once or twice
    UNDATED = "undated"  # its entries carry no usable dates
    WAITING = "waiting"  # never polled
    PAUSED = "paused"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed's state: ``text`` is one sentence; the rest is for columns, in seconds, None where not known."""

    row: FeedRow
    code: HealthCode
    text: str
    last_item: float | None
    rhythm: float | None
    due_in: float


def health(row: FeedRow, now: datetime) -> Health:
    """Tell how a feed is."""
    code, text = _judge(row, now)
    return Health(
        row=row,
        code=code,
        text=text,
        last_item=None if row.item_at is None else max((now - row.item_at).total_seconds(), 0.0),
        rhythm=row.gap,
        due_in=max((row.next_due - now).total_seconds(), 0.0),
    )


def sorted_by_need(rows: Iterable[FeedRow], now: datetime) -> list[Health]:
    """Return the health of all feeds, those in trouble first, then by name."""
    order = list(HealthCode)
    found = [health(row, now) for row in rows]
    return sorted(found, key=lambda one: (order.index(one.code), one.row.name.casefold(), one.row.url))


def count(healths: Iterable[Health]) -> dict[HealthCode, int]:
    """Count feeds by code, worst first, leaving out codes that no feed has."""
    counts = Counter(one.code for one in healths)
    return {code: counts[code] for code in HealthCode if counts[code]}


def _judge(row: FeedRow, now: datetime) -> tuple[HealthCode, str]:
    if row.state is FeedState.PAUSED:
        return HealthCode.PAUSED, "paused; `tocsin feeds resume` lets it go on"
    if row.state is FeedState.GONE:
        return HealthCode.GONE, "the server says that it is gone for good (410); find its new address"
    if row.failures:
        since = f" since {row.failing_since:%Y-%m-%d %H:%M}" if row.failing_since else ""
        times = "once" if row.failures == 1 else f"{row.failures} times in a row"
        code = HealthCode.FAILING if row.failures >= FAILING_FROM else HealthCode.SHAKY
        return code, f"failed {times}{since} ({row.error_code}): {row.error_text}"
    if row.state is FeedState.QUARANTINED:
        return HealthCode.QUARANTINED, "nearly all entries came back under new ids; they were stored and did not ring"
    if row.polled_at is None:
        return HealthCode.WAITING, "not polled yet"
    if row.error_code:
        return HealthCode.OK, f"asked to wait by its host ({row.error_text})"
    if row.baselined and row.item_at is None:
        return HealthCode.UNDATED, "its entries carry no usable dates: they count as published when they are found"
    if polling.is_stale(row, now):
        expected = in_words(polling.stale_after(row.gap).total_seconds())
        age = in_words((now - (row.item_at or row.added_at)).total_seconds())
        return HealthCode.STALE, f"no new item for {age}; one was expected within {expected}"
    return HealthCode.OK, f"polled every {in_words(row.interval)}"


def shown_url(row: FeedRow) -> str:
    """Return the feed's address without the secrets in it."""
    return without_secrets(row.url)
