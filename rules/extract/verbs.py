"""The verb group around a cue, and the stretch before it that may hold its subject."""

from __future__ import annotations

from typing import Final

from rules.extract.clauses import Clause, Group
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    AUXILIARIES,
    BE,
    BREAK,
    CONTROLS,
    MODALS,
    NAMED,
    NEGATIONS,
    NOT_YET,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SAYING,
    SUBORDINATORS,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
)

FAR: Final = 60  # tokens; a subject further from its verb is not looked for

_SAYS: Final = NEGATIONS | NOT_YET | BE | MODALS
_IN_GROUP: Final = BE | AUXILIARIES | MODALS | NEGATIONS | NOT_YET | ADVERB | TIMES
_MAY_BOUND: Final = BREAK | VERBAL | RELATIVES | SUBORDINATORS | PUNCTUATION


def verb_group(reading: Reading, index: int) -> Group:
    """Return the verb group whose main verb begins at ``index``; read once, for many ask for it."""
    found = reading.groups.get(index)
    if found is None:
        found = reading.groups[index] = _verb_group(reading, index)
    return found


def _verb_group(reading: Reading, index: int) -> Group:
    negated, yet, passive, modal, governor = False, False, False, "", -1
    bits, lowers = reading.bits, reading.lowers
    is_english = reading.grammar.lang == "en"
    start = index
    while start > 0:
        at = start - 1
        here = bits[at]
        if here & NAMED and not here & TIMES:
            break
        if is_english and lowers[at] == "to":
            control = _control(reading, at)
            if control < 0:
                return Group(start, negated, yet, passive, modal, infinitive=True)
            start, governor = control, control
            continue
        if not here & _IN_GROUP and here & (QUOTE | BREAK) != QUOTE and not _is_when(reading, at, start):
            break
        if here & _SAYS:
            negated ^= here & (NEGATIONS | NOT_YET) == NEGATIONS
            yet |= here & NOT_YET != 0
            passive |= here & BE != 0
            if here & MODALS and not modal:
                modal = lowers[at]
        start = at
    return Group(start, negated, yet, passive, modal, governor=governor)


def _is_when(reading: Reading, at: int, start: int) -> bool:
    """Tell "on" before Monday, and the day before the verb ("on July 4 announced")."""
    if reading.bits[at] & TIME_PREPOSITIONS and reading.bits[at + 1] & TIMES:
        return True
    return at + 1 == start and reading.bits[at - 1] & TIMES != 0 and reading.lowers[at].isdigit()


def _control(reading: Reading, to: int) -> int:
    """Return the token index of a control verb right before "to", or -1."""
    at = to - 1
    while at > 0 and (
        reading.bits[at] & (ADVERB | TIMES) or (reading.bits[at] & TIME_PREPOSITIONS and reading.bits[at + 1] & TIMES)
    ):
        at -= 1
    return at if reading.bits[at] & CONTROLS else -1


def saying_before(reading: Reading, boundary: int) -> int:
    """Return the verb of saying that a clause hangs on ("said [Tuesday] [that] ..."), or -1."""
    at = boundary
    while at >= 0 and reading.bits[at] & (RELATIVES | TIMES | TIME_PREPOSITIONS) and not reading.bits[at] & SAYING:
        at -= 1
    return at if at >= 0 and reading.bits[at] & SAYING else -1


def clause_before(reading: Reading, end: int) -> Clause:
    """Return the stretch before a verb group that may hold its subject."""
    found = reading.clauses.get(end)
    if found is None:
        found = reading.clauses[end] = _clause_before(reading, end)
    return found


def _clause_before(reading: Reading, end: int) -> Clause:
    at = end
    lowest = max(0, end - FAR)
    bits, lowers = reading.bits, reading.lowers
    while at > lowest:
        before = bits[at - 1]
        if before & _MAY_BOUND:
            if lowers[at - 1] == ")":
                at = _opening(reading, at - 1, lowest)
                continue
            if _bounds(reading, at - 1):
                break
        at -= 1
    return Clause(at, end, at - 1)


def _opening(reading: Reading, at: int, lowest: int) -> int:
    index = at
    while index > lowest and reading.lowers[index] != "(":
        index -= 1
    return index if reading.lowers[index] == "(" else at


def _bounds(reading: Reading, index: int) -> bool:
    here = reading.bits[index]
    if here & BREAK:
        return True
    if here & NAMED:
        return False
    if here & (VERBAL | RELATIVES):
        return True
    if not here & SUBORDINATORS:
        return False
    return not (reading.lowers[index] == "as" and reading.lowers[index + 1] in ("well", "part", "a", "an"))
