"""What a caller may want to know before something is sent: another channel, and the way to their direct messages."""

from __future__ import annotations

import aiohttp
import discord

from adapters.discord.callers import PLATFORM, role_in
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Grants, LookAt, OpenDirect, Place, Prospect

DIRECT = "@me"  # stands for the server in the place, and in the links, of direct messages
_NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
_HOSTS = (discord.TextChannel, discord.ForumChannel)
_PLACES = (*_HOSTS, discord.VoiceChannel, discord.StageChannel)


def looks(interaction: discord.Interaction[discord.Client], grants: Grants | None = None) -> LookAt:
    """Return what looks at a channel of the caller's server, from what the gateway keeps: no request is made."""

    async def look_at(number: str) -> Prospect:
        guild = interaction.guild
        channel = guild.get_channel_or_thread(int(number)) if guild is not None and number.isdigit() else None
        if isinstance(channel, discord.Thread):
            channel = channel.parent
        if guild is None or channel is None or not isinstance(channel, _PLACES):
            detail = "this server has no such channel for messages, or Tocsin does not see it"
            raise DeliveryError(PLATFORM, DeliveryReason.CHANNEL_GONE, detail)
        own = channel.id == interaction.channel_id
        mine = interaction.app_permissions if own or guild.me is None else channel.permissions_for(guild.me)
        member = interaction.user
        theirs = interaction.permissions if own else _of_member(channel, member)
        needed = _NEEDED if isinstance(channel, _HOSTS) else dict(list(_NEEDED.items())[:5])
        missing = [label for name, label in needed.items() if not getattr(mine, name)]
        sentence = f"give Tocsin there: {', '.join(missing)}"
        return Prospect(
            place=Place(platform=PLATFORM, workspace=str(guild.id), channel=str(channel.id)),
            role=role_in(theirs, member, grants).value,
            missing=(sentence,) if missing else (),
        )

    return look_at


def directs(interaction: discord.Interaction[discord.Client]) -> OpenDirect:
    """Return what opens the caller's direct messages. Whether they are read is seen when something is sent."""

    async def direct() -> Place:
        try:
            channel = await interaction.user.create_dm()
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            detail = "Discord does not open direct messages with you; allow them for this server, and try again"
            raise DeliveryError(PLATFORM, DeliveryReason.NO_PERMISSION, detail) from error
        return Place(platform=PLATFORM, workspace=DIRECT, channel=str(channel.id))

    return direct


def _of_member(channel: discord.abc.GuildChannel, member: discord.Member | discord.User) -> discord.Permissions:
    return channel.permissions_for(member) if isinstance(member, discord.Member) else discord.Permissions.none()
