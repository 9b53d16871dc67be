"""What a channel was shown of a story, and what stands behind it: read for the messages that come next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, func, null, or_, select, update

from bot.codec import decode_message
from bot.delivery.model import Op, RowState
from bot.message import Message, MessageKind
from bot.ringing.routing import RouteReason
from bot.store import driver
from bot.store.schema import alert, development, feed, held, outbox, route, rule_match, story, thread
from rules.model import ItemId, StoryId
from rules.text import fold_name

_KIND = outbox.c.body["kind"].as_string()
_NEVER_SHOWN = (RowState.DEAD.value, RowState.DROPPED.value)


def messages(connection: Connection, lane: str, key: StoryId, newest: int) -> dict[int, int]:
    """Map the alerts that a channel was shown to the first alert of the message that tells them.

    Merged alerts share a message. What was held back counts once its digest is told. ``newest`` is the alert that is
    about to be told: in a channel whose parent is only edited, a waiting edit shows none but that one.
    """
    rows = driver.rows(connection, _SHOWN, lane=lane, story_id=key)
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
    return frozenset(ItemId(number) for (number,) in driver.rows(connection, _RANG, story_id=key))


def rang_beside(connection: Connection, alert_id: int) -> frozenset[ItemId]:
    """Return the items that brought something new to the story of an alert."""
    of = select(alert.c.story_id).where(alert.c.id == alert_id).scalar_subquery()
    found = connection.execute(select(alert.c.item_id).where(alert.c.story_id == of)).scalars()
    return frozenset(ItemId(key) for key in found)


def related_link(connection: Connection, lane: str, key: StoryId) -> str:
    """Return the link of the channel's newest thread about the story that a story is near to, or an empty string."""
    found = driver.first(connection, _RELATED, lane=lane, key=key)
    return "" if found is None else str(found.link)


def last_edit(connection: Connection, thread_id: int) -> datetime | None:
    """Return when the head of a thread was edited last, or is about to be."""
    found: datetime | None = driver.rows(connection, _LAST_EDIT, thread_id=thread_id)[0][0]
    return found


def head(connection: Connection, thread_id: int) -> Message | None:
    """Return the head of a thread as it was posted, edited, or is about to be; None where it cannot be read."""
    found = connection.execute(
        select(outbox.c.body)
        .where(outbox.c.thread_id == thread_id, outbox.c.op.in_([Op.POST.value, Op.EDIT.value]))
        .where(outbox.c.state.not_in(_NEVER_SHOWN))
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).scalar()
    try:
        return None if found is None else decode_message(found)
    except ValueError:
        return None


def hurry_edit(connection: Connection, thread_id: int) -> None:
    """Let an edit that was put off go out now: what it will say is worth more than a count."""
    driver.do(connection, _HURRIED, {"thread_id": thread_id})


def ledger_reasons(connection: Connection, alert_id: int, topics: Collection[str]) -> tuple[str, ...]:
    """Return why the claims that an alert rang for under these topics are what they are, as the ledger said it."""
    of = (rule_match.c.alert_id == alert_id, rule_match.c.topic.in_(sorted(topics)))
    rows = connection.execute(select(rule_match.c.developments).where(*of)).scalars()
    ids = sorted({number for numbers in rows for number in numbers})
    found = connection.execute(select(development.c.reason).where(development.c.id.in_(ids))).scalars()
    return tuple(dict.fromkeys(found))


def tiers(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the weight of the outlets among ``names`` that are polled, by folded name."""
    found = {name: driver.first(connection, _TIER, name=name) for name in names}
    return {fold_name(name): int(row.tier) for name, row in found.items() if row is not None}


def _delivered(connection: Connection, lane: str, key: StoryId) -> set[int]:
    return {number for (number,) in driver.rows(connection, _DELIVERED, lane=lane, story_id=key)}


def _in_digests(connection: Connection, lane: str, key: StoryId) -> set[int]:
    return {number for (number,) in driver.rows(connection, _IN_DIGESTS, lane=lane, story_id=key)}


_STORY = driver.given(alert.c.story_id)
_SHOWN = (
    select(outbox.c.alert_id, outbox.c.op, outbox.c.state)
    .join(alert, alert.c.id == outbox.c.alert_id)
    .where(
        alert.c.story_id == _STORY,
        outbox.c.lane == driver.given(outbox.c.lane),
        outbox.c.state.not_in(_NEVER_SHOWN),
        MessageKind.DETAIL.value != _KIND,
    )
)
_RANG = select(alert.c.item_id).where(alert.c.story_id == _STORY)
_RELATED = (
    select(thread.c.link)
    .where(
        thread.c.lane == driver.given(thread.c.lane),
        thread.c.story_id
        == select(story.c.related_id).where(story.c.id == driver.given(story.c.id, "key")).scalar_subquery(),
        thread.c.link != "",
    )
    .order_by(thread.c.id.desc())
    .limit(1)
)
_EDITS = (outbox.c.thread_id == driver.given(outbox.c.thread_id), outbox.c.op == Op.EDIT.value)
_LAST_EDIT = select(
    func.max(func.coalesce(outbox.c.sent_at, outbox.c.created_at), type_=outbox.c.created_at.type)
).where(*_EDITS, outbox.c.state == RowState.SENT.value)
_HURRIED = (
    update(outbox)
    .where(*_EDITS, outbox.c.state == RowState.READY.value, outbox.c.error.is_(None))
    .values(not_before=null())
)
_DELIVERED = (
    select(route.c.alert_id)
    .join(alert, alert.c.id == route.c.alert_id)
    .where(
        alert.c.story_id == _STORY,
        route.c.lane == driver.given(route.c.lane),
        route.c.reason == RouteReason.DELIVERED.value,
    )
)
# Of the feeds, who are few: asked of the items, it would be a look through the whole archive.
_NAME = driver.given(feed.c.outlet, "name")
_TIER = (
    select(feed.c.tier)
    .where(feed.c.tier.is_not(None), or_(feed.c.outlet == _NAME, and_(feed.c.outlet == "", feed.c.title == _NAME)))
    .limit(1)
)
_IN_DIGESTS = (
    select(held.c.alert_id)
    .join(alert, alert.c.id == held.c.alert_id)
    .where(
        alert.c.story_id == _STORY, held.c.lane == driver.given(held.c.lane), held.c.listed, held.c.told_at.is_not(None)
    )
)
