"""The outbox: rows that the pipeline writes in its own transaction and that outlive every crash.

Writers call ``enqueue`` and ``enqueue_edit``; the courier reads the head of a lane and settles it; operators
list, retry and drop. All of it is SQL inside a transaction of the caller's; nothing here decides.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    Table,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import sqlite

from bot.codec import decode_message, encode
from bot.delivery.model import Delivery, Op, RowState, ThreadHandle, ThreadState
from bot.message import Message
from bot.store import driver, wake
from bot.store.schema import lane as lanes
from bot.store.schema import outbox, thread

OpName = Op | Literal["post", "reply", "edit"]
# In literal form: SQLite uses a partial index only where the statement repeats its condition, never with parameters.
IS_PENDING = text("outbox.state IN ('ready', 'sending')")
PART_LOST = "part_lost"  # how the error of a row begins whose message is there without one of its further parts
PLAIN = "plain"  # beside the message in ``body``: the platform refused the full form once


# Built once: building a statement costs more than running it.
_ROWS = select(
    outbox,
    thread.c.state.label("thread_state"),
    thread.c.root,
    thread.c.handle,
    thread.c.link,
).select_from(outbox.outerjoin(thread, outbox.c.thread_id == thread.c.id))
_HEAD = (
    _ROWS.where(
        outbox.c.lane == driver.given(outbox.c.lane),
        IS_PENDING,
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= driver.given(outbox.c.not_before, "now")),
    )
    .order_by(outbox.c.id)
    .limit(1)
)
_THIS_ROW = outbox.c.id == driver.given(outbox.c.id, "row_id")
_SENDING = (
    update(outbox)
    .where(_THIS_ROW)
    .values(state=RowState.SENDING.value, sending_at=driver.given(outbox.c.sending_at, "now"))
)
_SENT = (
    update(outbox)
    .where(_THIS_ROW)
    .values(
        state=RowState.SENT.value,
        sent_at=driver.given(outbox.c.sent_at, "now"),
        remote=driver.given(outbox.c.remote),
        error=driver.given(outbox.c.error),
    )
)
_THIS_THREAD = thread.c.id == driver.given(thread.c.id, "thread_id")
_ROOTED = (
    update(thread)
    .where(_THIS_THREAD)
    .values(
        root=driver.given(thread.c.root),
        handle=driver.given(thread.c.handle),
        link=driver.given(thread.c.link),
        state=ThreadState.OPEN.value,
        last_at=driver.given(thread.c.last_at, "now"),
    )
)
_TOUCHED = (
    update(thread)
    .where(_THIS_THREAD)
    .values(
        last_at=driver.given(thread.c.last_at, "now"), edits=thread.c.edits + driver.given(thread.c.edits, "edited")
    )
)
_UPDATE_ROW = update(outbox).where(outbox.c.id == bindparam("row_id"))
_SCHEDULE = select(func.max(outbox.c.not_before)).where(outbox.c.thread_id == bindparam("thread"), IS_PENDING)


def delivery_key(*parts: object) -> str:
    """Return a key of 24 characters (Discord's nonce takes 25) that is the same for the same parts, in order."""
    joined = "\x1f".join(str(part) for part in parts)
    return b32encode(blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=15).digest()).decode("ascii").lower()


def enqueue(
    connection: Connection,
    *,
    lane: str,
    op: OpName,
    message: Message,
    thread_id: int | None = None,
    alert_id: int | None = None,
    broadcast: bool = False,
    key: str,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Append a row to a lane. A key that is there already is ignored, whatever its row's state.

    ``not_before`` schedules the row without holding back other threads of its lane; the rows of one thread keep
    their order, so a row inherits the schedule of the pending rows before it in its thread.
    """
    ensure_lane(connection, lane)
    row = {
        "key": key,
        "lane": lane,
        "op": Op(op).value,
        "thread_id": thread_id,
        "alert_id": alert_id,
        "broadcast": broadcast,
        "body": encode(message),
        "created_at": now,
        "not_before": _after_its_thread(connection, thread_id, not_before),
    }
    connection.execute(_insert_new(connection.dialect.name, outbox), row)
    wake.note(connection, lane)


def enqueue_edit(
    connection: Connection,
    *,
    lane: str,
    thread_id: int,
    message: Message,
    alert_id: int | None = None,
    key: str,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Bring a thread's parent up to date. An edit that still waits takes the new body: edits are rationed."""
    if connection.execute(select(outbox.c.id).where(outbox.c.key == key)).first() is not None:
        return
    waiting = and_(
        outbox.c.thread_id == thread_id, outbox.c.op == Op.EDIT.value, outbox.c.state == RowState.READY.value
    )
    taken = connection.execute(
        update(outbox).where(waiting).values(key=key, body=encode(message), alert_id=alert_id, created_at=now)
    )
    if taken.rowcount == 0:
        enqueue(
            connection,
            lane=lane,
            op=Op.EDIT,
            message=message,
            thread_id=thread_id,
            alert_id=alert_id,
            key=key,
            now=now,
            not_before=not_before,
        )


def ensure_lane(connection: Connection, lane: str) -> None:
    """Create the lane's row where it is missing."""
    connection.execute(_insert_new(connection.dialect.name, lanes), {"key": lane})


def find_head(connection: Connection, lane: str, now: datetime) -> Delivery | None:
    """Return the first row of the lane that is pending and not scheduled for later.

    A row that cannot be read any more (written by another version, or damaged) ends dead instead of blocking its lane.
    """
    while (row := driver.first(connection, _HEAD, lane=lane, now=now)) is not None:
        delivery = _readable(connection, row)
        if delivery is not None:
            return delivery
    return None


def ready_before(connection: Connection, lane: str, cutoff: datetime) -> list[Delivery]:
    """Return the lane's ready rows that were created before ``cutoff``, edits left out, oldest first."""
    wanted = and_(
        outbox.c.lane == lane,
        outbox.c.state == RowState.READY.value,
        outbox.c.op != Op.EDIT.value,
        outbox.c.part == 0,
        outbox.c.created_at < cutoff,
    )
    rows = connection.execute(_ROWS.where(wanted).order_by(outbox.c.id)).all()
    return [delivery for row in rows if (delivery := _readable(connection, row)) is not None]


def mark_sending(connection: Connection, row_id: int, now: datetime) -> None:
    """Record that the row is about to be handed to the platform."""
    driver.do(connection, _SENDING, {"row_id": row_id, "now": now})


def mark_pending(
    connection: Connection,
    row_id: int,
    state: RowState,
    *,
    attempts: int,
    error: str,
    sending_at: datetime | None,
    plain: bool,
) -> None:
    """Record a failed call after which the row goes on, as ``state`` (ready, or sending when it must be looked for)."""
    values: dict[str, Any] = {"state": state.value, "attempts": attempts, "error": error or None}
    values["sending_at"] = sending_at
    if plain:
        body = connection.execute(select(outbox.c.body).where(outbox.c.id == row_id)).scalar_one()
        values["body"] = {**body, PLAIN: True}
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(values))


def mark_sent(connection: Connection, row_id: int, remote: str, now: datetime, error: str | None = None) -> None:
    """Record what the platform calls the message; ``error`` says what it did not take of it."""
    driver.do(connection, _SENT, {"row_id": row_id, "now": now, "remote": remote, "error": error})


def mark_part(
    connection: Connection, row_id: int, part: int, *, state: RowState, remote: str, under: str, error: str | None
) -> None:
    """Record that all before ``part`` is there; the row keeps its place in the lane until the last part is.

    ``state`` is ready, or sending where this part may be there too.
    """
    values: dict[str, Any] = {"part": part, "state": state.value, "attempts": 0, "remote": remote, "under": under}
    if state is RowState.READY:
        values["sending_at"] = None
    connection.execute(_UPDATE_ROW, {"row_id": row_id, "error": error, **values})


def mark_final(connection: Connection, row_ids: Sequence[int], state: RowState, error: str) -> None:
    """Record that rows end without being sent, and why."""
    connection.execute(update(outbox).where(outbox.c.id.in_(row_ids)).values(state=state.value, error=error))


def root_thread(connection: Connection, thread_id: int, *, root: str, handle: str, link: str, now: datetime) -> None:
    """Record the parent that a thread was given."""
    driver.do(connection, _ROOTED, {"thread_id": thread_id, "root": root, "handle": handle, "link": link, "now": now})


def touch_thread(connection: Connection, thread_id: int, *, edited: int, now: datetime) -> None:
    """Record activity in a thread; ``edited`` is how many edits of the parent this was (0 or 1)."""
    driver.do(connection, _TOUCHED, {"thread_id": thread_id, "edited": edited, "now": now})


def mark_thread_gone(connection: Connection, thread_id: int) -> None:
    """Record that the parent was deleted; the pending rows of the thread find out when their turn comes."""
    connection.execute(update(thread).where(thread.c.id == thread_id).values(state=ThreadState.GONE.value))


def continue_thread(connection: Connection, thread_id: int, now: datetime) -> int:
    """Open a thread that continues a gone one, move its pending rows over and return the new thread's id."""
    old = connection.execute(select(thread).where(thread.c.id == thread_id)).one()
    new_id = connection.execute(
        insert(thread)
        .values(
            lane=old.lane,
            story_id=old.story_id,
            opened_at=now,
            last_at=now,
            alert_id=old.alert_id,
            previous_id=old.id,
        )
        .returning(thread.c.id)
    ).scalar_one()
    mark_thread_gone(connection, thread_id)
    moved = and_(outbox.c.thread_id == thread_id, IS_PENDING)
    connection.execute(update(outbox).where(moved).values(thread_id=new_id))
    return int(new_id)


def is_posted_too(connection: Connection, edit: Delivery) -> bool:
    """Tell whether what an edit says has a message of its own in the lane, whatever became of that one."""
    wanted = exists().where(
        outbox.c.lane == edit.lane, outbox.c.alert_id == edit.alert_id, outbox.c.op != Op.EDIT.value
    )
    return edit.alert_id is None or bool(connection.execute(select(wanted)).scalar_one())


def replace_message(connection: Connection, row_id: int, message: Message) -> None:
    """Give a row another message, in its full form."""
    connection.execute(update(outbox).where(outbox.c.id == row_id).values(body=encode(message)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What the outbox holds. ``oldest`` is the creation of the oldest pending row."""

    by_state: dict[RowState, int]
    oldest: datetime | None

    @property
    def pending(self) -> int:
        """How many rows still have to go out."""
        return self.by_state.get(RowState.READY, 0) + self.by_state.get(RowState.SENDING, 0)


def depth(connection: Connection) -> Depth:
    """Count the rows by state."""
    counted = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
    oldest = connection.execute(select(func.min(outbox.c.created_at)).where(IS_PENDING)).scalar()
    return Depth(by_state={RowState(state): count for state, count in counted}, oldest=oldest)


def pending_count(connection: Connection, lane: str | None = None) -> int:
    """Count the rows that still have to go out, of one lane or of all."""
    counting = select(func.count()).select_from(outbox).where(IS_PENDING)
    return int(connection.execute(counting if lane is None else counting.where(outbox.c.lane == lane)).scalar_one())


def _readable(connection: Connection, row: Row[Any]) -> Delivery | None:
    try:
        return _delivery(row)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        mark_final(connection, [row.id], RowState.DEAD, f"unreadable: {type(error).__name__}: {error}")
        return None


def _delivery(row: Row[Any]) -> Delivery:
    handle = None
    if row.thread_id is not None:
        handle = ThreadHandle(
            id=row.thread_id,
            state=ThreadState(row.thread_state),
            root=row.root,
            handle=row.handle,
            link=row.link,
        )
    return Delivery(
        id=row.id,
        key=row.key,
        lane=row.lane,
        op=Op(row.op),
        state=RowState(row.state),
        message=decode_message(row.body),
        created_at=row.created_at,
        thread=handle,
        alert_id=row.alert_id,
        broadcast=row.broadcast,
        plain=bool(row.body.get(PLAIN)),
        attempts=row.attempts,
        sending_at=row.sending_at,
        due_at=None if row.op == Op.EDIT.value else max(row.created_at, row.not_before or row.created_at),
        part=row.part,
        first=row.remote,
        under=row.under,
        lost=row.error if row.part and str(row.error).startswith(PART_LOST) else None,
    )


def _after_its_thread(connection: Connection, thread_id: int | None, wanted: datetime | None) -> datetime | None:
    if thread_id is None:
        return wanted
    latest: datetime | None = connection.execute(_SCHEDULE, {"thread": thread_id}).scalar()
    return max((moment for moment in (latest, wanted) if moment is not None), default=None)


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    """Return an insert that leaves a row with the same key alone."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # a tenth of a second at start-up that SQLite need not pay

        return postgresql.insert(table).on_conflict_do_nothing(index_elements=["key"])
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=["key"])
