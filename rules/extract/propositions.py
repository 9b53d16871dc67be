"""What a stance is on, in the text's own words: what it points back to, what a container holds, what is refused."""

from __future__ import annotations

from typing import Final

from rules.extract.phrases import phrase_start
from rules.extract.reading import Reading, read_sentence
from rules.extract.stand import Stand, points_back
from rules.extract.wordclasses import (
    CONTAINERS,
    NAMED,
    NEGATIONS,
    ON_WHAT,
    OPENERS_OF_CONTENT,
    POLICY,
    PREPOSITIONS,
    VERBAL,
    VOTES,
)
from rules.model import Position

_NO_LONGER: Final = frozenset({"mehr", "länger"})
_TO_VOTE: Final = 5  # tokens before the noun: "in the final vote on"


def proposition_of(reading: Reading, stand: Stand, earlier: list[Position]) -> str | None:
    """Return what a stance is on, in the text's words; None where it points back to nothing that is known."""
    start, end, frame = stand.about
    if frame == "end":
        return _last(earlier, reading) or (None if "," in stand.reason else reading.text(stand.start, stand.end))
    if frame == "refused":
        return _without_negation(reading, start, end)
    start, end = _unwrapped(reading, start, end)
    if points_back(reading, start, end):
        return _last(earlier, reading) or _topic(reading, stand.start)
    return reading.text(start, end).strip("\"“”„«»' ") or None


def _topic(reading: Reading, before: int) -> str | None:
    """Return the policy named last before a word that stands for it, in its sentence or the one before."""
    for at in range(before - 1, -1, -1):
        if reading.bits[at] & (POLICY | NAMED) == POLICY:
            return reading.text(phrase_start(reading, at + 1), at + 1)
    if before == reading.size or not reading.index:
        return None
    earlier = read_sentence(reading.document, reading.index - 1)
    return _topic(earlier, earlier.size)


def _last(earlier: list[Position], reading: Reading) -> str | None:
    # The proposition said last, not more than a few sentences ago.
    if not earlier:
        return None
    last = earlier[-1]
    return last.proposition if reading.index - reading.document.sentence_at(last.start) <= 3 else None


def _without_negation(reading: Reading, start: int, end: int) -> str:
    # Whoever "will das Abkommen nicht verlängern" is against "das Abkommen verlängern".
    at = next((at for at in range(start, end) if reading.bits[at] & NEGATIONS), end)
    behind = at + 1 + (reading.lowers[at + 1] in _NO_LONGER)
    return " ".join(part for part in (reading.text(start, at), reading.text(behind, end)) if part)


def _unwrapped(reading: Reading, start: int, end: int) -> tuple[int, int]:
    # "the idea of a tax" and "calls by Lavrov for talks" are about the tax and the talks, a vote is about its motion.
    at = start
    for index in range(start, min(end - 2, start + _TO_VOTE)):
        if reading.bits[index] & VOTES and reading.bits[index + 1] & ON_WHAT and not reading.bits[index] & NAMED:
            return index + 2, end
    while at < end and at - start < 8:
        if not reading.bits[at] & NAMED and reading.bits[at] & CONTAINERS:
            break
        if not reading.bits[at] & NAMED and (reading.bits[at] & (PREPOSITIONS | VERBAL)):
            return start, end
        at += 1
    else:
        return start, end
    for inner in range(at + 1, min(end, at + 14)):
        if not reading.bits[inner] & NAMED and reading.bits[inner] & OPENERS_OF_CONTENT:
            return (inner + 1, end) if inner + 1 < end else (start, end)
        if not (reading.bits[inner] & (PREPOSITIONS | NAMED) or inner > at + 1):
            return start, end
    return start, end
