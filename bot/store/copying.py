"""Carries one database over into another, of whatever kinds: batch by batch, resumable, and compared at the end.

rows        table by table, those that are pointed to first; references to the same table are filled in afterwards
place       written in the target with each batch, so that a copy that was killed goes on where it was
numbers     where new rows continue counting
search      made anew from the items: each kind of database keeps words in its own way
comparison  rows counted and summed up on both sides; the sum does not depend on the order in which they come
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
    update,
)

from bot.errors import StoreError
from bot.store import driver, search, workers
from bot.store.db import Database
from bot.store.schema import item, metadata, office, unindexed, worker

BATCH = 1_000
OURS = (unindexed, worker, office)  # of each database itself
TABLES = tuple(table for table in metadata.sorted_tables if table not in OURS)
LINKS = " links"

_places = Table(
    "copy_place",
    MetaData(),
    Column("step", Text, primary_key=True),
    Column("last", JSON, nullable=False),  # the primary key of the last row that was carried over
    Column("rows", Integer, nullable=False),
)
_SOURCE = "source"

Tell = Callable[[str, int, int], None]
"""Is told how far a step has come: its name, rows done, rows in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a table holds: how many rows, and a checksum of all their values."""

    rows: int
    checksum: str


def copy(source: Database, target: Database, now: datetime, tell: Tell) -> dict[str, Sum]:
    """Carry everything over and return what both hold by table. Raises StoreError where they differ in the end."""
    _begin(source, target, now)
    for table in TABLES:
        for links in (False, True):
            _carry(source, target, table, links=links, tell=tell)
    target.write(_continue_counting)
    _index(target, tell)
    sums = compare(source, target, tell)
    target.write(_places.drop)
    return sums


def compare(source: Database, target: Database, tell: Tell) -> dict[str, Sum]:
    """Sum up both. Raises StoreError naming the first table that differs."""
    sums = {}
    for table in TABLES:
        here, there = (_summed(one, table, tell) for one in (source, target))
        if here != there:
            raise StoreError(
                f"{table.name}: {here.rows:,} rows in {source.address}, {there.rows:,} in {target.address}, and not all"
                " alike; empty the target and copy again"
            )
        sums[table.name] = here
    return sums


def _begin(source: Database, target: Database, now: datetime) -> None:
    """Make sure that nobody works on either, and that the target is empty or an unfinished copy of this source."""
    for one in (source, target):
        busy = [w for w in one.write(lambda c: workers.present(c, now)) if not w.is_silent(now)]
        if busy:
            raise StoreError(f"{one.address}: {busy[0].host}, process {busy[0].pid}, uses it; stop every Tocsin first")
    name = str(source.address)

    def work(connection: Connection) -> str | None:
        if inspect(connection).has_table(_places.name):
            found = connection.execute(select(_places.c.last).where(_places.c.step == _SOURCE)).scalar()
            return None if found == [name] else f"holds an unfinished copy of {found[0] if found else 'something else'}"
        held = next((one.name for one in TABLES if connection.execute(select(one).limit(1)).first()), None)
        if held is not None:
            return f"is not empty (it has rows in {held})"
        _places.create(connection)
        connection.execute(insert(_places).values(step=_SOURCE, last=[name], rows=0))
        return None

    trouble = target.write(work)
    if trouble is not None:
        raise StoreError(f"{target.address}: the target {trouble}; name an empty database")


def _carry(source: Database, target: Database, table: Table, *, links: bool, tell: Tell) -> None:
    own = _links(table)
    if links and not own:
        return
    step, keys = table.name + (LINKS if links else ""), list(table.primary_key)
    total = _count(source, table)
    place = target.write(lambda c: c.execute(select(_places).where(_places.c.step == step)).first())
    last, done = (place.last, place.rows) if place is not None else (None, 0)
    put = _fill_in if links else _insert
    while rows := source.write(partial(_batch, table=table, keys=keys, last=last)):
        last, done = _key_of(rows[-1], keys), done + len(rows)

        def work(connection: Connection, rows: Any = rows, last: Any = last, done: int = done) -> None:
            put(connection, table, rows, own)
            connection.execute(delete(_places).where(_places.c.step == step))
            connection.execute(insert(_places).values(step=step, last=last, rows=done))

        target.write(work)
        tell(step, done, total)


def _batch(connection: Connection, table: Table, keys: Sequence[Column[Any]], last: Any) -> list[dict[str, Any]]:
    wanted = select(table).order_by(*keys).limit(BATCH)
    if last is not None:
        values = [
            date.fromisoformat(one) if key.type.python_type is date else one
            for key, one in zip(keys, last, strict=True)
        ]
        wanted = wanted.where(tuple_(*keys) > tuple_(*values)) if len(keys) > 1 else wanted.where(keys[0] > values[0])
    return [{name: _clean(value) for name, value in row.items()} for row in connection.execute(wanted).mappings()]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]], own: Sequence[str]) -> None:
    driver.put(connection, table, [row | dict.fromkeys(own) for row in rows] if own else rows)
    if table is item:
        driver.put(connection, unindexed, [{"item_id": row["id"]} for row in rows])


def _fill_in(connection: Connection, table: Table, rows: list[dict[str, Any]], own: Sequence[str]) -> None:
    pointing = [row for row in rows if any(row[name] is not None for name in own)]
    if pointing:
        filling = (
            update(table)
            .where(table.c.id == bindparam("row_id"))
            .values({name: bindparam(f"to_{name}") for name in own})
        )
        connection.execute(
            filling, [{"row_id": row["id"], **{f"to_{name}": row[name] for name in own}} for row in pointing]
        )


def _links(table: Table) -> tuple[str, ...]:
    """Return the columns that point to other rows of the same table, perhaps to later ones."""
    return tuple(
        column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    )


def _continue_counting(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return  # it takes the number after the highest by itself
    for table in TABLES:
        key = table.columns.get("id")
        if key is not None and key.autoincrement is True:
            numbers = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            connection.execute(
                text(f'SELECT setval({numbers}, greatest((SELECT max(id) FROM "{table.name}"), 1))')  # noqa: S608 - our own names
            )


def _index(target: Database, tell: Tell) -> None:
    total = _count(target, item)
    done = total - _count(target, unindexed)
    while taken := target.write(lambda c: search.index_of(c).catch_up(c)):
        done += taken
        tell("search", done, total)


def _count(database: Database, table: Table) -> int:
    counting = select(func.count()).select_from(table)
    return database.write(lambda connection: int(connection.execute(counting).scalar_one()))


def _summed(database: Database, table: Table, tell: Tell) -> Sum:
    keys = list(table.primary_key)
    count, total, last = 0, 0, None
    of_all = _count(database, table)
    while rows := database.write(partial(_batch, table=table, keys=keys, last=last)):
        last = _key_of(rows[-1], keys)
        count += len(rows)
        total += sum(_hash(row) for row in rows)
        tell(f"compare {table.name}", count, of_all)
    return Sum(rows=count, checksum=f"{total % 2**128:032x}")


def _hash(row: dict[str, Any]) -> int:
    told = json.dumps(row, sort_keys=True, ensure_ascii=True, default=_told)
    return int.from_bytes(blake2b(told.encode(), digest_size=16).digest(), "big")


def _told(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    assert isinstance(value, datetime | date)
    return value.isoformat()


def _clean(value: Any) -> Any:
    """Leave NUL characters out, which PostgreSQL does not take and no reader sees."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _key_of(row: dict[str, Any], keys: Sequence[Column[Any]]) -> list[Any]:
    """Return a row's primary key as JSON holds it."""
    found = (row[key.name] for key in keys)
    return [one.isoformat() if isinstance(one, date) else one for one in found]
