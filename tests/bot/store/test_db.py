"""The database file: one owner, checked, migrated to exactly the schema, transactions whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select

from bot.errors import StoreError
from bot.store import schema
from bot.store.db import Database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "deep" / "tocsin.db")
    database.open()
    yield database
    database.close()


def add_feed(connection: Connection, url: str = "https://example.org/feed") -> None:
    connection.execute(insert(schema.feed).values(url=url, next_due=NOW, added_at=NOW))


def test_migrations_make_exactly_the_schema(db: Database) -> None:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith("item_search")  # FTS5 keeps tables of its own

    difference = db.write(
        lambda c: compare_metadata(MigrationContext.configure(c, opts={"include_name": is_ours}), schema.metadata)
    )
    assert difference == []


async def test_a_failing_transaction_leaves_nothing(db: Database) -> None:
    def work(connection: Connection) -> None:
        add_feed(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.tx(work)
    assert await db.read(lambda c: c.execute(select(schema.feed.c.id)).all()) == []


async def test_times_come_back_aware_and_in_utc(db: Database) -> None:
    await db.tx(add_feed)
    assert await db.read(lambda c: c.execute(select(schema.feed.c.next_due)).scalar_one()) == NOW


async def test_a_naive_time_is_refused(db: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="naive datetime"):
        await db.tx(lambda c: c.execute(insert(schema.feed).values(url="u", next_due=naive, added_at=NOW)))


async def test_readers_cannot_see_an_open_transaction(db: Database) -> None:
    import asyncio

    def work(connection: Connection) -> int:
        add_feed(connection)
        reading = asyncio.run_coroutine_threadsafe(db.read(lambda c: len(c.execute(select(schema.feed)).all())), loop)
        return reading.result(timeout=10)

    loop = asyncio.get_running_loop()
    assert await db.tx(work) == 0


def test_a_second_owner_is_told_the_first_ones_process(db: Database) -> None:
    second = Database(db.path)
    with pytest.raises(StoreError, match=rf"tocsin.db: another Tocsin \(process {os.getpid()}\) uses this database"):
        second.open()
    assert db.write(lambda c: c.exec_driver_sql("SELECT 1").scalar()) == 1


def test_the_file_is_free_after_closing(db: Database) -> None:
    db.write(add_feed)
    db.close()
    second = Database(db.path)
    second.open()
    try:
        assert second.write(lambda c: c.execute(select(schema.feed.c.id)).scalars().all()) == [1]
    finally:
        second.close()


@pytest.mark.parametrize("kept", [0, 4096], ids=["no database at all", "only the first page is whole"])
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "tocsin.db"
    database = Database(path)
    database.open()
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:kept] + b"\xff" * (len(whole) - kept))
    with pytest.raises(StoreError, match="damaged") as caught:
        Database(path).open()
    assert "\n" not in str(caught.value)
    assert "restore a backup" in str(caught.value)


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another path under database:"):
        Database(tmp_path / "file" / "tocsin.db").open()
