"""Lanes: who may post in a channel just now, when the next post may go out, and which channels stand still.

A claim raises the lane's epoch; every later write under that claim repeats the epoch and is refused when the lane
has moved on (fencing). A whole platform is paused by a lane row of the platform's bare name.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from bot.store import driver
from bot.store.outbox import IS_PENDING, ensure_lane
from bot.store.schema import channel, outbox
from bot.store.schema import lane as lanes

ACTIVE = "active"
PARKED = "parked"


_NOW = bindparam("now", type_=lanes.c.not_before.type)
_IS_PARKED = exists().where(channel.c.lane == lanes.c.key, channel.c.state == PARKED).correlate(lanes)
_IS_RUNNING = and_(lanes.c.paused.is_(None), ~_IS_PARKED)
_MAY_MOVE = and_(_IS_RUNNING, or_(lanes.c.not_before.is_(None), lanes.c.not_before <= _NOW))
_IS_FREE = or_(lanes.c.lease.is_(None), lanes.c.lease <= _NOW)
_PLATFORM = lanes.alias("platform")
_PLATFORM_IS_PAUSED = exists().where(
    _PLATFORM.c.key == driver.given(lanes.c.key, "platform"), _PLATFORM.c.paused.is_not(None)
)
_CLAIM = (
    update(lanes)
    .where(
        lanes.c.key == driver.given(lanes.c.key, "lane"),
        or_(_IS_FREE, and_(bindparam("sole", type_=Boolean), lanes.c.owner != driver.given(lanes.c.owner))),
        _MAY_MOVE,
        ~_PLATFORM_IS_PAUSED,
    )
    .values(
        epoch=lanes.c.epoch + 1,
        owner=driver.given(lanes.c.owner, "new_owner"),
        lease=driver.given(lanes.c.lease, "new_lease"),
    )
    .returning(lanes.c.epoch)
)
_MINE = and_(
    lanes.c.key == driver.given(lanes.c.key, "lane_key"), lanes.c.epoch == driver.given(lanes.c.epoch, "lane_epoch")
)
_FREED = update(lanes).where(_MINE).values(owner=null(), lease=null()).returning(lanes.c.key)
_SERVED = (
    update(lanes)
    .where(_MINE)
    .values(owner=null(), lease=null(), not_before=driver.given(lanes.c.not_before, "next"))
    .returning(lanes.c.key)
)


def claim(
    connection: Connection, lane: str, *, owner: str, lease: datetime, now: datetime, sole_owner: bool
) -> int | None:
    """Take the lane until ``lease`` and return its new epoch; None when it is taken, waiting or standing still.

    With ``sole_owner`` (one process holds the database's lock) a lease of an earlier process does not count.
    """
    platform = lane.split(":", 1)[0]
    moment = {"lane": lane, "platform": platform, "owner": owner, "now": now, "sole": sole_owner}
    taken = driver.first(connection, _CLAIM, **moment, new_owner=owner, new_lease=lease)
    return None if taken is None else int(taken.epoch)


def release(connection: Connection, lane: str, epoch: int, *, not_before: datetime | None) -> bool:
    """Give the lane back under the claim's epoch. False: the lane has moved on, and nothing may be written."""
    mine = {"lane_key": lane, "lane_epoch": epoch}
    if not_before is None:
        return driver.first(connection, _FREED, **mine) is not None
    return driver.first(connection, _SERVED, **mine, next=not_before) is not None


def due_lanes(
    connection: Connection, *, now: datetime, platforms: Collection[str], limit: int, skip: Collection[str] = ()
) -> list[str]:
    """Return lanes that have a row to move now, least recently served first.

    What it costs grows with the lanes that have something to send, not with all lanes nor with all rows.
    """
    running = _running(connection, platforms)
    if not running:
        return []
    found = driver.rows(connection, _due(tuple(running)), now=now, most=limit + len(skip))
    return [row.key for row in found if row.key not in skip][:limit]


@cache
def _due(platforms: tuple[str, ...]) -> Select[tuple[str]]:
    may_go = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= _NOW)
    # In order, or SQLite would look through all that a channel was ever sent instead of the index of what waits.
    head = select(outbox.c.id).where(outbox.c.lane == lanes.c.key, IS_PENDING, may_go).order_by(outbox.c.id).limit(1)
    return (
        select(lanes.c.key)
        .where(
            lanes.c.key.in_(_waiting_lanes()),
            _of_platforms(platforms),
            _MAY_MOVE,
            _IS_FREE,
            head.scalar_subquery().is_not(None),
        )
        .order_by(lanes.c.not_before.nulls_first(), lanes.c.key)
        .limit(bindparam("most", type_=Integer))
    )


def _waiting_lanes() -> Select[tuple[str]]:
    """Select the lanes that have a pending row by skipping through the index from one lane to the next."""
    first = select(outbox.c.lane).where(IS_PENDING).order_by(outbox.c.lane).limit(1).scalar_subquery()
    walk = select(first.label("lane")).cte("waiting", recursive=True)
    after = select(outbox.c.lane).where(IS_PENDING, outbox.c.lane > walk.c.lane).order_by(outbox.c.lane).limit(1)
    walk = walk.union_all(select(after.scalar_subquery()).where(walk.c.lane.is_not(None)))
    return select(walk.c.lane).where(walk.c.lane.is_not(None))


def next_moment(connection: Connection, *, now: datetime, platforms: Collection[str]) -> datetime | None:
    """Return the next moment at which a waiting lane or a scheduled row may come due; None when nothing waits."""
    running = _running(connection, platforms)
    if not running:
        return None
    pending = and_(outbox.c.lane == lanes.c.key, IS_PENDING, _of_platforms(running), _IS_RUNNING)
    moments = [
        connection.execute(
            select(func.min(column)).select_from(lanes.join(outbox, pending)).where(column > now)
        ).scalar()
        for column in (lanes.c.not_before, outbox.c.not_before)
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def next_move(connection: Connection, lane: str, now: datetime) -> datetime | None:
    """Return when a lane may move next, at the earliest ``now``; None when nothing waits in it or it stands still."""
    row = connection.execute(select(lanes.c.not_before, lanes.c.lease).where(lanes.c.key == lane, _IS_RUNNING)).first()
    first = connection.execute(
        select(outbox.c.not_before)
        .where(outbox.c.lane == lane, IS_PENDING)
        .order_by(outbox.c.not_before.nulls_first())
        .limit(1)
    ).first()
    if row is None or first is None:
        return None
    return max(moment for moment in (now, row.not_before, row.lease, first.not_before) if moment is not None)


def take_over(connection: Connection) -> None:
    """Free every lane: for the start of a process that is the database's only owner."""
    connection.execute(update(lanes).where(lanes.c.owner.is_not(None)).values(owner=None, lease=None))


def shift(connection: Connection, by: timedelta) -> None:
    """Move every wait and lease along with a wall clock that was set back, so that no lane stands still for it."""
    waiting = select(lanes.c.key, lanes.c.not_before, lanes.c.lease).where(
        or_(lanes.c.not_before.is_not(None), lanes.c.lease.is_not(None))
    )
    for row in connection.execute(waiting).all():
        connection.execute(
            update(lanes)
            .where(lanes.c.key == row.key)
            .values(
                not_before=None if row.not_before is None else row.not_before + by,
                lease=None if row.lease is None else row.lease + by,
            )
        )


def park(connection: Connection, lane: str, reason: str, detail: str) -> None:
    """Stop a channel and keep its rows, until ``unpark``."""
    connection.execute(update(lanes).where(lanes.c.key == lane).values(paused=reason))
    connection.execute(
        update(channel).where(channel.c.lane == lane).values(state=PARKED, state_reason=f"{reason}: {detail}")
    )


def unpark(connection: Connection, lane: str) -> bool:
    """Let a channel go on at once, whatever held it; False when it is unknown here."""
    done = connection.execute(update(lanes).where(lanes.c.key == lane).values(paused=None, not_before=None))
    connection.execute(update(channel).where(channel.c.lane == lane).values(state=ACTIVE, state_reason=None))
    return done.rowcount == 1


def pause_platform(connection: Connection, platform: str, reason: str) -> None:
    """Stop every channel of a platform, those not yet known included."""
    ensure_lane(connection, platform)
    connection.execute(update(lanes).where(lanes.c.key == platform).values(paused=reason))


def resume_platform(connection: Connection, platform: str) -> bool:
    """Let a platform go on; False when it was not paused."""
    done = connection.execute(
        update(lanes).where(lanes.c.key == platform, lanes.c.paused.is_not(None)).values(paused=None)
    )
    return done.rowcount == 1


def standing_still(connection: Connection) -> list[tuple[str, str]]:
    """Return parked channels and paused platforms, each with its reason."""
    paused = select(lanes.c.key, lanes.c.paused).where(lanes.c.paused.is_not(None)).order_by(lanes.c.key)
    return [(row.key, row.paused) for row in connection.execute(paused)]


def _running(connection: Connection, platforms: Collection[str]) -> list[str]:
    """Leave out the platforms that are paused as a whole."""
    wanted = select(lanes.c.key).where(lanes.c.key.in_(list(platforms)), lanes.c.paused.is_not(None))
    paused = {row.key for row in connection.execute(wanted)}
    return sorted(set(platforms) - paused)


def _of_platforms(platforms: Collection[str]) -> ColumnElement[bool]:
    return or_(*(lanes.c.key.startswith(f"{platform}:", autoescape=True) for platform in sorted(platforms)))
