"""One sentence as the figure stages see it: tokens with the names, cues and clause breaks among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, TypeVar

from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.names import Name
from rules.extract.wordtable import WordTable, table_of
from rules.text import Span
from rules.vocabulary import Lexicon

T = TypeVar("T")


class PlacedName(NamedTuple):
    """A name and the tokens ``first:last`` that it covers."""

    name: Name
    first: int
    last: int


class PlacedMark(NamedTuple):
    """A cue and the tokens ``first:last`` that it covers."""

    mark: Mark
    first: int
    last: int


class SentenceView:
    """A sentence by token index. Cheap to ask again: what is computed once is kept."""

    def __init__(self, document: Document, span: Span) -> None:
        self.document = document
        self.span = span
        self.tokens = document.tokens(span)
        self.words = self.tokens.lowers
        self.starts = self.tokens.starts
        self.end = self.tokens.end
        self.names = [
            PlacedName(name, self.index(name.start), self.index_after(name.end))
            for name in document.names_in(span.start, span.end)
        ]
        self.counted: list[tuple[int, int]] = []  # the phrases of the figures found so far
        self._marks: dict[str, list[PlacedMark]] = {}
        self._derived: dict[str, object] = {}

    @cached_property
    def _crossings(self) -> list[int]:
        """How many clause breaks stand before each token."""
        document, words = self.document, self.words
        breaks = document.lexicon.derive(("clause breaks", document.lang), lambda lex: _breaks(lex, document.lang))
        first = breaks.first_words
        weights = [0] * (len(words) + 1)
        for at, word in enumerate(words):
            if word in _HARD:
                weights[at + 1] = 1
            elif word in first:
                weights[at + 1] = _break_weight(words, at, breaks)
        return list(accumulate(weights))

    def derive(self, key: str, build: Callable[[], T]) -> T:
        """Return ``build()``, computed at the first call for this key: what does not depend on a single number."""
        if key not in self._derived:
            self._derived[key] = build()
        return self._derived[key]  # type: ignore[return-value]

    def without_names(self, first: int, last: int) -> None:
        """Forget names that are part of a number ("29 million U.S. dollars")."""
        self.names = [placed for placed in self.names if not first <= placed.first < last]

    def index(self, offset: int) -> int:
        """Return the index of the token that holds or follows the offset."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def index_after(self, offset: int) -> int:
        """Return the index of the first token that begins at or behind the offset."""
        return bisect_left(self.starts, offset)

    def marks(self, table: str) -> Sequence[PlacedMark]:
        """Return the cues of a table in this sentence."""
        placed = self._marks.get(table)
        if placed is None:
            placed = [
                PlacedMark(mark, self.index(mark.start), self.index_after(mark.end))
                for mark in self.document.marks_in(table, self.span.start, self.span.end)
            ]
            self._marks[table] = placed
        return placed

    def crossings(self, first: int, last: int) -> int:
        """Return how many clause breaks lie among the tokens ``first:last``."""
        return self._crossings[min(last, len(self.words))] - self._crossings[first] if first < last else 0

    def clause(self, at: int) -> tuple[int, int]:
        """Return the tokens ``first:last`` of the clause that token ``at`` stands in."""
        first, last = at, at + 1
        while first > 0 and self._crossings[first] == self._crossings[at]:
            first -= 1
        while last < len(self.words) and self._crossings[last + 1] == self._crossings[at + 1]:
            last += 1
        return first, last

    def text(self, first: int, last: int) -> str:
        """Return the words of the tokens ``first:last`` as they stand in the text."""
        return self.document.text[self.starts[first] : self.end(last - 1)] if first < last else ""


def _breaks(lexicon: Lexicon, lang: str) -> WordTable[str]:
    return table_of(lexicon, "clause_breaks", lang, lambda entry: entry.name)


def closed_class(lexicon: Lexicon, lang: str, name: str) -> WordTable[str]:
    """Return one of the small word classes that the figure stages ask for, built once per lexicon."""
    return lexicon.derive(
        ("closed class", name, lang),
        lambda lex: WordTable(
            (form, entry.name)
            for entry in lex.entries("grammar_of_figures")
            if entry.name == name
            for form in entry.of("forms", lang)
        ),
    )


def ends_phrase(view: SentenceView, at: int) -> bool:
    """Whether the token ends a noun phrase: a preposition, a verb of the commonest, a relative."""
    lang = view.document.lang
    stops = view.document.lexicon.derive(
        ("noun breaks", lang), lambda lex: table_of(lex, "noun_breaks", lang, lambda entry: entry.name)
    )
    return stops.starting(view.words, at) is not None


_HARD = frozenset(";:—–")


def _break_weight(words: Sequence[str], at: int, breaks: WordTable[str]) -> int:
    found = breaks.starting(words, at)
    if found is None:
        return 0
    if found[0] == "always":
        return 1
    return 1 if at and words[at - 1] == "," else 0
