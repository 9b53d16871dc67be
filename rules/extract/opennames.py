"""People and bodies that no list holds: runs of capitalised words."""

from __future__ import annotations

from rules.extract.holder import Holder
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    CAPITAL,
    DETERMINERS,
    HE,
    IT,
    NAME_LINKS,
    OFFICE,
    OUR,
    POSSESSIVE,
    PREPOSITIONS,
    SUBORDINATORS,
    THEY,
    TIMES,
    WE,
)
from rules.model import Confidence


def open_name(reading: Reading, start: int, core_end: int, end: int | None = None) -> tuple[Holder, ...]:
    """Return whom a run of capitalised words names that no list holds: a person or body that only this text knows."""
    end = core_end if end is None else end
    start = _capital_run(reading, start, core_end)
    stop = start
    while stop < core_end and (reading.bits[stop] & CAPITAL or reading.lowers[stop] in ("-", "’", "'", ".", "&")):
        stop += 1
    while stop + 1 < end and reading.bits[stop] & NAME_LINKS and reading.bits[stop + 1] & CAPITAL and stop - start > 0:
        stop += 2
        while stop < end and reading.bits[stop] & CAPITAL:
            stop += 1
    if stop < core_end or stop == start or not _is_proper(reading, start, stop):
        return ()
    text = reading.text(start, stop).rstrip(".")
    return (Holder(text, None, "unknown", start, stop, Confidence.LOW, "a proper name that no list holds"),)


def _capital_run(reading: Reading, start: int, core_end: int) -> int:
    """Return where the capitalised words that close a phrase begin ("Party chief Ilmar Tamm"), its titles left out."""
    at = core_end
    while at > start and (reading.bits[at - 1] & CAPITAL or reading.lowers[at - 1] in ("-", "’", "'", ".", "&")):
        at -= 1
    while at < core_end - 1 and (not reading.bits[at] & CAPITAL or reading.bits[at] & OFFICE):
        at += 1
    return at if at < core_end else start


def _is_proper(reading: Reading, start: int, stop: int) -> bool:
    if reading.bits[stop - 1] & POSSESSIVE:
        return False
    words = [index for index in range(start, stop) if reading.bits[index] & CAPITAL]
    if reading.bits[start] & OUR:
        return False
    if len(words) > 1:
        return True
    word = reading.lowers[start]
    if word.partition("-")[0] in reading.grammar.words("numerals"):
        return False
    plural = word.endswith("s") and not word.endswith("ss")
    closed = reading.bits[start] & (DETERMINERS | TIMES | PREPOSITIONS | SUBORDINATORS | WE | HE | IT | THEY)
    return len(word) > 3 and not plural and not closed and not reading.bits[start] & ADVERB
