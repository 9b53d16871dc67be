"""Who acts, and whose people are counted."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.mentions import is_actor, is_ally
from rules.extract.names import Name
from rules.extract.units import Counted
from rules.extract.view import SentenceView
from rules.model import Action

_LINKS: Final = frozenset({"of", "from", "der", "des", "de"})  # what ties a side to its soldiers
_PARTIES: Final = frozenset({"Republicans", "Democrats"})


class Actor(NamedTuple):
    """Who acts, the name that says so, and how it was read; ``suffers`` where it is whose people were killed."""

    name: str
    start: int
    end: int
    reason: str
    suffers: bool = False


def actor_of(name: Name, reason: str) -> Actor:
    """Return who acts where the name does: a minister and a parliament act for their state."""
    acting = name.actor
    if name.kind == "person" and name.affiliation:
        is_partisan = name.entry is not None and name.entry.text("office") is not None and name.affiliation in _PARTIES
        acting = name.canonical if is_partisan else name.affiliation
    if name.kind == "institution" and name.state:
        acting = name.state
    return Actor(acting, name.start, name.end, reason)


def side_of(view: SentenceView, counted: Counted, action: Action) -> Actor | None:
    """Return whose people are counted: "13 US troops", "780 of the German army", "US fatalities ... to 2,946"."""
    begin = min(counted.first, counted.noun - 3)
    links = _LINKS - {"from"} if action in (Action.WITHDRAW, Action.OTHER) else _LINKS
    for placed in view.names:
        if not is_actor(placed.name):
            continue
        is_inside = max(0, begin) <= placed.first < counted.last and not is_ally(view, placed)
        if is_inside and (placed.first >= counted.first or counted.noun < counted.first):
            return actor_of(placed.name, "it is named with what is counted")
        is_behind = placed.first in (counted.last + 1, counted.last + 2) and view.words[counted.last] in links
        if is_behind and placed.name.kind != "person":
            return actor_of(placed.name, "what is counted is said to be of it")
    return None
