"""Two sides of one matter in one article: whom a claim speaks against."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules.ledger.claims import Policy, is_denial, is_firmer
from rules.ledger.identity import Kinship, kinship, setting
from rules.model import Mention
from rules.text import outlet_key

_WORD = re.compile(r"\w+")
# Words that put what they stand beside to another time or place it beside another event.
_ANOTHER_TIME = frozenset(
    {
        *(
            "last",
            "earlier",
            "previously",
            "previous",
            "ago",
            "since",
            "separate",
            "separately",
            "another",
            "yesterday",
        ),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *(
            "zuvor",
            "früher",
            "letzte",
            "letzten",
            "letztes",
            "vergangene",
            "vergangenen",
            "seit",
            "gestern",
            "weiteren",
        ),
        *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
        *("dernier", "dernière", "auparavant", "depuis", "hier", "autre"),
        *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        *("раніше", "минулого", "минулої", "вчора", "ранее", "прошлого", "прошлой", "прошлом", "вчера", "другой"),
        *("понеділок", "вівторок", "середу", "четвер", "пʼятницю", "суботу", "неділю"),
        *("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"),
    }
)
_ONE_BREATH = 400  # characters between two sides of one matter in an article: two sentences


def opponent(mention: Mention, earlier: Iterable[Mention], policy: Policy) -> Mention | None:
    """Return what the same item has another voice say about the same claim a moment before, or None.

    "Israeli strikes killed 12 people, the Palestinian health ministry said. The Israeli army said that it killed five."
    """
    voice = mention.claim.voice
    if voice is None or is_denial(mention):
        return None
    for other in earlier:
        if other.claim.voice is None or is_denial(other) or outlet_key(other.claim.voice) == outlet_key(voice):
            continue
        is_near = abs(mention.claim.start - other.claim.start) <= _ONE_BREATH
        is_as_firm = not (is_firmer(mention, other) or is_firmer(other, mention))
        is_near = is_near and not _times(mention) - _times(other)  # "Last year ...": another matter
        if is_near and is_as_firm and kinship(mention, other, policy.contains) is Kinship.SAME:
            return other
    return None


def _times(mention: Mention) -> frozenset[str]:
    return _ANOTHER_TIME.intersection(_WORD.findall(setting(mention).lower()))
