"""What people write for a channel or for somebody to be mentioned, as the platform's own id."""

from __future__ import annotations

import re

from bot.commands.parse import CommandError, echo
from bot.errors import DeliveryError
from bot.ports import Caller, Place, Prospect

NOBODY = ("none", "off")
_CHANNEL = {
    "slack": re.compile(r"<?#?(?:https://[\w.-]+\.slack\.com/archives/)?(?P<id>[CG][A-Z0-9]{1,20})(?:[|/?][^>]*)?>?"),
    "discord": re.compile(r"(?:<#|https://(?:\w+\.)?discord(?:app)?\.com/channels/\d+/)?(?P<id>\d{1,20})[>/]?\S*"),
}
_MENTION = {
    "slack": re.compile(r"<?[!@]?(?:subteam\^)?(?P<id>[SUW][A-Z0-9]{2,20})(?:\|[^>]*)?>?"),
    "discord": re.compile(r"(?:<@&)?(?P<id>\d{1,20})>?"),
}
_HOW_CHANNEL = {
    "slack": "in Slack, give the channel's link (its menu, Copy link) or its id, which begins with C",
    "discord": "choose the channel from the list",
}
_HOW_MENTION = {
    "slack": "in Slack, give the id of a user group (S…) or of a person (U…), or none",
    "discord": "on Discord, choose a role, or write none; @everyone and @here are never mentioned",
}


async def prospect(caller: Caller, given: str | None) -> Prospect:
    """Return the channel meant, the caller's own where none is given. Raises CommandError for one that is not there."""
    own = Prospect(place=caller.place, role=caller.role)
    number = caller.place.channel if given is None else _id(_CHANNEL, _HOW_CHANNEL, caller, given, "channel")
    if caller.look_at is None:
        if number != caller.place.channel:
            raise CommandError("Another channel cannot be looked at here; type the command in that channel.")
        return own
    try:
        found = await caller.look_at(number)
    except DeliveryError as error:
        if given is None:  # where the platform does not answer, the channel is tried by posting to it
            return own
        raise CommandError(f"{echo(given)} cannot be looked at: {error.detail}") from error
    return found if number != caller.place.channel else Prospect(place=own.place, role=own.role, missing=found.missing)


def mention(caller: Caller, given: str) -> str | None:
    """Return the id of who is to be mentioned, None for nobody. Raises CommandError."""
    if given.casefold() in NOBODY:
        return None
    found = _id(_MENTION, _HOW_MENTION, caller, given, "mention")
    if found == caller.place.workspace:  # Discord's role that is everyone
        raise CommandError(f"{echo(given)} would mention everybody; {_HOW_MENTION['discord']}.")
    return found


def shown_mention(platform: str, number: str) -> str:
    """Say whom an id means, without mentioning anybody."""
    return f"role {number}" if platform == "discord" else f"{'group' if number.startswith('S') else 'user'} {number}"


def lane_words(place: Place) -> str:
    """Name a channel that is not the one asked in."""
    return f"channel {place.channel}"


def lane_title(place: Place) -> str:
    """Name a channel at the start of a sentence; its id keeps its letters."""
    words = lane_words(place)
    return words[:1].upper() + words[1:]


def _id(patterns: dict[str, re.Pattern[str]], how: dict[str, str], caller: Caller, given: str, option: str) -> str:
    platform = caller.place.platform
    pattern = patterns.get(platform)
    found = pattern.fullmatch(given.strip()) if pattern is not None else None
    if found is None:
        raise CommandError(f"{echo(given)} is no {option}; {how.get(platform, 'there are none here')}.")
    return found["id"]
