"""Refusals without a verb, by the words of whoever says so: "No swap of territories, the president stressed"."""

from __future__ import annotations

from collections.abc import Iterator

from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.stand import Stand, names_policy
from rules.extract.wordclasses import BREAK, COMMA, FINITE, MODALS, NAMED, PUNCTUATION, QUOTE, VERBAL
from rules.model import Confidence, Stance

_ENDS = COMMA | QUOTE | BREAK | PUNCTUATION


def verbless_refusals(reading: Reading) -> Iterator[Stand]:
    """Yield what somebody says there must not be, where the sentence or quotation opens with a bare "no"."""
    first = 1 if reading.bits[0] & QUOTE else 0
    if reading.lowers[first] != "no" or not reading.sayings:
        return
    end = reach(reading, first + 1)
    about = Complement(first + 1, end, "object")
    behind = _behind_condition(reading, end)
    is_bare = not any(
        reading.bits[at] & (VERBAL | FINITE | MODALS) and not reading.bits[at] & NAMED for at in range(first, behind)
    )
    if not is_bare or end <= first + 1 or not reading.bits[behind] & _ENDS or not names_policy(reading, about):
        return
    if not any(at >= behind for at in reading.sayings):
        return
    group = Group(first, negated=True)
    reason = "says what there must not be"
    yield Stand(first, Stance.OPPOSE, (), about, first, end, Confidence.LOW, reason, group, speaker=True)


def _behind_condition(reading: Reading, end: int) -> int:
    """Return the token behind "without the release of all prisoners", if that follows."""
    return next((at for at in range(end, reading.size) if reading.bits[at] & _ENDS), reading.size)
