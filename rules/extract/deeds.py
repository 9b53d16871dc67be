"""Which deed a number measures: the cue that governs it, the nearest that can act on what is counted."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple

from rules.extract.numbers import Number
from rules.extract.units import Counted
from rules.extract.view import PlacedMark, SentenceView, closed_class
from rules.model import Action

_BEINGS: Final = frozenset({"troops", "police", "people", "fighters", "displaced", "detained", "staff", "nationals"})
_MOVABLE: Final = frozenset({"troops", "police", "staff", "materiel", "fighters"})
# What a deed can be done to; a deed that is not listed can be done to anything.
_OBJECTS: Final = {
    "kill": _BEINGS | {"open", "private"},
    "die": _BEINGS | {"open", "private"},
    "none": frozenset(),
    "bear": frozenset({"money", "percent"}),
    "reposition": _MOVABLE,
    "arrive": _MOVABLE | {"goods", "displaced", "detained"},
    "sanction": frozenset(
        {"people", "nationals", "staff", "fighters", "open", "private", "posts", "materiel", "detained"}
    ),
    "hold people": frozenset({"detained", "nationals", "people", "private"}),
    "leave": frozenset({"nationals", "displaced", "troops", "detained", "staff", "police"}),
    "surrender": frozenset({"people", "troops", "fighters", "police"}),
    "array": frozenset({"materiel", "goods", "troops"}),
    "receive": frozenset({"money", "goods", "materiel"}),
    "wound": _BEINGS | {"materiel"},
    "free": _BEINGS | {"materiel", "goods", "money"},
    "move people": frozenset({"people", "displaced", "detained", "fighters", "staff", "nationals"}),
    "take in": frozenset({"displaced", "detained", "fighters", "nationals"}),
    "take part": _MOVABLE,
    "withdraw": _MOVABLE,
    "station": _MOVABLE | {"displaced"},
    "fire": frozenset({"materiel", "goods", "posts"}),
    "impose": frozenset({"money", "percent", "posts", "goods"}),
    "freeze": frozenset({"money", "goods"}),
    "spend": frozenset({"money", "percent", "posts"}),
    "pledge": frozenset({"money", "materiel", "goods", "troops", "staff", "percent"}),
    "request": frozenset({"money", "materiel", "troops", "staff", "goods"}),
    "send": _MOVABLE | {"money", "goods"},
    "deliver": _MOVABLE | {"money", "goods"},
    "reduce": frozenset({"money", "percent", "troops", "posts", "materiel", "staff", "goods", "displaced"}),
    "increase": frozenset({"money", "percent", "troops", "posts", "materiel", "staff", "goods", "displaced"}),
}
_KEY: Final = {
    "troops": "troops",
    "police": "troops",
    "staff": "staff",
    "money": "money",
    "materiel": "materiel",
    "goods": "goods",
}

_FARTHEST: Final = 16  # beyond this many tokens (clause breaks counted in) a verb governs something else
_FARTHEST_GERMAN: Final = 32  # its participles and infinitives close the sentence
_PER_BREAK: Final = 5
_PER_NUMBER: Final = 2
_BACKWARDS: Final = 3  # English puts the verb before its object more often than behind
_WEAK_NOUN: Final = 3
_NO_OBJECT: Final = 10  # "were killed" and "died" take nothing behind them
_LIGHT: Final = frozenset({"have", "has", "had", "having", "keep", "keeps", "kept", "hold", "holds", "held"})
_LIGHT_REACH: Final = 3
_GERMAN_HAVE: Final = frozenset({"hat", "haben", "hatte", "hatten", "habe"})
_BETWEEN: Final = frozenset(
    {"only", "now", "still", "just", "a", "the", "its", "their", "currently", "already", "another", "these", "also"}
)


class Deed(NamedTuple):
    """The governing cue: its name, its action for what is counted, where it stands, and on which side.

    ``is_step`` tells that the number says by how much or to what something was changed: "cut ... to 30 percent".
    """

    name: str
    action: Action
    mark: PlacedMark
    is_before: bool
    cost: int
    is_step: bool = False


def find_deeds(view: SentenceView, number: Number, counted: Counted, numbers: tuple[int, ...]) -> list[Deed]:
    """Return the deeds that may govern the counted phrase, likeliest first; ``numbers`` are the value tokens."""
    found: list[Deed] = []
    for placed in view.marks("deeds"):
        deed = _weigh(view, placed, counted, numbers)
        if deed is not None:
            found.append(deed)
    key = _KEY.get(counted.unit.kind, "")
    found.sort(key=lambda deed: (deed.cost, key not in deed.mark.mark.entry.attributes))
    found = _borne(view, _without_auxiliary(view, found), counted)
    return _stepped(view, found, number) or _overruled(view, found, counted)


def _without_auxiliary(view: SentenceView, found: list[Deed]) -> list[Deed]:
    """Drop the "hat" of a German perfect, whose participle closes the clause: "hat 30 Panzer geliefert"."""
    if view.document.lang != "de" or not found or view.words[found[0].mark.first] not in _GERMAN_HAVE:
        return found
    has_verb = any(not deed.is_before and deed.mark.mark.entry.text("word") != "noun" for deed in found[1:])
    return found[1:] if has_verb else found


def _borne(view: SentenceView, found: list[Deed], counted: Counted) -> list[Deed]:
    """Put first whatever somebody has to bear: in "faces a US tariff of 39 percent" nobody lays one on."""
    for deed in found:
        if deed.name == "bear" and deed.is_before and not view.crossings(deed.mark.last, counted.first):
            return [deed, *(other for other in found if other is not deed)]
    return found


def _stepped(view: SentenceView, found: list[Deed], number: Number) -> list[Deed]:
    """Put a verb of change first where the number is its step: "to 30 percent", "by 2,000", "cut 5 billion"."""
    steps = closed_class(view.document.lexicon, view.document.lang, "step")
    is_step = number.role == "new" or steps.ending(view.words, number.first) is not None
    for deed in sorted(found, key=lambda each: each.mark.mark.entry.text("word") == "noun"):
        if (
            deed.name not in ("reduce", "increase")
            or not deed.is_before
            or view.crossings(deed.mark.last, number.first) > 1
        ):
            continue
        is_noun = deed.mark.mark.entry.text("word") == "noun"
        if (is_step and not is_noun) or number.first - deed.mark.last <= 1:
            return [deed._replace(is_step=True), *(other for other in found if other is not deed)]
    return []


def _overruled(view: SentenceView, found: list[Deed], counted: Counted) -> list[Deed]:
    """Let the verb that governs another verb name the deed: "asked Congress to approve", "pledged to pay"."""
    if not found or counted.unit.kind not in ("money", "goods", "materiel"):
        return found
    first = found[0]
    for deed in found[1:]:
        if (
            deed.name not in ("request", "pledge", "receive")
            or not deed.is_before
            or deed.mark.mark.entry.text("word") == "noun"
        ):
            continue
        if (
            deed.mark.last <= first.mark.first
            and view.crossings(deed.mark.last, first.mark.first) == 0
            and first.is_before
        ):
            return [deed, *(other for other in found if other is not deed)]
    return found


def _weigh(view: SentenceView, placed: PlacedMark, counted: Counted, numbers: tuple[int, ...]) -> Deed | None:
    entry = placed.mark.entry
    name = name_of(placed)
    if counted.first - placed.last > _FARTHEST or placed.first - counted.last > _farthest_behind(view):
        return None
    objects = _OBJECTS.get(name)
    if objects is not None and counted.unit.kind not in objects:
        return None
    is_noun = entry.text("word") == "noun"
    if placed.last <= counted.first:
        cost = _cost_before(view, placed, counted, numbers, is_noun=is_noun)
        is_before = True
    elif placed.first >= counted.last:
        cost = _cost_behind(view, placed, counted, numbers, is_noun=is_noun)
        is_before = False
    else:
        return None
    if cost is None or cost > (_FARTHEST if is_before else _farthest_behind(view)):
        return None
    action = entry.text(_KEY.get(counted.unit.kind, "default")) or entry.text("default") or "other"
    return Deed(name, Action(action), placed, is_before, cost)


def name_of(placed: PlacedMark) -> str:
    """Return the deed's name, the same for its verb and its noun."""
    return placed.mark.entry.name.removesuffix(" (noun)")


def _cost_before(
    view: SentenceView, placed: PlacedMark, counted: Counted, numbers: tuple[int, ...], *, is_noun: bool
) -> int | None:
    cost = counted.first - placed.last
    is_light = view.words[placed.first] in _LIGHT and placed.last - placed.first == 1
    between = view.words[placed.last : counted.first]
    if is_light and (cost > _LIGHT_REACH or any(word not in _BETWEEN for word in between)):
        return None
    if (
        view.words[placed.last : placed.last + 1] == ["to"]
        and not is_noun
        and name_of(placed) in ("request", "increase")
    ):
        return None  # "seeking to honour": another verb, which is no deed, has the object
    is_objectless = placed.mark.entry.text("word") == "intransitive" or (not is_noun and is_passive(view, placed))
    if is_objectless and view.document.lang == "en":  # elsewhere the subject may well follow
        cost += _NO_OBJECT
    cost += _PER_BREAK * view.crossings(placed.last, counted.first)
    cost += _PER_NUMBER * _among(numbers, placed.last, counted.first)
    if (
        is_noun
        and "of" not in view.words[placed.last : placed.last + 2]
        and "to" not in view.words[placed.last : counted.first]
    ):
        cost += _WEAK_NOUN
    return cost


def is_passive(view: SentenceView, placed: PlacedMark) -> bool:
    """Whether a form of "be" makes the verb a passive."""
    be = closed_class(view.document.lexicon, view.document.lang, "be")
    return any(word in be for word in view.words[max(0, placed.first - 2) : placed.first]) and not view.words[
        placed.first
    ].endswith("ing")


def _cost_behind(
    view: SentenceView, placed: PlacedMark, counted: Counted, numbers: tuple[int, ...], *, is_noun: bool
) -> int | None:
    word = view.words[placed.first]
    if word in ("have", "has", "had") and placed.last - placed.first == 1:
        return None  # an auxiliary here
    if counted.unit.kind == "money" and name_of(placed) in ("reduce", "increase") and not is_noun:
        return None  # "$400 billion to boost care": what it is for, not what is done to it
    cost = placed.first - counted.last
    breaks = view.crossings(counted.last, placed.first)
    if breaks and view.words[counted.last : counted.last + 1] in (["that"], ["who"], ["which"]):
        breaks -= 1
    cost += _PER_BREAK * breaks + _PER_NUMBER * _among(numbers, counted.last, placed.first)
    return cost + (_BACKWARDS if not is_noun else _BACKWARDS + _WEAK_NOUN)


def _farthest_behind(view: SentenceView) -> int:
    return _FARTHEST_GERMAN if view.document.lang == "de" else _FARTHEST


def _among(numbers: tuple[int, ...], first: int, last: int) -> int:
    """Return how many of the (ascending) token indexes lie in ``first:last``."""
    return max(0, bisect_left(numbers, last) - bisect_left(numbers, first))
