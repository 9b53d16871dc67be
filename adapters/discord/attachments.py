"""Files that come with a command, fetched only when somebody wants to read them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import discord

from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Attached

PATIENCE = 20.0  # seconds for the content
PLATFORM = "discord"


def attached_of(attachment: discord.Attachment) -> Attached:
    """Return a command's file as the commands take it."""
    return _attached(attachment.filename, attachment.size, attachment.read)


def uploaded(attachment: Mapping[str, Any], client: discord.Client) -> Attached:
    """Return a form's file, of which discord.py makes no ``Attachment``, as the commands take it."""
    url = str(attachment["url"])
    return _attached(str(attachment["filename"]), int(attachment["size"]), lambda: client.http.get_from_cdn(url))


def _attached(name: str, size: int, fetch: Callable[[], Awaitable[bytes]]) -> Attached:
    async def read() -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                return await fetch()
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
            detail = (
                "Discord did not give the file" if isinstance(error, discord.HTTPException) else "no answer in time"
            )
            raise DeliveryError(PLATFORM, DeliveryReason.UNAVAILABLE, detail) from error

    return Attached(name=name, size=size, read=read)
