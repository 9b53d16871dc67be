"""Who says what: the attributions within a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rules.extract.document import Document, Mark
from rules.extract.holders import Holder
from rules.extract.phrases import phrase_end, phrase_start
from rules.extract.reading import QUOTES, Reading, is_prose, read_sentence
from rules.extract.sources import Relation, Source, SourceKind, outlet_at, source_in
from rules.extract.subjects import before_relative, pronoun_holders, subjects
from rules.extract.verbs import clause_before, verb_group
from rules.extract.windows import window_relations
from rules.text import Span
from rules.vocabulary import Lexicon

_REACH: Final = 18  # tokens of a source behind its cue
_NEAR: Final = 12  # attributions looked at before an offset


class Attribution(NamedTuple):
    """A source named at ``start:end``; what lies within ``scope_start:scope_end`` is said by it.

    ``source`` is canonical where it is known, else in the text's words; ``anonymous`` tells that nobody is named.
    """

    start: int
    end: int
    source: str
    scope_start: int
    scope_end: int
    anonymous: bool = False
    holder: Holder | None = None


def attributions(document: Document, lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Return the attributions of a text in the order of what they cover."""
    del lexicon  # the document holds the lexicon it was read with
    return document.derive("attributions", lambda: tuple(sorted(_all(document), key=lambda each: each.scope_start)))


def nearest(sources: Sequence[Attribution], offset: int) -> str | None:
    """Return the source of the narrowest attribution that covers the offset, or None."""
    last = bisect_right(sources, offset, key=lambda each: each.scope_start)
    covering = [each for each in sources[max(0, last - _NEAR) : last] if offset < each.scope_end]
    return min(covering, key=lambda each: each.scope_end - each.scope_start).source if covering else None


def speaker_at(sources: Sequence[Attribution], offset: int) -> Holder | None:
    """Return the named speaker of what stands at the offset, or None."""
    last = bisect_right(sources, offset, key=lambda each: each.scope_start)
    for each in reversed(sources[max(0, last - _NEAR) : last]):
        if offset < each.scope_end and each.holder is not None and not each.anonymous:
            return each.holder
    return None


def sentences_with_attribution(document: Document) -> list[int]:
    """Return the indexes of the sentences that hold a cue of attribution."""
    found = {document.sentence_at(mark.start) for mark in document.marks("attribution")}
    return sorted(index for index in found if is_prose(document, index))


def relations(reading: Reading) -> list[Relation]:
    """Return who is attributed what in a sentence, in reading order."""
    read = window_relations if reading.grammar.words("free order") else _relations
    return reading.document.derive(("relations", reading.index), lambda: list(read(reading)))


def _relations(reading: Reading) -> Iterator[Relation]:
    for index, mark in sorted(reading.sayings.items()):
        part = mark.entry.text("part")
        if part in ("say", "report"):
            yield from _spoken(reading, index, mark, str(part))
        elif part == "tell":
            yield from _told(reading, index, mark)
        else:
            source = _behind(reading, reading.at(mark.end), prefers_outlet=part == "by")
            if source is not None:
                yield Relation(str(part), index, source)
                yield from _through(reading, index, source)


def _through(reading: Reading, index: int, source: Source) -> Iterator[Relation]:
    # "reported by the paper from EU diplomats": an unnamed source right behind an outlet is one step further in.
    at = source.end
    if source.kind is SourceKind.OUTLET and reading.is_("prepositions", at):
        inner = source_in(reading, at + 1, phrase_end(reading, at + 1))
        if inner is not None and inner.kind is SourceKind.ANONYMOUS:
            yield Relation("cite", index, inner)


def _spoken(reading: Reading, index: int, mark: Mark, part: str) -> Iterator[Relation]:
    after = reading.at(mark.end)
    if reading.is_gerund(index) and verb_group(reading, index).start == index:
        return  # ", adding that": still the same source
    source = _inverted(reading, index, after) or _subject(reading, index, after)
    if source is not None:
        yield Relation(part, index, source)


def _told(reading: Reading, index: int, mark: Mark) -> Iterator[Relation]:
    after = reading.at(mark.end)
    outlet = outlet_at(reading, after, _object_end(reading, after))
    source = _subject(reading, index, after)
    if source is not None or outlet is not None:
        yield Relation("tell", index, source, outlet)


def _object_end(reading: Reading, start: int) -> int:
    # The addressee ends at a comma, a verb or "that".
    index = start
    while index < len(reading) and index - start < 10:
        if index not in reading.name_at and (
            reading.is_verbal(index) or reading.is_("relatives", index) or reading.word(index) in (",", ".", ":", ";")
        ):
            break
        index += 1
    return index


def _behind(reading: Reading, after: int, *, prefers_outlet: bool) -> Source | None:
    end = min(phrase_end(reading, after), after + _REACH)
    if prefers_outlet:  # "reported by a journalist at the paper"
        outlet = outlet_at(reading, after, _inverted_end(reading, after))
        if outlet is not None:
            return outlet
    return source_in(reading, after, end)


def _inverted(reading: Reading, index: int, after: int) -> Source | None:
    # "...", said the minister: the verb follows a quotation mark or a comma and its subject follows the verb.
    before = verb_group(reading, index).start - 1
    if before < 0:
        return None
    opened = reading.tokens[before].text in QUOTES or reading.word(before) in (",", "—", "–", "-")
    if not opened or after >= len(reading) or reading.word(after) in (",", ".", ":") or reading.is_("relatives", after):
        return None
    found = pronoun_holders(reading, after)
    if found:
        return Source(found[0].name, SourceKind.NAMED, after, after + 1, found[0])
    if reading.is_("prepositions", after) or reading.is_time(after) or reading.is_("subordinators", after):
        return None
    end = _inverted_end(reading, after)
    return source_in(reading, after, end)


def _inverted_end(reading: Reading, start: int) -> int:
    index = start
    while index < len(reading) and index - start < _REACH:
        if index not in reading.name_at and (
            reading.word(index) in (",", ".", ":", ";") or reading.tokens[index].text in QUOTES
            or reading.is_verbal(index) or reading.is_("relatives", index)
        ):  # fmt: skip
            break
        index += 1
    return index


def _subject(reading: Reading, index: int, after: int) -> Source | None:
    group = verb_group(reading, index)
    if group.passive and reading.is_participle(index):
        return None
    clause = clause_before(reading, group.start)
    if reading.word(clause.end - 1) == "," and clause.boundary >= 0:
        clause = before_relative(reading, clause.boundary) or clause
    start, end = clause.start, clause.end
    if start < end:
        if reading.is_("they", end - 1):
            return _they(reading, end - 1)
        found = pronoun_holders(reading, end - 1)
        if found is not None:
            return Source(found[0].name, SourceKind.NAMED, end - 1, end, found[0]) if found else None
    if end > start and reading.word(end - 1) == ",":
        return _apposed(reading, start, end - 1)
    commas = [at for at in range(start, end) if reading.word(at) == ","]
    if commas:
        found_source = source_in(reading, commas[-1] + 1, end)
        if found_source is not None:
            return found_source
    source = source_in(reading, _phrase_before(reading, start, end), end)
    if source is not None:
        return source
    if clause.boundary > 0 and reading.is_("relatives", clause.boundary):  # "A lobbyist who spoke in private said"
        before = clause.boundary
        source = source_in(reading, phrase_start(reading, before), before)
        if source is not None:
            return source
    holders = subjects(reading, index)
    return Source(holders[0].name, SourceKind.NAMED, holders[0].start, holders[0].end, holders[0]) if holders else None


def _they(reading: Reading, at: int) -> Source | None:
    # "they stressed": the unnamed sources of the sentence before, else whoever the pronoun points to.
    if reading.index:
        for relation in relations(read_sentence(reading.document, reading.index - 1)):
            if relation.source is not None and relation.source.kind is SourceKind.ANONYMOUS:
                return relation.source._replace(start=at, end=at + 1)
    found = pronoun_holders(reading, at)
    return Source(found[0].name, SourceKind.NAMED, at, at + 1, found[0]) if found else None


def _apposed(reading: Reading, start: int, end: int) -> Source | None:
    # "Peter Carr, a spokesman for the office, told": the source stands before the first comma.
    at = start
    pieces: list[tuple[int, int]] = []
    for index in range(start, end + 1):
        if index == end or reading.word(index) == ",":
            if at < index:
                pieces.append((at, index))
            at = index + 1
    for piece in pieces:
        source = source_in(reading, *piece)
        if source is not None and not reading.is_("prepositions", piece[0]):
            return source
    return None


def _phrase_before(reading: Reading, start: int, end: int) -> int:
    """Skip what opens a clause before its subject: adverbs, conjunctions, a prepositional phrase with its comma."""
    for index in range(start, end):
        if reading.word(index) == "," and (reading.is_("prepositions", start) or reading.is_adverb(start)):
            return _phrase_before(reading, index + 1, end)
    return start


# --- attributions with what they cover


def _all(document: Document) -> Iterator[Attribution]:
    for index in sentences_with_attribution(document):
        reading = read_sentence(document, index)
        for relation in relations(reading):
            source = relation.source
            if source is None or source.start < 0:
                continue
            scope = _scope(reading, relation)
            yield Attribution(
                reading.tokens[source.start].start,
                reading.tokens[source.end - 1].end,
                source.name,
                scope.start,
                scope.end,
                source.kind is SourceKind.ANONYMOUS,
                source.holder,
            )


def _scope(reading: Reading, relation: Relation) -> Span:
    # What a source says: the rest of the sentence behind a verb of saying, all of it before one, else the sentence.
    span = reading.span
    tokens = reading.tokens
    cue = relation.cue
    source = relation.source
    first = min(cue, source.start) if source else cue
    start = span.start
    if relation.part in ("say", "report", "tell") and first > 0 and not _closes_sentence(reading, cue, source):
        clause = clause_before(reading, first)
        if clause.boundary >= 0 and reading.word(clause.boundary) != ",":
            start = tokens[first].start
    start = _quotation_start(reading.document, start)
    return Span(start, span.end)


def _closes_sentence(reading: Reading, cue: int, source: Source | None) -> bool:
    # The attribution comes last ("..., the minister said on Monday.").
    last = max(cue, source.end - 1 if source else cue)
    return all(
        reading.is_punctuation(at) or reading.is_time(at) or reading.is_("prepositions", at) or reading.is_adverb(at)
        for at in range(last + 1, min(len(reading), last + 6))
    )


def _quotation_start(document: Document, start: int) -> int:
    # A quotation that reaches into the sentence from before is said by the same source.
    quotations = document.quotations
    at = bisect_right(quotations, start, key=lambda span: span.start) - 1
    if at >= 0 and quotations[at].start < start < quotations[at].end:
        return quotations[at].start
    return start
