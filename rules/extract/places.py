"""Where the figure happens: the nearest named place that a preposition ties to the deed."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.mentions import actor_words, is_given_to
from rules.extract.units import Counted
from rules.extract.view import PlacedName, SentenceView, ends_phrase
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
    Action.KILL: ("in", "from"),
    Action.PLEDGE: ("to", "for", "in"),
    Action.DELIVER: ("to", "for", "in"),
    Action.SPEND: ("for", "in", "to"),
    Action.IMPOSE: ("in", "for"),
    Action.REDUCE: ("in", "from", "for"),
    Action.INCREASE: ("in", "for", "to"),
    Action.REQUEST: ("for", "in"),
    Action.OTHER: ("in", "to", "for", "from"),
}
_COME_FROM: Final = frozenset({"displaced", "nationals", "detained"})  # "refugees from Syria" are taken in elsewhere
_TARGETS: Final = frozenset({"state", "territory", "region"})
_LANDS: Final = frozenset({"countries", "nations", "states", "country"})
_GIVEN: Final = frozenset({Action.PLEDGE, Action.SPEND, Action.DELIVER})
_LAID_ON: Final = frozenset(
    {
        "on",
        "of",
        "against",
        "from",
        "auf",
        "gegen",
        "aus",
        "für",
        "sur",
        "contre",
        "de",
        "на",
        "против",
        "проти",
        "из",
        "з",
    }
)
_FAR: Final = 18
_PER_BREAK: Final = 5
_BACKWARDS: Final = 3
_PER_RANK: Final = 2
_TARGET_REACH: Final = 12
_STEPS: Final = 4  # words between a preposition and the place: "in the northern city of Mosul"


def place_words(lexicon: Lexicon, lang: str) -> WordTable[str]:
    """Return the prepositions before places, built once per lexicon."""
    return lexicon.derive(
        ("place words", lang), lambda lex: table_of(lex, "place_prepositions", lang, lambda entry: entry.name)
    )


def find_place(
    view: SentenceView, counted: Counted, deed: Deed | None, actor: str | None, action: Action
) -> Place | None:
    """Return the place of the figure, or None where no place is tied to it."""
    if deed is not None and deed.name == "bear":
        return _receiver(view, deed)
    if action is Action.IMPOSE and counted.unit.kind in ("percent", "money"):
        target = _target(view, counted, actor)
        if target:
            return target
    if deed is not None and deed.name == "receive":
        receiver = _receiver(view, deed)
        if receiver:
            return receiver
    receiver = _indirect_object(view, counted, deed, actor, action)
    if receiver:
        return receiver
    chosen = _nearest(view, counted, actor, action) or _of_receiver(view, counted, actor, action)
    if chosen is None:
        return None
    chosen = _finer(view, chosen)
    reason = "the nearest place that a preposition ties to it"
    return Place(chosen.name.canonical, chosen.name.start, chosen.name.end, reason)


def _nearest(view: SentenceView, counted: Counted, actor: str | None, action: Action) -> PlacedName | None:
    """Return the nearest place whose preposition fits the deed."""
    wanted = _WANTED[action]
    best: tuple[int, PlacedName] | None = None
    for placed, relation in view.derive("places", lambda: _related(view)):
        if relation == "to" and relation not in wanted and view.document.lang != "en":
            relation = "in"  # one word for both: "в Сирии", "à Gaza"
        if relation not in wanted:
            continue
        is_origin = relation == "from" and counted.unit.kind in _COME_FROM
        if is_origin or (placed.name.state == actor and relation not in ("in", "from")):
            continue
        cost = _distance(view, placed, counted) + _PER_RANK * wanted.index(relation)
        if cost <= _FAR and (best is None or cost < best[0]):
            best = (cost, placed)
    return best[1] if best else None


def _of_receiver(view: SentenceView, counted: Counted, actor: str | None, action: Action) -> PlacedName | None:
    """Return whose army or people are given something: "$60 million to salaries in the Lebanese army"."""
    if action not in _GIVEN:
        return None
    prepositions = place_words(view.document.lexicon, view.document.lang)
    for placed in view.names:
        is_behind = counted.last <= placed.first <= counted.last + _TARGET_REACH and placed.name.role == "adjectives"
        if not is_behind or placed.name.kind != "state" or placed.name.state == actor:
            continue
        first = placed.first - (view.words[placed.first - 1] in ("the", "its"))
        found = prepositions.ending(view.words, first)
        if found and found[0] in ("to", "for", "in"):
            return placed
    return None


def _finer(view: SentenceView, chosen: PlacedName) -> PlacedName:
    """Return the town where the text says "in Ramadi in Anbar" or "in Ramadi, Iraq"."""
    contains = view.document.lexicon.contains
    for placed in view.names:
        is_near = 0 < chosen.first - placed.last <= _APPOSED and placed.name.is_place
        if not is_near or placed.name.canonical == chosen.name.canonical:
            continue
        if placed.name.kind == "city" or contains(chosen.name.canonical, placed.name.canonical):
            return placed
    return chosen


def _related(view: SentenceView) -> list[tuple[PlacedName, str]]:
    """Return the places of a sentence, each with the relation of the preposition before it."""
    prepositions = place_words(view.document.lexicon, view.document.lang)
    found = ((placed, _relation(view, placed, prepositions)) for placed in view.names)
    return [(placed, relation) for placed, relation in found if relation is not None]


def _relation(view: SentenceView, placed: PlacedName, prepositions: WordTable[str]) -> str | None:
    """Return the relation of the preposition before a place, or None where the name is no place here."""
    if not _is_place_here(view, placed):
        return None
    first = placed.first
    for _ in range(_STEPS):
        if not first:
            return None
        found = prepositions.ending(view.words, first)
        if found:
            return found[0]
        word = view.words[first - 1]
        if not (word[0].isalnum() or word in "-'’.") or word in ("and", "or", "that", "which"):
            return None
        first -= 1
    return None


def _is_place_here(view: SentenceView, placed: PlacedName) -> bool:
    name = placed.name
    is_dotted = view.words[placed.last : placed.last + 1] == ["."] and "." in view.document.text[name.start : name.end]
    follow = next(iter(view.words[placed.last + is_dotted : placed.last + is_dotted + 1]), ".")
    if name.role == "adjectives":
        return name.kind == "region" and follow in _LANDS  # "in 36 African nations"
    if not name.is_place:
        return False
    written = view.document.text[name.start : name.end]
    if (
        written.isupper()
        and len(written) <= _ABBREVIATION
        and follow.isalpha()
        and not ends_phrase(view, placed.last + is_dotted)
    ):
        return False  # "U.S. targets", "US budget deficit"
    return follow not in ("'s", "’s", "-") or view.words[placed.last : placed.last + 1] == []


_ABBREVIATION: Final = 4
_APPOSED: Final = 2


def _distance(view: SentenceView, placed: PlacedName, counted: Counted) -> int:
    if placed.first >= counted.last:
        return (placed.first - counted.last) + _PER_BREAK * view.crossings(counted.last, placed.first)
    if placed.last <= counted.first:
        return (counted.first - placed.last) + _BACKWARDS + _PER_BREAK * view.crossings(placed.last, counted.first)
    return 0


def _target(view: SentenceView, counted: Counted, actor: str | None) -> Place | None:
    """Return whom a duty or sanction is laid on: "tariffs on Chinese steel"."""
    for placed in view.names:
        is_near = counted.last <= placed.first <= counted.last + _TARGET_REACH
        if placed.name.state == actor or not (is_near or _is_before(view, placed, counted)):
            continue
        if placed.name.kind not in _TARGETS and placed.name.canonical != "European Union":
            continue
        between = view.words[counted.last : placed.first] if is_near else view.words[placed.first - 2 : placed.first]
        if any(word in _LAID_ON for word in between):
            return Place(placed.name.canonical, placed.name.start, placed.name.end, "it is what the duty is laid on")
    return None


def _is_before(view: SentenceView, placed: PlacedName, counted: Counted) -> bool:
    """Whether the target stands before the rate: "Zölle auf russischen Dünger auf 100 Prozent"."""
    return placed.last <= counted.first <= placed.last + _TARGET_REACH and not view.crossings(
        placed.last, counted.first
    )


def _indirect_object(
    view: SentenceView, counted: Counted, deed: Deed | None, actor: str | None, action: Action
) -> Place | None:
    """Return who is given something, said without a preposition: "sent Kyiv 18 tanks", "продати Польщі"."""
    if deed is None or action not in (Action.DELIVER, Action.PLEDGE, Action.OTHER):
        return None
    words = actor_words(view.document.lexicon, view.document.lang)
    for placed in view.names:
        is_other = placed.name.is_place and placed.name.state != actor
        if is_other and placed.last <= counted.first and is_given_to(view, placed, words):
            return Place(placed.name.canonical, placed.name.start, placed.name.end, "it is who is given it")
        if not is_other or placed.first != deed.mark.last:
            continue
        if placed.name.role == "oblique" or placed.last <= counted.first <= placed.last + 2:
            return Place(placed.name.canonical, placed.name.start, placed.name.end, "it is who is given it")
    return None


def _receiver(view: SentenceView, deed: Deed) -> Place | None:
    """Return who receives: "Pakistan has received aid pledges of ..."."""
    for placed in reversed(view.names):
        if placed.last <= deed.mark.first and placed.name.is_place:
            return Place(placed.name.canonical, placed.name.start, placed.name.end, "it is who receives")
    return None
