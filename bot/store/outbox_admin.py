"""What an operator may do to the outbox: look, send again, leave out. Order within a lane is never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from bot.delivery.model import RowState
from bot.store import lanes
from bot.store.outbox import PLAIN
from bot.store.schema import audit, outbox
from bot.store.schema import lane as lane_table

CLOSED = (RowState.DEAD, RowState.UNKNOWN, RowState.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row as an operator sees it. ``why`` is the last error or the reason of its end, else empty."""

    key: str
    lane: str
    op: str
    state: RowState
    heading: str
    attempts: int
    created_at: datetime
    not_before: datetime | None
    why: str


def list_rows(
    connection: Connection, *, states: Collection[RowState], lane: str | None = None, limit: int = 50
) -> list[Listed]:
    """Return rows in those states, oldest first; of one lane where it is named."""
    wanted = select(outbox).where(outbox.c.state.in_([state.value for state in states]))
    if lane is not None:
        wanted = wanted.where(outbox.c.lane == lane)
    return [
        Listed(
            key=row.key,
            lane=row.lane,
            op=row.op,
            state=RowState(row.state),
            heading=str(row.body.get("heading", "")),
            attempts=row.attempts,
            created_at=row.created_at,
            not_before=row.not_before,
            why=row.error or "",
        )
        for row in connection.execute(wanted.order_by(outbox.c.id).limit(limit))
    ]


def keys_in(connection: Connection, *, states: Collection[RowState], lane: str | None = None) -> list[str]:
    """Return the keys of all rows in those states."""
    wanted = select(outbox.c.key).where(outbox.c.state.in_([state.value for state in states]))
    if lane is not None:
        wanted = wanted.where(outbox.c.lane == lane)
    return list(connection.execute(wanted.order_by(outbox.c.id)).scalars())


def retry(connection: Connection, keys: Collection[str], now: datetime) -> list[str]:
    """Put ended rows back into their place in the lane and return their keys; other keys are left alone.

    A row whose end is unknown is looked for before it is sent. Ages count from now: the operator wants it to ring.
    """
    again = and_(outbox.c.key.in_(list(keys)), outbox.c.state.in_([state.value for state in CLOSED]))
    done = []
    for row in connection.execute(select(outbox).where(again).order_by(outbox.c.id)).all():
        state = RowState.SENDING if row.state == RowState.UNKNOWN.value else RowState.READY
        body = {name: value for name, value in row.body.items() if name != PLAIN}
        values = {"state": state.value, "attempts": 0, "error": None, "not_before": None, "created_at": now}
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(values | {"body": body}))
        connection.execute(update(lane_table).where(lane_table.c.key == row.lane).values(not_before=None))
        _note(connection, row.lane, f"outbox retry {row.key}", row.state, state.value, now)
        done.append(str(row.key))
    return done


def drop(connection: Connection, keys: Collection[str], reason: str, now: datetime) -> list[str]:
    """Leave rows out for good and return their keys; a row that is just being posted is left alone."""
    waiting = outbox.c.state.in_([RowState.READY.value, RowState.DEAD.value, RowState.UNKNOWN.value])
    resting = and_(outbox.c.state == RowState.SENDING.value, ~_is_leased(now))
    done = []
    found = select(outbox.c.id, outbox.c.key, outbox.c.lane, outbox.c.state)
    for row in connection.execute(found.where(outbox.c.key.in_(list(keys)), or_(waiting, resting))).all():
        why = f"operator: {reason}" if reason else "operator"
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(state=RowState.DROPPED.value, error=why))
        _note(connection, row.lane, f"outbox drop {row.key}", row.state, why, now)
        done.append(str(row.key))
    return done


def resume(connection: Connection, name: str, now: datetime) -> bool:
    """Let a parked channel (its lane) or a paused platform (its bare name) go on; False when it is unknown."""
    known = lanes.unpark(connection, name) if ":" in name else lanes.resume_platform(connection, name)
    if known:
        _note(connection, name, "outbox retry", None, "active", now)
    return known


def _is_leased(now: datetime) -> ColumnElement[bool]:
    return exists().where(lane_table.c.key == outbox.c.lane, lane_table.c.lease > now)


def _note(connection: Connection, lane: str, what: str, old: str | None, new: str, now: datetime) -> None:
    row: dict[str, Any] = {"at": now, "lane": lane, "user": "command line", "what": what, "old": old, "new": new}
    connection.execute(insert(audit).values(row))
