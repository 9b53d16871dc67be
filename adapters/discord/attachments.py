"""Files that come with a command, fetched only when somebody wants to read them."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Attached

PATIENCE = 20.0  # seconds for the content
PLATFORM = "discord"


def attached_of(attachment: discord.Attachment) -> Attached:
    """Return a file as the commands take it."""

    async def read() -> bytes:
        try:
            async with asyncio.timeout(PATIENCE):
                return await attachment.read()
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
            detail = (
                "Discord did not give the file" if isinstance(error, discord.HTTPException) else "no answer in time"
            )
            raise DeliveryError(PLATFORM, DeliveryReason.UNAVAILABLE, detail) from error

    return Attached(name=attachment.filename, size=attachment.size, read=read)
