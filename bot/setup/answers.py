"""What a newcomer decides, however it was said: by answers to questions or by options."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot import credentials
from bot.feeds.catalogue import CatalogueFeed
from bot.secret import Secret
from rules import strictyaml

SUGGESTIONS: Final = Path(__file__).with_name("suggestions.yaml")
DEFAULT_PACKS: Final = ("us-forces-europe", "un-mandate-peacekeeping")
PLATFORMS: Final = ("console", "slack", "discord")
MOST_SUGGESTED: Final = 12

_TOKEN_FORMS: Final = {
    credentials.SLACK_BOT: re.compile(r"xoxb-[\w-]{8,}"),
    credentials.SLACK_APP: re.compile(r"xapp-[\w-]{8,}"),
    credentials.DISCORD: re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChoice:
    """A feed to poll; what is not known of it is left out."""

    url: str
    outlet: str = ""
    lang: str | None = None
    tier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything that is asked. ``tokens`` are by the names that the environment gives them."""

    packs: tuple[str, ...]
    feeds: tuple[FeedChoice, ...]
    platforms: tuple[str, ...] = PLATFORMS
    contact: str = ""
    tokens: Mapping[str, Secret] = field(default_factory=dict)


def suggested(packs: Sequence[str], catalogue: Sequence[CatalogueFeed]) -> tuple[FeedChoice, ...]:
    """Return the feeds to suggest for packs: those for the first pack first, each once."""
    by_outlet = {feed.outlet: feed for feed in catalogue}
    wanted = [outlet for pack in packs for outlet in suggestions().get(pack, ())]
    found = [choice(by_outlet[outlet]) for outlet in dict.fromkeys(wanted) if outlet in by_outlet]
    return tuple(found[:MOST_SUGGESTED])


@cache
def suggestions() -> dict[str, list[str]]:
    """Return the outlets to suggest, by pack."""
    document = strictyaml.parse(SUGGESTIONS.read_text(encoding="utf-8"), SUGGESTIONS.name)
    value: Any = document.value
    return dict(value)


def choice(feed: CatalogueFeed) -> FeedChoice:
    """Return a feed of the catalogue as one to poll."""
    return FeedChoice(url=feed.url, outlet=feed.outlet, lang=feed.lang, tier=feed.tier)


def kind_of_token(text: str) -> str | None:
    """Return the name that the environment gives a token of this form; None where it has none that we know."""
    return next((name for name, form in _TOKEN_FORMS.items() if form.fullmatch(text)), None)


def application_id(token: Secret | None) -> str | None:
    """Return the id of a Discord application from its bot's token, whose first part is that number in base64."""
    if token is None:
        return None
    first = token.reveal().partition(".")[0]
    try:
        number = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return number if number.isdigit() else None
