"""Where noun phrases begin and end."""

from __future__ import annotations

from rules.extract.reading import Reading


def phrase_start(reading: Reading, end: int) -> int:
    """Return where the noun phrase that ends at ``end`` begins."""
    at = end
    while at > 0 and end - at < 12:
        index = at - 1
        if index not in reading.name_at and (
            reading.is_verbal(index)
            or reading.is_("prepositions", index)
            or reading.is_("subordinators", index)
            or reading.is_("coordinators", index)
            or (reading.is_punctuation(index) and reading.word(index) not in "’'-")
        ):
            break
        at = index
    return at


def phrase_end(reading: Reading, start: int) -> int:
    """Return where the noun phrase that begins at ``start`` ends, joined names and "of" phrases included."""
    index = start
    while index < len(reading) and index - start < 20:
        if index not in reading.name_at:
            word = reading.word(index)
            joins = (word == "," or reading.is_("coordinators", index)) and _name_follows(reading, index)
            if reading.is_verbal(index) or reading.is_("relatives", index) or reading.is_("subordinators", index):
                break
            if reading.is_("prepositions", index) and word not in ("of", "in", "for"):
                break
            if (
                (reading.is_punctuation(index) and word not in "’'-.\"“”") or reading.is_("coordinators", index)
            ) and not joins:
                break
        index += 1
    return index


def _name_follows(reading: Reading, index: int) -> bool:
    at = index + 1
    while reading.is_("coordinators", at) or reading.is_("determiners", at):
        at += 1
    named = at in reading.name_at or reading.is_capital(at)
    return named and (index - 1 in reading.name_at or reading.is_capital(index - 1))
