"""Wiring of delivery alone: the database, the messengers and the dispatcher, without rules, feeds and commands.

It needs a part of what the whole bot loads: what waits from an earlier life goes out while the rest is being loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import pacing, senders
from bot.clock import SystemClock
from bot.config import Config
from bot.credentials import Credentials
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher, log_outcome
from bot.delivery.engine import both
from bot.delivery.latency import Latency
from bot.ports import Clock
from bot.senders import Senders
from bot.store import address, outbox
from bot.store.address import Address
from bot.store.db import Database

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(slots=True, kw_only=True)
class Delivering:
    """The part of the bot that posts, opened."""

    db: Database
    clock: Clock
    senders: Senders
    dispatcher: Dispatcher
    latency: Latency
    _begun: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Post from now on what waits."""
        self._begun = asyncio.create_task(self.dispatcher.run(), name="deliver early")

    async def run(self) -> None:
        """Post until cancelled, going on with what was begun."""
        if self._begun is None:
            self.begin()
        assert self._begun is not None
        await self._begun

    async def end(self) -> None:
        """Finish what is in progress; the messengers are closed after that."""
        if self._begun is not None:
            self._begun.cancel()
            await asyncio.gather(self._begun, return_exceptions=True)


@contextlib.asynccontextmanager
async def delivering(
    config: Config,
    base: Path,
    credentials: Credentials,
    where: Address,
    *,
    environment: Mapping[str, str] | None = None,
    console: Console | None = None,
) -> AsyncIterator[Delivering]:
    """Open the database and build what posts, without posting yet. Raises TocsinError when that cannot be."""
    clock, latency = SystemClock(), Latency()
    environment = os.environ if environment is None else environment
    db = Database(where)
    db.open()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        built = senders.build(config, credentials, base, clock, stack, environment, console)
        dispatcher = Dispatcher(
            db,
            built.messengers,
            clock,
            policy=Policy(gap=config.delivery.pace, gaps={"console": 0.0}),
            admin_lanes=[one.place for one in config.admin_channels],
            sole_owner=not db.is_shared,
            observe=both(log_outcome, latency.note),
        )
        made = Delivering(db=db, clock=clock, senders=built, dispatcher=dispatcher, latency=latency)
        stack.push_async_callback(made.end)
        yield made


@contextlib.asynccontextmanager
async def head_start(config: Config, base: Path, credentials: Credentials) -> AsyncIterator[Delivering | None]:
    """Begin to deliver where a file holds what an earlier life left; None where there is no file yet.

    How channels want to be rung is taken from the configuration first: quiet hours hold for what waits, too.
    """
    where = address.read(config.database, base, os.environ)
    if not isinstance(where, Path) or not where.exists():
        yield None
        return
    async with delivering(config, base, credentials, where) as made:
        if await made.db.read(outbox.pending_count):
            await made.db.tx(lambda connection: pacing.save(connection, config))
            made.begin()
        yield made
