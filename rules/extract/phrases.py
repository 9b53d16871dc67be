"""Where noun phrases begin and end."""

from __future__ import annotations

from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    CAPITAL,
    COORDINATORS,
    DETERMINERS,
    NAMED,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    SUBORDINATORS,
    VERBAL,
)


def phrase_start(reading: Reading, end: int) -> int:
    """Return where the noun phrase that ends at ``end`` begins."""
    at = end
    while at > 0 and end - at < 12:
        index = at - 1
        if not reading.bits[index] & NAMED and (
            reading.bits[index] & (VERBAL | PREPOSITIONS | SUBORDINATORS | COORDINATORS)
            or (reading.bits[index] & PUNCTUATION and reading.lowers[index] not in "’'-")
        ):
            break
        at = index
    return at


def phrase_end(reading: Reading, start: int) -> int:
    """Return where the noun phrase that begins at ``start`` ends, joined names and "of" phrases included."""
    index = start
    while index < reading.size and index - start < 20:
        if not reading.bits[index] & NAMED:
            word = reading.lowers[index]
            joins = (word == "," or reading.bits[index] & COORDINATORS) and _name_follows(reading, index)
            if reading.bits[index] & (VERBAL | RELATIVES | SUBORDINATORS):
                break
            if reading.bits[index] & PREPOSITIONS and word not in ("of", "in", "for"):
                break
            if (
                (reading.bits[index] & PUNCTUATION and word not in "’'-.\"“”") or reading.bits[index] & COORDINATORS
            ) and not joins:
                break
        index += 1
    return index


def _name_follows(reading: Reading, index: int) -> bool:
    at = index + 1
    while reading.bits[at] & (COORDINATORS | DETERMINERS):
        at += 1
    named = reading.bits[at] & (NAMED | CAPITAL)
    return bool(named and (reading.bits[index - 1] & (NAMED | CAPITAL)))
