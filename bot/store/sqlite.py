"""A SQLite file: one process owns it, one thread writes to it.

WAL, BEGIN IMMEDIATE (a deferred transaction that reads before it writes fails at once with BUSY_SNAPSHOT),
synchronous=FULL (a power cut may not take back a row that says "sent"), flock on ``<file>.lock``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.clock import SystemClock
from bot.errors import StoreError
from bot.store import backups, restoring
from bot.store.locking import take_lock
from bot.store.locks import Writing
from bot.store.migrate import migrate, newest, revision

BUSY_SECONDS = 30.0


class SqliteHome:
    """One file."""

    readers = 2
    is_shared = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self._lock: IO[str] | None = None
        self._write_engine: Engine | None = None
        self._read_engine: Engine | None = None
        self._kept: dict[tuple[Engine, int], Connection] = {}  # of each thread: opening one costs more than a look-up

    def open(self, first: Sequence[str] = ()) -> None:
        """Lock, check and migrate. Raises StoreError with one sentence when the file cannot be used.

        ``first``: tables to check now, where there is nothing to migrate; a large archive takes seconds.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = take_lock(self.path)
            self._write_engine = _engine(self.path, begin="BEGIN IMMEDIATE", pool_size=0)
            self._read_engine = _engine(self.path, begin="BEGIN", pool_size=self.readers)
            with self._write_engine.connect() as connection:
                is_current = revision(connection) == newest()
                _check(_driver(connection), self.path, first if is_current else ())
            migrate(self._changing, self.name, lambda found: backups.copy(self.path, backups.before(self.path, found)))
            self._note_restored()
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror or error}; choose another path under database:") from error
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise StoreError(f"{self.path}: {self.explain(error)}") from error

    def check(self) -> None:
        """Read every page, beside whoever writes. Raises StoreError where the file is damaged."""
        try:
            with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
                _check(connection, self.path)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path}: {self.explain(error)}") from error

    def close(self) -> None:
        """Close the file and free the lock."""
        while self._kept:
            self._kept.popitem()[1].close()
        for engine in (self._read_engine, self._write_engine):
            if engine is not None:
                engine.dispose()
        self._write_engine = self._read_engine = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @contextmanager
    def writing(self, kind: Writing = Writing.ALONE) -> Iterator[Connection]:
        """Open a write transaction, of whatever kind alone."""
        connection = self._connection(self._write_engine)
        with connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot."""
        connection = self._connection(self._read_engine)
        with connection.begin():
            yield connection

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """Open a write transaction in which a table may be made anew: those that refer to it stay as they are."""
        connection = self._connection(self._write_engine)
        raw = connection.connection
        raw.execute("PRAGMA foreign_keys=OFF")  # heard outside of transactions only
        try:
            with self.writing() as opened:
                yield opened
        finally:
            raw.execute("PRAGMA foreign_keys=ON")

    def explain(self, error: Exception) -> str:
        """Return SQLite's own words, and the way back where the file is damaged."""
        text = str(getattr(error, "orig", error))
        if "not a database" in text or "malformed" in text:
            return f"the file is damaged or is no Tocsin database ({text}); {backups.advice(self.path)}"
        return text

    def _connection(self, engine: Engine | None) -> Connection:
        key = (_opened(engine), threading.get_ident())
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = key[0].connect()
        return found

    def _note_restored(self) -> None:
        """Where the file is a copy that was put back, settle what people may have seen since, once."""
        with self.writing() as connection:
            seconds = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if seconds <= 0:
                return
            made_at = datetime.fromtimestamp(seconds, UTC)
            asked, cold = restoring.settle(connection, made_at, SystemClock().now())
            connection.exec_driver_sql("PRAGMA user_version = 0")
        import structlog  # commands that only look at the file do without

        log = structlog.get_logger("tocsin.store")
        log.warning("a restored copy", made_at=made_at.isoformat(), looked_for=asked, cold_feeds=cold)


def _opened(engine: Engine | None) -> Engine:
    if engine is None:
        raise StoreError("the database is not open")
    return engine


def _engine(path: Path, *, begin: str, pool_size: int) -> Engine:
    url = f"sqlite:///{path}"
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    if pool_size:
        engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_size=pool_size, max_overflow=0)
    else:
        engine = create_engine(url, connect_args=arguments, poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _check(connection: sqlite3.Connection, path: Path, tables: Sequence[str] = ()) -> None:
    """Look at the pages of tables, or of all. Raises StoreError."""
    for asked in tables or ("1",):  # with a number: all tables, and so many faults
        (answer,) = connection.execute(f"PRAGMA quick_check({asked})").fetchone()
        if answer != "ok":
            why = " ".join(str(answer).split())
            raise StoreError(f"{path}: the database is damaged ({why}); {backups.advice(path)}")
