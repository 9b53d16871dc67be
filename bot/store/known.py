"""Which stored items of a feed its entries may be: the look-up behind ``bot.feeds.identity.identify``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Connection, and_, bindparam, or_, select, union_all

from bot.feeds.identity import KnownItem, content_hash, identity_of, url_key
from bot.ports import Entry
from bot.store import driver, links
from bot.store.schema import item

KNOWN_LIMIT = 2_000  # of one look-up; feeds in which all entries share a link have no more use than this
SIZES = (1, 5, 40)  # entries of one look-up: few fixed sizes, so that each is prepared once
_MARKS = ("key", "key_and_link", "from", "to", "words", "link")  # what an entry is looked for by
_COLUMNS = tuple(item.c[name] for name in ("id", "identity", "url", "title", "content_hash", "published"))


def known_items(connection: Connection, feed_id: int, entries: Sequence[Entry]) -> tuple[KnownItem, ...]:
    """Return the stored items of a feed among which ``bot.feeds.identity.identify`` has to look for ``entries``.

    These are the items with an entry's key, with the same link (however it is written), the same words, or a key
    that was made of the same guid and another link. Each alternative has an index; one query asks for all.
    """
    found: dict[int, KnownItem] = {}
    for start in range(0, len(entries), SIZES[-1]):
        some = entries[start : start + SIZES[-1]]
        size = next(size for size in SIZES if size >= len(some))
        for row in driver.run(connection, look_up(size), wanted(feed_id, some, size)):
            key, identity, url, title, words, published = row
            found[key] = KnownItem(
                id=key,
                identity=identity,
                url=url,
                title=title,
                content_hash=words,
                published=driver.moment(published),
            )
    return tuple(found.values())


def wanted(feed_id: int, entries: Sequence[Entry], size: int) -> dict[str, object]:
    """Return the parameters of ``look_up(size)`` for 1 to ``size`` entries; the last one fills the free places."""
    marks = [_marks(entry) for entry in entries]
    marks += marks[-1:] * (size - len(marks))
    values: dict[str, object] = {"feed": feed_id}
    for number, some in enumerate(marks):
        values |= {f"{name}_{number}": value for name, value in zip(_MARKS, some, strict=True)}
    return values


def _marks(entry: Entry) -> tuple[object, ...]:
    key, link = identity_of(entry), url_key(entry.url)
    return key, f"{key}\n{link}", f"{key}\n", f"{key}\x0b", content_hash(entry), links.mark(entry.url)


@cache
def look_up(size: int) -> CompoundSelect[tuple[object, ...]]:
    """Return the query for ``size`` entries. Each alternative is a part of its own, so that each uses its own index."""

    def marks(*names: str) -> Iterator[BindParameter[object]]:
        return (bindparam(f"{name}_{number}") for number in range(size) for name in names)

    feed: BindParameter[int] = bindparam("feed")
    here = item.c.feed_id == feed
    shares_guid = (
        and_(here, item.c.identity > start, item.c.identity < end)
        for start, end in zip(marks("from"), marks("to"), strict=True)
    )
    alternatives: tuple[ColumnElement[bool], ...] = (
        and_(here, item.c.identity.in_([*marks("key", "key_and_link")])),
        and_(here, item.c.content_hash.in_([*marks("words")])),
        or_(*shares_guid),
        and_(item.c.feed_id + 0 == feed, item.c.link.in_([*marks("link")])),
    )
    # "+ 0": else SQLite reads all of a feed in the order of its items rather than using the narrower index
    newest = (item.c.id + 0).desc()
    parts = (select(*_COLUMNS).where(one).order_by(newest).limit(KNOWN_LIMIT).subquery() for one in alternatives)
    return union_all(*(select(*part.columns) for part in parts))
