"""Silences: what a channel does not want to hear for a while, by whom, why, and how much it withheld."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from bot.ringing.holding import Silence, SilenceTarget
from bot.store.schema import audit, silence

MANY = 500  # channels; a statement takes only so many values, and most channels have no silence


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSilence:
    """A silence of one channel. ``withheld`` counts the alerts that it stopped."""

    id: int
    lane: str
    silence: Silence
    withheld: int


def add(connection: Connection, lane: str, new: Silence) -> int:
    """Begin a silence in a channel and return its number."""
    values = {
        "lane": lane,
        "target": new.target.value,
        "value": new.value,
        "since": new.since,
        "until": new.until,
        "by": new.by,
        "reason": new.reason,
    }
    (key,) = connection.execute(insert(silence).values(values)).inserted_primary_key or (0,)
    until = "until it changes" if new.until is None else f"until {new.until:%Y-%m-%d %H:%M} UTC"
    told = f"{new.target} {new.value} {until}" + (f": {new.reason}" if new.reason else "")
    _note(connection, lane, new.by, "snooze", None, told, new.since)
    return int(key)


def active(connection: Connection, lanes: Collection[str], now: datetime) -> tuple[StoredSilence, ...]:
    """Return the silences in force in these channels, oldest first."""
    wanted = select(silence).where(_in_force(now)).order_by(silence.c.id)
    if len(lanes) <= MANY:
        wanted = wanted.where(silence.c.lane.in_(sorted(lanes)))
    return tuple(_stored(row) for row in connection.execute(wanted) if row.lane in lanes)


def count_active(connection: Connection, now: datetime) -> int:
    """Count the silences in force in all channels."""
    return int(connection.execute(select(func.count()).select_from(silence).where(_in_force(now))).scalar_one())


def end(connection: Connection, lane: str, key: int, by: str, now: datetime) -> StoredSilence | None:
    """End one silence of a channel before its time; None when there is none in force with this number."""
    row = connection.execute(select(silence).where(silence.c.id == key, silence.c.lane == lane, _in_force(now))).first()
    if row is None:
        return None
    connection.execute(update(silence).where(silence.c.id == key).values(ended_at=now, ended_by=by))
    _note(connection, lane, by, "unsnooze", f"{row.target} {row.value}", None, now)
    return _stored(row)


def end_by_change(connection: Connection, keys: Collection[int], now: datetime) -> None:
    """End silences that were to last until something changed."""
    connection.execute(update(silence).where(silence.c.id.in_(sorted(keys))).values(ended_at=now, ended_by="a change"))


def count_withheld(connection: Connection, keys: Collection[int]) -> None:
    """Count one more alert that each of these silences stopped."""
    connection.execute(update(silence).where(silence.c.id.in_(sorted(keys))).values(withheld=silence.c.withheld + 1))


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(silence.c.ended_at.is_(None), or_(silence.c.until.is_(None), silence.c.until > now))


def _stored(row: Any) -> StoredSilence:
    return StoredSilence(
        id=row.id,
        lane=row.lane,
        silence=Silence(
            target=SilenceTarget(row.target),
            value=row.value,
            since=row.since,
            until=row.until,
            by=row.by,
            reason=row.reason,
        ),
        withheld=row.withheld,
    )


def _note(
    connection: Connection, lane: str, user: str, what: str, old: str | None, new: str | None, at: datetime
) -> None:
    connection.execute(insert(audit).values(at=at, lane=lane, user=user, what=what, old=old, new=new))
