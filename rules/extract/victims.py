"""The killed and wounded who are told of without a noun: "another 20 were hurt", "the toll has risen to 11"."""

from __future__ import annotations

from typing import Final

from rules.extract.ellipsis import Earlier, before_fillers
from rules.extract.numbers import Number
from rules.extract.units import Counted, Unit
from rules.extract.view import SentenceView, closed_class, ends_phrase

_BEINGS: Final = frozenset({"troops", "police", "people", "fighters", "staff", "nationals", "displaced", "detained"})
_TOLL_REACH: Final = 14  # tokens from "toll" to the number that it came to
_SELDOM_MORE: Final = 3  # fillers between a number and its verb: "others were reportedly"
_JOINS: Final = frozenset({"and", "und", "et", "і", "та", "и", "late", "early", "overnight", "there", "so"})


def find_victims(view: SentenceView, number: Number, earlier: Earlier | None) -> Counted | None:
    """Return what a number before "were wounded" or behind "the toll rose to" counts, or None where neither stands."""
    if number.unit:
        return None
    harm = _harm_behind(view, number)
    if harm is not None:
        return _counted(view, number, harm[0], harm[1], earlier)
    if _closes_toll(view, number):
        return Counted(Unit("person", "people", "kill"), number.first, number.last, number.last - 1)
    return None


def _harm_behind(view: SentenceView, number: Number) -> tuple[str, int] | None:
    """Return the harm that a verb right behind the number tells of, and the token behind it."""
    lexicon, lang, words = view.document.lexicon, view.document.lang, view.words
    fillers = [closed_class(lexicon, lang, name) for name in ("more", "others", "be", "auxiliary", "filler")]
    at = number.last
    for _ in range(_SELDOM_MORE):
        found = next((step for table in fillers if (step := table.starting(words, at))), None)
        if found is None:
            break
        at = found[1]
    for harm in ("killed", "harmed"):
        found = closed_class(lexicon, lang, harm).starting(words, at)
        if found is not None and _stands_alone(view, found[1]):
            return ("kill" if harm == "killed" else "other"), found[1]
    return None


def _stands_alone(view: SentenceView, at: int) -> bool:
    # "23 wounded servicemen" and "12 injured" differ in what follows.
    return at >= len(view.words) or not view.words[at][0].isalnum() or ends_phrase(view, at) or view.words[at] in _JOINS


def _counted(view: SentenceView, number: Number, harm: str, last: int, earlier: Earlier | None) -> Counted:
    beings = earlier if earlier is not None and earlier.unit.kind in _BEINGS else None
    unit = beings.unit if beings is not None and beings.view is view else Unit("person", "people", None)
    return Counted(unit._replace(harm=harm), number.first, last, number.last, taken_up=beings is not None)


def _closes_toll(view: SentenceView, number: Number) -> bool:
    """Whether the number is what a toll came to."""
    lexicon, lang = view.document.lexicon, view.document.lang
    at = before_fillers(view, number.first)
    step = closed_class(lexicon, lang, "step").ending(view.words, at)
    reaching = closed_class(lexicon, lang, "reaching").ending(view.words, at)
    if step is None and reaching is None:
        return False
    tolls = closed_class(lexicon, lang, "toll")
    return any(
        tolls.starting(view.words, index) and view.crossings(index, number.first) <= 1
        for index in range(max(0, number.first - _TOLL_REACH), number.first)
    )
