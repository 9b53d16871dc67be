"""All gateways at once: one that ends by a refused token pauses its platform, and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable

import structlog

from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Gateway

Refused = Callable[[str, str], Awaitable[None]]
"""Takes the platform and what it said."""

log = structlog.get_logger("tocsin.listening")


async def listen(gateways: Iterable[Gateway], platforms: Collection[str], refused: Refused) -> None:
    """Run until cancelled. Raises DeliveryError(TOKEN_REFUSED) when none of ``platforms`` is left to speak on."""
    running = {asyncio.create_task(gateway.run()): gateway.platform for gateway in gateways}
    left = set(platforms)
    try:
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                platform, failure = running.pop(task), task.exception()
                if not isinstance(failure, DeliveryError) or failure.reason is not DeliveryReason.TOKEN_REFUSED:
                    task.result()
                    continue
                left.discard(platform)
                if not left:
                    raise failure
                log.error("platform paused", platform=platform, detail=failure.detail)
                await refused(platform, failure.detail)
        await asyncio.Event().wait()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
