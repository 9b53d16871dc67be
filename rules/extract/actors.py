"""Whose figure it is: the side that is counted, the subject of the deed, or the doer named with "by"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.names import Name
from rules.extract.units import Counted
from rules.extract.view import PlacedName, SentenceView
from rules.extract.wordtable import WordTable, table_of
from rules.model import Action
from rules.vocabulary import ACTOR_KINDS, Lexicon


class Actor(NamedTuple):
    """Who acts, the name that says so, and how it was read."""

    name: str
    start: int
    end: int
    reason: str


_COUNTED_SIDE: Final = frozenset({"troops", "police", "fighters", "staff"})
_ALLY: Final = frozenset({"backed", "led", "supported", "aligned", "run", "based", "sponsored", "allied", "brokered"})


def actor_words(lexicon: Lexicon, lang: str) -> WordTable[str]:
    """Return the words that tell a subject from other names, built once per lexicon."""
    return lexicon.derive(
        ("actor words", lang), lambda lex: table_of(lex, "actor_prepositions", lang, lambda entry: entry.name)
    )


def generic_actors(lexicon: Lexicon, lang: str) -> WordTable[str]:
    """Return the words that stand for an actor named elsewhere, built once per lexicon."""
    return lexicon.derive(
        ("generic actors", lang), lambda lex: table_of(lex, "generic_actors", lang, lambda entry: entry.name)
    )


def find_actor(view: SentenceView, counted: Counted, deed: Deed | None) -> Actor | None:
    """Return whose figure it is, or None where the text names nobody."""
    if deed is not None and deed.action is Action.KILL:
        return _killer(view, deed) or _side(view, counted)
    if deed is not None and deed.name == "wound" and counted.unit.kind not in ("detained",):
        return _side(view, counted)
    side = _side(view, counted) if counted.unit.kind in _COUNTED_SIDE else None
    if side is not None:
        return side
    return _subject(view, counted, deed) or _owner_behind(view, counted) or _generic(view, counted, deed)


def _side(view: SentenceView, counted: Counted) -> Actor | None:
    """Return whose people are counted: "13 US troops", "780 of the German army", "Danish forces ... to 360"."""
    for placed in view.names:
        if counted.first <= placed.first < counted.last and _acts(placed.name) and not _is_ally(view, placed):
            return _actor(placed.name, "it is named between the number and what is counted")
    for placed in view.names:
        if placed.first == counted.last and placed.name.role != "adjectives" and False:
            return None
        if placed.first in (counted.last + 1, counted.last + 2) and view.words[counted.last] in ("of", "from"):
            if _acts(placed.name):
                return _actor(placed.name, "what is counted is said to be of it")
    return None


def _killer(view: SentenceView, deed: Deed) -> Actor | None:
    words = view.words
    prepositions = actor_words(view.document.lexicon, view.document.lang)
    for placed in view.names:
        before = prepositions.ending(words, placed.first)
        if before and before[0] == "by" and deed.mark.last <= placed.first <= deed.mark.last + 6 and _acts(placed.name):
            return _actor(placed.name, 'it is named with "by"')
    if not deed.is_before or words[deed.mark.first] in ("died", "die", "lost", "lose", "perished"):
        return None
    for placed in reversed(view.names):
        if placed.last <= deed.mark.first and view.crossings(placed.last, deed.mark.first) == 0:
            if placed.name.role == "names" and _acts(placed.name) and _is_subject(view, placed, prepositions):
                if deed.mark.first - placed.last <= 2:
                    return _actor(placed.name, "it is the subject of the killing")
    return None


def _subject(view: SentenceView, counted: Counted, deed: Deed | None) -> Actor | None:
    """Return the nearest name before the deed (or the number) that is no object of a preposition."""
    at = deed.mark.first if deed is not None and deed.is_before else counted.first
    prepositions = actor_words(view.document.lexicon, view.document.lang)
    best: tuple[int, PlacedName] | None = None
    for placed in view.names:
        if placed.last > at or not _acts(placed.name):
            continue
        if _is_ally(view, placed) or not _is_subject(view, placed, prepositions):
            continue
        cost = (at - placed.last) + 6 * view.crossings(placed.last, at)
        if placed.name.role == "people":
            cost += 4
        if best is None or cost <= best[0]:
            best = (cost, placed)
    if best is None:
        return None
    return _actor(best[1].name, "it is the nearest subject before the deed")


def _owner_behind(view: SentenceView, counted: Counted) -> Actor | None:
    """Return a doer named behind the number: "$500 million Republican relief measure", "approved by Congress"."""
    prepositions = actor_words(view.document.lexicon, view.document.lang)
    for placed in view.names:
        if placed.first < counted.last or not _acts(placed.name):
            continue
        before = prepositions.ending(view.words, placed.first)
        if before and before[0] == "by" and view.crossings(counted.last, placed.first) == 0:
            return _actor(placed.name, 'it is named with "by"')
        if placed.name.role in ("adjectives", "people") and placed.first - counted.last <= 1 and counted.unit.kind == "money":
            return _actor(placed.name, "the money is called its own")
    return None


def _generic(view: SentenceView, counted: Counted, deed: Deed | None) -> Actor | None:
    """Return who "the government" or "it" stands for: the last fitting actor before, else the only state in the text."""
    at = deed.mark.first if deed is not None and deed.is_before else counted.first
    generic = generic_actors(view.document.lexicon, view.document.lang)
    found = [(start, kind) for start, kind in _generic_words(view, generic) if start < at]
    if not found:
        return None
    start, kind = found[-1]
    offset = view.tokens[start].start
    earlier = [name for name in view.document.names if name.end <= offset and _acts(name)]
    later = [name for name in view.document.names_in(offset, view.span.end) if _acts(name)]
    for name in (*reversed(earlier), *later):
        if kind == "any" or name.kind == "state" or name.affiliation:
            return _actor(name, f'"{view.words[start]}" stands for it')
    return None


def _generic_words(view: SentenceView, generic: WordTable[str]) -> Iterator[tuple[int, str]]:
    for at in range(len(view.words)):
        found = generic.starting(view.words, at)
        if found:
            yield at, found[0]


def _acts(name: Name) -> bool:
    if name.kind == "city":
        return name.actor != name.canonical
    if name.kind == "outlet":
        return False
    return name.kind in ACTOR_KINDS


def _is_ally(view: SentenceView, placed: PlacedName) -> bool:
    """Whether the name only qualifies another: "U.S.-backed", "NATO-led"."""
    follow = view.words[placed.last : placed.last + 2]
    return len(follow) == 2 and follow[0] == "-" and follow[1] in _ALLY


def _is_subject(view: SentenceView, placed: PlacedName, prepositions: WordTable[str]) -> bool:
    first = placed.first
    while first and view.words[first - 1] in ("the", "new", "former", "then", "northern", "southern", "eastern", "western"):
        first -= 1
    found = prepositions.ending(view.words, first)
    return found is None or found[0] == "by" or (found[0] == "of" and placed.name.kind != "city")


def _actor(name: Name, reason: str) -> Actor:
    acting = name.actor
    if name.kind == "person":
        acting = name.affiliation or name.canonical
    return Actor(acting, name.start, name.end, reason)
