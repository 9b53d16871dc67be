"""Who is attributed what in a sentence: cue by cue, the source that stands before, behind or around it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.phrases import phrase_end, phrase_start
from rules.extract.reading import Reading, is_prose, read_sentence
from rules.extract.segments import is_aside
from rules.extract.sources import Relation, Source, SourceKind, outlet_at, source_in
from rules.extract.subjects import before_relative, pronoun_holders, subjects
from rules.extract.verbs import clause_before, verb_group
from rules.extract.windows import window_relations
from rules.extract.wordclasses import (
    ADVERB,
    CAPITAL,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    GERUND,
    MEDIA,
    NAMED,
    PARTICIPLE,
    PREPOSITIONS,
    QUOTE,
    RELATIVES,
    SUBORDINATORS,
    THEY,
    TIMES,
    VERBAL,
)

_REACH: Final = 18  # tokens of a source behind its cue
_OFFICE: Final = 5  # tokens of an office or a group without a name: "the governor of the province"


def sentences_with_attribution(document: Document) -> list[int]:
    """Return the indexes of the sentences that hold a cue of attribution."""
    return document.derive(
        "sentences with attribution",
        lambda: [index for index in document.sentences_with("attribution") if is_prose(document, index)],
    )


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
    if source.kind is SourceKind.OUTLET and reading.bits[at] & PREPOSITIONS:
        inner = source_in(reading, at + 1, phrase_end(reading, at + 1))
        if inner is not None and inner.kind is SourceKind.ANONYMOUS:
            yield Relation("cite", index, inner)


def _spoken(reading: Reading, index: int, mark: Mark, part: str) -> Iterator[Relation]:
    after = reading.at(mark.end)
    if reading.bits[index] & GERUND and verb_group(reading, index).start == index:
        return  # ", adding that": still the same source
    source = _inverted(reading, index, after) or _subject(reading, index)
    if source is not None:
        yield Relation(part, index, source)
    quoted = _quoted(reading, after) if part == "report" else None
    if quoted is not None:
        yield Relation("cite", index, quoted)


def _quoted(reading: Reading, after: int) -> Source | None:
    # "quoted the foreign minister, Abbas Araghchi, as saying": whom an outlet lets speak.
    for at in range(after, min(reading.size, after + _REACH)):
        if reading.lowers[at] == "as" and reading.lowers[at + 1] in ("saying", "telling", "stating"):
            return _apposed(reading, after, at)
        if reading.bits[at] & (QUOTE | RELATIVES):
            return None
    return None


def _told(reading: Reading, index: int, mark: Mark) -> Iterator[Relation]:
    after = reading.at(mark.end)
    outlet = outlet_at(reading, after, _object_end(reading, after))
    source = _subject(reading, index)
    if source is not None or outlet is not None:
        yield Relation("tell", index, source, outlet)


def _object_end(reading: Reading, start: int) -> int:
    # The addressee ends at a comma, a verb or "that".
    index = start
    while index < reading.size and index - start < 10:
        if not reading.bits[index] & NAMED and (
            reading.bits[index] & (VERBAL | RELATIVES) or reading.lowers[index] in (",", ".", ":", ";")
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
    opened = reading.bits[before] & QUOTE or reading.lowers[before] in (",", "—", "–", "-")
    if (
        not opened
        or after >= reading.size
        or reading.lowers[after] in (",", ".", ":")
        or reading.bits[after] & RELATIVES
    ):
        return None
    found = pronoun_holders(reading, after)
    if found:
        return Source(found[0].name, SourceKind.NAMED, after, after + 1, found[0])
    if reading.bits[after] & (PREPOSITIONS | TIMES | SUBORDINATORS):
        return None
    end = _inverted_end(reading, after)
    return source_in(reading, after, end)


def _inverted_end(reading: Reading, start: int) -> int:
    index = start
    while index < reading.size and index - start < _REACH:
        if not reading.bits[index] & NAMED and (
            reading.lowers[index] in (",", ".", ":", ";")
            or reading.bits[index] & (QUOTE | VERBAL | RELATIVES | SUBORDINATORS)
        ):  # fmt: skip
            break
        index += 1
    return index


def _subject(reading: Reading, index: int) -> Source | None:
    group = verb_group(reading, index)
    if group.passive and reading.bits[index] & PARTICIPLE:
        return None
    clause = clause_before(reading, group.start)
    if reading.bits[clause.end - 1] & COMMA and clause.boundary >= 0:
        clause = before_relative(reading, clause.boundary) or clause
    start, end = clause.start, clause.end
    if start < end:
        if reading.bits[end - 1] & THEY:
            return _they(reading, end - 1)
        found = pronoun_holders(reading, end - 1)
        if found is not None:
            return Source(found[0].name, SourceKind.NAMED, end - 1, end, found[0]) if found else None
    if end > start and reading.bits[end - 1] & COMMA:
        return _apposed(reading, start, end - 1)
    source = _behind_comma(reading, start, end) or source_in(reading, _phrase_before(reading, start, end), end)
    if source is not None:
        return source
    if clause.boundary > 0 and reading.bits[clause.boundary] & RELATIVES:  # "A lobbyist who spoke in private said"
        before = clause.boundary
        source = source_in(reading, phrase_start(reading, before), before)
        if source is not None:
            return source
    holders = subjects(reading, index)
    return Source(holders[0].name, SourceKind.NAMED, holders[0].start, holders[0].end, holders[0]) if holders else None


def _behind_comma(reading: Reading, start: int, end: int) -> Source | None:
    comma = next((at for at in range(end - 1, start - 1, -1) if reading.bits[at] & COMMA), None)
    if comma is None:
        return None
    return source_in(reading, comma + 1, end) or _bare_office(reading, comma + 1, end)


def _bare_office(reading: Reading, start: int, end: int) -> Source | None:
    """Return who closes a sentence without a name: "..., the governor said" is nobody of whom it tells before."""
    while start < end and reading.bits[start] & DETERMINERS:
        start += 1
    named = any(reading.bits[at] & (NAMED | VERBAL | PARTICIPLE | COORDINATORS) for at in range(start, end))
    if named or start >= end or end - start > _OFFICE or is_aside(reading, start, end):
        return None
    return Source(reading.text(start, end), SourceKind.ROLE, start, end)


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
        if index == end or reading.bits[index] & COMMA:
            if at < index:
                pieces.append((at, index))
            at = index + 1
    first: Source | None = None
    for piece in pieces:
        source = source_in(reading, *piece)
        if source is None or reading.bits[piece[0]] & PREPOSITIONS:
            continue
        if first is None and source.kind is not SourceKind.OUTLET and source.holder is None:
            first = source  # a role, until somebody is named behind it
        elif first is None or (source.holder is not None and source.holder.kind in ("person", "unknown")):
            return source
    return first or _called(reading, pieces)


def _called(reading: Reading, pieces: list[tuple[int, int]]) -> Source | None:
    # "The paper, Al-Akhbar, said": a capitalised name right behind a word of the trade.
    for (_, end), (start, stop) in pairwise(pieces):
        if reading.bits[end - 1] & MEDIA and all(reading.bits[at] & CAPITAL for at in range(start, stop)):
            return Source(reading.text(start, stop), SourceKind.OUTLET, start, stop, None, listed=False)
    return None


def _phrase_before(reading: Reading, start: int, end: int) -> int:
    """Skip what opens a clause before its subject: adverbs, conjunctions, a prepositional phrase with its comma."""
    for index in range(start, end):
        if reading.bits[index] & COMMA and (reading.bits[start] & (PREPOSITIONS | ADVERB)):
            return _phrase_before(reading, index + 1, end)
    return start
