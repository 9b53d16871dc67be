"""A gateway that one process at a time runs, of all that have the same token; the others stand by.

An office is a row with a holder and a time until which it is held. While the database is away nobody can take it, so
the holder goes on; one whose office was taken meanwhile (it was frozen or cut off) stops. Commands that two gateways
receive in between are answered once: ``bot.store.handled`` knows them by the platform's own id.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import blake2b

import structlog

from bot.errors import StoreError
from bot.ports import Clock, Gateway
from bot.secret import Secret
from bot.store import workers
from bot.store.db import Database
from rules.errors import TocsinError

LEASE = timedelta(seconds=15)
KEEP_SECONDS = 4.0
LOOK_SECONDS = 0.3

log = structlog.get_logger("tocsin.cluster")


class LostOfficeError(TocsinError):
    """Another process took an office over while this one could not hold it."""


def office_of(platform: str, token: Secret) -> str:
    """Return the name of the office of a platform's gateway: one for each token, which the name does not tell."""
    return f"gateway:{platform}:{blake2b(token.reveal().encode(), digest_size=6).hexdigest()}"


class GuardedGateway:
    """Runs a gateway while its process (``key``) holds the office; what it raises is passed on."""

    def __init__(
        self,
        gateway: Gateway,
        office: str,
        db: Database,
        clock: Clock,
        key: str,
        *,
        lease: timedelta = LEASE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.platform = gateway.platform
        self._gateway = gateway
        self._office = office
        self._db = db
        self._clock = clock
        self._key = key
        self._lease = lease
        self._sleep = sleep

    async def run(self) -> None:
        """Stand by, then serve. Raises LostOfficeError when another process has taken over."""
        while not await self._take():
            await self._sleep(LOOK_SECONDS)
        log.info("gateway taken", office=self._office)
        serving = asyncio.create_task(self._gateway.run())
        keeping = asyncio.create_task(self._keep())
        try:
            done, _ = await asyncio.wait({serving, keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (serving, keeping):
                task.cancel()
            await asyncio.gather(serving, keeping, return_exceptions=True)
        if serving in done:
            return serving.result()
        await self._gateway.close()
        raise LostOfficeError(
            f"{self.platform}: another worker answers here now, as this one was silent for"
            f" {self._lease.total_seconds():g} s; start it again to have it stand by"
        )

    async def close(self) -> None:
        """Stop, and let another process take over at once."""
        with contextlib.suppress(StoreError):
            await self._db.tx(lambda connection: workers.leave_office(connection, self._office, self._key))
        await self._gateway.close()

    async def _take(self) -> bool:
        with contextlib.suppress(StoreError):
            now = self._clock.now()
            if await self._db.read(lambda connection: workers.is_free(connection, self._office, now)):
                return await self._hold()
        return False

    async def _hold(self) -> bool:
        now = self._clock.now()
        until = now + self._lease
        return await self._db.tx(
            lambda connection: workers.take_office(connection, self._office, self._key, now=now, until=until)
        )

    async def _keep(self) -> None:
        """Return when the office is lost."""
        while True:
            await self._sleep(KEEP_SECONDS)
            with contextlib.suppress(StoreError):  # nobody else can take it meanwhile either
                if not await self._hold():
                    return
