"""One database, of whatever kind: one writer at a time, a few readers beside it.

tx       alone in all processes                                                   commands, rules, digests, upkeep
storing  the same, but posts are recorded beside it until ``locks.hold_outbox``   new items
posting  on a server beside ``storing`` and others of its kind                    the delivery, lane by lane
read     a snapshot

SQLAlchemy Core runs synchronously inside ``await db.tx(fn)``: one thread hop a transaction instead of one a
statement, and a cancelled task cannot tear a transaction. What a work has read stays true until it commits: SQLite
lets one writer in (``bot.store.sqlite``), and on a server all Tocsins share one lock (``bot.store.postgres``).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from bot.errors import StoreError
from bot.store import later, wake
from bot.store.address import Address
from bot.store.home import Home
from bot.store.locks import Writing
from bot.store.sqlite import SqliteHome

T = TypeVar("T")
OnRows = Callable[[Connection, AbstractSet[str]], None]
"""Is told at the end of a transaction, and in it, which lanes got rows."""


class Database:
    """The database at an address. ``open()`` takes, checks and migrates it; ``close()`` gives all back."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._home = _home(address)
        self.on_rows: OnRows | None = None
        self._is_open = False
        self._writer_ident = 0  # until the writer's thread has started
        self._writer = ThreadPoolExecutor(
            max_workers=1, thread_name_prefix="tocsin-writer", initializer=self._note_writer
        )
        self._poster = self._writer
        if self._home.is_shared:
            self._poster = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tocsin-poster")
        self._readers = ThreadPoolExecutor(max_workers=self._home.readers, thread_name_prefix="tocsin-reader")

    @property
    def path(self) -> Path:
        """The file. Raises StoreError where the database is on a server."""
        if isinstance(self.address, Path):
            return self.address
        raise StoreError(f"{self.address}: this works with a database in a file only")

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write to the database, too."""
        return self._home.is_shared

    def open(self, first: Sequence[str] = ()) -> None:
        """Take, check and migrate. Raises StoreError with one sentence when the database cannot be used.

        ``first``: the tables that are wanted at once. Whoever names some has to ``check`` the others soon.
        """
        try:
            self._home.open(first)
        except BaseException:
            self.close()
            raise
        self._is_open = True

    def check(self) -> None:
        """Look at all tables, from any thread, beside whatever is done with them. Raises StoreError for damage."""
        self._home.check()

    async def tx(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one write transaction: all of it is committed, or nothing. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, self._home.writing, work)

    async def storing(self, work: Callable[[Connection], T]) -> T:
        """Do what ``tx`` does while posts are recorded, in other connections, until the work holds the outbox."""
        begin = partial(self._home.writing, Writing.STORING)
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, begin, work)

    async def posting(self, work: Callable[[Connection], T]) -> T:
        """Do what ``tx`` does beside others that post. Only for rows of lanes that the work has claimed or claims."""
        begin = partial(self._home.writing, Writing.POSTING)
        return await asyncio.get_running_loop().run_in_executor(self._poster, self._run, begin, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a consistent snapshot, beside the writer."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, self._home.reading, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do what ``tx`` does and wait for it; from any thread but the event loop's, where it would block the loop."""
        if threading.get_ident() == self._writer_ident:
            return self._run(self._home.writing, work)
        return self._writer.submit(self._run, self._home.writing, work).result()

    def _note_writer(self) -> None:
        self._writer_ident = threading.get_ident()

    def _run(self, begin: Callable[[], AbstractContextManager[Connection]], work: Callable[[Connection], T]) -> T:
        if not self._is_open:
            raise StoreError(f"{self._home.name}: the database is not open")
        try:
            with begin() as connection:
                wake.take(connection)  # what a transaction that failed left behind
                later.forget(connection)
                result = work(connection)
                later.settle(connection)
                lanes = wake.take(connection)
                if lanes and self.on_rows is not None:
                    self.on_rows(connection, lanes)
                return result
        except (OperationalError, InterfaceError, InternalError) as error:
            raise StoreError(f"{self._home.name}: {self._home.explain(error)}") from error

    def close(self) -> None:
        """Finish running transactions and give the database back."""
        self._writer.shutdown(wait=True)
        self._poster.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._home.close()
        self._is_open = False


def _home(address: Address) -> Home:
    if isinstance(address, Path):
        return SqliteHome(address)
    from bot.store.postgres import PostgresHome  # its driver is an extra, and slow to load

    return PostgresHome(address)
