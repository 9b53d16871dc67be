"""Quiet hours once more, at the moment of posting: a message that had to wait may come due in the middle of them.

What rings is put off to their end with all that belongs to it, or left out and counted where the channel wants that.
Edits and further parts go on: they ring nobody. Notices and digests are not alerts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from bot.delivery.model import Delivery, Op, RowState
from bot.ringing.holding import HoldReason, QuietBehaviour, quiet_until
from bot.store import channels, held, outbox
from bot.store.schema import outbox as rows
from bot.telling.digest import Entry
from rules.model import Novelty, Severity

WHY = "quiet hours had begun when its turn came"


def find_head(connection: Connection, lane: str, now: datetime) -> Delivery | None:
    """Return the first row of the lane that may go out now, after putting off what the channel's quiet hours stop."""
    quiet = channels.pace_of(connection, lane).quiet
    until = None if quiet is None else quiet_until(quiet, now)
    while (head := outbox.find_head(connection, lane, now)) is not None:
        if quiet is None or until is None or not _rings(head):
            return head
        if quiet.behaviour is QuietBehaviour.CRITICAL and head.message.severity is Severity.URGENT:
            return head
        if quiet.behaviour is QuietBehaviour.DROP:
            _leave_out(connection, head, now)
        else:
            _put_off(connection, head, until)
    return None


def _rings(head: Delivery) -> bool:
    is_untouched = head.state is RowState.READY and head.part == 0
    return is_untouched and head.op is not Op.EDIT and head.alert_id is not None


def _put_off(connection: Connection, head: Delivery, until: datetime) -> None:
    own = rows.c.id == head.id if head.thread is None else rows.c.thread_id == head.thread.id
    earlier = or_(rows.c.not_before.is_(None), rows.c.not_before < until)
    connection.execute(update(rows).where(own, outbox.IS_PENDING, earlier).values(not_before=until, error=WHY))


def _leave_out(connection: Connection, head: Delivery, now: datetime) -> None:
    """Drop the message, and the details of a parent that is dropped with it; the next digest counts it."""
    below = rows.c.thread_id == head.thread.id if head.thread is not None and head.thread.root is None else None
    ids = [head.id]
    if below is not None:
        waiting = select(rows.c.id).where(below, rows.c.state == RowState.READY.value)
        ids = list(connection.execute(waiting).scalars())
    outbox.mark_final(connection, ids, RowState.DROPPED, f"quiet_dropped: {WHY}")
    entry = Entry(topic="", novelty=Novelty.NEW, sentence="", url="", held=HoldReason.QUIET_DROPPED)
    if head.alert_id is not None:
        held.add(connection, head.lane, head.alert_id, entry, is_listed=False, at=now)
