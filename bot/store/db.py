"""One database: opened once by one process, written by one thread, read by a few.

SQLAlchemy Core runs synchronously inside ``await db.tx(fn)``: one thread hop a transaction instead of one a
statement, and a cancelled task cannot tear a transaction. On SQLite: WAL, BEGIN IMMEDIATE (a deferred
transaction that reads before it writes fails at once with BUSY_SNAPSHOT), synchronous=FULL (a power cut may
not take back a row that says "sent").
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.clock import SystemClock
from bot.errors import StoreError
from bot.store import backups, restoring
from bot.store.migrate import migrate

T = TypeVar("T")
BUSY_SECONDS = 30.0
READERS = 2

log = structlog.get_logger("tocsin.store")


class Database:
    """A SQLite file. ``open()`` takes the lock, checks the file and migrates it; ``close()`` gives all back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[str] | None = None
        self._writer_ident = 0  # until the writer's thread has started
        self._writer = ThreadPoolExecutor(
            max_workers=1, thread_name_prefix="tocsin-writer", initializer=self._note_writer
        )
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="tocsin-reader")
        self._write_engine: Engine | None = None
        self._read_engine: Engine | None = None

    def open(self) -> None:
        """Lock, check and migrate. Raises StoreError with one sentence when the file cannot be used."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = take_lock(self.path)
            self._write_engine = _engine(self.path, begin="BEGIN IMMEDIATE", pool_size=0)
            self._read_engine = _engine(self.path, begin="BEGIN", pool_size=READERS)
            _check(self._write_engine, self.path)
            migrate(self._write_engine, self.path)
            self._note_restored(self._write_engine)
        except OSError as error:
            self.close()
            raise StoreError(f"{self.path}: {error.strerror or error}; choose another path under database:") from error
        except (DatabaseError, sqlite3.DatabaseError) as error:
            self.close()
            raise StoreError(f"{self.path}: {_plain(error, self.path)}") from error
        except BaseException:
            self.close()
            raise

    async def tx(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one write transaction: all of it is committed, or nothing. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, self._write_engine, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a consistent snapshot, beside the writer."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, self._read_engine, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do what ``tx`` does and wait for it; from any thread but the event loop's, where it would block the loop."""
        if threading.get_ident() == self._writer_ident:
            return self._run(self._write_engine, work)
        return self._writer.submit(self._run, self._write_engine, work).result()

    def _note_writer(self) -> None:
        self._writer_ident = threading.get_ident()

    def _run(self, engine: Engine | None, work: Callable[[Connection], T]) -> T:
        if engine is None:
            raise StoreError(f"{self.path}: the database is not open")
        try:
            with engine.begin() as connection:
                return work(connection)
        except OperationalError as error:
            raise StoreError(f"{self.path}: {_plain(error, self.path)}") from error

    def _note_restored(self, engine: Engine) -> None:
        """Where the file is a copy that was put back, settle what people may have seen since, once."""
        with engine.begin() as connection:
            seconds = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            if seconds <= 0:
                return
            made_at = datetime.fromtimestamp(seconds, UTC)
            asked, cold = restoring.settle(connection, made_at, SystemClock().now())
            connection.exec_driver_sql("PRAGMA user_version = 0")
        log.warning("a restored copy", made_at=made_at.isoformat(), looked_for=asked, cold_feeds=cold)

    def close(self) -> None:
        """Finish running transactions, close the file and free the lock."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        for engine in (self._read_engine, self._write_engine):
            if engine is not None:
                engine.dispose()
        self._write_engine = self._read_engine = None
        if self._lock is not None:
            self._lock.close()  # closing frees the flock; the file stays, so that no two owners race on its name
            self._lock = None


def take_lock(database: Path) -> IO[str]:
    """Become the owner of a database until the handle is closed. Raises StoreError with the owner's process."""
    path = database.with_name(database.name + ".lock")
    handle = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        owner = handle.read().strip() or "unknown"
        handle.close()
        raise StoreError(f"{database}: another Tocsin (process {owner}) uses this database; stop it first") from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


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


def _check(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if answer != "ok":
        raise StoreError(f"{path}: the database is damaged ({answer}); {backups.advice(path)}")


def _plain(error: Exception, path: Path) -> str:
    text = str(getattr(error, "orig", error))
    if "not a database" in text or "malformed" in text:
        return f"the file is damaged or is no Tocsin database ({text}); {backups.advice(path)}"
    return text
