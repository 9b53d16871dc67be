"""Stances in the passive: "the plan was backed by Russia"."""

from __future__ import annotations

from typing import Final

from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.gazetteer import Mark
from rules.extract.phrases import phrase_end, phrase_start
from rules.extract.possession import agent
from rules.extract.reading import Reading
from rules.extract.stand import Stand, about_something, signed
from rules.extract.verbs import clause_before
from rules.extract.wordclasses import (
    ADVERB,
    AGENTS,
    BREAK,
    COMMA,
    COORDINATORS,
    GERUND,
    NAMED,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    TIMES,
    VERBAL,
)
from rules.model import Confidence

_AGENT_REACH: Final = 7  # tokens between a participle and its "by"


def agent_at(reading: Reading, after: int) -> int:
    """Return where the "by" of a passive stands, or -1."""
    for at in range(after, min(reading.size, after + _AGENT_REACH)):
        if reading.bits[at] & AGENTS and not reading.bits[at + 1] & GERUND and not reading.bits[at + 1] & TIMES:
            return at
        if reading.bits[at] & (VERBAL | PUNCTUATION | NAMED):
            return -1
        if at == after and not (reading.bits[at] & (ADVERB | PREPOSITIONS | TIMES)):
            return -1
    return -1


def passive_stand(reading: Reading, index: int, mark: Mark, group: Group, by: int) -> Stand | None:
    """Return the stance of a participle with its agent, or None where nothing is told of anything."""
    holders = agent(reading, by)
    about = _passive_subject(reading, index, group)
    if about is None or not about_something(reading, mark.entry, about):
        return None
    stance = signed(reading, mark.entry, group)
    if stance is None:
        return None
    end = phrase_end(reading, by + 1)
    weak = Confidence.MEDIUM if mark.entry.text("weak") is None else Confidence.LOW
    return Stand(index, stance, holders, about, about.start, max(end, about.end), weak, "passive with its agent", group)


def _passive_subject(reading: Reading, index: int, group: Group) -> Complement | None:
    end = group.start
    if end > 0 and reading.bits[end - 1] & RELATIVES:
        end -= 1
        while end > 0 and reading.bits[end - 1] & COMMA:
            end -= 1
        start = phrase_start(reading, end)
        while start > 1 and _links(reading, start - 1) and not reading.bits[start - 2] & BREAK:
            start = phrase_start(reading, start - 1)
    elif group.start < index and group.passive:
        clause = clause_before(reading, end)
        start = clause.start
        start = _without_opening(reading, start, end)
    else:
        start = phrase_start(reading, end)
    return Complement(start, end, "subject") if start < end else None


def _links(reading: Reading, at: int) -> bool:
    # "a proposal on health care": a preposition within the noun phrase, not one that a verb governs.
    return bool(reading.bits[at] & PREPOSITIONS and reading.lowers[at] not in ("with", "by", "to", "into", "from"))


def _without_opening(reading: Reading, start: int, end: int) -> int:
    # "By contrast, the pledge was welcomed by ...": the phrase before the comma is no part of what was welcomed.
    while start < end and (reading.bits[start] & (COORDINATORS | COMMA)):
        start += 1
    if start < end and (reading.bits[start] & (PREPOSITIONS | ADVERB)):
        comma = next((at for at in range(start, end) if reading.bits[at] & COMMA), -1)
        return comma + 1 if 0 <= comma < end - 1 else start
    return start
