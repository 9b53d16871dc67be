"""The feed table: which feeds are due, what a poll left behind, how each one is.

All functions take the connection of a running transaction (``await db.tx(...)``, ``await db.read(...)``) and say
the time through ``now``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot import polling
from bot.identity import KnownItem, content_hash, identity_of, url_key, url_variants
from bot.polling import FeedRow, FeedSpec, FeedState, PollReason, PollUpdate
from bot.ports import Entry, Validators
from bot.secret import without_secrets
from bot.store.schema import feed, item

T = TypeVar("T")
HASH_BYTES = 8  # of one raw entry, as adapters.feeds.slices makes them
KNOWN_LIMIT = 2_000  # of one look-up; feeds in which all entries share a link have no more use than this
LEASE = timedelta(minutes=10)  # a claimed feed is due again after this, should the process die
NOTICE_FAILURES = 3
NOTICE_FAILING = timedelta(hours=24)
_POLLED = (FeedState.ACTIVE, FeedState.QUARANTINED)


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


def claim_due(connection: Connection, now: datetime, limit: int) -> tuple[FeedRow, ...]:
    """Take up to ``limit`` feeds whose time has come, longest waiting first, and lease them for ``LEASE``."""
    due = select(feed).where(feed.c.state.in_(_POLLED), feed.c.next_due <= now).order_by(feed.c.next_due).limit(limit)
    if connection.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    rows = tuple(_row(found) for found in connection.execute(due))
    if rows:
        ids = [row.id for row in rows]
        connection.execute(update(feed).where(feed.c.id.in_(ids)).values(next_due=now + LEASE))
    return rows


def mend_clock(connection: Connection, now: datetime) -> int:
    """Make feeds due that were polled or added in the future: the clock was set back. Returns how many."""
    last = func.coalesce(feed.c.polled_at, feed.c.added_at)
    return connection.execute(update(feed).where(last > now).values(next_due=now, polled_at=now)).rowcount


def save_poll(connection: Connection, poll: PollUpdate) -> None:
    """Store what a poll left behind. Call it in the transaction that stores the poll's items."""
    save_polls(connection, (poll,))


def save_polls(connection: Connection, polls: Sequence[PollUpdate]) -> None:
    """Store what many polls left behind.

    A pause by a person during the poll stands; a permanent new address is only taken when no other feed has it.
    """
    light = [_light_values(poll.row) for poll in polls if poll.reason in _LIGHT]
    full = [_values(poll.row) for poll in polls if poll.reason not in _LIGHT]
    if light:
        connection.execute(_LIGHT_UPDATE, light)
    if full:
        connection.execute(_FULL_UPDATE, full)
    for poll in polls:
        if poll.moved_to and poll.moved_to != poll.row.url and find(connection, poll.moved_to) is None:
            connection.execute(update(feed).where(feed.c.id == poll.row.id).values(url=poll.moved_to))


def known_items(connection: Connection, feed_id: int, entries: Sequence[Entry]) -> tuple[KnownItem, ...]:
    """Return the stored items of a feed among which ``bot.identity.identify`` has to look for ``entries``.

    These are the items with an entry's key, with the same link (however it is written), the same words, or a key
    that was made of the same guid and another link. Each alternative has an index; one query asks for all.
    """
    found: dict[int, KnownItem] = {}
    for few in _chunks(entries, 40):
        query = select(*_KNOWN).where(_may_be(feed_id, few)).order_by(item.c.id.desc()).limit(KNOWN_LIMIT)
        for owner, *values in connection.execute(query):
            if owner == feed_id:
                found[values[0]] = KnownItem(**dict(zip(_KNOWN_FIELDS, values, strict=True)))
    return tuple(found.values())


_KNOWN_FIELDS = ("id", "identity", "url", "title", "content_hash", "published")
_KNOWN = (item.c.feed_id, *(item.c[name] for name in _KNOWN_FIELDS))


def _may_be(feed_id: int, entries: Sequence[Entry]) -> ColumnElement[bool]:
    here = item.c.feed_id == feed_id  # repeated in each alternative, so that SQLite uses the index of each
    keys = [identity_of(entry) for entry in entries]
    exact = [*keys, *(f"{key}\n{url_key(entry.url)}" for key, entry in zip(keys, entries, strict=True))]
    alternatives = [
        and_(here, item.c.identity.in_(exact)),
        and_(here, item.c.content_hash.in_([content_hash(entry) for entry in entries])),
        *(and_(here, item.c.identity > f"{key}\n", item.c.identity < f"{key}\x0b") for key in set(keys)),
    ]
    links = [link for entry in entries for link in url_variants(entry.url)]
    # without the feed: SQLite would rather read all of the feed than use the index of links
    return or_(*alternatives, item.c.url.in_(links)) if links else or_(*alternatives)


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
    dropped = [row.id for url, row in rows.items() if row.configured and url not in listed]
    for some in _chunks(dropped, 400):
        paused = {"configured": False, "state": FeedState.PAUSED.value}
        connection.execute(update(feed).where(feed.c.id.in_(some)).values(paused))


def list_feeds(connection: Connection) -> tuple[FeedRow, ...]:
    """Return every feed in the order of its name."""
    rows = (_row(found) for found in connection.execute(select(feed)))
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.url)))


def find(connection: Connection, url: str) -> FeedRow | None:
    """Return the feed with this address, or None."""
    found = connection.execute(select(feed).where(feed.c.url == url)).one_or_none()
    return None if found is None else _row(found)


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
    for row in map(_row, connection.execute(wanted)):
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


def _light_values(row: FeedRow) -> dict[str, object]:
    return {
        "feed_id": row.id,
        "interval": row.interval,
        "etag": row.validators.etag,
        "last_modified": row.validators.last_modified,
        "next_due": row.next_due,
        "polled_at": row.polled_at,
        "ok_at": row.ok_at,
        "failures": row.failures,
        "failing_since": row.failing_since,
        "error_code": row.error_code,
        "error_text": row.error_text,
    }


def _values(row: FeedRow) -> dict[str, object]:
    return {
        **_light_values(row),
        "title": row.title,
        "lang": row.lang,
        "new_state": row.state.value,
        "gap": row.gap,
        "body_hash": row.body_hash,
        "seen": b"".join(sorted(row.seen)) if row.seen else None,
        "full_parse_at": row.full_parse_at,
        "baselined": row.baselined,
        "item_at": row.item_at,
    }


def _update_of(names: Iterable[str]) -> Update:
    values: dict[str, object] = {name: bindparam(name) for name in names}
    return update(feed).where(feed.c.id == bindparam("feed_id")).values(values)


# What a poll that brought nothing changes; the large columns stay untouched, which is what makes it cheap.
_LIGHT = frozenset({PollReason.NOT_MODIFIED, PollReason.SAME_BODY, PollReason.POSTPONED, PollReason.THROTTLED})
# fmt: off
_LIGHT_NAMES = (
    "interval", "etag", "last_modified", "next_due", "polled_at", "ok_at", "failures", "failing_since",
    "error_code", "error_text",
)
# fmt: on
_FULL_NAMES = (*_LIGHT_NAMES, "title", "lang", "gap", "body_hash", "seen", "full_parse_at", "baselined", "item_at")
_LIGHT_UPDATE = _update_of(_LIGHT_NAMES)
_KEPT_STATE = case(
    (feed.c.state == FeedState.PAUSED, feed.c.state), else_=bindparam("new_state", type_=feed.c.state.type)
)
_FULL_UPDATE = _update_of(_FULL_NAMES).values(state=_KEPT_STATE)


def _row(found: Row[*tuple[Any, ...]]) -> FeedRow:
    values = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    validators = Validators(etag=values.pop("etag"), last_modified=values.pop("last_modified"))
    seen = values.pop("seen") or b""
    hashes = frozenset(seen[at : at + HASH_BYTES] for at in range(0, len(seen), HASH_BYTES))
    values["state"] = FeedState(values["state"])
    return FeedRow(validators=validators, seen=hashes, **values)


def _chunks(values: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (values[at : at + size] for at in range(0, len(values), size))
