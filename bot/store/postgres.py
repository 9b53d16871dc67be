"""A database on a PostgreSQL server, which several processes share.

One write transaction at a time over all of them, by advisory locks that end with the transaction: what SQLite's BEGIN
IMMEDIATE promises holds here too, so the same works run on both. Only the records of posts go beside the others
(``bot.store.locks``). Extraction, fetching and posting happen outside transactions. Everything is set for the
transaction, nothing for the session, and no statement is prepared on the server, so a pooler in transaction mode does
no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import StoreError
from bot.store.address import Server
from bot.store.locks import LOCKS, Writing
from bot.store.migrate import migrate

FROZEN_SECONDS = 15  # after which the server ends the transaction of a process that stands still, and frees its lock
QUEUE_SECONDS = 30  # how long a writer waits for the others, as long as SQLite's busy timeout
CONNECT_SECONDS = 5
WRITERS = 2  # connections: what is stored, and what is posted
LEAST_VERSION = 14

_BEGIN = (
    f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s';"
    f" SET LOCAL lock_timeout = '{QUEUE_SECONDS}s'; SET LOCAL TIME ZONE 'UTC'; "
)
_LOOK = (
    f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN_SECONDS * 4}s'; SET LOCAL TIME ZONE 'UTC';"
    " SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
)

log = structlog.get_logger("tocsin.store")


class PostgresHome:
    """One database of one server."""

    readers = 4
    is_shared = True

    def __init__(self, server: Server) -> None:
        self.name = str(server)
        self._server = server
        self._engine: Engine | None = None

    def open(self, first: Sequence[str] = ()) -> None:
        """Connect, check and migrate. Raises StoreError with one sentence when the database cannot be used."""
        self.connect()
        try:
            migrate(self.writing, self.name, lambda found: log.info("upgrade", database=self.name, revision=found))
        except DBAPIError as error:
            raise StoreError(f"{self.name}: {self.explain(error)}") from error

    def check(self) -> None:
        """Do nothing: the server looks after its pages, and what it runs on was looked at when we connected."""

    def connect(self) -> None:
        """Connect and check. Raises StoreError."""
        self._engine = _engine(self._server, pool_size=self.readers + WRITERS)
        try:
            with self._engine.connect() as connection:
                _check(connection, self.name)
        except DBAPIError as error:
            raise StoreError(f"{self.name}: {self.explain(error)}") from error

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def writing(self, kind: Writing = Writing.ALONE) -> Iterator[Connection]:
        """Open a write transaction once those that it may not run beside are done."""
        with self._opened().begin() as connection:
            connection.exec_driver_sql(_BEGIN + LOCKS[kind])
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a snapshot."""
        with self._opened().begin() as connection:
            connection.exec_driver_sql(_LOOK)
            yield connection

    def explain(self, error: Exception) -> str:
        """Return the server's own words in one line, and what is known of their cause."""
        cause = getattr(error, "orig", error)
        text = " ".join(str(cause).split()) or type(cause).__name__
        match getattr(cause, "sqlstate", None):
            case "55P03":
                return (
                    f"another Tocsin has held the write lock for {QUEUE_SECONDS} s; `tocsin status` shows the workers"
                )
            case "25P03" | "57P01" | "57P02" | "57P03":
                return f"the server ended the connection ({text}); nothing was stored, and it is tried again"
            case "42501":
                return f"{text}; Tocsin's user must be allowed to create tables in the database"
            case "53300":
                return f"{text}; each Tocsin needs {self.readers + WRITERS} connections"
            case "53100" | "25006":
                return f"{text}; the server takes no writes"
            case None:
                return f"{text}; is the server running, and are address, database and user right?"
            case _:
                return text

    def _opened(self) -> Engine:
        if self._engine is None:
            raise StoreError(f"{self.name}: the database is not open")
        return self._engine


@contextmanager
def visiting(server: Server) -> Iterator[Connection]:
    """Open one write transaction on a database that others use. Raises StoreError."""
    home = PostgresHome(server)
    try:
        home.connect()
        with home.writing() as connection:
            yield connection
    except DBAPIError as error:
        raise StoreError(f"{server}: {home.explain(error)}") from error
    finally:
        home.close()


def _engine(server: Server, *, pool_size: int) -> Engine:
    try:
        import psycopg  # noqa: F401 - only to say what is missing
    except ImportError:
        raise StoreError(f"{server}: PostgreSQL needs more packages; run: pip install 'tocsin[cluster]'") from None
    try:
        url = make_url(server.dsn.reveal()).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise StoreError(f"{server}: not an address; write postgresql://USER@HOST:PORT/DATABASE") from None
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,  # after an outage the first work finds a new connection
        connect_args={
            "prepare_threshold": None,
            "connect_timeout": CONNECT_SECONDS,
            "client_encoding": "utf8",
            "application_name": "tocsin",
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )


def _check(connection: Connection, name: str) -> None:
    version, encoding, is_copy, backend = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
        " pg_is_in_recovery(), pg_backend_pid()"
    ).one()
    if version < LEAST_VERSION:
        raise StoreError(f"{name}: the server is PostgreSQL {version}; Tocsin needs {LEAST_VERSION} or newer")
    if encoding != "UTF8":
        raise StoreError(f"{name}: the database has the encoding {encoding}; create it with ENCODING 'UTF8'")
    if is_copy:
        raise StoreError(f"{name}: the server is a standby, which takes no writes; name the primary one")
    if is_pooled(connection, backend):
        log.warning("a pooler in the way", database=name)


def is_pooled(connection: Connection, backend: int) -> bool:
    """Tell whether the process that answers is not the one that greeted us: then a pooler stands between."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return bool(driver.info.backend_pid != backend)
