"""Who runs a command, and what they may do: Discord's permissions as our three roles.

Administrator or Manage Server -> admin; Manage Channels (in this very channel) -> editor; everybody else -> reader.
tocsin.yaml may give more to roles and people of a server.
The permissions come with every interaction, overwrites of the channel included, so they are checked on each call.
"""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.commands.spec import Role
from bot.ports import Caller, Grants, Place
from rules.sanitise import one_line

PLATFORM = "discord"


def role_of(permissions: discord.Permissions) -> Role:
    """Return the role that permissions in a channel amount to."""
    if permissions.administrator or permissions.manage_guild:
        return Role.ADMIN
    return Role.EDITOR if permissions.manage_channels else Role.READER


def caller_of(interaction: discord.Interaction[discord.Client], grants: Mapping[str, Grants] | None = None) -> Caller:
    """Return the caller. In a thread or forum post the place is the channel that it belongs to."""
    place = _place(interaction)
    return Caller(
        place=place,
        user=str(interaction.user.id),
        user_name=one_line(interaction.user.display_name),
        role=role_in(interaction.permissions, interaction.user, (grants or {}).get(place.workspace)).value,
    )


def role_in(permissions: discord.Permissions, user: discord.User | discord.Member, grants: Grants | None) -> Role:
    """Return the higher of what Discord's permissions and what tocsin.yaml make of somebody."""
    own, granted = role_of(permissions), _granted(user, grants)
    return own if own.allows(granted) else granted


def _granted(user: discord.User | discord.Member, grants: Grants | None) -> Role:
    """Return what tocsin.yaml gives somebody, alone or by a role of theirs; the role that is everyone gives nothing."""
    if grants is None:
        return Role.READER
    names = {str(user.id)}
    if isinstance(user, discord.Member):
        names |= {str(role.id) for role in user.roles if not role.is_default()}
    if names & grants.admins:
        return Role.ADMIN
    return Role.EDITOR if names & grants.editors else Role.READER


def _place(interaction: discord.Interaction[discord.Client]) -> Place:
    channel = interaction.channel
    number = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
    return Place(platform=PLATFORM, workspace=str(interaction.guild_id or ""), channel=str(number or ""))
