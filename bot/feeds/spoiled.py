"""What is kept of an item on which Tocsin itself failed, so that neither its feed nor its neighbours wait for a fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.feeds.polling import FeedRow
from bot.feeds.reading import Reading, stage
from bot.store import items
from bot.store.items import NewItem


def keep(connection: Connection, *, feed: FeedRow, reading: Reading, error: Exception, now: datetime) -> None:
    """Store an item on which Tocsin itself failed: known and searchable, in no story, and tried again when edited."""
    identified = reading.identified
    new = NewItem(
        item=reading.item,
        feed=feed.id,
        identity=identified.identity,
        content_hash=identified.content_hash,
        text_from=reading.text_from.value,
        published_text=identified.entry.date_text,
        provenance=reading.extraction.provenance,
        baseline=False,
        story=None,
        story_reason="",
        rewrite_of=None,
        trace=reading.trace,
    )
    old = items.known(connection, feed.id, [identified.identity]).get(identified.identity)
    if old is None:
        key = items.add(connection, new)
    else:
        items.revise(connection, old, replace(new, story=old.story), now)
        key = old.id
    why = f"{type(error).__name__}: {error}; a fault of Tocsin: please report it. Its feed goes on without it"
    items.save_trace(connection, key, [*reading.trace, stage("held", "failed", why)])
