"""Where the figure happens: the nearest named place that a preposition ties to the deed."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.units import Counted
from rules.extract.view import PlacedName, SentenceView
from rules.extract.wordtable import WordTable, table_of
from rules.model import Action
from rules.vocabulary import Lexicon


class Place(NamedTuple):
    """Where, the words that say so, and how it was read."""

    name: str
    start: int
    end: int
    reason: str


_WANTED: Final = {
    Action.WITHDRAW: ("from", "in"),
    Action.DEPLOY: ("to", "in", "for"),
    Action.STATION: ("in", "to"),
    Action.KILL: ("in",),
    Action.PLEDGE: ("to", "for", "in"),
    Action.DELIVER: ("to", "for", "in"),
    Action.SPEND: ("for", "in", "to"),
    Action.IMPOSE: ("in", "for"),
    Action.REDUCE: ("in", "from"),
    Action.INCREASE: ("in", "to"),
    Action.REQUEST: ("for", "in"),
    Action.OTHER: ("in", "to", "from", "for"),
}
_CAPITALISED: Final = re.compile(r"[^\W\d_a-z][\w'’-]+\Z")
_FAR: Final = 14


def place_words(lexicon: Lexicon, lang: str) -> WordTable[str]:
    """Return the prepositions before places, built once per lexicon."""
    return lexicon.derive(
        ("place words", lang), lambda lex: table_of(lex, "place_prepositions", lang, lambda entry: entry.name)
    )


def find_place(view: SentenceView, counted: Counted, deed: Deed | None, actor: str | None, action: Action) -> Place | None:
    """Return the place of the figure, or None where no place is tied to it."""
    prepositions = place_words(view.document.lexicon, view.document.lang)
    wanted = _WANTED[action]
    anchor = counted.last
    if action is Action.IMPOSE and counted.unit.kind in ("percent", "money"):
        target = _target(view, counted, actor)
        if target:
            return target
    best: tuple[int, Place] | None = None
    for placed in view.names:
        if not placed.name.is_place and not _as_place(placed):
            continue
        relation = _relation(view, placed, prepositions)
        if relation is None or (placed.name.state == actor and relation not in ("in", "from") ):
            continue
        if relation not in wanted:
            continue
        cost = _distance(view, placed, anchor, counted.first)
        if cost > _FAR:
            continue
        cost += wanted.index(relation) * 2
        if best is None or cost < best[0]:
            best = (cost, Place(placed.name.canonical, placed.name.start, placed.name.end, f'the nearest place behind "{relation}"'))
    return best[1] if best else None


def _as_place(placed: PlacedName) -> bool:
    return placed.name.kind == "armed_group" and False


def _relation(view: SentenceView, placed: PlacedName, prepositions: WordTable[str]) -> str | None:
    first = placed.first
    steps = 0
    while first and steps < 4:
        found = prepositions.ending(view.words, first)
        if found:
            return found[0]
        word = view.words[first - 1]
        if word in (",", ";", ":", "(", '"') or any(p.last == first and p.name.end == view.tokens[first - 1].end and not p.name.is_place for p in ()):
            return None
        if not (word[0].isalpha() or word in "-'’."):
            return None
        first -= 1
        steps += 1
    return None


def _distance(view: SentenceView, placed: PlacedName, anchor: int, first: int) -> int:
    if placed.first >= anchor:
        return (placed.first - anchor) + 5 * view.crossings(anchor, placed.first)
    return (first - placed.last) + 3 + 5 * view.crossings(placed.last, first)


def _target(view: SentenceView, counted: Counted, actor: str | None) -> Place | None:
    """Return whom a duty or sanction is laid on: "tariffs on Chinese steel"."""
    for placed in view.names:
        if placed.first < counted.last or placed.first - counted.last > 12:
            continue
        if placed.name.kind not in ("state", "territory", "region", "organisation"):
            continue
        window = view.words[counted.last : placed.first]
        if ("on" in window or "of" in window) and placed.name.state != actor:
            return Place(placed.name.canonical, placed.name.start, placed.name.end, "it is what the duty is laid on")
    return None
