"""Whose figure it is: the side that is counted, the subject of the deed, or the doer named with "by"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.deeds import Deed
from rules.extract.doers import Actor, actor_of, side_of
from rules.extract.ellipsis import owner_before
from rules.extract.killers import armed_group, killer_of, own_forces
from rules.extract.mentions import ActorWords, actor_words, is_actor, is_ally, phrase_start, stands_free
from rules.extract.standins import antecedent, stand_ins
from rules.extract.units import MONEY, PERCENT, Counted
from rules.extract.verbforms import is_proposed, turned_down
from rules.extract.view import PlacedName, SentenceView
from rules.model import Action

_COUNTED_SIDE: Final = frozenset({"troops", "police", "fighters", "staff"})
_DONE_TO: Final = frozenset({"free", "move people", "hold people", "sanction"})  # done to people of another side
_WOUNDED: Final = frozenset({"troops", "police", "people", "fighters", "staff"})
_PER_BREAK: Final = 6
_SPEAKS: Final = 9  # who only says it is seldom whose figure it is
_FARTHEST: Final = 40
_NEAR_DUTY: Final = 2  # tokens: "a 39 percent US tariff"
_SOURCE: Final = 12  # "12 jets from South Korea for 700 million dollars": who sells is not who spends
_BEFALLEN: Final = frozenset({"people", "displaced", "nationals", "detained", "private", "open"})
_FINITE: Final = 12
_MADE_TO: Final = 8  # who is accused of a deed, or asked for it, is the doer


def find_actor(view: SentenceView, counted: Counted, deed: Deed | None, action: Action) -> Actor | None:
    """Return whose figure it is, or None where the text names nobody."""
    words = actor_words(view.document.lexicon, view.document.lang)
    if action is Action.KILL:
        return _killer(view, counted, deed, words) or _bereaved(view, counted)
    if deed is not None and deed.name == "wound" and counted.unit.kind in _WOUNDED:
        return _killer(view, counted, deed, words) or side_of(view, counted, action)
    if deed is not None and deed.name == "receive":
        return _subject(view, counted, deed, words)
    if deed is not None and deed.name == "bear":
        return _imposer(view, counted, deed)
    if deed is not None and deed.name == "take part" and counted.unit.kind == "troops":
        subject = _subject(view, counted, deed, words)
        if subject is not None:
            return subject
    if deed is not None and deed.name in _DONE_TO:
        subject = _subject(view, counted, deed, words) if deed.is_before else None
        if subject is not None:
            return subject
    side = side_of(view, counted, action) if counted.unit.kind in _COUNTED_SIDE else None
    subject = _own(view, counted) or _subject(view, counted, deed, words)
    return side or subject or _agent_behind(view, counted, deed, words)


def _killer(view: SentenceView, counted: Counted, deed: Deed | None, words: ActorWords) -> Actor | None:
    """Return who killed; with "lost" who lost them."""
    if deed is None:
        return None
    if deed.is_before and view.words[deed.mark.first] in _LOST:
        loser = side_of(view, counted, Action.KILL) or _subject(view, counted, deed, words)
        return loser and loser._replace(suffers=True)
    return killer_of(view, deed, words)


def _bereaved(view: SentenceView, counted: Counted) -> Actor | None:
    """Return whose people were killed, where nobody is said to have done it."""
    side = side_of(view, counted, Action.KILL) or armed_group(view, counted) or own_forces(view, counted)
    return side and side._replace(suffers=True)


def _own(view: SentenceView, counted: Counted) -> Actor | None:
    """Return the party or state that money is called after: "$500 billion Republican relief measure"."""
    if counted.unit.kind not in (MONEY, PERCENT):
        return None
    for placed in view.names:
        is_before = placed.name.role == "oblique" and placed.last <= counted.first
        if is_before and any(purse.last == placed.first for purse in view.marks("purse")):
            return actor_of(placed.name, "the money is said to be its own")  # "бюджет Германии"
        if (
            placed.first == counted.last
            and placed.name.role in ("adjectives", "people")
            and placed.name.kind == "party"
        ):
            return actor_of(placed.name, "the money is called its own")
    return None


def _imposer(view: SentenceView, counted: Counted, deed: Deed) -> Actor | None:
    """Return whose duty or fine it is that somebody has to bear: "faces a US tariff of 39 percent"."""
    for placed in view.names:
        is_inside = deed.mark.last <= placed.first <= counted.last + _NEAR_DUTY and is_actor(placed.name)
        if is_inside and (placed.name.role == "adjectives" or placed.last < counted.first):
            return actor_of(placed.name, "the duty is called its own")
    return None


def _subject(view: SentenceView, counted: Counted, deed: Deed | None, words: ActorWords) -> Actor | None:
    """Return the nearest subject before the deed; a pronoun that stands nearer gives the name that it stands for."""
    at = _anchor(view, counted, deed, words)
    best: tuple[int, Actor] | None = None
    for cost, actor in (*_named_subjects(view, counted, at, words), *_generic_subjects(view, at, words)):
        if cost <= _FARTHEST and (best is None or cost <= best[0]):
            best = (cost, actor)
    return best[1] if best else None


def _anchor(view: SentenceView, counted: Counted, deed: Deed | None, words: ActorWords) -> int:
    """Return the token that a subject stands before: the deed where it shares the clause with the number."""
    if deed is None:
        return counted.first
    if deed.is_before:
        has_other = any(
            deed.mark.last <= placed.first < counted.first and words.auxiliary.starting(view.words, placed.last)
            for placed in view.names
        )
        if _is_inverted(view, counted, deed, words):
            return counted.first
        listed = owner_before(view, counted.first) if counted.taken_up else None
        has_other = has_other or (listed is not None and listed.first >= deed.mark.last)
        is_apart = has_other or view.crossings(deed.mark.last, counted.first) > 0
        return counted.first if is_apart else deed.mark.first
    between = any(counted.last <= placed.first < deed.mark.first for placed in view.names)
    return deed.mark.first if between else counted.first


def _is_inverted(view: SentenceView, counted: Counted, deed: Deed, words: ActorWords) -> bool:
    """Whether a German subject stands behind its verb, something else before it: "Im Mai schickte Polen"."""
    if view.document.lang != "de" or deed.name == "receive":
        return False
    free = view.derive("free names", lambda: _free(view, words))
    next_to = (deed.mark.last, deed.mark.last + 1)  # an article may stand between
    behind = any(placed.first in next_to and placed.last <= counted.first for placed in free)
    return behind and not any(
        placed.last <= deed.mark.first and not view.crossings(placed.first, deed.mark.first) for placed in free
    )


def _named_subjects(view: SentenceView, counted: Counted, at: int, words: ActorWords) -> Iterator[tuple[int, Actor]]:
    is_verb_second = view.document.lang == "de"  # "Deutschland will die Ukraine ... stärken": before the finite verb
    for placed in view.derive("free names", lambda: _free(view, words)):
        if not 0 <= at - placed.last <= _FARTHEST or counted.first <= placed.first < counted.last:
            continue
        if not counted.taken_up and any(first <= placed.first < last for first, last in view.counted):
            continue  # the side of what was counted before: "killing 230 Taliban fighters and destroying 42 vehicles"
        if _only_tells(view, placed, counted, words) or _turns_down(view, placed, counted):
            continue
        cost = (at - placed.last) + _PER_BREAK * view.crossings(placed.last, at)
        if placed.first and view.words[placed.first - 1] == "from":
            cost += _SOURCE
        if words.makes_do.ending(view.words, phrase_start(view, placed, words)):
            cost -= _MADE_TO
        if words.speech.starting(view.words, placed.last) and view.crossings(placed.last, at) == 0:
            cost += _SPEAKS
        if placed.name.role == "people":
            cost += 4
        if is_verb_second and words.auxiliary.starting(view.words, placed.last):
            cost -= _FINITE
        yield cost, actor_of(placed.name, "it is the nearest subject before the deed")


def _only_tells(view: SentenceView, placed: PlacedName, counted: Counted, words: ActorWords) -> bool:
    """Whether an organisation only reports what befell people: "1.2 million were displaced, the UN said"."""
    if placed.name.kind != "organisation" or counted.unit.kind not in _BEFALLEN:
        return False
    behind, before = words.speech.starting(view.words, placed.last), words.speech.ending(view.words, placed.first)
    return behind is not None or before is not None


def _turns_down(view: SentenceView, placed: PlacedName, counted: Counted) -> bool:
    """Whether the name is against what is counted: who "vetoed a 50 billion euro package" gives nothing."""
    if placed.name.kind == "institution":
        return False  # the Senate's vote is on a bill of its own state
    refusal = turned_down(view, placed.last, counted.first)
    return refusal is not None and is_proposed(counted, refusal)


def _free(view: SentenceView, words: ActorWords) -> list[PlacedName]:
    """Return the names of a sentence that can be subjects."""
    return [
        placed
        for placed in view.names
        if is_actor(placed.name) and not is_ally(view, placed) and stands_free(view, placed, words)
    ]


def _generic_subjects(view: SentenceView, at: int, words: ActorWords) -> Iterator[tuple[int, Actor]]:
    """Yield who pronouns and "the government" stand for: the last fitting actor named before them."""
    for index, length, wanted in view.derive("generic", lambda: list(stand_ins(view, words))):
        if not max(0, at - _FARTHEST) <= index < at:
            continue
        name = antecedent(view, index, wanted)
        if name is None:
            continue
        cost = (at - index - length) + _PER_BREAK * view.crossings(index + length, at)
        yield cost, actor_of(name, f'"{" ".join(view.words[index : index + length])}" stands for it')


def _agent_behind(view: SentenceView, counted: Counted, deed: Deed | None, words: ActorWords) -> Actor | None:
    """Return a doer behind the number: "approved by Congress", or the first subject after an opening phrase."""
    for placed in view.names:
        if placed.first < counted.last or not is_actor(placed.name):
            continue
        before = words.prepositions.ending(view.words, placed.first)
        if before and before[0] == "by" and view.crossings(counted.last, placed.first) == 0:
            return actor_of(placed.name, 'it is named with "by"')
    if counted.first > 3 and view.words[0] not in _OPENERS:
        return None
    for placed in view.names:
        if placed.first < counted.last or not is_actor(placed.name) or not stands_free(view, placed, words):
            continue
        if _only_tells(view, placed, counted, words) or _turns_down(view, placed, counted):
            continue
        if deed is not None and placed.first == deed.mark.last and view.document.lang == "en":
            continue  # an object: "250,000 Afghans had left Iran"
        if placed.name.role in ("names", "government", "short") and placed.name.kind in (
            "state",
            "organisation",
            "city",
        ):
            return actor_of(placed.name, "it is the first subject behind")
        return None
    return None


_LOST: Final = frozenset({"lost", "lose", "loses", "losing"})
_OPENERS: Final = frozenset({"to", "in", "under", "with", "by", "as", "for", "after", "following", "despite", "having"})
