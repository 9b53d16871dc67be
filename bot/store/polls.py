"""The feed table as the poller uses it: what is due, and what a poll left behind.

All functions take the connection of a running transaction and say the time through ``now``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, String, Update, bindparam, case, func, select, update

from bot.feeds.polling import FeedRow, FeedState, PollReason, PollUpdate, QuietPoll
from bot.ports import Validators
from bot.store import driver
from bot.store.schema import feed

LEASE = timedelta(minutes=10)  # a claimed feed is due again after this, should the process die
_POLLED = (FeedState.ACTIVE, FeedState.QUARANTINED)


def claim_due(connection: Connection, now: datetime, limit: int) -> tuple[FeedRow, ...]:
    """Take up to ``limit`` feeds whose time has come, longest waiting first, and lease them for ``LEASE``."""
    as_stored = driver.moments(connection)
    due: list[FeedRow] = []
    for state in _POLLED:  # one by one: asked for both at once, SQLite sorts all that is due
        wanted = {"a_state": state.value, "now": as_stored(now), "most": limit}
        due += map(feed_row, driver.run(connection, _DUE, wanted))
    due.sort(key=attrgetter("next_due"))
    del due[limit:]
    until = as_stored(now + LEASE)
    if due:
        leased = driver.listed(connection, [row.id for row in due])
        driver.run(connection, _leased(connection.dialect.name), {"next_due": until, **leased})
    return tuple(due)


def claimed(connection: Connection, ids: Sequence[int]) -> tuple[FeedRow, ...]:
    """Return feeds as they stand now; ``next_due`` of a claimed one is the end of its lease."""
    return tuple(map(feed_row, connection.execute(select(feed).where(feed.c.id.in_(ids)).order_by(feed.c.id))))


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
    as_stored = driver.moments(connection)
    light = [_light_values(poll.row, as_stored) for poll in polls if poll.reason in _LIGHT]
    full = [_values(poll.row, as_stored) for poll in polls if poll.reason not in _LIGHT]
    if light:
        driver.run(connection, _LIGHT_UPDATE, *light)
    if full:
        driver.run(connection, _FULL_UPDATE, *full)
    for poll in polls:
        if poll.moved_to and poll.moved_to != poll.row.url:
            _move(connection, poll.row.id, poll.moved_to)


def save_quiet(connection: Connection, polls: Sequence[QuietPoll]) -> None:
    """Store the times of polls that left all else as it was."""
    as_stored = driver.moments(connection)
    moved = ({"feed_id": key, "next_due": as_stored(due), "polled_at": as_stored(at)} for key, _, at, due in polls)
    driver.run(connection, _QUIET_UPDATE, *moved)


def _move(connection: Connection, feed_id: int, url: str) -> None:
    is_taken = connection.execute(select(feed.c.id).where(feed.c.url == url)).one_or_none() is not None
    if not is_taken:
        connection.execute(update(feed).where(feed.c.id == feed_id).values(url=url))


# -- rows ----------------------------------------------------------------------------------------------------------


def feed_row(values: Sequence[Any]) -> FeedRow:
    """Make the row of all columns in the table's order, whether the driver gave them or SQLAlchemy."""
    # fmt: off
    (key, url, outlet, title, lang, tier, state, configured, interval, min_interval, max_interval, gap,
     etag, last_modified, body_hash, seen, full_parse_at, baselined, next_due, polled_at, ok_at, item_at,
     failures, failing_since, error_code, error_text, notified_at, added_by, added_at) = values
    # fmt: on
    moment = driver.moment
    return FeedRow(
        id=key,
        url=url,
        outlet=outlet,
        title=title,
        lang=lang,
        tier=tier,
        state=FeedState(state),
        configured=bool(configured),
        interval=interval,
        min_interval=min_interval,
        max_interval=max_interval,
        gap=gap,
        validators=Validators(etag=etag, last_modified=last_modified),
        body_hash=body_hash,
        seen=seen or b"",
        full_parse_at=moment(full_parse_at),
        baselined=bool(baselined),
        next_due=moment(next_due),
        polled_at=moment(polled_at),
        ok_at=moment(ok_at),
        item_at=moment(item_at),
        failures=failures,
        failing_since=moment(failing_since),
        error_code=error_code,
        error_text=error_text,
        notified_at=moment(notified_at),
        added_by=added_by,
        added_at=moment(added_at),
    )


def _light_values(row: FeedRow, as_stored: driver.AsStored) -> dict[str, object]:
    return {
        "feed_id": row.id,
        "interval": row.interval,
        "etag": row.validators.etag,
        "last_modified": row.validators.last_modified,
        "next_due": as_stored(row.next_due),
        "polled_at": as_stored(row.polled_at),
        "ok_at": as_stored(row.ok_at),
        "failures": row.failures,
        "failing_since": as_stored(row.failing_since),
        "error_code": row.error_code,
        "error_text": row.error_text,
    }


def _values(row: FeedRow, as_stored: driver.AsStored) -> dict[str, object]:
    return {
        **_light_values(row, as_stored),
        "title": row.title,
        "lang": row.lang,
        "new_state": row.state.value,
        "gap": row.gap,
        "body_hash": row.body_hash,
        "seen": row.seen or None,
        "full_parse_at": as_stored(row.full_parse_at),
        "baselined": row.baselined,
        "item_at": as_stored(row.item_at),
    }


# -- statements ----------------------------------------------------------------------------------------------------


def _update_of(names: Iterable[str]) -> Update:
    values: dict[str, object] = {name: bindparam(name) for name in names}
    return update(feed).where(feed.c.id == bindparam("feed_id")).values(values)


_DUE = (
    select(*feed.columns)
    .where(feed.c.state == bindparam("a_state"), feed.c.next_due <= bindparam("now"))
    .order_by(feed.c.next_due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # where rows can be locked, and several may be asking
)


@cache
def _leased(dialect: str) -> Update:
    return update(feed).where(driver.listed_in(dialect, feed.c.id)).values(next_due=bindparam("next_due"))


_QUIET_UPDATE = _update_of(["next_due", "polled_at"]).values(ok_at=bindparam("polled_at"))
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
_KEPT_STATE = case((feed.c.state == FeedState.PAUSED.value, feed.c.state), else_=bindparam("new_state", type_=String()))
_FULL_UPDATE = _update_of(_FULL_NAMES).values(state=_KEPT_STATE)
