"""Who holds a noun of stance: a possessive, a possessive pronoun, or the agent behind "by"."""

from __future__ import annotations

from rules.extract.holder import Holder, holder_of
from rules.extract.holders import holders_in
from rules.extract.phrases import phrase_end, phrase_start
from rules.extract.reading import Reading
from rules.extract.subjects import points_back
from rules.extract.wordclasses import (
    CAPITAL,
    DETERMINERS,
    HIS,
    ITS,
    NAMED,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    THEIR,
    TIMES,
    VERBAL,
)
from rules.model import Confidence


def possessor(reading: Reading, noun: int, depth: int = 0) -> tuple[tuple[Holder, ...], int]:
    """Return who holds the noun at ``noun`` ("Kofi Annan's call", "its readiness") and where the phrase begins."""
    for at in range(noun - 1, max(-1, noun - 5), -1):
        if reading.bits[at] & NAMED:
            if reading.bits[reading.name_end(at) - 1] & POSSESSIVE:
                start = phrase_start(reading, at + 1)
                return _possessing(reading, start, reading.name_end(at)), start
            return (), noun
        for mask, wanted in ((HIS, "person"), (ITS, "body"), (THEIR, "any")):
            if reading.bits[at] & mask:
                return points_back(reading, at, wanted, depth), at
        if reading.bits[at] & POSSESSIVE:
            start = phrase_start(reading, at + 1)
            return _possessing(reading, start, at + 1), start
        if reading.bits[at] & PUNCTUATION and reading.lowers[at] not in "\"“”’'-":
            return (), noun
        if reading.bits[at] & (PREPOSITIONS | VERBAL | DETERMINERS):
            return (), noun
    return (), noun


def _possessing(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    # The holder of a phrase that ends in a possessive: its last name, else the noun as a group.
    for at in range(end - 1, start - 1, -1):
        name = reading.name_at.get(at)
        if name is not None:
            if name.role == "adjectives":
                break
            holder = holder_of(name, reading.name_start(at), end)
            return (holder,) if holder and at == end - 1 else _headed(reading, start, end)
    return _headed(reading, start, end) or _unlisted(reading, start, end)


def _unlisted(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    # A possessive of a proper name that no list holds ("Mr. Perry's statement").
    if not reading.bits[end - 1] & CAPITAL or start == 0 or end - start > 3:
        return ()
    name = reading.texts[end - 1].removesuffix("'s").removesuffix("’s")
    if len(name) < 4 or reading.bits[end - 1] & TIMES:
        return ()
    return (Holder(name, None, "unknown", end - 1, end, Confidence.LOW, "a proper name that no list holds"),)


def _headed(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    word = reading.lowers[end - 1].removesuffix("'s").removesuffix("’s")
    for at in range(end - 1, start - 1, -1):
        name = reading.name_at.get(at)
        if name and word in reading.grammar.head("office"):
            holder = holder_of(name, at, end, "office of a named body")
            return (holder,) if holder else ()
    return ()


def agent(reading: Reading, by: int) -> tuple[Holder, ...]:
    """Return who stands behind "by" at ``by``."""
    return holders_in(reading, by + 1, phrase_end(reading, by + 1))
