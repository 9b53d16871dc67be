"""Where the cues of a sentence begin: of attribution, stance and conditions, what is only written alike left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rules.extract.gazetteer import Mark
from rules.extract.wordclasses import DETERMINERS, HIS, ITS, NAMED, OUR, POSSESSIVE, RELATIVES, THEIR

if TYPE_CHECKING:
    from rules.extract.reading import Reading

_SPEECH_PARTS: Final = frozenset({"say", "report", "tell"})
_OWNERS: Final = DETERMINERS | HIS | ITS | THEIR | OUR
_FEWEST_WITH_OBJECT: Final = 2  # cues: a verb and what is written like one


def cues_of(reading: Reading, table: str) -> Iterator[tuple[int, Mark]]:
    """Yield each cue of a table with the token that it begins at; a form may be of several entries."""
    starts, size = reading.starts, reading.size
    for mark in reading.document.marks_by_sentence(table).get(reading.index, ()):
        index = bisect_left(starts, mark.start)
        if index < size and starts[index] == mark.start:
            yield index, mark


def stances_of(reading: Reading) -> dict[int, Mark]:
    """Return the verbs and adjectives of stance; what may be either ("opposed") is what the word behind it tells."""
    found: dict[int, Mark] = {}
    for index, mark in cues_of(reading, "stance"):
        if index in found and mark.entry.attributes.get("part") == "adjective":
            behind = reading.lowers[reading.at(mark.end)]
            if behind not in mark.entry.texts("takes"):
                continue
        found[index] = mark
    return found


def without_objects(reading: Reading, stances: dict[int, Mark]) -> dict[int, Mark]:
    """Take what is written like a verb for a noun where a verb has it for its object: "rejects US demands"."""
    if reading.grammar.lang != "en" or len(stances) < _FEWEST_WITH_OBJECT:
        return stances
    for index in reading.nouns.keys() & stances.keys():
        before = index - 1
        while before > 0 and reading.bits[before] & NAMED:
            before -= 1
        mark = stances.get(before)
        if mark is not None and mark.role == "forms" and mark.entry.attributes.get("part") == "verb":
            del stances[index]
    return stances


def sayings_of(reading: Reading) -> dict[int, Mark]:
    """Return the cues of attribution, names and nouns that are written alike left out."""
    is_english = reading.grammar.lang == "en"
    return {
        index: mark
        for index, mark in cues_of(reading, "attribution")
        if not reading.bits[index] & NAMED and not (is_english and speaks(mark) and _is_noun_place(reading, index))
    }


def _is_noun_place(reading: Reading, index: int) -> bool:
    # A noun written like a verb ("the reports", "Russia's claims") stands behind an article or a possessive.
    if index == 0:
        return False
    before = reading.bits[index - 1]
    return (before & _OWNERS != 0 and not before & RELATIVES) or before & POSSESSIVE != 0


def conditions_of(reading: Reading) -> dict[int, Mark]:
    """Return the cues of conditions, look-alikes left out."""
    found = dict(cues_of(reading, "conditions"))
    if not found:
        return found
    for shadow in reading.document.marks_by_sentence("not conditions").get(reading.index, ()):
        for index in range(reading.at(shadow.start) - 2, reading.at(shadow.end)):
            mark = found.get(index)
            if mark is not None and mark.start < shadow.end and shadow.start < mark.end:
                del found[index]
    return found


def speaks(mark: Mark) -> bool:
    """Tell whether a cue of attribution is a verb of saying."""
    return mark.entry.attributes.get("part") in _SPEECH_PARTS
