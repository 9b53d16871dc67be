"""Stories as stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.alerts import StoryItem
from bot.store.schema import item, story
from rules.model import ItemId, StoryId
from rules.origins import Report
from rules.stories.model import StoryDocument

_NONE = ItemId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """An item whose text another one repeats."""

    item: ItemId
    story: StoryId | None
    at: datetime
    report: Report


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
            id=ItemId(row.id),
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


def first_report(
    connection: Connection, key: StoryId, origin: str | None, outlet: str, *, before: datetime
) -> ItemId | None:
    """Return the earliest item of the story, of another outlet, that already told what ``origin`` reports.

    None when the origin is not known: what repeats what cannot be said then.
    """
    if origin is None:
        return None
    for known in items(connection, key):
        has_told = origin in (known.origin, known.outlet)
        if has_told and known.outlet != outlet and known.at <= before:
            return known.id
    return None


def repeated(connection: Connection, key: ItemId) -> Repeated | None:
    """Return what is needed of an item whose text another repeats; None when it is gone."""
    row = connection.execute(
        select(item.c.outlet, item.c.origin, item.c.story_id, item.c.published, item.c.fetched).where(item.c.id == key)
    ).first()
    if row is None:
        return None
    return Repeated(
        item=key,
        story=None if row.story_id is None else StoryId(row.story_id),
        at=row.published or row.fetched,
        report=Report(item=key, outlet=row.outlet, origin=row.origin),
    )


def recent(connection: Connection, since: datetime, after: ItemId = _NONE) -> Iterator[tuple[StoryDocument, StoryId]]:
    """Yield the items of the clustering window that came after one, with their stories, in order of arrival."""
    rows = connection.execute(
        select(item.c.id, item.c.title, item.c.text, item.c.published, item.c.fetched, item.c.lang, item.c.story_id)
        .where(item.c.id > after, item.c.fetched >= since, item.c.story_id.is_not(None))
        .order_by(item.c.id)
    )
    for row in rows:
        document = StoryDocument(
            item=ItemId(row.id),
            title=row.title,
            text=row.text,
            time=row.published or row.fetched,
            lang=row.lang,
        )
        yield document, StoryId(row.story_id)
