"""What a stance is about, and where the noun phrases begin and end that may say it."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.reading import QUOTES, Reading
from rules.extract.wordclasses import (
    AUXILIARIES,
    BE,
    COORDINATORS,
    DAYS,
    DETERMINERS,
    GERUND,
    HE,
    MODALS,
    NAMED,
    NEGATIONS,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    SUBORDINATORS,
    THEY,
    TIMES,
    VERBAL,
    WE,
)

_NO_OPENER: Final = (
    PREPOSITIONS | COORDINATORS | BE | AUXILIARIES | MODALS | NEGATIONS | RELATIVES | SUBORDINATORS | VERBAL | GERUND
)
_CLOSING: Final = PREPOSITIONS | COORDINATORS | SUBORDINATORS | RELATIVES | TIMES


class Complement(NamedTuple):
    """The proposition at ``start:end`` and the frame that found it."""

    start: int
    end: int
    frame: str


def opens_noun_phrase(reading: Reading, at: int) -> bool:
    """Tell whether a noun phrase can begin here."""
    if at >= reading.size:
        return False
    if reading.bits[at] & NAMED:
        return True
    if reading.bits[at] & PUNCTUATION:
        return reading.texts[at] in QUOTES | {"$", "€", "£"} and at + 1 < reading.size
    if reading.bits[at] & DETERMINERS:
        return True
    if reading.bits[at] & TIMES and not modifies(reading, at):
        return False
    if reading.bits[at] & _NO_OPENER:
        return False
    return not reading.bits[at] & (HE | WE | THEY)


def closes_phrase(reading: Reading, at: int) -> bool:
    """Tell whether nothing that belongs to the noun phrase or adjective before stands here."""
    # "a legitimate movement" judges nothing, "legitimate" at the end does.
    return bool(at >= reading.size or reading.bits[at] & (PUNCTUATION | _CLOSING))


def modifies(reading: Reading, at: int) -> bool:
    """Tell "early elections" and "next month's vote" from "welcomed early on"."""
    while reading.bits[at] & TIMES and not reading.bits[at] & POSSESSIVE:
        at += 1
    if at >= reading.size or reading.bits[at] & PUNCTUATION or reading.bits[at - 1] & DAYS:
        return False
    return not (reading.bits[at] & (PREPOSITIONS | DETERMINERS | VERBAL))
