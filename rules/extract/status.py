"""How real a figure is, as its sentence tells it: the strongest cue that reaches the deed or the number."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.units import Counted
from rules.extract.verbforms import Words, given_up, is_proposed, is_to_come, turned_down
from rules.extract.view import PlacedMark, SentenceView
from rules.model import Action, Status


class Reading(NamedTuple):
    """The status and the cue that gave it, None for a plain fact."""

    status: Status
    cue: PlacedMark | Words | None


# Where several cues reach a figure, the one that casts most doubt on it holds.
_ORDER: Final = (Status.DENIED, Status.CONDITIONAL, Status.CLAIMED, Status.EXPECTED, Status.PLANNED)
_REACH_BEFORE: Final = {
    Status.DENIED: 30,
    Status.CONDITIONAL: 12,
    Status.CLAIMED: 18,
    Status.EXPECTED: 9,
    Status.PLANNED: 9,
    Status.FACT: 8,
}
_REACH_BEHIND: Final = {
    Status.DENIED: 0,
    Status.CONDITIONAL: 7,
    Status.CLAIMED: 10,
    Status.EXPECTED: 5,
    Status.PLANNED: 5,
    Status.FACT: 9,
}
_PER_BREAK: Final = 5
_HEADLINE: Final = 2  # tokens before the verb of a headline, the fewest
_MODALS: Final = frozenset({"will", "would", "plan", "plans", "planned", "wird", "werden"})
_INVERTED: Final = frozenset({"should", "were", "had"})
_DENIAL: Final = 25
_AND: Final = frozenset({"and", "but", "und", "et", "і", "та", "и"})
_COMMITTED: Final = frozenset({Action.PLEDGE, Action.REQUEST, Action.KILL})


def find_status(
    view: SentenceView, counted: Counted, deed: Deed | None, action: Action, draft: PlacedMark | None
) -> Reading:
    """Return how real the figure is; without any cue it is a fact. ``draft`` is a bill or plan that the money is in."""
    start, end = counted.first, counted.last
    if deed is not None:
        start, end = min(start, deed.mark.first), max(end, deed.mark.last)
    dropped = given_up(view, start, counted.first)
    best = Reading(Status.DENIED, dropped) if dropped else _by_form(view, counted, deed)
    refused = turned_down(view, 0, counted.first) if best is None else None
    if refused is not None and is_proposed(counted, refused):
        best = Reading(Status.PLANNED, refused)  # what is vetoed was proposed, and is not done
    is_done = False
    for placed in view.marks("status"):
        status = Status(placed.mark.entry.name)
        if status is Status.DENIED and 0 <= placed.first - end <= _DENIAL:
            best = _doubtful(best, Reading(Status.CLAIMED, placed))  # "..., UN experts say; Kigali denies it"
            continue
        if deed is not None and deed.name == "fire" and deed.mark.first <= placed.first < deed.mark.last:
            continue  # "has ordered 66 jets"
        if not _reaches(view, placed, status, start, end):
            continue
        if status is Status.FACT:
            is_done = True
            continue
        if status is Status.PLANNED and _is_the_deed(placed, deed, action, counted):
            continue
        if status is Status.PLANNED and action is Action.KILL and view.words[placed.first] not in _MODALS:
            continue  # "announced that two soldiers were killed"
        best = _doubtful(best, Reading(status, placed))
    if is_done and (best is None or best.status is Status.PLANNED):
        return Reading(Status.FACT, None)
    if best is None and draft is not None and action is Action.SPEND:
        return Reading(Status.PLANNED, draft)
    return best or Reading(Status.FACT, None)


def _doubtful(one: Reading | None, two: Reading) -> Reading:
    """Return the reading that casts more doubt on the figure."""
    return two if one is None or _ORDER.index(two.status) < _ORDER.index(one.status) else one


def _by_form(view: SentenceView, counted: Counted, deed: Deed | None) -> Reading | None:
    """Read the form of the verb: a future, an infinitive that is wished, "Greece to buy", "Should X send ..."."""
    if view.words[0] in _INVERTED and view.document.lang == "en" and len(view.words) > 1 and view.words[-1] != "?":
        cue = deed.mark if deed is not None else None
        return Reading(Status.CONDITIONAL, cue) if view.crossings(1, counted.first) <= 1 else None
    if deed is None or deed.mark.mark.entry.text("word") == "noun":
        return None
    is_wish = is_to_come(view, deed) or (view.document.lang == "en" and _is_headline(view, deed.mark.first))
    return Reading(Status.PLANNED, deed.mark) if is_wish else None


def _is_headline(view: SentenceView, at: int) -> bool:
    """Whether a headline says what somebody is to do: "Greece to buy 24 jets"."""
    if at < _HEADLINE or view.words[at - 1] != "to":
        return False
    return any(placed.last == at - 1 and placed.first <= 1 for placed in view.names)


def _reaches(view: SentenceView, placed: PlacedMark, status: Status, start: int, end: int) -> bool:
    if placed.first and view.document.text[placed.mark.start].isupper():
        return False  # the month of May, a person named Will
    if placed.first >= end:
        distance = (placed.first - end) + _PER_BREAK * view.crossings(end, placed.first)
        is_apart = any(word in _AND for word in view.words[end : placed.first])
        return distance <= _REACH_BEHIND[status] and not is_apart and not _is_participle(view, placed)
    if placed.last > start:
        return True
    if view.words[placed.last : placed.last + 1] == ["by"]:
        return False  # "approved by Congress" tells what was done
    if status is Status.CONDITIONAL and placed.first == 0 and view.crossings(placed.last, start) <= 1:
        return True  # "If Congress does not act by December, a cut of ... would follow"
    distance = (start - placed.last) + _PER_BREAK * view.crossings(placed.last, start)
    return distance <= _REACH_BEFORE[status]


def _is_participle(view: SentenceView, placed: PlacedMark) -> bool:
    """Whether the cue only tells what was done with the money: "funds approved by Congress"."""
    return view.words[placed.last - 1].endswith("ed") and placed.last - placed.first == 1


def _is_the_deed(placed: PlacedMark, deed: Deed | None, action: Action, counted: Counted) -> bool:
    """Whether the cue is the pledge or request itself, which was really made."""
    if action not in _COMMITTED or deed is None or counted.unit.kind not in ("money", "goods", "materiel"):
        return False
    return placed.first < deed.mark.last + 2 and placed.last > deed.mark.first
