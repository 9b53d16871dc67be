"""Works that share a transaction: all or nothing for each, whatever happens to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, insert, select

from bot.errors import StoreError
from bot.feeds.polling import FeedSpec
from bot.grouped import LONGEST, Grouped
from bot.store import feeds, schema
from bot.store.db import Database
from tests.databases import open_database
from tests.fakes.manual_clock import START, ManualClock

T = TypeVar("T")


class Counted:
    """A database's transactions, counted."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.number = 0

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        self.number += 1
        return await self.db.tx(work)


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[Counted]:
    with open_database(tmp_path) as db:
        yield Counted(db)


def adds(name: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        feeds.add(connection, FeedSpec(url=f"https://a.example/{name}"), now=START)
        return name

    return work


def breaks(name: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        adds(name)(connection)
        raise ValueError(name)

    return work


def stored(counted: Counted) -> list[str]:
    rows = counted.db.write(lambda c: c.execute(select(schema.feed.c.url).order_by(schema.feed.c.id)).scalars().all())
    return [url.rpartition("/")[2] for url in rows]


async def test_what_is_asked_for_together_is_done_in_one_transaction_and_in_order(counted: Counted) -> None:
    store = Grouped(counted, ManualClock())
    assert await asyncio.gather(*(store(adds(name)) for name in "abcd")) == ["a", "b", "c", "d"]
    assert stored(counted) == ["a", "b", "c", "d"]
    assert counted.number == 1


async def test_one_that_fails_takes_none_of_the_others_with_it(counted: Counted) -> None:
    store = Grouped(counted, ManualClock())
    works = (adds("a"), breaks("b"), adds("c"))
    results: list[Any] = await asyncio.gather(*map(store, works), return_exceptions=True)
    assert stored(counted) == ["a", "c"]
    assert results[0::2] == ["a", "c"]
    assert isinstance(results[1], ValueError)


async def test_memory_is_mended_after_every_transaction_that_was_rolled_back(counted: Counted) -> None:
    mended: list[list[str]] = []

    async def mend() -> None:
        mended.append(stored(counted))

    store = Grouped(counted, ManualClock(), after_failure=mend)
    await asyncio.gather(*map(store, (adds("a"), breaks("b"), adds("c"))), return_exceptions=True)
    assert mended == [[], ["a"]]  # before each is done alone, and after the one that failed again


async def test_when_memory_cannot_be_mended_the_askers_hear_of_it(counted: Counted) -> None:
    async def mend() -> None:
        raise StoreError("the disk is full")

    store = Grouped(counted, ManualClock(), after_failure=mend)
    with pytest.raises(StoreError, match="disk is full"):
        await store(breaks("a"))
    assert await store(adds("b")) == "b"


async def test_a_long_transaction_leaves_the_rest_to_the_next(counted: Counted) -> None:
    clock = ManualClock()

    def slow(connection: Connection) -> str:
        clock.advance(2 * LONGEST)
        return adds("a")(connection)

    store = Grouped(counted, clock)
    assert await asyncio.gather(*map(store, (slow, adds("b"), adds("c")))) == ["a", "b", "c"]
    assert stored(counted) == ["a", "b", "c"]
    assert counted.number == 2


async def test_who_was_cancelled_before_its_turn_is_not_done(counted: Counted) -> None:
    store = Grouped(counted, ManualClock())
    first, second = (asyncio.ensure_future(store(adds(name))) for name in "ab")
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "b"
    assert stored(counted) == ["b"]


async def test_a_refused_row_is_the_askers_error(counted: Counted) -> None:
    store = Grouped(counted, ManualClock())
    with pytest.raises(Exception, match="NOT NULL"):
        await store(lambda connection: connection.execute(insert(schema.feed).values(outlet="x")).rowcount)
