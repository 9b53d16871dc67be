"""A story with everything that is known of it, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store import stories
from bot.store.schema import alert, item, story, thread
from bot.telling.alerts import StoryItem
from rules.model import StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One alert of the story's timeline."""

    alert: int
    at: datetime
    kind: str
    severity: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """``link`` is the story's thread in the channel that asks, or empty. ``timeline`` is newest first."""

    id: int
    title: str
    opened_at: datetime
    last_item_at: datetime
    related: int | None
    link: str
    items: tuple[StoryItem, ...]
    timeline: tuple[Moment, ...]


def present(connection: Connection, key: int) -> int | None:
    """Return the story that a number stands for now, merges followed; None when there is none."""
    seen: set[int] = set()
    while key not in seen:
        seen.add(key)
        row = connection.execute(select(story.c.id, story.c.merged_into).where(story.c.id == key)).first()
        if row is None:
            return None
        if row.merged_into is None:
            return int(row.id)
        key = row.merged_into
    return key


def of_alert(connection: Connection, alert_id: int) -> int | None:
    """Return the story that an alert tells."""
    found = connection.execute(select(alert.c.story_id).where(alert.c.id == alert_id)).scalar()
    return None if found is None else present(connection, found)


def of_item(connection: Connection, item_id: int) -> int | None:
    """Return the story that an item belongs to."""
    found = connection.execute(select(item.c.story_id).where(item.c.id == item_id)).scalar()
    return None if found is None else present(connection, found)


def recent(connection: Connection, lane: str, count: int) -> tuple[int, ...]:
    """Return the stories told in a channel, the one with the latest news first."""
    rows = connection.execute(
        select(thread.c.story_id).where(thread.c.lane == lane).order_by(thread.c.last_at.desc()).limit(count)
    )
    return tuple(dict.fromkeys(rows.scalars()))


def page(connection: Connection, key: int, lane: str) -> StoryPage:
    """Collect a story as a channel may see it."""
    row = connection.execute(select(story).where(story.c.id == key)).one()
    told = connection.execute(
        select(alert).where(alert.c.story_id == key).order_by(alert.c.at.desc(), alert.c.id.desc())
    )
    link = connection.execute(
        select(thread.c.link)
        .where(thread.c.story_id == key, thread.c.lane == lane, thread.c.link != "")
        .order_by(thread.c.id.desc())
    ).scalar()
    return StoryPage(
        id=row.id,
        title=row.title,
        opened_at=row.opened_at,
        last_item_at=row.last_item_at,
        related=row.related_id,
        link=link or "",
        items=stories.items(connection, StoryId(key)),
        timeline=tuple(
            Moment(alert=one.id, at=one.at, kind=one.kind, severity=one.severity, sentence=one.sentence) for one in told
        ),
    )
