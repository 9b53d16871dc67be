"""A line in the thread for a value that was told there and is denied or taken back since, though no rule rings for it.

Who read the value hears that it is none; the channel is not rung, and one that silenced something hears nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.ringing.holding import Candidate, find_silence
from bot.ringing.occasion import Occasion
from bot.store import silences, subscriptions
from bot.store.alerts import Thread
from bot.store.outbox import delivery_key, enqueue
from bot.telling import summary
from bot.telling.alerts import Alert, Telling

_WITH_REPLIES = frozenset({"broadcast", "thread"})


def tell(connection: Connection, occasion: Occasion, thread: Thread, alert: Alert) -> None:
    """Put the line into the thread, once for each value that fell; nothing where none did."""
    now = alert.as_it_stands()
    fallen = tuple(one for one in now.tellings if one.claim in alert.fates)
    if not fallen or not _has_replies(connection, thread.lane) or _is_silenced(connection, occasion, thread, fallen):
        return
    values = "-".join(str(one.claim) for one in sorted(fallen, key=lambda one: one.claim))
    enqueue(
        connection,
        lane=thread.lane,
        op="reply",
        message=summary.update(replace(alert, fates={}, fresh=fallen)),
        thread_id=thread.id,
        key=delivery_key("fall", thread.lane, thread.id, values),
        now=occasion.now,
    )


def _has_replies(connection: Connection, lane: str) -> bool:
    return any(one.threads in _WITH_REPLIES for one in subscriptions.of_lane(connection, lane))


def _is_silenced(connection: Connection, occasion: Occasion, thread: Thread, fallen: Sequence[Telling]) -> bool:
    titles = {one.topic for one in fallen}
    candidate = Candidate(
        severity=max((one.severity for one in fallen), key=lambda severity: severity.rank),
        story=str(thread.story),
        topics=tuple(topic for topic, title in occasion.topics.items() if title in titles),
        rules=(),
        outlet=occasion.item.outlet,
        said_at=occasion.item.time,
        is_change=True,
    )
    found = [one.silence for one in silences.active(connection, {thread.lane}, occasion.now)]
    return find_silence(candidate, found, occasion.now) is not None
