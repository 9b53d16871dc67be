"""Stories as stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.alerts import StoryItem
from bot.store.schema import item, story
from rules.model import StoryId


def open_story(connection: Connection, title: str, at: datetime, related: StoryId | None = None) -> StoryId:
    """Insert a story and return its id."""
    values = {"title": title, "opened_at": at, "last_item_at": at, "related_id": related}
    (key,) = connection.execute(insert(story).values(values)).inserted_primary_key or (0,)
    return StoryId(key)


def touch(connection: Connection, key: StoryId, at: datetime) -> None:
    """Note that the story has an item of time ``at``."""
    connection.execute(update(story).where(story.c.id == key, story.c.last_item_at < at).values(last_item_at=at))


def items(connection: Connection, key: StoryId) -> tuple[StoryItem, ...]:
    """Return the items of a story, earliest first."""
    rows = connection.execute(select(item).where(item.c.story_id == key)).all()
    found = [
        StoryItem(
            outlet=row.outlet,
            url=row.url,
            title=row.title,
            at=row.published or row.fetched,
            origin=row.origin,
            chain=tuple(row.chain),
            anonymous=row.anonymous,
            is_rewrite=row.rewrite_of is not None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.url)))


def title(connection: Connection, key: StoryId) -> str:
    """Return a story's title."""
    return str(connection.execute(select(story.c.title).where(story.c.id == key)).scalar_one())


def recent(connection: Connection, since: datetime) -> Iterator[object]:
    """Yield (id, title, text, time, lang, story) of the items of the clustering window, earliest first."""
    rows = connection.execute(
        select(item.c.id, item.c.title, item.c.text, item.c.published, item.c.fetched, item.c.lang, item.c.story_id)
        .where(item.c.fetched >= since, item.c.story_id.is_not(None))
        .order_by(item.c.id)
    )
    yield from rows
