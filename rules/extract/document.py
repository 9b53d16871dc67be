"""A text read once: sentences, names, cues, quotations and tokens, each with offsets into the text as given."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from rules.extract.gazetteer import Hit, gazetteer
from rules.extract.language import known_language
from rules.extract.names import Name, find_names
from rules.extract.sentences import find_quotations, find_sentences
from rules.extract.wordtable import TOKEN
from rules.lexiconfile import Entry
from rules.text import Span
from rules.vocabulary import Lexicon

T = TypeVar("T")


class Token(NamedTuple):
    """A word, number or single sign; ``lower`` is for look-ups."""

    text: str
    lower: str
    start: int
    end: int


_token = tuple.__new__  # half the cost of Token(...), which is most of the cost of a token


class Mark(NamedTuple):
    """A cue of the lexicon found in the text."""

    start: int
    end: int
    entry: Entry
    role: str


class Document:
    """What every stage reads. Built once per text; tokens are cut only for the sentences that a stage asks for."""

    def __init__(self, text: str, lexicon: Lexicon, *, title: str = "", lang: str | None = None) -> None:
        self.text = text
        self.title = title
        self.lexicon = lexicon
        self.lang = known_language(lang, text, lexicon)
        self.sentences: tuple[Span, ...] = find_sentences(text, lexicon, self.lang)
        hits = gazetteer(lexicon, self.lang).find(text)
        self.names: tuple[Name, ...] = find_names(text, hits, lexicon, self.lang)
        self._marks = _marks_by_table(hits)
        self._sentence_starts = [sentence.start for sentence in self.sentences]
        self._name_starts = [name.start for name in self.names]
        self._tokens: dict[Span, tuple[Token, ...]] = {}
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

    def sentence_at(self, offset: int) -> int:
        """Return the index of the sentence that holds the offset, or of the last one that begins before it."""
        return max(0, bisect_right(self._sentence_starts, offset) - 1)

    def tokens(self, span: Span) -> tuple[Token, ...]:
        """Return the tokens of a sentence (or any span); cut at the first call and kept."""
        tokens = self._tokens.get(span)
        if tokens is None:
            tokens = tuple(
                _token(Token, (word, word.lower(), found.start(), found.end()))
                for found in TOKEN.finditer(self.text, span.start, span.end)
                for word in (found.group(),)
            )
            self._tokens[span] = tokens
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

    def marks_in(self, table: str, start: int, end: int) -> Sequence[Mark]:
        """Return the cues of a table that begin within the span."""
        marks = self._marks.get(table, ())
        return marks[_first(marks, start) : _first(marks, end)] if marks else ()


def _first(marks: Sequence[Mark], start: int) -> int:
    return bisect_left(marks, start, key=lambda mark: mark.start)


def _marks_by_table(hits: Sequence[Hit]) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for start, end, form in hits:
        entry = form.entry
        if entry.layer != "cues":
            continue
        marks = found.get(entry.table)
        if marks is None:
            found[entry.table] = [Mark(start, end, entry, form.role)]
        elif start >= marks[-1].end or (start, end) == marks[-1][:2]:
            marks.append(Mark(start, end, entry, form.role))
    return found
