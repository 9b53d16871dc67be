"""What Discord tells of servers and channels without being asked: gone, back, or the permission regained."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.ports import Place, PlaceChange, PlaceHandler

PLATFORM = "discord"
NEEDED = discord.Permissions(view_channel=True, send_messages=True, embed_links=True)
MAY_POST = "Tocsin may post there"
_POSTABLE = (discord.TextChannel, discord.ForumChannel, discord.VoiceChannel, discord.StageChannel)


def watch(client: discord.Client, on_places: PlaceHandler) -> None:
    """Hang the listeners into a client. Lost permissions are found out by the next message, which parks the channel."""

    async def on_guild_channel_delete(channel: discord.abc.GuildChannel) -> None:
        await on_places((_place(channel),), PlaceChange.GONE, "the channel was deleted")

    async def on_guild_remove(guild: discord.Guild) -> None:
        whole = Place(platform=PLATFORM, workspace=str(guild.id), channel="")
        await on_places((whole,), PlaceChange.GONE, "Tocsin was removed from the server")

    async def back(places: tuple[Place, ...], words: str) -> None:
        if places:
            await on_places(places, PlaceChange.BACK, words)

    async def on_guild_join(guild: discord.Guild) -> None:
        await back(postable([guild]), "Tocsin was let into the server")

    async def on_guild_channel_update(_: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        await back((_place(after),) if _may_post(after) else (), MAY_POST)

    async def on_guild_role_update(_: discord.Role, after: discord.Role) -> None:
        await back(postable([after.guild]), MAY_POST)

    async def on_member_update(_: discord.Member, after: discord.Member) -> None:
        await back(postable([after.guild]) if after == after.guild.me else (), MAY_POST)

    for listener in (
        on_guild_channel_delete,
        on_guild_remove,
        on_guild_join,
        on_guild_channel_update,
        on_guild_role_update,
        on_member_update,
    ):
        client.event(listener)


def postable(guilds: Iterable[discord.Guild]) -> tuple[Place, ...]:
    """Return the channels that may be posted to."""
    return tuple(_place(channel) for guild in guilds for channel in guild.channels if _may_post(channel))


def _place(channel: discord.abc.GuildChannel) -> Place:
    return Place(platform=PLATFORM, workspace=str(channel.guild.id), channel=str(channel.id))


def _may_post(channel: discord.abc.GuildChannel) -> bool:
    me: discord.Member | None = channel.guild.me  # none until the server's members have come
    if me is None or not isinstance(channel, _POSTABLE):
        return False
    return channel.permissions_for(me).is_superset(NEEDED)
