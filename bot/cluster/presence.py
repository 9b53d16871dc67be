"""A process's sign of life in the database that it shares, and its look at the others."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterable
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot import __version__
from bot.errors import StoreError
from bot.ports import Clock
from bot.store import migrate, workers
from bot.store.db import Database
from bot.store.workers import Worker

BEAT_SECONDS = 5.0

log = structlog.get_logger("tocsin.cluster")


class Presence:
    """This process among those that share the database. ``key`` names it, and no other one ever."""

    def __init__(self, db: Database, clock: Clock, roles: Iterable[str]) -> None:
        self._db = db
        self._clock = clock
        now = clock.now()
        host = socket.gethostname()[:60]
        self.key = f"{host}:{os.getpid()}:{now.timestamp():.3f}"
        self._worker = Worker(
            key=self.key,
            host=host,
            pid=os.getpid(),
            roles=tuple(roles),
            version=__version__,
            started_at=now,
            seen_at=now,
        )
        self._strangers: frozenset[str] = frozenset()

    async def beat(self) -> None:
        """Give a sign of life. Raises StoreError once the schema is another version's: this process has to end."""
        now = self._clock.now()

        def work(connection: Connection) -> tuple[str | None, tuple[Worker, ...]]:
            found = migrate.revision(connection)
            if found == migrate.newest():
                workers.note(connection, replace(self._worker, seen_at=now))
            return found, workers.present(connection, now)

        found, others = await self._db.tx(work)
        if found != migrate.newest():
            raise OutdatedError(
                f"the database was upgraded to revision {found} by another Tocsin, this one is {__version__} and knows"
                f" {migrate.newest()}; install the same version here and start again"
            )
        self._note_strangers(frozenset(one.version for one in others if not one.is_silent(now)))

    async def run(self) -> None:
        """Beat until cancelled. Raises OutdatedError; while the database is away, only says so."""
        is_away = False
        while True:
            try:
                await self.beat()
                if is_away:
                    log.warning("the database is back")
                is_away = False
            except OutdatedError:
                raise
            except StoreError as error:
                if not is_away:
                    log.warning("the database is away; nothing is lost, and everything waits for it", error=str(error))
                is_away = True
            await asyncio.sleep(BEAT_SECONDS)

    async def leave(self) -> None:
        """Say goodbye."""
        with contextlib.suppress(StoreError):  # then it is called silent, and forgotten in an hour
            await self._db.tx(lambda connection: workers.leave(connection, self.key))

    def _note_strangers(self, versions: frozenset[str]) -> None:
        strangers = versions - {__version__}
        if strangers - self._strangers:
            log.warning("workers of other versions", here=__version__, there=sorted(strangers))
        self._strangers = strangers


class OutdatedError(StoreError):
    """The database has moved on to another version while this process ran."""
