"""A look at the database beside the process that owns it: for operators' commands while Tocsin runs.

Both databases let a second process write between the others' transactions. Posting stays theirs: a guest changes rows
only from states in which nobody is posting them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.errors import StoreError
from bot.store import later, migrate
from bot.store.address import Address

T = TypeVar("T")
BUSY_SECONDS = 10.0


def visit(address: Address, work: Callable[[Connection], T]) -> T:
    """Run one transaction on the database of a running or stopped Tocsin. Raises StoreError, in one sentence."""
    with _transaction(address) as connection:
        _check_version(connection, address)
        result = work(connection)
        later.settle(connection)
        return result


def established(address: Address) -> Address:
    """Make the database where there is no file yet, as the first run would. Raises StoreError."""
    if isinstance(address, Path) and not address.exists():
        from bot.store.sqlite import SqliteHome  # who only looks does not pay for what an owner needs

        home = SqliteHome(address)
        try:
            home.open()
        finally:
            home.close()
    return address


def _transaction(address: Address) -> AbstractContextManager[Connection]:
    if isinstance(address, Path):
        return _on_file(address)
    from bot.store.postgres import visiting  # its driver is an extra, and slow to load

    return visiting(address)


@contextmanager
def _on_file(path: Path) -> Iterator[Connection]:
    if not path.is_file():
        raise StoreError(f"{path}: there is no database here; name it with --database, or run `tocsin run` first")
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
    except DatabaseError as error:
        raise StoreError(f"{path}: {error.orig}; is it a Tocsin database, and may you write it?") from error
    finally:
        engine.dispose()


def _check_version(connection: Connection, address: Address) -> None:
    found, wanted = migrate.revision(connection), migrate.newest()
    if found != wanted:
        raise StoreError(
            f"{address}: the database has version {found or 'none'}, this Tocsin needs {wanted};"
            " start `tocsin run` once"
        )
