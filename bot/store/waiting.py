"""What a channel is about to be told of a story, and what it was told lately: read from the outbox.

A row that is ``ready`` is surely not on the platform, so its words may still be changed; the dispatcher takes rows in
transactions of its own, never in the middle of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from bot.delivery.model import Op, RowState
from bot.message import Message, MessageKind
from bot.store import driver
from bot.store.outbox import IS_PENDING, mark_final, replace_message
from bot.store.schema import alert, outbox
from rules.model import StoryId

_UPDATES = {MessageKind.UPDATE.value, MessageKind.CORRECTION.value}
_KIND = outbox.c.body["kind"].as_string()
_IS_TOLD = and_(outbox.c.op != Op.EDIT.value, MessageKind.DETAIL.value != _KIND)
_TOLD_AT = func.coalesce(outbox.c.sent_at, outbox.c.sending_at, outbox.c.created_at, type_=outbox.c.created_at.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A message that is not on the platform yet. ``alert`` is the first one that it tells of."""

    id: int
    alert: int
    not_before: datetime | None
    broadcast: bool
    mention: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits of one story in one channel: its first message with the details below, and an update."""

    parent: WaitingRow | None = None
    details: tuple[WaitingRow, ...] = ()
    update: WaitingRow | None = None


def find(connection: Connection, lane: str, story: StoryId, thread: int | None) -> Waiting:
    """Return what waits in a thread, or with None among the messages that stand alone.

    An update is named only while it is scheduled for later: what merely queues goes out as it is.
    """
    found = driver.rows(connection, _WAITING, lane=lane, story_id=story)
    rows = [row for row in found if row.thread_id == thread]
    parents = [row for row in rows if row.kind == MessageKind.ALERT.value]
    details = [row for row in rows if row.kind == MessageKind.DETAIL.value]
    updates = [row for row in rows if row.kind in _UPDATES and row.not_before is not None and row.error is None]
    return Waiting(
        parent=_row(parents[0]) if parents else None,
        details=tuple(_row(row) for row in details),
        update=_row(updates[-1]) if updates else None,
    )


def rewrite(connection: Connection, row: WaitingRow, message: Message, *, broadcast: bool | None = None) -> None:
    """Give a waiting message other words; whom it was to mention, it still does."""
    if message.mention is None and row.mention is not None:
        message = replace(message, mention=row.mention)
    replace_message(connection, row.id, message)
    if broadcast is not None and broadcast != row.broadcast:
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(broadcast=broadcast))


def drop(connection: Connection, rows: Sequence[WaitingRow], why: str) -> None:
    """Take back messages that say nothing any more."""
    mark_final(connection, [row.id for row in rows], RowState.DROPPED, why)


def last_told(connection: Connection, lane: str, story: StoryId) -> datetime | None:
    """Return when a channel was last told of a story; edits and details do not count."""
    found: datetime | None = connection.execute(
        select(_TOLD_AT)
        .select_from(outbox.join(alert, alert.c.id == outbox.c.alert_id))
        .where(outbox.c.lane == lane, alert.c.story_id == story, _IS_TOLD)
        .order_by(_TOLD_AT.desc())
        .limit(1)
    ).scalar()
    return found


def posts(connection: Connection, lane: str, since: datetime, now: datetime) -> tuple[datetime, ...]:
    """Return the moments of a channel's alerts and updates since then; one that still waits counts as made now."""
    own = and_(outbox.c.lane == lane, outbox.c.alert_id.is_not(None), _IS_TOLD)
    pending = connection.execute(select(func.count()).select_from(outbox).where(IS_PENDING, own)).scalar_one()
    sent = connection.execute(select(outbox.c.sent_at).where(own, outbox.c.sent_at > since)).scalars()
    return (*sent, *([now] * int(pending)))


def _row(row: Any) -> WaitingRow:
    return WaitingRow(
        id=row.id, alert=row.alert_id, not_before=row.not_before, broadcast=row.broadcast, mention=row.mention
    )


_WAITING = (
    select(
        *(outbox.c.id, outbox.c.alert_id, outbox.c.thread_id, outbox.c.not_before, outbox.c.broadcast, outbox.c.error),
        _KIND.label("kind"),
        outbox.c.body["mention"].as_string().label("mention"),
    )
    .join(alert, alert.c.id == outbox.c.alert_id)
    .where(
        outbox.c.lane == driver.given(outbox.c.lane),
        IS_PENDING,
        outbox.c.state == RowState.READY.value,
        outbox.c.op != Op.EDIT.value,
        outbox.c.part == 0,  # what is there in part is not rewritten
        alert.c.story_id == driver.given(alert.c.story_id),
    )
    .order_by(outbox.c.id)
)
