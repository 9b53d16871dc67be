"""How far a proposition reaches, and what its first noun phrase is."""

from __future__ import annotations

from typing import Final

from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADJUNCTS,
    ADVERB,
    BREAK,
    CLAUSE_OPENERS,
    COMMA,
    CONDITION,
    COORDINATORS,
    DEMONSTRATIVES,
    DETERMINERS,
    FINITE,
    GERUND,
    HE,
    IT,
    NAMED,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SAYING,
    STANCE,
    SUBORDINATORS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    TRAILING_ADVERBS,
    VERBAL,
    WE,
)

_LONGEST: Final = 32  # tokens of a proposition
_MAY_STOP: Final = (
    PUNCTUATION | CONDITION | SAYING | CLAUSE_OPENERS | COORDINATORS | TIME_PREPOSITIONS | FINITE | RELATIVES
)


def reach(reading: Reading, start: int, *, clause: bool = False) -> int:
    """Return where the proposition that begins at ``start`` ends; a ``clause`` may hold a finite verb of its own."""
    bits = reading.bits
    clause = clause or bits[start] & SUBORDINATORS != 0
    index, limit = start, min(reading.size, start + _LONGEST)
    while index < limit:
        here = bits[index]
        if here & _MAY_STOP and not here & NAMED:
            if here & RELATIVES:
                clause = True
            if _stops(reading, index, start) or (here & FINITE and not clause):
                break
        index += 1
    return trimmed(reading, start, index)


def _stops(reading: Reading, index: int, start: int) -> bool:
    here, word = reading.bits[index], reading.lowers[index]
    if here & PUNCTUATION and _stops_at_sign(reading, index, start):
        return True
    if here & CONDITION or (here & SAYING and not here & GERUND):
        return True
    if index == start:
        return False
    if here & CLAUSE_OPENERS:
        return word != "as" or not (
            reading.lowers[index + 1] in ("part", "well") or reading.lowers[index - 1] == "such"
        )
    if here & COORDINATORS:
        return word == "but" or _verb_follows(reading, index)
    return _is_adjunct(reading, index)


def _stops_at_sign(reading: Reading, index: int, start: int) -> bool:
    here, sign = reading.bits[index], reading.texts[index]
    if here & COMMA:
        return not _list_goes_on(reading, index)
    if here & QUOTE:
        return index > start and not reading.opens_quotation(index) and _closes(reading, index, start)
    if here & (BREAK | CONDITION) or sign in "()":
        return True
    return sign == "." and index == reading.size - 1


def _closes(reading: Reading, index: int, start: int) -> bool:
    # A quotation mark that was not opened inside of the proposition ends it.
    return not any(reading.bits[at] & QUOTE for at in range(start, index))


def _list_goes_on(reading: Reading, index: int) -> bool:
    # A comma inside a list of names or of nouns that ends in a conjunction soon.
    if reading.bits[index - 1] & NAMED and reading.bits[index + 1] & NAMED:
        return True
    for at in range(index + 1, min(reading.size, index + 5)):
        if reading.lowers[at] in ("and", "or") and at > index + 1:
            return not any(reading.bits[each] & VERBAL for each in range(index + 1, min(reading.size, at + 3)))
        if (
            reading.bits[at] & VERBAL
            or (reading.bits[at] & PUNCTUATION and not reading.bits[at] & COMMA)
            or reading.bits[at] & PREPOSITIONS
        ):
            return False
    return False


def _verb_follows(reading: Reading, index: int) -> bool:
    at = index + 1
    while at < reading.size and reading.bits[at] & ADVERB:
        at += 1
    if reading.bits[at] & (VERBAL | STANCE):
        return True
    if reading.bits[at] & (HE | IT | THEY | WE):
        return True
    if reading.bits[at] & NAMED:
        end = reading.name_end(at)
        while end < reading.size and reading.bits[end] & ADVERB:
            end += 1
        return bool(reading.bits[end] & VERBAL)
    return False


def _is_adjunct(reading: Reading, index: int) -> bool:
    # A phrase that says when or why ("for several months", "for various reasons") is no part of it.
    if not reading.bits[index] & TIME_PREPOSITIONS:
        return False
    for at in range(index + 1, min(reading.size, index + 4)):
        if reading.bits[at] & (TIMES | ADJUNCTS):
            return not _is_ordinal(reading, at)
        if reading.bits[at] & (NAMED | PUNCTUATION | PREPOSITIONS):
            return False
    return False


def _is_ordinal(reading: Reading, at: int) -> bool:
    """Tell "the first cluster" from "the first time"."""
    behind = reading.bits[at + 1]
    return reading.lowers[at] in ("first", "next", "last") and not behind & (TIMES | PUNCTUATION) and behind != 0


def trimmed(reading: Reading, start: int, end: int) -> int:
    """Return where a proposition ends without the signs and small words that trail behind it."""
    if end == start + 1 and reading.bits[start] & DEMONSTRATIVES:
        return end
    while end > start and (
        (reading.bits[end - 1] & PUNCTUATION and reading.texts[end - 1] not in '%”»"€$')
        or (reading.bits[end - 1] & QUOTE and reading.opens_quotation(end - 1))
        or (not reading.bits[end - 1] & NAMED and _trails(reading, end - 1))
    ):
        end -= 1
    return end


def _trails(reading: Reading, index: int) -> bool:
    return bool(reading.bits[index] & (PREPOSITIONS | DETERMINERS | COORDINATORS | TIMES | TRAILING_ADVERBS))


def head_area(reading: Reading, start: int, end: int) -> range:
    """Return the tokens of the proposition's first noun phrase: up to its first preposition, "to", "that" or verb."""
    at = start
    while at < end and not reading.bits[at] & NAMED and (reading.bits[at] & (DETERMINERS | PUNCTUATION)):
        at += 1
    stop = at
    while stop < end and (
        reading.bits[stop] & NAMED or not (reading.bits[stop] & (PREPOSITIONS | RELATIVES | VERBAL | COMMA))
    ):
        stop += 1
    return range(at, stop)
