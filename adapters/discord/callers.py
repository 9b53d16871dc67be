"""Who runs a command, and what they may do: Discord's permissions as our three roles.

Administrator or Manage Server -> admin; Manage Channels (in this very channel) -> editor; everybody else -> reader.
The permissions come with every interaction, overwrites of the channel included, so they are checked on each call.
"""

from __future__ import annotations

import discord

from bot.commands.spec import Role
from bot.ports import Caller, Place
from rules.sanitise import one_line

PLATFORM = "discord"


def role_of(permissions: discord.Permissions) -> Role:
    """Return the role that permissions in a channel amount to."""
    if permissions.administrator or permissions.manage_guild:
        return Role.ADMIN
    return Role.EDITOR if permissions.manage_channels else Role.READER


def caller_of(interaction: discord.Interaction[discord.Client]) -> Caller:
    """Return the caller. In a thread or forum post the place is the channel that it belongs to."""
    return Caller(
        place=_place(interaction),
        user=str(interaction.user.id),
        user_name=one_line(interaction.user.display_name),
        role=role_of(interaction.permissions).value,
    )


def _place(interaction: discord.Interaction[discord.Client]) -> Place:
    channel = interaction.channel
    number = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
    return Place(platform=PLATFORM, workspace=str(interaction.guild_id or ""), channel=str(number or ""))
