"""Full-text search over titles and texts: the same hits on every database.

``bot.store.wordtables`` keeps the words under the numbers of their items. Which items it does not know yet stands in
the table ``unindexed``: none, but for an archive that was copied or comes from before this index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    delete,
    func,
    insert,
    select,
)

from bot.store import driver
from bot.store.later import later
from bot.store.schema import alert, item, rule_match, unindexed
from bot.store.searchtext import TextSearch, folded
from bot.store.wordtables import Fts5Words, TsvectorWords, Words, WordTable

WINDOW = 300  # a page has to come in milliseconds from a million articles
LOOKED_AT = 10_000  # newest hits that a narrowed search looks through
BATCH = 500
LOOK = 2_500  # hits held against a narrowing at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a hit has to be besides. ``topics`` None: any; else it has to have rung under one of them.

    ``kind`` is the novelty with which it has to have rung; ``until`` is not included.
    """

    since: datetime | None = None
    until: datetime | None = None
    outlet: str | None = None
    topics: Collection[str] | None = None
    kind: str | None = None

    @property
    def asks_of_alerts(self) -> bool:
        """Whether a hit has to have rung."""
        return self.topics is not None or self.kind is not None

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked."""
        return not self.asks_of_alerts and self.since is None and self.until is None and self.outlet is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item that was found. ``alert`` is the newest one that it rang, or None."""

    id: int
    title: str
    outlet: str
    url: str
    at: datetime
    story: int | None
    text: str
    lang: str
    alert: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """One page, newest first. ``total`` counts all hits looked at; ``has_more``: there are older ones besides."""

    hits: tuple[Hit, ...]
    total: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index is to know of an item. ``former`` are the title and text that it knows, None: it is new."""

    item: int
    title: str
    body: str
    former: tuple[str, str] | None = None


class SearchIndex:
    """The index. ``window`` hits are put in order; older ones only count as "more". A narrowed search looks through
    ``LOOKED_AT`` of them for those that fit.
    """

    def __init__(self, words: WordTable, window: int = WINDOW) -> None:
        self.words = words
        self._window = window

    def index(self, connection: Connection, each: Sequence[Indexed]) -> None:
        """Take items in, or their edited forms; of one that comes twice, the last form."""
        forms: dict[int, Indexed] = {}
        for one in each:
            forms[one.item] = replace(one, former=forms[one.item].former) if one.item in forms else one
        edited = [key for key, one in forms.items() if one.former is not None]
        if edited:
            for key in connection.execute(select(unindexed.c.item_id).where(unindexed.c.item_id.in_(edited))).scalars():
                del forms[key]  # it is taken in with all others of its kind
        if forms:
            self.words.put(connection, [_folded(one) for one in forms.values()])

    def search(self, connection: Connection, wanted: TextSearch, narrowing: Narrowing, *, page: int, size: int) -> Hits:
        """Return a page of hits (pages count from 1)."""
        most = self._window if narrowing.is_any else max(self._window, LOOKED_AT)
        found = self.words.newest(connection, wanted, most + 1)
        fitting, looked_at = self._fitting(connection, found[:most], narrowing)
        has_more = len(found) > looked_at or len(fitting) > self._window
        hits = fitting[: self._window]
        shown = _newest(connection, hits, size, start=(page - 1) * size)
        return Hits(hits=_hits(connection, shown), total=len(hits), has_more=has_more)

    def _fitting(self, connection: Connection, ids: list[int], narrowing: Narrowing) -> tuple[list[int], int]:
        """Return a window of the items that fit or some more, newest documents first, and how many were looked at."""
        if narrowing.is_any:
            return ids, len(ids)
        kept: list[int] = []
        looked_at = 0
        while looked_at < len(ids) and len(kept) < self._window:
            some = ids[looked_at : looked_at + LOOK]
            fitting = _fitting(connection, some, narrowing)
            if narrowing.asks_of_alerts:
                fitting &= _rang(connection, fitting, narrowing)
            kept += [each for each in some if each in fitting]
            looked_at += len(some)
        return kept, looked_at

    def catch_up(self, connection: Connection, limit: int = BATCH) -> int:
        """Take in up to ``limit`` items that are not in the index yet; return how many (0: it is complete)."""
        missing = select(item.c.id, item.c.title, item.c.text).join(unindexed, unindexed.c.item_id == item.c.id)
        rows = connection.execute(missing.order_by(item.c.id).limit(limit)).all()
        if rows:
            connection.execute(delete(unindexed).where(unindexed.c.item_id.in_([row.id for row in rows])))
            self.index(connection, [Indexed(row.id, row.title, row.text) for row in rows])
        return len(rows)

    def rebuild(self, connection: Connection) -> int:
        """Make the index anew from the items; return how many there are."""
        self.words.clear(connection)
        connection.execute(delete(unindexed))
        connection.execute(insert(unindexed).from_select(["item_id"], select(item.c.id)))
        total = 0
        while taken := self.catch_up(connection):
            total += taken
        return total


def index_of(connection: Connection, window: int = WINDOW) -> SearchIndex:
    """Return the index of the database behind a connection."""
    return SearchIndex(Fts5Words() if connection.dialect.name == "sqlite" else TsvectorWords(), window)


def add(connection: Connection, item_id: int, title: str, body: str) -> None:
    """Take a new item into the index, at the end of the transaction."""
    later(connection, _index, Indexed(item_id, title, body))


def edit(connection: Connection, item_id: int, former: tuple[str, str], title: str, body: str) -> None:
    """Have the index know an item by its edited form, from the end of the transaction on.

    ``former`` are the title and the text that it was taken in with.
    """
    later(connection, _index, Indexed(item_id, title, body, former))


def _index(connection: Connection, each: Sequence[Indexed]) -> None:
    index_of(connection).index(connection, each)


def outlets(connection: Connection, count: int) -> tuple[str, ...]:
    """Return the outlets of the newest items, by name."""
    newest = select(item.c.outlet).order_by(item.c.id.desc()).limit(2000).subquery()
    return tuple(
        connection.execute(select(newest.c.outlet).distinct().order_by(newest.c.outlet).limit(count)).scalars()
    )


def _folded(one: Indexed) -> Words:
    former = None if one.former is None else (folded(one.former[0]), folded(one.former[1]))
    return Words(one.item, folded(one.title), folded(one.body), former)


def _newest(connection: Connection, ids: list[int], count: int, *, start: int) -> list[int]:
    """Return some of these items in order of time, newest first."""
    found = driver.rows(connection, _in_order(connection.dialect.name), **driver.listed(connection, ids))
    return [key for (key,) in found[start : start + count]]


@cache
def _in_order(dialect: str) -> Select[Any]:
    said = func.coalesce(item.c.published, item.c.fetched)
    return select(item.c.id).where(driver.listed_in(dialect, item.c.id)).order_by(said.desc(), item.c.id.desc())


def _fitting(connection: Connection, ids: list[int], narrowing: Narrowing) -> set[int]:
    """Return those of some items that were said in time, by the outlet. The database looks at the times:
    reading them here would cost more than all else.
    """
    said = func.coalesce(item.c.published, item.c.fetched)
    wanted = select(item.c.id, item.c.outlet).where(driver.listed_in(connection.dialect.name, item.c.id))
    if narrowing.since is not None:
        wanted = wanted.where(said >= narrowing.since)
    if narrowing.until is not None:
        wanted = wanted.where(said < narrowing.until)
    outlet = None if narrowing.outlet is None else folded(narrowing.outlet).split()
    found = connection.execute(wanted, driver.listed(connection, ids))
    return {key for key, name in found if outlet is None or folded(name).split() == outlet}


def _rang(connection: Connection, ids: set[int], narrowing: Narrowing) -> frozenset[int]:
    """Return those of some items that rang as is asked."""
    wanted = select(alert.c.item_id).where(driver.listed_in(connection.dialect.name, alert.c.item_id))
    if narrowing.topics is not None:
        of_topic = rule_match.c.topic.in_(sorted(narrowing.topics))
        wanted = wanted.join(rule_match, rule_match.c.alert_id == alert.c.id).where(of_topic)
    if narrowing.kind is not None:
        wanted = wanted.where(alert.c.kind == narrowing.kind)
    return frozenset(connection.execute(wanted, driver.listed(connection, ids)).scalars())


def _hits(connection: Connection, ids: list[int]) -> tuple[Hit, ...]:
    found = driver.rows(connection, _shown(connection.dialect.name), **driver.listed(connection, ids))
    by_id = {row[0]: row for row in found}
    return tuple(
        Hit(
            id=key,
            title=title,
            outlet=outlet,
            url=url,
            at=published or fetched,
            story=story,
            text=body,
            lang=lang,
            alert=rang,
        )
        for key, title, outlet, url, published, fetched, story, body, lang, rang in (by_id[key] for key in ids)
    )


@cache
def _shown(dialect: str) -> Select[Any]:
    newest = select(func.max(alert.c.id)).where(alert.c.item_id == item.c.id).scalar_subquery()
    names = ("id", "title", "outlet", "url", "published", "fetched", "story_id", "text", "lang")
    return select(*(item.c[name] for name in names), newest.label("alert_id")).where(
        driver.listed_in(dialect, item.c.id)
    )
