"""Nouns of two senses, told apart by what stands around them: "men" are soldiers, "Rafale fighters" are aircraft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rules.extract.doers import Actor
from rules.extract.surroundings import topic_near
from rules.extract.units import MONEY, Counted, Unit
from rules.extract.view import SentenceView, closed_class
from rules.vocabulary import Lexicon

_SOLDIERS: Final = Unit("troops", "troops", None)
_AIRCRAFT: Final = Unit("aircraft", "materiel", None)
_OF_SOLDIERS: Final = frozenset(
    {"station", "send", "withdraw", "arrive", "take part", "request", "increase", "reduce", "array"}
)
_MILITARY: Final = frozenset({"defence", "defense", "military", "army", "nato", "generals", "commander", "commanders"})
DeedOf = Callable[[Counted], str]


def in_context(view: SentenceView, counted: Counted, has_public_actor: bool, deed_of: DeedOf) -> Counted:
    """Return what is counted with the sense that its noun has here; ``deed_of`` tells the deed done to such a thing."""
    word = view.words[counted.noun]
    if word == "men" and counted.unit.kind == "people" and not counted.unit.harm:
        soldiers = counted._replace(unit=_SOLDIERS)
        return soldiers if _are_soldiers(view, counted, has_public_actor, deed_of(soldiers)) else counted
    if word == "fighters" and counted.unit.kind == "fighters" and _is_model(view, counted.noun - 1):
        return counted._replace(unit=_AIRCRAFT)
    return counted


def _are_soldiers(view: SentenceView, counted: Counted, has_public_actor: bool, deed: str) -> bool:
    if topic_near(view, counted, ("crime", "accident", "sport", "company", "disease"), anywhere=True):
        return False
    formations = closed_class(view.document.lexicon, view.document.lang, "formation")
    if any(formations.starting(view.words, at) for at in range(len(view.words))):
        return True
    is_military = not _MILITARY.isdisjoint(view.words) or deed in _OF_SOLDIERS
    return (deed == "kill" and "losses" in view.words) or (is_military and has_public_actor)


def _is_model(view: SentenceView, at: int) -> bool:
    """Whether the word before is the name of a type: "F-16V", "Tejas"."""
    if any(placed.first <= at < placed.last for placed in view.names):
        return False
    word = view.tokens.texts[at]
    return word[0].isupper() or (word[0].isdigit() and at > 1 and view.words[at - 1] == "-")


def currency_of(view: SentenceView, counted: Counted, actor: str | None) -> str:
    """Return the unit, for a currency whose word many states share that of the actor: "kroner" of Norway are nok."""
    unit = counted.unit.name
    if counted.unit.kind != MONEY or actor is None:
        return unit
    own = view.document.lexicon.derive("shared currencies", _shared_currencies).get((unit, actor))
    if own is None or not view.words[counted.noun][0].isalpha():
        return unit
    return own


def _shared_currencies(lexicon: Lexicon) -> dict[tuple[str, str], str]:
    return {
        (taken_for, state): entry.name
        for entry in lexicon.entries("currencies")
        for state in entry.texts("used_in")
        for taken_for in entry.texts("taken_for")
    }


def owner_of_currency(view: SentenceView, counted: Counted) -> Actor | None:
    """Return the state whose money it is, where a body of the state is told of and no state named: "£27 million"."""
    owners = view.document.lexicon.derive("owners of currencies", _owners)
    owner = owners.get(counted.unit.name)
    if owner is None or not view.marks("bodies"):
        return None
    first = view.starts[counted.first]
    return Actor(owner, first, view.end(counted.last - 1), "it is the state's own currency")


def _owners(lexicon: Lexicon) -> dict[str, str]:
    return {entry.name: owners[0] for entry in lexicon.entries("currencies") if (owners := entry.texts("used_in"))}
