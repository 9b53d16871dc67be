"""Stories as stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from bot.store import driver
from bot.store.later import later
from bot.store.schema import item, story
from bot.telling.alerts import StoryItem
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
    return StoryId(driver.add(connection, _OPENED, values))


def touch(connection: Connection, key: StoryId, at: datetime) -> None:
    """Note that the story has an item of time ``at``."""
    later(connection, _touch_all, {"key": key, "at": at})


def _touch_all(connection: Connection, each: Sequence[dict[str, Any]]) -> None:
    newest = {one["key"]: one for one in sorted(each, key=lambda one: one["at"])}
    driver.do(connection, _TOUCHED, *newest.values())


def items(connection: Connection, key: StoryId) -> tuple[StoryItem, ...]:
    """Return the items of a story, earliest first."""
    found = [
        StoryItem(
            id=ItemId(number),
            outlet=outlet,
            url=url,
            title=title,
            at=at,
            origin=origin,
            chain=tuple(chain),
            anonymous=is_anonymous,
            is_rewrite=copied is not None,
        )
        for number, outlet, url, title, at, origin, chain, is_anonymous, copied in driver.rows(
            connection, _ITEMS, story_id=key
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.url)))


def title(connection: Connection, key: StoryId) -> str:
    """Return a story's title."""
    ((found,),) = driver.rows(connection, _TITLE, key=key)
    return str(found)


def first_report(
    connection: Connection, key: StoryId, origin: str | None, outlet: str, *, before: datetime
) -> ItemId | None:
    """Return the earliest item of the story, of another outlet, that already told what ``origin`` reports.

    None when the origin is not known: what repeats what cannot be said then.
    """
    if origin is None:
        return None
    found = driver.first(connection, _FIRST_REPORT, story_id=key, origin=origin, outlet=outlet, before=before)
    return None if found is None else ItemId(found[0])


def repeated(connection: Connection, key: ItemId) -> Repeated | None:
    """Return what is needed of an item whose text another repeats; None when it is gone."""
    row = driver.first(connection, _REPEATED, key=key)
    if row is None:
        return None
    outlet, origin, story_id, at = row
    return Repeated(
        item=key,
        story=None if story_id is None else StoryId(story_id),
        at=at,
        report=Report(item=key, outlet=outlet, origin=origin),
    )


def recent(
    connection: Connection, since: datetime, after: ItemId = _NONE, most: int | None = None
) -> Iterator[tuple[StoryDocument, StoryId]]:
    """Yield the items of the clustering window that came after one, with their stories, in order of arrival."""
    rows = connection.execute(
        select(item.c.id, item.c.title, item.c.text, item.c.published, item.c.fetched, item.c.lang, item.c.story_id)
        .where(item.c.id > after, item.c.fetched >= since, item.c.story_id.is_not(None))
        .order_by(item.c.id)
        .limit(most)
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


_AT = func.coalesce(item.c.published, item.c.fetched, type_=item.c.fetched.type)
_OF_STORY = item.c.story_id == driver.given(item.c.story_id)
_COLUMNS = ("title", "opened_at", "last_item_at", "related_id")
_OPENED = insert(story).values({name: driver.given(story.c[name]) for name in _COLUMNS}).returning(story.c.id)
_MOMENT = driver.given(story.c.last_item_at, "at")
_TOUCHED = (
    update(story)
    .where(story.c.id == driver.given(story.c.id, "key"), story.c.last_item_at < _MOMENT)
    .values(last_item_at=_MOMENT)
)
_TITLE = select(story.c.title).where(story.c.id == driver.given(story.c.id, "key"))
_ITEMS = select(
    *(item.c.id, item.c.outlet, item.c.url, item.c.title, _AT, item.c.origin, item.c.chain, item.c.anonymous),
    item.c.rewrite_of,
).where(_OF_STORY)
_FIRST_REPORT = (
    select(item.c.id)
    .where(
        _OF_STORY,
        or_(*(column == driver.given(item.c.origin) for column in (item.c.origin, item.c.outlet))),
        item.c.outlet != driver.given(item.c.outlet),
        driver.given(item.c.fetched, "before") >= _AT,
    )
    .order_by(_AT, item.c.url)
    .limit(1)
)
_REPEATED = select(item.c.outlet, item.c.origin, item.c.story_id, _AT).where(
    item.c.id == driver.given(item.c.id, "key")
)
