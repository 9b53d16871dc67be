"""Full-text search over titles and texts: the same hits on every database.

The words of documents (``bot.store.wordtables``) are only ever appended to: an edited item becomes a new document, and
``search_document`` says which document of an item counts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    any_,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)

from bot.store import driver
from bot.store.later import later
from bot.store.schema import alert, item, rule_match, search_document
from bot.store.searchtext import TextSearch, folded
from bot.store.wordtables import Fts5Words, TsvectorWords, WordTable

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
    """What the index is to know of an item. ``is_edited``: it knows an earlier form of it."""

    item: int
    title: str
    body: str
    is_edited: bool = False


class SearchIndex:
    """The index. ``window`` hits are put in order; older ones only count as "more". A narrowed search looks through
    ``LOOKED_AT`` of them for those that fit.
    """

    def __init__(self, words: WordTable, window: int = WINDOW) -> None:
        self.words = words
        self._window = window

    def index(self, connection: Connection, each: Sequence[Indexed]) -> None:
        """Take items in, or their edited forms; of one that comes twice, the last form."""
        last = {one.item: one for one in each}
        edited = [{"item_id": key} for key, one in last.items() if one.is_edited]
        if edited:
            driver.do(connection, _FORGOTTEN, *edited)
        numbers = self.words.numbers(connection, len(last))
        documents = [{"id": number, "item_id": key} for number, key in zip(numbers, last, strict=True)]
        driver.do(connection, _DOCUMENT, *documents)
        words = [
            (number, folded(one.title), folded(one.body)) for number, one in zip(numbers, last.values(), strict=True)
        ]
        self.words.add(connection, words)

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
        missing = (
            select(item.c.id, item.c.title, item.c.text)
            .outerjoin(search_document, search_document.c.item_id == item.c.id)
            .where(search_document.c.id.is_(None))
        )
        rows = connection.execute(missing.order_by(item.c.id).limit(limit)).all()
        if rows:
            self.index(connection, [Indexed(row.id, row.title, row.text) for row in rows])
        return len(rows)

    def rebuild(self, connection: Connection) -> int:
        """Make the index anew from the items; return how many there are."""
        self.words.clear(connection)
        connection.execute(delete(search_document))
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


def replace(connection: Connection, item_id: int, title: str, body: str) -> None:
    """Have the index know an item by its edited form, from the end of the transaction on."""
    later(connection, _index, Indexed(item_id, title, body, is_edited=True))


def _index(connection: Connection, each: Sequence[Indexed]) -> None:
    index_of(connection).index(connection, each)


def outlets(connection: Connection, count: int) -> tuple[str, ...]:
    """Return the outlets of the newest items, by name."""
    newest = select(item.c.outlet).order_by(item.c.id.desc()).limit(2000).subquery()
    return tuple(
        connection.execute(select(newest.c.outlet).distinct().order_by(newest.c.outlet).limit(count)).scalars()
    )


def _newest(connection: Connection, ids: list[int], count: int, *, start: int) -> list[int]:
    """Return some of these items in order of time, newest first."""
    found = select(item.c.id).where(_among(connection, item.c.id, ids))
    ordered = found.order_by(func.coalesce(item.c.published, item.c.fetched).desc(), item.c.id.desc())
    return list(connection.execute(ordered.limit(count).offset(start)).scalars())


def _among(connection: Connection, column: Column[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of these ids; all in one value: thousands would take longer to bind."""
    if connection.dialect.name == "sqlite":
        return column.in_(text("SELECT value FROM json_each(:ids)").bindparams(ids=json.dumps(sorted(ids))))
    return column == any_(bindparam("ids", sorted(ids), type_=ARRAY(BigInteger)))


def _fitting(connection: Connection, ids: list[int], narrowing: Narrowing) -> set[int]:
    """Return those of some items that were said in time, by the outlet. The database looks at the times:
    reading them here would cost more than all else.
    """
    said = func.coalesce(item.c.published, item.c.fetched)
    wanted = select(item.c.id, item.c.outlet).where(_among(connection, item.c.id, ids))
    if narrowing.since is not None:
        wanted = wanted.where(said >= narrowing.since)
    if narrowing.until is not None:
        wanted = wanted.where(said < narrowing.until)
    outlet = None if narrowing.outlet is None else folded(narrowing.outlet).split()
    return {key for key, name in connection.execute(wanted) if outlet is None or folded(name).split() == outlet}


def _rang(connection: Connection, ids: set[int], narrowing: Narrowing) -> frozenset[int]:
    """Return those of some items that rang as is asked."""
    wanted = select(alert.c.item_id).where(_among(connection, alert.c.item_id, ids))
    if narrowing.topics is not None:
        of_topic = rule_match.c.topic.in_(sorted(narrowing.topics))
        wanted = wanted.join(rule_match, rule_match.c.alert_id == alert.c.id).where(of_topic)
    if narrowing.kind is not None:
        wanted = wanted.where(alert.c.kind == narrowing.kind)
    return frozenset(connection.execute(wanted).scalars())


def _hits(connection: Connection, ids: list[int]) -> tuple[Hit, ...]:
    newest = (
        select(alert.c.item_id, func.max(alert.c.id).label("alert_id"))
        .where(alert.c.item_id.in_(ids))
        .group_by(alert.c.item_id)
        .subquery()
    )
    found = connection.execute(
        select(item, newest.c.alert_id).outerjoin(newest, newest.c.item_id == item.c.id).where(item.c.id.in_(ids))
    )
    by_id = {row.id: row for row in found}
    return tuple(
        Hit(
            id=row.id,
            title=row.title,
            outlet=row.outlet,
            url=row.url,
            at=row.published or row.fetched,
            story=row.story_id,
            text=row.text,
            lang=row.lang,
            alert=row.alert_id,
        )
        for row in (by_id[key] for key in ids)
    )


_FORGOTTEN = delete(search_document).where(search_document.c.item_id == driver.given(search_document.c.item_id))
_DOCUMENT = insert(search_document).values({name: driver.given(search_document.c[name]) for name in ("id", "item_id")})
