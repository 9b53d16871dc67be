"""The feed table as people use it: which feeds there are, how each one is, what has to be told of them.

All functions take the connection of a running transaction (``await db.tx(...)``, ``await db.read(...)``) and say
the time through ``now``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from bot.errors import FetchReason
from bot.feeds import polling
from bot.feeds.polling import FeedRow, FeedSpec, FeedState
from bot.secret import without_secrets
from bot.store.known import known_items as known_items
from bot.store.polls import feed_row
from bot.store.schema import feed

T = TypeVar("T")
NOTICE_FAILURES = 3
NOTICE_FAILING = timedelta(hours=24)


class NoticeKind(StrEnum):
    """What the admin channel is told about a feed, once each."""

    FAILING = "failing"
    GONE = "gone"
    QUARANTINED = "quarantined"
    STALE = "stale"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """One thing to tell the admin channel about a feed."""

    kind: NoticeKind
    row: FeedRow
    text: str


def add(connection: Connection, spec: FeedSpec, *, now: datetime, by: str | None = None) -> FeedRow:
    """Add a feed, due at once. Returns the row that is there already when the address is known."""
    existing = find(connection, spec.url)
    if existing is not None:
        return existing
    connection.execute(insert(feed).values(url=spec.url, next_due=now, added_at=now, added_by=by, **_described(spec)))
    row = find(connection, spec.url)
    assert row is not None
    return row


def sync(connection: Connection, specs: Iterable[FeedSpec], now: datetime) -> None:
    """Make the table follow the configured list: add, describe anew, and pause those that were taken off the list.

    A feed taken off the list keeps its items and comes back when it is listed again.
    """
    listed = {spec.url: spec for spec in specs}
    rows = {row.url: row for row in list_feeds(connection)}
    for url, spec in listed.items():
        row = rows.get(url) or add(connection, spec, now=now, by="configuration")
        values: dict[str, object] = {**_described(spec), "configured": True}
        if row.state is FeedState.PAUSED and row.added_by == "configuration" and not row.configured and url in rows:
            values |= {"state": FeedState.ACTIVE.value, "next_due": now}
        connection.execute(update(feed).where(feed.c.id == row.id).values(values))
    # tocsin.yaml says which private addresses may be asked: what was refused may be allowed by now.
    refused = feed.c.error_code == FetchReason.REFUSED_ADDRESS.value
    connection.execute(update(feed).where(refused, feed.c.state == FeedState.ACTIVE.value).values(next_due=now))
    dropped = [row.id for url, row in rows.items() if row.configured and url not in listed]
    for some in _chunks(dropped, 400):
        paused = {"configured": False, "state": FeedState.PAUSED.value}
        connection.execute(update(feed).where(feed.c.id.in_(some)).values(paused))


def list_feeds(connection: Connection) -> tuple[FeedRow, ...]:
    """Return every feed in the order of its name."""
    rows = (feed_row(found) for found in connection.execute(select(feed)))
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.url)))


def find(connection: Connection, url: str) -> FeedRow | None:
    """Return the feed with this address, or None."""
    found = connection.execute(select(feed).where(feed.c.url == url)).one_or_none()
    return None if found is None else feed_row(found)


def set_state(connection: Connection, feed_id: int, state: FeedState, now: datetime) -> None:
    """Pause or resume a feed; a resumed one is due at once and starts without a record of failures."""
    values: dict[str, object] = {"state": state.value}
    if state is FeedState.ACTIVE:
        values |= {"next_due": now, "failures": 0, "failing_since": None, "error_code": None, "error_text": None}
    connection.execute(update(feed).where(feed.c.id == feed_id).values(values))


def remove(connection: Connection, feed_id: int) -> None:
    """Delete a feed and its items."""
    connection.execute(delete(feed).where(feed.c.id == feed_id))


def take_notices(connection: Connection, now: datetime) -> tuple[FeedNotice, ...]:
    """Return what the admin channel has not been told yet and mark it as told; write the message in this transaction.

    A feed is told of once when it fails (3 times in a row, or for a day), is gone, quarantined or stale, and once
    when it has recovered.
    """
    troubled = or_(
        feed.c.state.in_((FeedState.GONE, FeedState.QUARANTINED)),
        feed.c.failures >= NOTICE_FAILURES,
        feed.c.failing_since <= now - NOTICE_FAILING,
        and_(feed.c.baselined, func.coalesce(feed.c.item_at, feed.c.added_at) < now - polling.STALE_AFTER),
    )
    watched = feed.c.state != FeedState.PAUSED
    wanted = select(feed).where(watched, or_(and_(feed.c.notified_at.is_(None), troubled), feed.c.notified_at <= now))
    notices: list[FeedNotice] = []
    for row in map(feed_row, connection.execute(wanted)):
        kind = _trouble(row, now)
        if (kind is None) == (row.notified_at is None):
            continue  # told already, or nothing to tell
        kind = kind or NoticeKind.RECOVERED
        told = None if kind is NoticeKind.RECOVERED else now
        connection.execute(update(feed).where(feed.c.id == row.id).values(notified_at=told))
        notices.append(FeedNotice(kind=kind, row=row, text=_notice_text(kind, row, now)))
    return tuple(notices)


def _trouble(row: FeedRow, now: datetime) -> NoticeKind | None:
    if row.state is FeedState.GONE:
        return NoticeKind.GONE
    if row.state is FeedState.QUARANTINED:
        return NoticeKind.QUARANTINED
    failing_long = row.failing_since is not None and row.failing_since <= now - NOTICE_FAILING
    if row.failures >= NOTICE_FAILURES or failing_long:
        return NoticeKind.FAILING
    if polling.is_stale(row, now):
        return NoticeKind.STALE
    # a feed that was reported and fails again, if only once, has not recovered
    return NoticeKind.FAILING if row.failures and row.notified_at is not None else None


def _notice_text(kind: NoticeKind, row: FeedRow, now: datetime) -> str:
    address = without_secrets(row.url)
    match kind:
        case NoticeKind.FAILING:
            return f"{row.name}: failing ({row.error_code}): {row.error_text}; I keep trying, at least once a day"
        case NoticeKind.GONE:
            return f"{row.name}: the server says that this feed is gone (410); I no longer poll {address}"
        case NoticeKind.QUARANTINED:
            return (
                f"{row.name}: nearly all entries came back as new with old dates, probably under new ids; they are "
                f"stored and can be searched, and nothing was posted for them"
            )
        case NoticeKind.STALE:
            days = (now - (row.item_at or row.added_at)).days
            return f"{row.name}: answers, but has brought nothing new for {days} days; is {address} still right?"
        case NoticeKind.RECOVERED:
            return f"{row.name}: works again"


def _described(spec: FeedSpec) -> dict[str, object]:
    language = {"lang": spec.lang} if spec.lang else {}  # else what the feed says of itself stays
    return {
        **language,
        "outlet": spec.outlet,
        "tier": spec.tier,
        "min_interval": spec.min_interval,
        "max_interval": spec.max_interval,
    }


def _chunks(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[at : at + size] for at in range(0, len(values), size))
