"""A text read once: sentences, names, cues, quotations and tokens, each with offsets into the text as given."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from rules.extract.gazetteer import Mark, gazetteer
from rules.extract.grammar import grammar
from rules.extract.language import known_language
from rules.extract.names import Name, find_names
from rules.extract.sentences import find_quotations, find_sentences
from rules.extract.tokens import Tokens
from rules.text import Span
from rules.vocabulary import Lexicon

T = TypeVar("T")


class Document:
    """What every stage reads. Built once per text; tokens are cut only for the sentences that a stage asks for."""

    def __init__(self, text: str, lexicon: Lexicon, *, title: str = "", lang: str | None = None) -> None:
        self.text = text
        self.title = title
        self.lexicon = lexicon
        self.lang = known_language(lang, text, lexicon)
        self.grammar = grammar(lexicon, self.lang)
        self.sentences: tuple[Span, ...] = find_sentences(text, lexicon, self.lang)
        hits = gazetteer(lexicon, self.lang).find(text)
        self.names: tuple[Name, ...] = find_names(text, hits, lexicon)
        self._marks = hits.marks
        self._mark_starts: dict[str, list[int]] = {}
        self._marks_of: dict[str, dict[int, list[Mark]]] = {}
        self._sentence_starts = [sentence.start for sentence in self.sentences]
        self._name_starts = [name.start for name in self.names]
        self._tokens: dict[Span, Tokens] = {}
        self._quotations: tuple[Span, ...] | None = None
        self._derived: dict[object, object] = {}

    @property
    def quotations(self) -> tuple[Span, ...]:
        """What stands between quotation marks, the marks excluded."""
        if self._quotations is None:
            self._quotations = find_quotations(self.text)
        return self._quotations

    def derive(self, key: object, build: Callable[[], T]) -> T:
        """Return ``build()``, computed at the first call for this key: here stages share what they read."""
        if key not in self._derived:
            self._derived[key] = build()
        return self._derived[key]  # type: ignore[return-value]

    def forget(self) -> None:
        """Drop what stages share: a document and its readings hold one another, and would wait for the collector."""
        self._derived.clear()

    def quotation_at(self, offset: int) -> Span | None:
        """Return the quotation that holds the offset, or None."""
        before = bisect_right(self.quotations, offset, key=_begin) - 1
        if before < 0 or offset >= self.quotations[before].end:
            return None
        return self.quotations[before]

    def sentence_at(self, offset: int) -> int:
        """Return the index of the sentence that holds the offset, or of the last one that begins before it."""
        return max(0, bisect_right(self._sentence_starts, offset) - 1)

    def tokens(self, span: Span) -> Tokens:
        """Return the tokens of a sentence (or any span); cut at the first call and kept."""
        tokens = self._tokens.get(span)
        if tokens is None:
            tokens = self._tokens[span] = Tokens(self.text, span, self.grammar.word_bits)
        return tokens

    def names_in(self, start: int, end: int) -> tuple[Name, ...]:
        """Return the names that begin within the span, in reading order."""
        return self.names[bisect_left(self._name_starts, start) : bisect_left(self._name_starts, end)]

    def names_before(self, offset: int) -> Iterator[Name]:
        """Yield the names that begin before the offset, the nearest first."""
        for index in range(bisect_left(self._name_starts, offset) - 1, -1, -1):
            yield self.names[index]

    def marks(self, table: str) -> Sequence[Mark]:
        """Return every cue of a table, in reading order; where cues overlap the longest wins."""
        return self._marks.get(table, ())

    def sentences_with(self, *tables: str) -> list[int]:
        """Return the indexes of the sentences that hold a cue of any of the tables, ascending."""
        return sorted({index for table in tables for index in self.marks_by_sentence(table)})

    def marks_by_sentence(self, table: str) -> Mapping[int, Sequence[Mark]]:
        """Return the cues of a table by the index of their sentence, in reading order."""
        found = self._marks_of.get(table)
        if found is None:
            found = self._marks_of[table] = {}
            for mark in self.marks(table):
                found.setdefault(self.sentence_at(mark.start), []).append(mark)
        return found

    def marks_in(self, table: str, start: int, end: int) -> Sequence[Mark]:
        """Return the cues of a table that begin within the span."""
        marks = self._marks.get(table)
        if marks is None:
            return ()
        starts = self._mark_starts.get(table)
        if starts is None:
            starts = self._mark_starts[table] = [mark.start for mark in marks]
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        return marks[first:last] if first < last else ()


def _begin(span: Span) -> int:
    return span.start
