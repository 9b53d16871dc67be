"""The first message of a story's thread, kept at the story's present state by edits, which are rationed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.message import Message
from bot.ringing.occasion import Occasion
from bot.store import alerts, shown
from bot.store.alerts import Thread
from bot.store.outbox import delivery_key, enqueue_edit
from bot.telling import falling, summary
from bot.telling.alerts import Alert
from rules.model import StoryId

EDITS_FOR_COUNTS = timedelta(minutes=10)
"""A head whose counts alone moved is edited once in so long: Discord takes only so many edits of an older message."""


def make(connection: Connection, lane: str, story: StoryId, thread: int, alert: Alert) -> Message:
    """Make the head of a thread, with the link of the one that it continues, is near to, or has its old values from."""
    continues = alerts.link_before(connection, thread)
    related = shown.related_link(connection, lane, story) or _link_of_old_values(connection, lane, story, alert)
    return summary.parent(alert, continues=continues, related=related)


def _link_of_old_values(connection: Connection, lane: str, story: StoryId, alert: Alert) -> str:
    """Return the link of the thread in which the channel was told what a claim of another story was before."""
    before = [one.development.previous for one in alert.tellings]
    for other in dict.fromkeys(one.story for one in before if one is not None and one.story != story):
        thread = alerts.last_thread(connection, lane, other)
        if thread is not None and thread.link:
            return thread.link
    return ""


def head(connection: Connection, thread: Thread, alert: Alert) -> Message:
    """Make the head that a thread is to have now."""
    return make(connection, thread.lane, thread.story, thread.id, alert)


def refresh(connection: Connection, occasion: Occasion, thread: Thread, alert: Alert, told_by: int) -> None:
    """Bring a head up to date for which nothing rang: at once where a value fell, else when an edit is due."""
    if alert.fates and not summary.tells_as_much(shown.head(connection, thread.id), summary.parent(alert)):
        falling.tell(connection, occasion, thread, alert)
        edit(connection, occasion, thread, alert, told_by)
        return
    last = shown.last_edit(connection, thread.id)
    later = None if last is None or last + EDITS_FOR_COUNTS <= occasion.now else last + EDITS_FOR_COUNTS
    edit(connection, occasion, thread, alert, told_by, not_before=later)


def edit(
    connection: Connection,
    occasion: Occasion,
    thread: Thread,
    alert: Alert,
    told_by: int,
    *,
    not_before: datetime | None = None,
) -> None:
    """Bring a head up to date; ``told_by`` is the first alert of the message that tells the newest one."""
    if not_before is None:
        shown.hurry_edit(connection, thread.id)
    enqueue_edit(
        connection,
        lane=thread.lane,
        thread_id=thread.id,
        message=head(connection, thread, alert),
        alert_id=told_by,
        key=delivery_key("edit", thread.lane, thread.id, occasion.item.id, occasion.now.isoformat()),
        now=occasion.now,
        not_before=not_before,
    )
