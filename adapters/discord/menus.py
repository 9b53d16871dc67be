"""The entry "Explain with Tocsin" in the menu of every message."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

import discord
from discord import app_commands

from adapters.discord.commands import Interaction

EXPLAIN = "Explain with Tocsin"  # runs /tocsin why alert:<link>, or url:<link> for what somebody else posted
EXPLAINED_BY = "why"
_URL = re.compile(r"https?://[^\s<>()\[\]]+")

Run = Callable[[Interaction, str, Mapping[str, str]], Awaitable[None]]
"""Takes the interaction, the command's name, and its options."""


def explain_menu(run: Run) -> app_commands.ContextMenu:
    """Return the entry; it runs what can be said about the message."""

    async def explain(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
        own = interaction.client.application_id
        await run(interaction, EXPLAINED_BY, about(message, own))

    return app_commands.ContextMenu(name=EXPLAIN, callback=explain)


def about(message: discord.Message, own: int | None) -> dict[str, str]:
    """Return the option that names the message: our own as an alert, another by the first link in it."""
    is_ours = message.application_id == own or (message.application_id is None and message.author.bot and not own)
    shown = [message.content, *(embed.url or "" for embed in message.embeds)]
    links = [found[0].rstrip(".,;:!?'\"") for text in shown for found in _URL.finditer(text)]
    if is_ours or not links or message.author.id == own:
        return {"alert": message.jump_url}
    return {"url": links[0]}
