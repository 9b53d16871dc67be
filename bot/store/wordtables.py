"""The words of items, as SQLite's FTS5 keeps them and as PostgreSQL's tsvector does. Both take folded text.

FTS5 holds no text of its own, so it works on every SQLite that has it; one's words are taken out again by naming them.
Every 65,536 items that came one after another are a volume, whose number stands before each of their words: so a search
goes from the newest volume to older ones until it has enough, and the beginning of a word, for which FTS5 gathers all
hits, gathers those of one volume.

PostgreSQL's own parser is not asked: it would take words apart by the server's locale; the words come with their places
as we counted them. A tsvector forgets places beyond the 16,383rd word, or the 255th of one word; such an item is
marked, and its text is read instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import BindParameter, Connection, bindparam, column, func, insert, literal_column, select, table, text

from bot.store import driver
from bot.store.schema import item
from bot.store.searchtext import TextSearch, folded, holds, spell, spell_tsquery

VOLUME = 65_536  # items; smaller ones take longer to look through for a rare word, larger ones for a beginning
LAST_PLACE = 16_383  # of a tsvector, as all the next three
PLACES_OF_WORD = 255
WORD_LENGTH = 500  # characters; 2,046 bytes at most
VECTOR_BYTES = 900_000
SHORT = (
    VECTOR_BYTES // 9
)  # characters: one takes four bytes at most, and every second may begin a word, which takes ten


@dataclass(frozen=True, slots=True)
class Words:
    """An item's folded title and text, and those by which the table knows it (None: not at all)."""

    item: int
    title: str
    body: str
    former: tuple[str, str] | None = None


class WordTable(Protocol):
    """What full-text search needs of a database."""

    def put(self, connection: Connection, each: Sequence[Words]) -> None:
        """Take in the words of items, in place of their former ones."""

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items that fit and came in last, the last one first."""

    def clear(self, connection: Connection) -> None:
        """Forget everything."""


class Fts5Words:
    """SQLite's. Words of deleted items stay in the table; no other item ever gets their number."""

    def put(self, connection: Connection, each: Sequence[Words]) -> None:
        """Take in the words of items, in place of their former ones."""
        known = [{"id": one.item, "words": marked(one.item, *one.former)} for one in each if one.former is not None]
        if known:
            driver.do(connection, _FTS5_FORGOTTEN, *known)
        words = ({"id": one.item, "words": marked(one.item, one.title, one.body)} for one in each)
        driver.do(connection, _FTS5_ADDED, *words)

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items that fit and came in last, the last one first."""
        ((last,),) = driver.rows(connection, _LAST_ITEM)
        found: list[int] = []
        for volume in range((last or 0) // VOLUME, -1, -1):
            query = spell(wanted, _mark(volume))
            found += (key for (key,) in driver.rows(connection, _FTS5_NEWEST, query=query, most=limit - len(found)))
            if len(found) >= limit:
                break
        return found

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text("INSERT INTO item_search (item_search) VALUES ('delete-all')"))


class TsvectorWords:
    """PostgreSQL's."""

    def put(self, connection: Connection, each: Sequence[Words]) -> None:
        """Take in the words of items, in place of their former ones, in one statement."""
        vectors, cuts = zip(*(tsvector(one.title, one.body) for one in each), strict=True)
        keys = [one.item for one in each]
        connection.execute(_TSVECTORS_PUT, {"ids": keys, "vectors": list(vectors), "cuts": list(cuts)})

    def newest(self, connection: Connection, wanted: TextSearch, limit: int) -> list[int]:
        """Return the items that fit and came in last, the last one first."""
        asked = {"query": spell_tsquery(wanted), "words": spell_tsquery(wanted, with_places=False), "most": limit}
        found = driver.rows(connection, _TSVECTORS_NEWEST, **asked)
        return [key for key, is_cut in found if not is_cut or _holds(connection, key, wanted)]

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text("DELETE FROM item_search"))


def _mark(volume: int) -> str:
    return f"{volume:03x}"  # of one length up to 268 million items, so that no two marked words are alike


def marked(key: int, title: str, body: str) -> str:
    """Return an item's words with its volume's mark; alone, it keeps phrases from reaching over the title's end."""
    mark = _mark(key // VOLUME)
    joint = f" {mark}"
    return mark + joint.join(one.replace(" ", joint) for one in (_spaced(title), "", _spaced(body)))


def _spaced(text: str) -> str:
    """Return folded text with one blank between words. A list of them would take three times as long."""
    text = text.strip()
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def tsvector(title: str, body: str) -> tuple[str, bool]:
    """Return folded text as the text form of a tsvector, and whether it could not hold every place of every word.

    Between title and body is a gap, so that no phrase reaches over it.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    place = 0
    for part in (title, body):
        for place, word in enumerate(part.split(), place + 1):  # noqa: B020 - goes on where the last part ended
            places[word[:WORD_LENGTH]].append(place)
        place += 1
    is_cut = place > LAST_PLACE or len(title) + len(body) > SHORT
    if is_cut or any(len(found) >= PLACES_OF_WORD for found in places.values()):
        return _spelled(_trimmed(places)), True
    return _spelled(places), False


def _spelled(places: Mapping[str, list[int]]) -> str:
    return " ".join([f"'{word}':{','.join(map(str, found))}" for word, found in places.items()])


def _trimmed(places: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Return what a tsvector can hold of it: the first words and places."""
    kept, size = dict[str, list[int]](), 0
    for word, found in places.items():
        kept[word] = [min(place, LAST_PLACE) for place in found[:PLACES_OF_WORD]]
        size += len(word.encode()) + 8 + 2 * len(kept[word])
        if size > VECTOR_BYTES:
            del kept[word]
            break
    return kept


def _holds(connection: Connection, key: int, wanted: TextSearch) -> bool:
    row = connection.execute(select(item.c.title, item.c.text).where(item.c.id == key)).one()
    return holds(wanted, folded(row.title), folded(row.text))


_ITEM_SEARCH = table("item_search", *(column(name) for name in ("rowid", "item_search", "words")))
_GIVEN: dict[str, BindParameter[object]] = {"rowid": bindparam("id"), "words": bindparam("words")}
_FTS5_ADDED = insert(_ITEM_SEARCH).values(_GIVEN)
_FTS5_FORGOTTEN = insert(_ITEM_SEARCH).values({"item_search": literal_column("'delete'"), **_GIVEN})
_FTS5_NEWEST = text(
    "SELECT s.rowid FROM item_search AS s JOIN item AS i ON i.id = s.rowid"
    " WHERE item_search MATCH :query ORDER BY s.rowid DESC LIMIT :most"
).columns(column("rowid"))
_LAST_ITEM = select(func.max(item.c.id))
_TSVECTORS_PUT = text(
    "INSERT INTO item_search (id, vector, is_cut) SELECT id, CAST(vector AS tsvector), is_cut"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:vectors AS text[]), CAST(:cuts AS boolean[]))"
    " AS made (id, vector, is_cut)"
    " ON CONFLICT (id) DO UPDATE SET vector = excluded.vector, is_cut = excluded.is_cut"
)
_TSVECTORS_NEWEST = text(
    "SELECT id, is_cut FROM item_search"
    " WHERE vector @@ CAST(:query AS tsquery) OR (is_cut AND vector @@ CAST(:words AS tsquery))"
    " ORDER BY id DESC LIMIT :most"
).columns(column("id"), column("is_cut"))
