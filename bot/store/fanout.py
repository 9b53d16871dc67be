"""One alert into very many lanes, with statements that each write for all of them.

threads (a row for each lane) ─INSERT … SELECT→ lanes, outbox rows
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    String,
    Text,
    and_,
    cast,
    false,
    func,
    insert,
    literal,
    select,
)

from bot.codec import encode
from bot.delivery.model import Op, RowState
from bot.message import Message
from bot.store import wake
from bot.store.outbox import IS_PENDING
from bot.store.schema import alert, channel, held, outbox, story, subscription, thread
from bot.store.schema import lane as lanes
from rules.model import StoryId

BATCH = 5_000  # lanes named in one statement


def wanting(connection: Connection, topics: Collection[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Map every lane that follows one of ``topics`` to all that it follows, each topic with its least severity."""
    concerned = select(subscription.c.lane).where(subscription.c.topic.in_(sorted(topics)))
    rows = connection.execute(
        select(subscription.c.lane, subscription.c.topic, subscription.c.severity)
        .where(subscription.c.lane.in_(concerned))
        .order_by(subscription.c.lane, subscription.c.topic)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for lane, topic, severity in rows:
        found.setdefault(lane, []).append((topic, severity))
    return {lane: tuple(wanted) for lane, wanted in found.items()}


def acquainted(connection: Connection, key: StoryId, cap: int, since: datetime) -> set[str]:
    """Return the lanes that have to be looked at one by one: those that know the story or one near to it, that have a
    rhythm of their own, or that were told so much lately that the cap of posts may be reached: what waits is counted
    with what was sent, details and edits as well, which is enough to have a closer look.
    """
    near = select(story.c.related_id).where(story.c.id == key).scalar_subquery()
    found = set(connection.execute(select(thread.c.lane).where(thread.c.story_id.in_([key]))).scalars())
    found |= set(connection.execute(select(thread.c.lane).where(thread.c.story_id == near)).scalars())
    found |= set(connection.execute(select(channel.c.lane).where(channel.c.pace.is_not(None))).scalars())
    in_digest = select(held.c.lane).join(alert, alert.c.id == held.c.alert_id).where(alert.c.story_id == key)
    found |= set(connection.execute(in_digest).scalars())
    of_lane, alerts = outbox.c.lane == lanes.c.key, outbox.c.alert_id.is_not(None)
    sent = select(func.count()).where(of_lane, alerts, outbox.c.sent_at > since).scalar_subquery()
    pending = select(func.count()).where(of_lane, alerts, IS_PENDING).scalar_subquery()
    return found | set(connection.execute(select(lanes.c.key).where(sent + pending >= cap)).scalars())


def tell(
    connection: Connection,
    to: Sequence[str],
    messages: Sequence[Message],
    *,
    key: StoryId,
    alert_id: int,
    now: datetime,
    not_before: datetime | None,
) -> None:
    """Start a thread of the story in each lane, its first message and what goes below it."""
    last = connection.execute(select(func.coalesce(func.max(thread.c.id), 0))).scalar_one()
    for start in range(0, len(to), BATCH):
        _start_threads(connection, to[start : start + BATCH], key, alert_id, now)
    new = and_(thread.c.id > last, thread.c.alert_id == alert_id)
    _ensure_lanes(connection, new)
    for number, message in enumerate(messages):
        connection.execute(
            insert(outbox).from_select(
                [
                    "key",
                    "lane",
                    "op",
                    "thread_id",
                    "alert_id",
                    "broadcast",
                    "body",
                    "state",
                    "created_at",
                    "not_before",
                ],
                select(
                    literal(f"c{alert_id}n{number}t").concat(cast(thread.c.id, String)),
                    thread.c.lane,
                    literal((Op.REPLY if number else Op.POST).value),
                    thread.c.id,
                    literal(alert_id),
                    false(),
                    _body(connection, message),
                    literal(RowState.READY.value),
                    literal(now, outbox.c.created_at.type),
                    literal(not_before, outbox.c.not_before.type),
                )
                .where(new)
                .order_by(thread.c.id),
                include_defaults=False,
            )
        )
    for lane in to:
        wake.note(connection, lane)


def _start_threads(connection: Connection, to: Sequence[str], key: StoryId, alert_id: int, now: datetime) -> None:
    at = literal(now, thread.c.opened_at.type)
    own = select(channel.c.lane, literal(key), at, at, literal(alert_id), literal("open"))
    connection.execute(
        insert(thread).from_select(
            ["lane", "story_id", "opened_at", "last_at", "alert_id", "state"],
            own.where(channel.c.lane.in_(to)).order_by(channel.c.lane),
            include_defaults=False,
        )
    )


def _ensure_lanes(connection: Connection, new: ColumnElement[bool]) -> None:
    known = select(lanes.c.key).where(lanes.c.key == thread.c.lane).exists()
    missing = select(thread.c.lane).where(new, ~known)
    connection.execute(insert(lanes).from_select(["key"], missing, include_defaults=False))


def _body(connection: Connection, message: Message) -> ColumnElement[Any]:
    """Write a message once for all rows; SQLite keeps JSON as the text that it is."""
    text = json.dumps(encode(message))
    return literal(text, Text) if connection.dialect.name == "sqlite" else cast(literal(text, Text), JSON)
