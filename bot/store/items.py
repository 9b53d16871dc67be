"""Items as stored: identity within their feed, their former texts, and what `why` needs of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from bot.store import driver, links, search
from bot.store.later import later, settle
from bot.store.schema import item, item_revision
from rules.model import Item, ItemId, Provenance, StoryId

Stage = dict[str, str]
"""One stage of an item's way: ``{"stage", "outcome", "reason"}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """What is needed to tell whether an entry is known, and whether it was edited."""

    id: ItemId
    identity: str
    content_hash: bytes
    title: str
    text: str
    story: StoryId | None
    baseline: bool
    text_from: str  # article | content | summary | title


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A row to be: the item (its id is ignored) with what belongs to its storage."""

    item: Item
    feed: int
    identity: str
    content_hash: bytes
    text_from: str  # article | content | summary | title
    published_text: str
    provenance: Provenance
    baseline: bool
    story: StoryId | None
    story_reason: str
    rewrite_of: ItemId | None
    trace: Sequence[Stage]


def known(connection: Connection, feed: int, identities: Collection[str]) -> dict[str, StoredItem]:
    """Return those of ``identities`` that the feed has had already."""
    found: dict[str, StoredItem] = {}
    for row in driver.among(connection, _known, identities, feed_id=feed):
        key, identity, words, title, text, story, is_baseline, text_from = row
        found[identity] = StoredItem(
            id=ItemId(key),
            identity=identity,
            content_hash=words,
            title=title,
            text=text,
            story=None if story is None else StoryId(story),
            baseline=is_baseline,
            text_from=text_from,
        )
    return found


def add(connection: Connection, new: NewItem) -> ItemId:
    """Insert an item, searchable from now on, and return its id."""
    key = driver.add(connection, _ADDED, {"feed_id": new.feed, "identity": new.identity, **_values(new)})
    search.add(connection, key, new.item.title, new.item.text)
    return ItemId(key)


def revise(connection: Connection, old: StoredItem, new: NewItem, at: datetime) -> None:
    """Replace an item's content with its edited form and keep the former text."""
    connection.execute(insert(item_revision).values(item_id=old.id, replaced_at=at, title=old.title, text=old.text))
    values = _values(new) | {"revised": at, "baseline": old.baseline}
    del values["fetched"]  # when we first saw it
    connection.execute(update(item).where(item.c.id == old.id).values(values))
    search.edit(connection, old.id, (old.title, old.text), new.item.title, new.item.text)


def _values(new: NewItem) -> dict[str, Any]:
    shown = new.item
    return {
        "url": shown.url,
        "link": links.mark(shown.url),
        "outlet": shown.outlet,
        "tier": shown.tier,
        "lang": shown.lang,
        "title": shown.title,
        "lead": shown.lead,
        "text": shown.text,
        "text_from": new.text_from,
        "content_hash": new.content_hash,
        "published": shown.published,
        "published_text": new.published_text,
        "fetched": shown.fetched,
        "baseline": new.baseline,
        "story_id": new.story,
        "story_reason": new.story_reason,
        "rewrite_of": new.rewrite_of,
        "origin": new.provenance.origin,
        "chain": list(new.provenance.chain),
        "anonymous": new.provenance.anonymous,
        "trace": list(new.trace),
    }


def get(connection: Connection, key: ItemId) -> Item:
    """Return an item as it stands now."""
    row = connection.execute(select(item).where(item.c.id == key)).one()
    return Item(
        id=ItemId(row.id),
        outlet=row.outlet,
        title=row.title,
        text=row.text,
        url=row.url,
        published=row.published,
        fetched=row.fetched,
        lead=row.lead,
        lang=row.lang,
        tier=row.tier,
    )


def story_of(connection: Connection, key: ItemId) -> StoryId | None:
    """Return the story that an item belongs to."""
    found = connection.execute(select(item.c.story_id).where(item.c.id == key)).scalar_one()
    return None if found is None else StoryId(found)


def add_to_trace(connection: Connection, key: ItemId, stages: Sequence[Stage]) -> None:
    """Append stages to an item's way."""
    settle(connection)
    (before,) = connection.execute(select(item.c.trace).where(item.c.id == key)).one()
    save_trace(connection, key, [*before, *stages])


def save_trace(connection: Connection, key: ItemId, stages: Sequence[Stage]) -> None:
    """Store an item's whole way."""
    later(connection, _save_traces, {"key": key, "trace": list(stages)})


def _save_traces(connection: Connection, each: Sequence[dict[str, Any]]) -> None:
    driver.do(connection, _TRACED, *each)


_VALUES = (
    *("url", "link", "outlet", "tier", "lang", "title", "lead", "text", "text_from", "content_hash", "published"),
    *("published_text", "fetched", "baseline", "story_id", "story_reason", "rewrite_of", "origin", "chain"),
    *("anonymous", "trace"),
)
_ADDED = (
    insert(item)
    .values({name: driver.given(item.c[name]) for name in ("feed_id", "identity", *_VALUES)})
    .returning(item.c.id)
)
_TRACED = update(item).where(item.c.id == driver.given(item.c.id, "key")).values(trace=driver.given(item.c.trace))


@cache
def _known(size: int) -> Select[Any]:
    names = ("id", "identity", "content_hash", "title", "text", "story_id", "baseline", "text_from")
    return select(*(item.c[name] for name in names)).where(
        item.c.feed_id == driver.given(item.c.feed_id), driver.one_of(item.c.identity, size)
    )
