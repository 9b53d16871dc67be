"""Where the cues of a sentence begin: of attribution, stance and conditions, what is only written alike left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.wordclasses import DETERMINERS, HIS, ITS, NAMED, OUR, POSSESSIVE, RELATIVES, THEIR

_SPEECH_PARTS: Final = frozenset({"say", "report", "tell"})
_OWNERS: Final = DETERMINERS | HIS | ITS | THEIR | OUR
_FEWEST_WITH_OBJECT: Final = 2  # cues: a verb and what is written like one


class Cues:
    """The cues of one sentence by the token that each begins at; the columns are those of its reading."""

    __slots__ = ("bits", "document", "lowers", "sentence", "size", "starts")

    def __init__(
        self, document: Document, sentence: int, starts: Sequence[int], lowers: Sequence[str], bits: Sequence[int]
    ) -> None:
        self.document = document
        self.sentence = sentence
        self.starts = starts
        self.size = len(starts)
        self.lowers = lowers
        self.bits = bits

    def of(self, table: str) -> Iterator[tuple[int, Mark]]:
        """Yield each cue of a table; a form may be of several entries."""
        starts, size = self.starts, self.size
        for mark in self.document.marks_by_sentence(table).get(self.sentence, ()):
            index = bisect_left(starts, mark.start)
            if index < size and starts[index] == mark.start:
                yield index, mark

    def stances(self) -> dict[int, Mark]:
        """Return the verbs and adjectives of stance; the word behind tells which of them "opposed" is."""
        found: dict[int, Mark] = {}
        for index, mark in self.of("stance"):
            if index in found and mark.entry.attributes.get("part") == "adjective":
                behind = self.lowers[bisect_left(self.starts, mark.end)]
                if behind not in mark.entry.texts("takes"):
                    continue
            found[index] = mark
        return found

    def without_objects(self, stances: dict[int, Mark], nouns: dict[int, Mark]) -> dict[int, Mark]:
        """Take what is written like a verb for a noun where a verb has it for its object: "rejects US demands"."""
        if self.document.lang != "en" or len(stances) < _FEWEST_WITH_OBJECT:
            return stances
        for index in nouns.keys() & stances.keys():
            before = index - 1
            while before > 0 and self.bits[before] & NAMED:
                before -= 1
            mark = stances.get(before)
            if mark is not None and mark.role == "forms" and mark.entry.attributes.get("part") == "verb":
                del stances[index]
        return stances

    def sayings(self) -> dict[int, Mark]:
        """Return the cues of attribution, names and nouns that are written alike left out."""
        is_english = self.document.lang == "en"
        return {
            index: mark
            for index, mark in self.of("attribution")
            if not self.bits[index] & NAMED and not (is_english and speaks(mark) and self._is_noun_place(index))
        }

    def _is_noun_place(self, index: int) -> bool:
        # A noun written like a verb ("the reports", "Russia's claims") stands behind an article or a possessive.
        if index == 0:
            return False
        before = self.bits[index - 1]
        return (before & _OWNERS != 0 and not before & RELATIVES) or before & POSSESSIVE != 0

    def conditions(self) -> dict[int, Mark]:
        """Return the cues of conditions, look-alikes left out."""
        found = dict(self.of("conditions"))
        if not found:
            return found
        for shadow in self.document.marks_by_sentence("not conditions").get(self.sentence, ()):
            first, last = bisect_left(self.starts, shadow.start), bisect_left(self.starts, shadow.end)
            for index in range(first - 2, last):
                mark = found.get(index)
                if mark is not None and mark.start < shadow.end and shadow.start < mark.end:
                    del found[index]
        return found


def speaks(mark: Mark) -> bool:
    """Tell whether a cue of attribution is a verb of saying."""
    return mark.entry.attributes.get("part") in _SPEECH_PARTS
