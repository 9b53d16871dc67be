"""The stretch before a verb, cut into the phrases that may be its subject."""

from __future__ import annotations

from rules.extract.quantifiers import behind_quantifier
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    BLOC,
    CAPITAL,
    COLLECTIVE,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    GERUND,
    NAMED,
    OFFICE,
    PARTICIPLE,
    PREPOSITIONS,
    QUANTITY,
    TIMES,
)


def trailing_conjunction(reading: Reading, start: int, end: int) -> int:
    """Where a conjunction stands right before the verb group, asides between commas left out; else -1."""
    at = end - 1
    while at >= start and (reading.bits[at] & (ADVERB | TIMES | COMMA)) and not reading.bits[at] & NAMED:
        at -= 1
    return at if at >= start and reading.bits[at] & COORDINATORS and not reading.bits[at] & NAMED else -1


def cut_phrases(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """Cut at commas and drop what cannot be a subject: adverbs, prepositional phrases, participles."""
    kept: list[tuple[int, int]] = []
    at = start
    for index in range(start, end + 1):
        if index < end and not reading.bits[index] & COMMA:
            continue
        if at < index and not is_aside(reading, at, index):
            kept.append((at, index))
        at = index + 1
    return kept


def is_aside(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a stretch cannot be a subject: adverbs, a prepositional phrase, a participle."""
    while start < end and (reading.bits[start] & (COORDINATORS | ADVERB | TIMES)):
        if reading.bits[start] & NAMED:
            return False
        start += 1
    if start >= end:
        return True
    if reading.bits[start] & NAMED or behind_quantifier(reading, start) > start:
        return False
    if reading.bits[start] & PREPOSITIONS or reading.lowers[start].isdigit():
        return True
    return bool(
        reading.bits[start] & GERUND or (reading.bits[start] & PARTICIPLE and not reading.bits[start] & CAPITAL)
    )


def lists_names(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a stretch is nothing but names joined by commas and conjunctions."""
    seen = 0
    index = start
    while index < end:
        if reading.bits[index] & NAMED:
            seen += reading.name_at[index].role != "adjectives"
            index = reading.name_end(index)
        elif reading.bits[index] & (COMMA | COORDINATORS | DETERMINERS):
            index += 1
        else:
            return False
    return seen > 1


def last_coordinator(reading: Reading, start: int, end: int) -> int:
    """Return where the last conjunction stands, or -1."""
    for index in range(end - 1, start - 1, -1):
        if reading.bits[index] & COORDINATORS and not reading.bits[index] & NAMED:
            return index
    return -1


def own_clause(reading: Reading, start: int, end: int) -> int:
    """Return where the phrase right before the verb begins: behind the last conjunction unless that joins two nouns."""
    at = last_coordinator(reading, start, end)
    if at < 0:
        return start
    rest = at + 1
    while rest < end and (reading.bits[rest] & (ADVERB | TIMES)):
        rest += 1
    if rest >= end:
        return end
    if at == start or reading.bits[at - 1] & COMMA:
        return rest
    return start if _noun_like(reading, start, at) else rest


def _noun_like(reading: Reading, start: int, end: int) -> bool:
    """Tell whether everything is a name, a title, a determiner or a known head: one noun phrase without a verb."""
    for index in range(start, end):
        if reading.bits[index] & (NAMED | CAPITAL | DETERMINERS):
            continue
        if reading.lowers[index] in (",", "’", "'"):
            continue
        if reading.bits[index] & (OFFICE | COLLECTIVE | BLOC | QUANTITY):
            continue
        if reading.bits[index] & PREPOSITIONS:
            continue
        return False
    return True
