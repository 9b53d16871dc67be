"""The websockets of a client, whether it has one or, sharded, several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import discord
from discord.gateway import DiscordWebSocket


def is_any_open(client: discord.Client | None) -> bool:
    """Tell whether at least one line stands."""
    if isinstance(client, discord.AutoShardedClient):
        return any(not shard.is_closed() for shard in client.shards.values())
    return _socket(client) is not None


def are_ready(client: discord.Client | None) -> bool:
    """Tell whether commands of every server would arrive now."""
    if isinstance(client, discord.AutoShardedClient):
        shards = client.shards.values()
        return bool(shards) and client.is_ready() and all(not shard.is_closed() for shard in shards)
    socket = _socket(client)
    return socket is not None and socket.session_id is not None


def goodbyes(client: discord.Client | None) -> Iterator[Callable[[], Awaitable[None]]]:
    """Yield what closes each line; the client stays logged in for posting."""
    if isinstance(client, discord.AutoShardedClient):
        yield from (shard.disconnect for shard in client.shards.values() if not shard.is_closed())
    elif (socket := _socket(client)) is not None:
        yield lambda: socket.close(code=1000)


def _socket(client: discord.Client | None) -> DiscordWebSocket | None:
    """Return the websocket while it is open; discord.py has none before the first connection."""
    socket: DiscordWebSocket | None = client.ws if client is not None else None
    return socket if socket is not None and socket.open else None
