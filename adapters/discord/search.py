"""Looking for messages of our own by the delivery key that they carry: asked only after an unclear end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import discord

from adapters.discord.client import DiscordAccount
from adapters.discord.errors import code_of
from adapters.discord.sending import key_of
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Place

DEPTH = 1000  # messages looked through

_UNKNOWN_CHANNEL = 10003


async def find_message(
    account: DiscordAccount, place: Place, channel: discord.PartialMessageable, key: str, after: datetime
) -> discord.Message | None:
    """Return our message with ``key`` in the channel or thread, or None; a thread not made yet holds none."""

    async def look(client: discord.Client) -> discord.Message | None:
        own = client.user.id if client.user else 0
        return await _first(channel.history(limit=DEPTH, after=after), own, key)

    try:
        return await account.call(str(place), look, repeatable=True)
    except DeliveryError as failure:
        if str(channel.id) != place.channel and code_of(failure) == _UNKNOWN_CHANNEL:
            return None
        raise


async def find_post(
    account: DiscordAccount, place: Place, forum: discord.ForumChannel, key: str, after: datetime
) -> int | None:
    """Return the id of our forum post with ``key``, or None. Only active posts are looked at: ours is minutes old."""

    async def look(_: discord.Client) -> int | None:
        for thread in await forum.guild.active_threads():
            if thread.parent_id != forum.id or discord.utils.snowflake_time(thread.id) < after:
                continue
            if key_of(await thread.fetch_message(thread.id)) == key:
                return thread.id
        return None

    return await account.call(str(place), look, repeatable=True)


async def key_at(account: DiscordAccount, place: Place, target: discord.PartialMessage) -> str:
    """Read the key off a message that an earlier process sent; without the right to read it, an empty string."""
    try:
        message = await account.call(str(place), lambda _: target.fetch(), repeatable=True)
    except DeliveryError as failure:
        if failure.reason is not DeliveryReason.NO_PERMISSION:
            raise
        return ""
    return key_of(message)


def _points(message: discord.Message, end: str) -> bool:
    """Tell whether a message ends with a link to the message that ``end`` (``/`` and its id) names."""
    return end.startswith("/") and message.content.endswith(end)


async def _first(history: AsyncIterator[discord.Message], own: int, key: str) -> discord.Message | None:
    async for message in history:
        if message.author.id == own and (key in (key_of(message), str(message.nonce)) or _points(message, key)):
            return message
    return None
