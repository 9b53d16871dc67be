"""Writes that wait for the end of their transaction: done once, in order, and never by another transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.store import items, schema, search
from bot.store.db import Database
from bot.store.later import later, settle
from bot.store.search import Narrowing
from bot.store.searchtext import read
from rules.model import ItemId
from tests.databases import open_database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
written: list[Sequence[str]] = []


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    written.clear()
    with open_database(tmp_path) as database:
        database.write(
            lambda c: c.execute(insert(schema.feed).values(id=1, url="https://f", next_due=NOW, added_at=NOW))
        )
        yield database


def write(_connection: Connection, each: Sequence[str]) -> None:
    written.append(tuple(each))


def add_item(connection: Connection) -> ItemId:
    values = {"feed_id": 1, "identity": "i", "url": "", "outlet": "o", "lang": "en", "title": "t", "lead": ""}
    values |= {"text": "", "text_from": "content", "content_hash": b"x", "fetched": NOW, "chain": [], "trace": []}
    return ItemId(connection.execute(insert(schema.item).values(values).returning(schema.item.c.id)).scalar_one())


def titles_found(db: Database, query: str) -> list[int]:
    hits = db.write(lambda c: search.index_of(c).search(c, read(query), Narrowing(), page=1, size=9))
    return [hit.id for hit in hits.hits]


def test_what_is_gathered_is_written_once_at_the_end(db: Database) -> None:
    def work(connection: Connection) -> int:
        later(connection, write, "a")
        later(connection, write, "b")
        return len(written)

    assert db.write(work) == 0
    assert written == [("a", "b")]
    db.write(lambda _: None)
    assert written == [("a", "b")]


def test_what_a_failed_transaction_gathered_is_written_by_none(db: Database) -> None:
    def fails(connection: Connection) -> None:
        later(connection, write, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.write(fails)
    db.write(lambda _: None)
    assert written == []


def test_who_has_to_read_such_rows_settles_first(db: Database) -> None:
    def work(connection: Connection) -> list[tuple[str, ...]]:
        later(connection, write, "a")
        settle(connection)
        return [tuple(one) for one in written]

    assert db.write(work) == [("a",)]
    assert written == [("a",)]


def test_an_item_added_and_edited_in_one_transaction_is_found_by_its_last_words(db: Database) -> None:
    def work(connection: Connection) -> ItemId:
        key = add_item(connection)
        search.add(connection, key, "Troops leave Poland", "")
        search.edit(connection, key, ("Troops leave Poland", ""), "Troops leave Latvia", "")
        return key

    key = db.write(work)
    assert (titles_found(db, "poland"), titles_found(db, "latvia")) == ([], [key])


def test_stages_added_to_a_way_follow_those_saved_in_the_same_transaction(db: Database) -> None:
    def work(connection: Connection) -> ItemId:
        key = add_item(connection)
        items.save_trace(connection, key, [{"stage": "one"}])
        items.add_to_trace(connection, key, [{"stage": "two"}])
        return key

    key = db.write(work)
    (kept,) = db.write(lambda c: c.execute(select(schema.item.c.trace).where(schema.item.c.id == key)).one())
    assert [one["stage"] for one in kept] == ["one", "two"]
