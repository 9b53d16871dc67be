"""What a link that somebody pastes stands for: a message of ours on a platform, or an article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.desk import Desk
from bot.commands.parse import CommandError, echo
from bot.commands.values import find_number
from bot.ports import Caller
from bot.store import tracing

_SLACK = re.compile(r"https://[a-z0-9.-]+\.slack\.com/archives/(?P<channel>[A-Z0-9]+)/p(?P<sec>\d{10})(?P<rest>\d{6})")
_DISCORD = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?P<guild>\d+|@me)/(?P<channel>\d+)/(?P<message>\d+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A message on a platform: the lanes that it may belong to, and the platform's id of it."""

    lanes: tuple[str, ...]
    remote: str


def message_link(text: str, caller: Caller) -> Pointer | None:
    """Read the link of a Slack or Discord message; None for any other text.

    A reply in a Discord thread names the thread as its channel, so the caller's own channel is looked at as well.
    """
    here = str(caller.place)
    slack = _SLACK.match(text)
    if slack is not None:
        lane = f"slack:{caller.place.workspace}:{slack['channel']}"
        return Pointer(lanes=(lane, here), remote=f"{slack['sec']}.{slack['rest']}")
    discord = _DISCORD.match(text)
    if discord is not None:
        lane = f"discord:{discord['guild']}:{discord['channel']}"
        return Pointer(lanes=(lane, here), remote=discord["message"])
    return None


def is_address(text: str) -> bool:
    """Tell whether a word is meant as an address."""
    return text.casefold().startswith(("http://", "https://", "www."))


def address(text: str) -> str:
    """Return an address with its scheme. Slack may wrap it into angle brackets."""
    bare = text.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    return f"https://{bare}" if bare.casefold().startswith("www.") else bare


async def find_alert(desk: Desk, caller: Caller, given: str | None) -> int:
    """Return the alert meant: by number, by the link of its message, or the newest one told in this channel.

    Raises CommandError when there is none.
    """
    if given is None:
        newest = await desk.db.read(lambda connection: tracing.newest_alert(connection, str(caller.place)))
        if newest is None:
            raise CommandError("Nothing has rung in this channel yet; name an alert by its number (/tocsin latest).")
        return newest
    wanted = find_number(given)
    if wanted is not None:
        if await desk.db.read(lambda connection: tracing.item_of_alert(connection, wanted)) is None:
            raise CommandError(f"There is no alert {wanted}. The newest ones: /tocsin latest")
        return wanted
    pointer = message_link(address(given), caller)
    if pointer is None:
        raise CommandError(f"{echo(given)} is no alert; give its number (/tocsin latest) or the link of its message.")
    found = await desk.db.read(lambda connection: tracing.alert_of_message(connection, pointer.lanes, pointer.remote))
    if found is None:
        raise CommandError("That message tells of no alert that Tocsin knows. The newest ones: /tocsin latest")
    return found
