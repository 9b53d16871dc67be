"""What a channel was shown of a story, and what stands behind it: read for the messages that come next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.delivery.model import Op, RowState
from bot.message import MessageKind
from bot.routing import RouteReason
from bot.store.schema import alert, development, held, item, outbox, route, rule_match, story, thread
from rules.model import ItemId, StoryId
from rules.text import fold_name

_KIND = outbox.c.body["kind"].as_string()
_NEVER_SHOWN = (RowState.DEAD.value, RowState.DROPPED.value)


def messages(connection: Connection, lane: str, key: StoryId, newest: int) -> dict[int, int]:
    """Map the alerts that a channel was shown to the first alert of the message that tells them.

    Merged alerts share a message. What was held back counts once its digest is told. ``newest`` is the alert that is
    about to be told: in a channel whose parent is only edited, a waiting edit shows none but that one.
    """
    rows = connection.execute(
        select(outbox.c.alert_id, outbox.c.op, outbox.c.state)
        .join(alert, alert.c.id == outbox.c.alert_id)
        .where(
            outbox.c.lane == lane,
            alert.c.story_id == key,
            outbox.c.state.not_in(_NEVER_SHOWN),
            MessageKind.DETAIL.value != _KIND,
        )
    ).all()
    own = {row.alert_id for row in rows if (row.op, row.state) != (Op.EDIT.value, RowState.READY.value)}
    edits = {row.alert_id for row in rows} - own
    own |= _in_digests(connection, lane, key) | ({newest} & edits)
    merged = _delivered(connection, lane, key) - edits - own
    found: dict[int, int] = {}
    first: int | None = None
    for number in sorted(own | merged):
        first = number if number in own or first is None else first
        found[number] = first
    return found


def rang(connection: Connection, key: StoryId) -> frozenset[ItemId]:
    """Return the items of a story that brought something new: those of its alerts."""
    found = connection.execute(select(alert.c.item_id).where(alert.c.story_id == key)).scalars()
    return frozenset(ItemId(key) for key in found)


def rang_beside(connection: Connection, alert_id: int) -> frozenset[ItemId]:
    """Return the items that brought something new to the story of an alert."""
    of = select(alert.c.story_id).where(alert.c.id == alert_id).scalar_subquery()
    found = connection.execute(select(alert.c.item_id).where(alert.c.story_id == of)).scalars()
    return frozenset(ItemId(key) for key in found)


def related_link(connection: Connection, lane: str, key: StoryId) -> str:
    """Return the link of the channel's newest thread about the story that a story is near to, or an empty string."""
    near = select(story.c.related_id).where(story.c.id == key).scalar_subquery()
    wanted = select(thread.c.link).where(thread.c.lane == lane, thread.c.story_id == near, thread.c.link != "")
    return str(connection.execute(wanted.order_by(thread.c.id.desc()).limit(1)).scalar() or "")


def last_edit(connection: Connection, thread_id: int) -> datetime | None:
    """Return when the head of a thread was edited last, or is about to be."""
    wanted = select(func.max(func.coalesce(outbox.c.sent_at, outbox.c.created_at, type_=outbox.c.created_at.type)))
    found: datetime | None = connection.execute(
        wanted.where(
            outbox.c.thread_id == thread_id, outbox.c.op == Op.EDIT.value, outbox.c.state == RowState.SENT.value
        )
    ).scalar()
    return found


def hurry_edit(connection: Connection, thread_id: int) -> None:
    """Let an edit that was put off go out now: what it will say is worth more than a count."""
    waiting = (outbox.c.thread_id == thread_id, outbox.c.op == Op.EDIT.value, outbox.c.state == RowState.READY.value)
    connection.execute(update(outbox).where(*waiting, outbox.c.error.is_(None)).values(not_before=None))


def ledger_reasons(connection: Connection, alert_id: int, topics: Collection[str]) -> tuple[str, ...]:
    """Return why the claims that an alert rang for under these topics are what they are, as the ledger said it."""
    of = (rule_match.c.alert_id == alert_id, rule_match.c.topic.in_(sorted(topics)))
    rows = connection.execute(select(rule_match.c.developments).where(*of)).scalars()
    ids = sorted({number for numbers in rows for number in numbers})
    found = connection.execute(select(development.c.reason).where(development.c.id.in_(ids))).scalars()
    return tuple(dict.fromkeys(found))


def tiers(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the weight of the outlets among ``names`` that are polled, by folded name."""
    wanted = select(item.c.outlet, item.c.tier).where(item.c.outlet.in_(sorted(names)), item.c.tier.is_not(None))
    return {fold_name(row.outlet): int(row.tier) for row in connection.execute(wanted.distinct())}


def _delivered(connection: Connection, lane: str, key: StoryId) -> set[int]:
    wanted = (
        select(route.c.alert_id)
        .join(alert, alert.c.id == route.c.alert_id)
        .where(alert.c.story_id == key, route.c.lane == lane, route.c.reason == RouteReason.DELIVERED.value)
    )
    return set(connection.execute(wanted).scalars())


def _in_digests(connection: Connection, lane: str, key: StoryId) -> set[int]:
    wanted = (
        select(held.c.alert_id)
        .join(alert, alert.c.id == held.c.alert_id)
        .where(alert.c.story_id == key, held.c.lane == lane, held.c.listed, held.c.told_at.is_not(None))
    )
    return set(connection.execute(wanted).scalars())
