"""Transactions that share a commit keep what each was promised: whole or not at all, told only when committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.store import schema
from bot.store.db import Database
from bot.store.grouping import GroupedWriter
from tests.databases import open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def add(key: str, *, fails: bool = False) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(schema.lane).values(key=key))
        if fails:
            raise ZeroDivisionError(key)
        return key

    return work


def keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(schema.lane.c.key).order_by(schema.lane.c.key)).scalars())


async def test_every_work_gets_its_own_result(db: Database) -> None:
    writer = GroupedWriter(db)
    names = [f"lane {n:03}" for n in range(100)]
    assert await asyncio.gather(*(writer.tx(add(name)) for name in names)) == names
    assert await db.read(keys) == names


async def test_a_work_that_fails_is_undone_alone(db: Database) -> None:
    writer = GroupedWriter(db)
    results = await asyncio.gather(
        *(writer.tx(add(name, fails=name == "b")) for name in "abc"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [str, ZeroDivisionError, str]
    assert await db.read(keys) == ["a", "c"]


async def test_a_caller_that_went_away_does_not_stop_the_others(db: Database) -> None:
    writer = GroupedWriter(db)
    tasks = [asyncio.create_task(writer.tx(add(name))) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await writer.tx(keys) == ["a", "b", "c"]


async def test_nobody_is_told_of_success_before_the_common_commit(db: Database) -> None:
    """A commit that fails, fails for all: the deferred foreign key of one work is seen only then."""

    def dangling(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(insert(schema.subscription).values(_subscription()))

    writer = GroupedWriter(db)
    results = await asyncio.gather(
        writer.tx(add("a")),
        writer.tx(dangling),
        writer.tx(add("b")),
        return_exceptions=True,
    )
    assert [isinstance(result, Exception) for result in results] == [True, True, True]
    assert await db.read(keys) == []


def _subscription() -> dict[str, object]:
    return {"lane": "nowhere", "topic": "t", "added_by": "me", "added_at": datetime(2026, 9, 1, tzinfo=UTC)}
