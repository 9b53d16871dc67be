"""From a rendered body to discord.py's arguments, and the delivery key that a sent message carries.

The key goes out twice: as the nonce, by which Discord returns the earlier message for some minutes instead of
making a second one, and in small print at the end of the message, where ``find`` reads it at any later time.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import discord

from adapters.discord import limits
from adapters.discord.render import Rendered
from bot.errors import DeliveryError, DeliveryReason
from bot.message import File, Image
from rules.sanitise import clean, shorten

SIGNATURE = "Tocsin"

_T = TypeVar("_T")


def signed(page: Rendered, key: str) -> Rendered:
    """Return the body with the key in small print."""
    if not key:
        return page
    if not page.embeds:
        return replace(page, content=f"{page.content}\n-# {SIGNATURE} {key}")
    last = {**page.embeds[-1], "footer": {"text": f"{SIGNATURE} {key}"}}
    return replace(page, embeds=(*page.embeds[:-1], last))


def key_of(message: discord.Message) -> str:
    """Return the delivery key that one of our messages carries, or an empty string."""
    small_print = [embed.footer.text or "" for embed in message.embeds]
    small_print.append(message.content.rpartition("\n-# ")[2] if message.content else "")
    for text in small_print:
        sign, _, key = text.rpartition(" ")
        if sign == SIGNATURE:
            return key
    return ""


async def sent_once(send: Callable[[], Awaitable[_T]]) -> _T:
    """Send, and once more at once after an unclear end: only for what carries a nonce, which keeps it one message."""
    try:
        return await send()
    except DeliveryError as failure:
        if failure.reason not in (DeliveryReason.AMBIGUOUS, DeliveryReason.UNAVAILABLE):
            raise
        return await send()


def checked(channel: str, page: Rendered) -> Rendered:
    """Return the body, or raise DeliveryError(REJECTED) before Discord would have to refuse it."""
    faults = limits.message_faults(page.payload())
    if faults:
        raise DeliveryError(channel, DeliveryReason.REJECTED, "; ".join(faults))
    return page


def arguments(page: Rendered) -> dict[str, Any]:
    """Return what discord.py's ``send`` takes for the body; mentions are off whatever the text says."""
    given: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if page.content:
        given["content"] = page.content
    if page.embeds:
        given["embeds"] = [discord.Embed.from_dict(embed) for embed in page.embeds]
    if page.components:
        given["view"] = buttons(page)
    if page.files:
        given["files"] = [_file(image) for image in page.files]
    return given


def replacement(page: Rendered) -> dict[str, Any]:
    """Return what discord.py's ``edit`` takes: everything of the former body that is not in the new one goes."""
    return {
        "content": page.content or None,
        "embeds": [discord.Embed.from_dict(embed) for embed in page.embeds],
        "view": buttons(page) if page.components else None,
        "attachments": [_file(image) for image in page.files],
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def mentioning(given: dict[str, Any], role: str | None, workspace: str) -> dict[str, Any]:
    """Put the configured role in front and allow that one mention. The role that is everyone is never mentioned."""
    if role is None or not role.isascii() or not role.isdigit() or role == workspace:
        return given
    content = f"<@&{role}> {given.get('content', '')}".rstrip()
    allowed = discord.AllowedMentions(
        everyone=False, users=False, replied_user=False, roles=[discord.Object(int(role))]
    )
    return {**given, "content": content, "allowed_mentions": allowed}


def buttons(page: Rendered) -> discord.ui.View:
    """Return the buttons as a view that discord.py does not keep: presses are told apart by their id alone."""
    view = discord.ui.View(timeout=None)
    for index, row in enumerate(page.components):
        for button in row["components"]:
            style = discord.ButtonStyle(button["style"])
            view.add_item(
                discord.ui.Button(style=style, label=button["label"], custom_id=button["custom_id"], row=index)
            )
    view.stop()
    return view


def attachment(file: File) -> discord.File:
    """Return a file as discord.py uploads it."""
    title = shorten(clean(file.title), limits.ALT_TEXT)
    return discord.File(io.BytesIO(file.content), filename=file.name, description=title)


def _file(image: Image) -> discord.File:
    alt = shorten(clean(image.alt), limits.ALT_TEXT)
    return discord.File(io.BytesIO(image.png), filename=image.name, description=alt)
