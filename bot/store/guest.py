"""A look at the database beside the process that owns it: for operators' commands while Tocsin runs.

SQLite lets a second process write between the owner's transactions. What must stay the owner's alone is posting;
a guest changes rows only from states in which nobody is posting them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from bot.errors import StoreError
from bot.store import migrate

T = TypeVar("T")
BUSY_SECONDS = 10.0


def visit(path: Path, work: Callable[[Connection], T]) -> T:
    """Run one transaction on the database of a running or stopped Tocsin. Raises StoreError, in one sentence."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no database here; name it with --database, or run `tocsin run` first")
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the driver must not open transactions

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            _check_version(connection, path)
            return work(connection)
    except DatabaseError as error:
        raise StoreError(f"{path}: {error.orig}; is it a Tocsin database, and may you write it?") from error
    finally:
        engine.dispose()


def _check_version(connection: Connection, path: Path) -> None:
    found, wanted = migrate.revision(connection), migrate.newest()
    if found != wanted:
        raise StoreError(
            f"{path}: the database has version {found or 'none'}, this Tocsin needs {wanted}; start `tocsin run` once"
        )
