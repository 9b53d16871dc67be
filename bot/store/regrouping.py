"""People put stories together or take them apart, and can take it back. Nothing is deleted, everything is recorded.

An item takes its mentions and alerts with it. Threads on the platforms stay where they are: a merged story's open
thread is carried on under the other story where that has none in the channel, else it is closed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.store import items as item_rows
from bot.store.schema import alert, audit, item, mention, regrouping, story, thread
from rules.model import ItemId, StoryId
from rules.wording import count

_LIVE = ("open", "alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """What was done: these items moved from one story into the other. ``id`` is what ``undo`` takes."""

    id: int
    kind: str
    origin: StoryId
    into: StoryId
    items: tuple[ItemId, ...]


def mark(connection: Connection) -> tuple[int | None, datetime | None]:
    """Return what changes with every merge, split and undo."""
    newest, undone = connection.execute(select(func.max(regrouping.c.id), func.max(regrouping.c.undone_at))).one()
    return newest, undone


def merge(connection: Connection, origin: int, into: int, *, lane: str, by: str, at: datetime) -> Regrouped:
    """Put all items of one story into another."""
    moved = list(connection.execute(select(item.c.id).where(item.c.story_id == origin).order_by(item.c.id)).scalars())
    threads = _join_threads(connection, origin, into)
    _move(connection, moved, into, f"merged from story {origin} by {by}")
    connection.execute(update(story).where(story.c.id == origin).values(merged_into=into))
    return _recorded(connection, "merge", origin, into, moved, threads, lane=lane, by=by, at=at)


def split(connection: Connection, origin: int, moved: Sequence[int], *, lane: str, by: str, at: datetime) -> Regrouped:
    """Put some items of a story into a new one, named after the first of them. Its threads stay with the old story."""
    first = connection.execute(select(item.c.title).where(item.c.id == min(moved))).scalar_one()
    values = {"title": first, "opened_at": at, "last_item_at": at, "related_id": origin}
    (into,) = connection.execute(insert(story).values(values)).inserted_primary_key or (0,)
    _move(connection, moved, into, f"split from story {origin} by {by}")
    _retime(connection, origin)
    return _recorded(connection, "split", origin, into, moved, [], lane=lane, by=by, at=at)


def undo(connection: Connection, key: int, *, lane: str, by: str, at: datetime) -> Regrouped | None:
    """Take a merge or split back, for the items that are still where it put them; None when it is not in force."""
    row = connection.execute(select(regrouping).where(regrouping.c.id == key, regrouping.c.undone_at.is_(None))).first()
    if row is None:
        return None
    still = connection.execute(select(item.c.id).where(item.c.id.in_(row.items), item.c.story_id == row.into_id))
    moved = list(still.scalars())
    _move(connection, moved, row.from_id, f"{row.kind} {key} undone by {by}")
    merged_into = None if row.kind == "merge" else row.from_id
    gone = row.from_id if row.kind == "merge" else row.into_id
    connection.execute(update(story).where(story.c.id == gone).values(merged_into=merged_into))
    for thread_id, state in row.threads:
        connection.execute(update(thread).where(thread.c.id == thread_id).values(story_id=row.from_id, state=state))
    _retime(connection, row.into_id)
    connection.execute(update(regrouping).where(regrouping.c.id == key).values(undone_at=at))
    _note(connection, lane, by, f"undo {row.kind}", f"story {row.into_id}", f"story {row.from_id}", at)
    return Regrouped(
        id=key,
        kind=row.kind,
        origin=StoryId(row.from_id),
        into=StoryId(row.into_id),
        items=tuple(ItemId(one) for one in moved),
    )


def _join_threads(connection: Connection, origin: int, into: int) -> list[tuple[int, str]]:
    """Carry open threads over, or close them where the other story has one; return them with their former state."""
    rows = connection.execute(select(thread).where(thread.c.story_id == origin, thread.c.state.in_(_LIVE))).all()
    taken = set(
        connection.execute(select(thread.c.lane).where(thread.c.story_id == into, thread.c.state.in_(_LIVE))).scalars()
    )
    for row in rows:
        state = "closed" if row.lane in taken else row.state
        connection.execute(update(thread).where(thread.c.id == row.id).values(story_id=into, state=state))
    return [(row.id, row.state) for row in rows]


def _move(connection: Connection, moved: Sequence[int], into: int, why: str) -> None:
    if not moved:
        return
    for start in range(0, len(moved), 500):  # SQLite caps bound variables
        some = moved[start : start + 500]
        connection.execute(update(item).where(item.c.id.in_(some)).values(story_id=into, story_reason=why))
        connection.execute(update(mention).where(mention.c.item_id.in_(some)).values(story_id=into))
        connection.execute(update(alert).where(alert.c.item_id.in_(some)).values(story_id=into))
    for key in moved:
        item_rows.add_to_trace(
            connection, ItemId(key), [{"stage": "story", "outcome": "moved", "reason": f"story {into}: {why}"}]
        )
    _retime(connection, into)


def _retime(connection: Connection, key: int) -> None:
    """Set when a story began and last had news, from its items."""
    said = func.coalesce(item.c.published, item.c.fetched)
    row = connection.execute(select(func.min(said), func.max(said)).where(item.c.story_id == key)).one()
    if row[0] is not None:
        connection.execute(update(story).where(story.c.id == key).values(opened_at=row[0], last_item_at=row[1]))


def _recorded(
    connection: Connection,
    kind: str,
    origin: int,
    into: int,
    moved: Collection[int],
    threads: Sequence[tuple[int, str]],
    *,
    lane: str,
    by: str,
    at: datetime,
) -> Regrouped:
    values = {
        "kind": kind,
        "from_id": origin,
        "into_id": into,
        "items": list(moved),
        "threads": [list(one) for one in threads],
        "lane": lane,
        "by": by,
        "at": at,
    }
    (key,) = connection.execute(insert(regrouping).values(values)).inserted_primary_key or (0,)
    _note(connection, lane, by, kind, f"story {origin}", f"story {into}, {count(len(moved), 'item')}", at)
    return Regrouped(
        id=int(key),
        kind=kind,
        origin=StoryId(origin),
        into=StoryId(into),
        items=tuple(ItemId(one) for one in moved),
    )


def _note(connection: Connection, lane: str, user: str, what: str, old: str, new: str, at: datetime) -> None:
    connection.execute(insert(audit).values(at=at, lane=lane, user=user, what=what, old=old, new=new))
