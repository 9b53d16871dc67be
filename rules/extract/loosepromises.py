"""Promises that are nothing but conditional, in languages with a freer word order: who will do what only if."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.conditions import Condition
from rules.extract.looseactors import first_actor
from rules.extract.reading import Reading
from rules.extract.stand import Stand
from rules.extract.wordclasses import ADVERB, COMMA, COMMITMENTS, PUNCTUATION, SAYING
from rules.model import Confidence, Stance

_REACH: Final = 26  # tokens between a promise and its condition
_PROMISE: Final = 2  # the fewest tokens of one
_KNOWN: Final = ("state", "organisation", "institution", "party", "armed_group", "person", "territory")
_EDGES: Final = frozenset(";:()–—.")


def loose_promises(reading: Reading, found: list[Condition], taken: set[int]) -> Iterator[tuple[Stand, Condition]]:
    """Yield what somebody will do under a strict condition, where no word of stance says so."""
    for each in found:
        stand = _promise(reading, each) if each.strong and each.start not in taken else None
        if stand is not None:
            yield stand, each


def _promise(reading: Reading, each: Condition) -> Stand | None:
    start = _clause_start(reading, each.start)
    holders = first_actor(reading, start, each.start)
    if not holders or any(holder.kind not in _KNOWN for holder in holders):
        return None
    first, end = holders[-1].end, each.start
    while end > first and reading.bits[end - 1] & (PUNCTUATION | ADVERB):
        end -= 1
    committed = any(reading.bits[at] & COMMITMENTS or _is_future(reading, at) for at in range(first, end))
    if end - first < _PROMISE or not committed or any(reading.bits[at] & SAYING for at in range(first, end)):
        return None
    about = Complement(first, end, "to")
    reason = "a promise under a condition"
    return Stand(first, Stance.CONDITIONAL, holders, about, holders[0].start, end, Confidence.LOW, reason, Group(first))


def _clause_start(reading: Reading, index: int) -> int:
    at = index - 1 if reading.bits[index - 1] & COMMA else index
    lowest = max(0, at - _REACH)
    while at > lowest and not reading.bits[at - 1] & COMMA and reading.texts[at - 1] not in _EDGES:
        at -= 1
    return at


def _is_future(reading: Reading, at: int) -> bool:
    """Tell a French future or conditional by its ending; the other languages have a verb for it."""
    endings = tuple(reading.grammar.words("future endings"))
    return bool(endings) and reading.lowers[at].endswith(endings)
