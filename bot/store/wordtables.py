"""The words of documents, as SQLite's FTS5 keeps them and as PostgreSQL's tsvector does. Both take folded text.

FTS5 holds no text of its own, so it works on every SQLite that has it. PostgreSQL's own parser is not asked: it would
take words apart by the server's locale; the words come with their places as we counted them. A tsvector forgets places
beyond the 16,383rd word, or the 255th of one word; such a document is marked, and its items are read instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sqlalchemy import Connection, bindparam, column, insert, select, table, text

from bot.store import driver
from bot.store.schema import item
from bot.store.searchtext import TextSearch, folded, holds, spell, spell_tsquery

LAST_PLACE = 16_383  # of a tsvector, as all the next three
PLACES_OF_WORD = 255
WORD_LENGTH = 500  # characters; 2,046 bytes at most
VECTOR_BYTES = 900_000


class WordTable(Protocol):
    """What full-text search needs of a database."""

    def add(self, connection: Connection, document: int, title: str, body: str) -> None:
        """Take in the words of a new document."""

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items of the newest documents that fit, newest first."""

    def clear(self, connection: Connection) -> None:
        """Forget everything."""


class Fts5Words:
    """SQLite's."""

    def add(self, connection: Connection, document: int, title: str, body: str) -> None:
        """Take in the words of a new document."""
        driver.do(connection, _FTS5_ADDED, {"rowid": document, "title": title, "body": body})

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items of the newest documents that fit, newest first."""
        found = connection.execute(
            text(
                "SELECT d.item_id FROM item_search AS s JOIN search_document AS d ON d.id = s.rowid"
                " WHERE item_search MATCH :query ORDER BY s.rowid DESC LIMIT :limit"
            ),
            {"query": spell(wanted), "limit": limit},
        )
        return [int(row.item_id) for row in found]

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))


class TsvectorWords:
    """PostgreSQL's."""

    def add(self, connection: Connection, document: int, title: str, body: str) -> None:
        """Take in the words of a new document."""
        vector, is_cut = tsvector(title, body)
        connection.execute(
            text("INSERT INTO item_search (id, vector, is_cut) VALUES (:id, CAST(:vector AS tsvector), :is_cut)"),
            {"id": document, "vector": vector, "is_cut": is_cut},
        )

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
