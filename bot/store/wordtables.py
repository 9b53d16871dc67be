"""The words of documents, as SQLite's FTS5 keeps them and as PostgreSQL's tsvector does. Both take folded text.

FTS5 holds no text of its own, so it works on every SQLite that has it. PostgreSQL's own parser is not asked: it would
take words apart by the server's locale; the words come with their places as we counted them. A tsvector forgets places
beyond the 16,383rd word, or the 255th of one word; such a document is marked, and its items are read instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sqlalchemy import Connection, bindparam, column, insert, literal, select, table, text

from bot.store import driver
from bot.store.schema import item
from bot.store.searchtext import TextSearch, folded, holds, spell, spell_tsquery

LAST_PLACE = 16_383  # of a tsvector, as all the next three
PLACES_OF_WORD = 255
WORD_LENGTH = 500  # characters; 2,046 bytes at most
VECTOR_BYTES = 900_000


Document = tuple[int, str, str]
"""The number of a document, its folded title and its folded body."""


class WordTable(Protocol):
    """What full-text search needs of a database."""

    def numbers(self, connection: Connection, count: int) -> list[int]:
        """Return the numbers of the next documents, in order; none was ever a document's."""

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Take in the words of new documents."""

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items of the newest documents that fit, newest first."""

    def clear(self, connection: Connection) -> None:
        """Forget everything."""


class Fts5Words:
    """SQLite's."""

    def numbers(self, connection: Connection, count: int) -> list[int]:
        """Return the numbers of the next documents: SQLite notes the highest one that there ever was."""
        last = driver.first(connection, _FTS5_LAST)
        first = 1 if last is None else int(last[0]) + 1
        return list(range(first, first + count))

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Take in the words of new documents."""
        driver.do(connection, _FTS5_ADDED, *(dict(zip(_FTS5_NAMES, one, strict=True)) for one in documents))

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items of the newest documents that fit, newest first."""
        return [key for (key,) in driver.rows(connection, _FTS5_NEWEST, query=spell(wanted), most=limit)]

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))


class TsvectorWords:
    """PostgreSQL's."""

    def numbers(self, connection: Connection, count: int) -> list[int]:
        """Return the numbers of the next documents."""
        return sorted(connection.execute(_NUMBERS, {"count": count}).scalars())

    def add(self, connection: Connection, documents: Sequence[Document]) -> None:
        """Take in the words of new documents, in one statement."""
        keys, vectors, cuts = [], [], []
        for key, title, body in documents:
            vector, is_cut = tsvector(title, body)
            keys.append(key)
            vectors.append(vector)
            cuts.append(is_cut)
        connection.execute(_TSVECTORS_ADDED, {"ids": keys, "vectors": vectors, "cuts": cuts})

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items of the newest documents that fit, newest first."""
        found = connection.execute(
            text(
                "SELECT d.item_id, s.is_cut FROM item_search AS s JOIN search_document AS d ON d.id = s.id"
                " WHERE s.vector @@ CAST(:query AS tsquery) OR (s.is_cut AND s.vector @@ CAST(:words AS tsquery))"
                " ORDER BY s.id DESC LIMIT :limit"
            ),
            {"query": spell_tsquery(wanted), "words": spell_tsquery(wanted, with_places=False), "limit": limit},
        )
        return [int(row.item_id) for row in found if not row.is_cut or _holds(connection, row.item_id, wanted)]

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text("DELETE FROM item_search"))


def tsvector(title: str, body: str) -> tuple[str, bool]:
    """Return folded text as the text form of a tsvector, and whether it could not hold every place of every word.

    Between title and body is a gap, so that no phrase reaches over it.
    """
    places: dict[str, list[int]] = {}
    is_cut, size = False, 0
    for place, word in _places(title, body):
        known = places.get(word)
        size += 2 if known is not None else len(word.encode()) + 8
        if size > VECTOR_BYTES:
            is_cut = True
            break
        if known is None:
            known = places[word] = [min(place, LAST_PLACE)]
        elif len(known) < PLACES_OF_WORD:
            known.append(min(place, LAST_PLACE))
        is_cut = is_cut or place > LAST_PLACE or len(known) == PLACES_OF_WORD
    return " ".join(f"'{word}':{','.join(map(str, found))}" for word, found in places.items()), is_cut


def _places(title: str, body: str) -> Iterator[tuple[int, str]]:
    place = 0
    for part in (title, body):
        for word in part.split():
            place += 1
            yield place, word[:WORD_LENGTH]
        place += 1


def _holds(connection: Connection, key: int, wanted: TextSearch) -> bool:
    row = connection.execute(select(item.c.title, item.c.text).where(item.c.id == key)).one()
    return holds(wanted, folded(row.title), folded(row.text))


_FTS5_NAMES = ("rowid", "title", "body")
_FTS5_ADDED = insert(table("item_search", *(column(name) for name in _FTS5_NAMES))).values(
    {name: bindparam(name) for name in _FTS5_NAMES}
)
_FTS5_NEWEST = text(
    "SELECT d.item_id FROM item_search AS s JOIN search_document AS d ON d.id = s.rowid"
    " WHERE item_search MATCH :query ORDER BY s.rowid DESC LIMIT :most"
).columns(column("item_id"))
_SEQUENCES = table("sqlite_sequence", column("name"), column("seq"))
_FTS5_LAST = select(_SEQUENCES.c.seq).where(_SEQUENCES.c.name == literal("search_document"))
_NUMBERS = text("SELECT nextval(pg_get_serial_sequence('search_document', 'id')) FROM generate_series(1, :count)")
_TSVECTORS_ADDED = text(
    "INSERT INTO item_search (id, vector, is_cut) SELECT id, CAST(vector AS tsvector), is_cut"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:vectors AS text[]), CAST(:cuts AS boolean[]))"
    " AS made (id, vector, is_cut)"
)
