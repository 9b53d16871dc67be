"""Who says what: the attributions within a text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rules.extract.document import Document
from rules.extract.holder import Holder
from rules.extract.reading import Reading, read_sentence
from rules.extract.relations import relations, sentences_with_attribution
from rules.extract.sources import Relation, Source, SourceKind
from rules.extract.verbs import clause_before
from rules.extract.wordclasses import (
    ADVERB,
    COMMA,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    TIMES,
)
from rules.text import Span


class Attribution(NamedTuple):
    """A source named at ``start:end``; what lies within ``scope_start:scope_end`` is said by it.

    ``source`` is canonical where it is known, else in the text's words; ``anonymous`` tells that nobody is named.
    ``voice`` is who answers for it, None where that is nobody in particular: a person stands for whom he speaks for.
    """

    start: int
    end: int
    source: str
    scope_start: int
    scope_end: int
    anonymous: bool = False
    holder: Holder | None = None
    voice: str | None = None


class Attributions:
    """Who says what in a text. A sentence is read when something in it, or in a quotation with it, is asked about."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sentences = sentences_with_attribution(document)

    def all(self) -> tuple[Attribution, ...]:
        """Return the attributions of the whole text in the order of what they cover."""
        found = (each for index in self._sentences for each in _attributions(self._document, index))
        return tuple(sorted(found, key=_scope_start))

    def at(self, offset: int) -> Attribution | None:
        """Return the narrowest attribution that covers the offset, or None."""
        return min(self._covering(offset), key=lambda each: each.scope_end - each.scope_start, default=None)

    def speaker_at(self, offset: int) -> Holder | None:
        """Return the named speaker of what stands at the offset, or None."""
        for each in reversed(self._covering(offset)):
            if each.holder is not None and not each.anonymous:
                return each.holder
        return None

    def source_begins(self, start: int, end: int) -> bool:
        """Tell whether the phrase at ``start:end`` is who says something, its determiners and numerals left out."""
        index = self._document.sentence_at(start)
        at = bisect_left(self._sentences, index)
        if at == len(self._sentences) or self._sentences[at] != index:
            return False
        return any(start <= each.start < end for each in _attributions(self._document, index))

    def source_ends(self, end: int) -> bool:
        """Tell whether a source's name ends right at the offset."""
        return any(each.end == end for each in _attributions(self._document, self._document.sentence_at(end - 1)))

    def _covering(self, offset: int) -> list[Attribution]:
        """Return what covers the offset, by its beginning: said in its sentence, or where its quotation goes on."""
        document = self._document
        here = document.sentence_at(offset)
        quotation = document.quotation_at(offset)
        last = document.sentence_at(quotation.end - 1) if quotation else here
        first, behind = bisect_left(self._sentences, here), bisect_right(self._sentences, last)
        found = [
            each
            for index in self._sentences[first:behind]
            for each in _attributions(document, index)
            if each.scope_start <= offset < each.scope_end
        ]
        return sorted(found, key=_scope_start) if len(found) > 1 else found


def _scope_start(attribution: Attribution) -> int:
    return attribution.scope_start


def _attributions(document: Document, index: int) -> tuple[Attribution, ...]:
    return document.derive(("attributions", index), lambda: tuple(_of_sentence(read_sentence(document, index))))


def _of_sentence(reading: Reading) -> Iterator[Attribution]:
    for relation in relations(reading):
        source = relation.source
        if source is None or source.start < 0:
            continue
        scope = _scope(reading, relation)
        yield Attribution(
            reading.starts[source.start],
            reading.end(source.end - 1),
            source.name,
            scope.start,
            scope.end,
            source.kind is SourceKind.ANONYMOUS,
            source.holder,
            _voice(source),
        )


def _voice(source: Source) -> str | None:
    if source.kind is SourceKind.OUTLET or (source.kind is SourceKind.NAMED and source.holder is None):
        return source.name
    if source.kind is SourceKind.NAMED and source.holder is not None and source.holder.kind != "group":
        return source.holder.affiliation or source.name
    return None


def _scope(reading: Reading, relation: Relation) -> Span:
    # What a source says: the rest of the sentence behind a verb of saying, all of it before one, else the sentence.
    span = reading.span
    cue = relation.cue
    source = relation.source
    first = min(cue, source.start) if source else cue
    start = span.start
    if relation.part in ("say", "report", "tell") and first > 0 and not _closes_sentence(reading, cue, source):
        clause = clause_before(reading, first)
        closes = reading.bits[clause.boundary] & QUOTE and reading.bits[clause.boundary - 1] & COMMA
        if clause.boundary >= 0 and not closes and not reading.bits[clause.boundary] & COMMA:
            start = reading.starts[first]
    start = _quotation_start(reading.document, start)
    return Span(start, span.end)


def _closes_sentence(reading: Reading, cue: int, source: Source | None) -> bool:
    # The attribution comes last ("..., the minister said on Monday.").
    last = max(cue, source.end - 1 if source else cue)
    return all(
        reading.bits[at] & (PUNCTUATION | TIMES | PREPOSITIONS | ADVERB)
        for at in range(last + 1, min(reading.size, last + 6))
    )


def _quotation_start(document: Document, start: int) -> int:
    # A quotation that reaches into the sentence from before is said by the same source.
    quotation = document.quotation_at(start)
    return quotation.start if quotation else start
