"""Forum channels: a story is a post, and topics are its tags."""

from __future__ import annotations

import discord

from adapters.discord.limits import APPLIED_TAGS


def tags_of(forum: discord.ForumChannel, heading: str) -> list[discord.ForumTag]:
    """Return the forum's tags that the heading names; where one is required and none is named, the first."""
    words = heading.casefold()
    usable = [tag for tag in forum.available_tags if not tag.moderated]
    named = [tag for tag in usable if tag.name.casefold() in words]
    if not named and forum.flags.require_tag:
        named = usable[:1]
    return named[:APPLIED_TAGS]
