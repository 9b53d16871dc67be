"""Who is named in a stretch of a sentence: the first person, body or unnamed source that nothing governs."""

from __future__ import annotations

from typing import NamedTuple

from rules.extract.grammar import Grammar
from rules.extract.holder import Holder, holder_of
from rules.extract.reading import Reading
from rules.extract.sources import Source, SourceKind, unnamed
from rules.extract.wordclasses import (
    ADVERB,
    CAPITAL,
    COORDINATORS,
    CUE,
    DETERMINERS,
    HE,
    IT,
    NAMED,
    NUMERALS,
    PREPOSITIONS,
    PUNCTUATION,
    SPEAKERS,
    SUBORDINATORS,
    THEY,
    TIMES,
    VERBAL,
    WE,
)


class Window(NamedTuple):
    """A stretch of a sentence, by token index."""

    start: int
    end: int


def somebody(
    reading: Reading, window: Window, outlet: Source | None, *, prepositions: bool = False, first: bool = False
) -> Source | None:
    """Return the first person, body or unnamed source of a window; ``prepositions`` admits what one governs."""
    words = reading.grammar
    taken = range(outlet.start, outlet.end) if outlet else range(0)
    body: Source | None = None
    index = window.start
    while index < window.end:
        if index in taken:
            index += 1
            continue
        if body is not None and (reading.texts[index].isdigit() or reading.bits[index] & NUMERALS):
            return body  # "nach Angaben der Regierung 14 Soldaten": those counted are another phrase
        source = _one(reading, index, window.end, words)
        if source is None or (not prepositions and _is_governed(reading, source.start, window.start)):
            index = source.end if source else index + 1
            continue
        if source.kind is SourceKind.ANONYMOUS or (source.holder and source.holder.kind in ("person", "unknown")):
            return _named_behind(reading, source, window.end, words) or source
        body = body or source
        if first:
            return body
        index = source.end
    return body


def _one(reading: Reading, index: int, end: int, words: Grammar) -> Source | None:
    name = reading.name_at.get(index)
    if name is not None and "-" in reading.texts[index] and _unnamed(reading, index):
        name = None  # "EU-Beamter": an official, not the EU
    if name is not None:
        if name.role == "adjectives":
            return None
        stop = reading.name_end(index)
        holder = holder_of(name, index, stop)
        return Source(holder.name, SourceKind.NAMED, index, stop, holder) if holder else None
    nobody = _unnamed(reading, index)
    if nobody:
        return Source(nobody, SourceKind.ANONYMOUS, index, index + 1)
    if _is_body(reading, index, words):
        return Source(reading.texts[index], SourceKind.NAMED, index, index + 1)
    return _open_person(reading, index, end, words)


def _unnamed(reading: Reading, index: int) -> str | None:
    # What English calls the unnamed speakers at ``index`` ("Regierungskreise" are sources), or None.
    known = unnamed(reading.document.lexicon, reading.grammar.lang)
    word = reading.lowers[index]
    found = known.words.get(word)
    if found is None:
        found = next(
            (name for ending, name in known.endings if word.endswith(ending) and len(word) > len(ending) + 1), None
        )
    return found


def _is_body(reading: Reading, index: int, words: Grammar) -> bool:
    word = reading.lowers[index]
    if (reading.grammar.lang == "de" and not reading.bits[index] & CAPITAL) or word in words.head("media"):
        return False
    return word in words.head("body") or _ends_with(word, words, "body endings")


def _ends_with(word: str, words: Grammar, name: str) -> bool:
    return any(word.endswith(ending) and len(word) > len(ending) + 1 for ending in words.head(name))


def _open_person(reading: Reading, index: int, end: int, words: Grammar) -> Source | None:
    # "Polizeisprecher Hans Huber", "директор Иван Петров": capitals behind a title, or a first and a last name.
    if reading.bits[index] & (CAPITAL | PUNCTUATION) != CAPITAL or _is_plain(reading, index):
        return None
    stop = index
    while (
        stop < end and reading.bits[stop] & CAPITAL and not reading.bits[stop] & NAMED and not _is_plain(reading, stop)
    ):
        stop += 1
    start = index
    while start < stop and (
        _ends_with(reading.lowers[start], words, "title endings") or reading.bits[start] & SPEAKERS
    ):
        start += 1
    titled = start > index
    if (
        stop - start > 3
        or stop - start < (1 if titled else 2)
        or (index == 0 and not titled and reading.grammar.lang == "de")
    ):
        return None
    if not titled and reading.grammar.lang == "de" and not _first_name(reading, start):
        return None
    text = reading.text(start, stop)
    return Source(text, SourceKind.NAMED, start, stop, Holder(text, None, "unknown", start, stop))


def _first_name(reading: Reading, index: int) -> bool:
    """German capitalises every noun: two of them side by side are a person only behind a verb, a comma or a bracket."""
    before = index - 1
    return bool(before < 0 or reading.bits[before] & (VERBAL | PUNCTUATION | CUE))


def _is_plain(reading: Reading, index: int) -> bool:
    if reading.bits[index] & (DETERMINERS | TIMES | PREPOSITIONS | SUBORDINATORS | HE | THEY | WE | IT):
        return True
    return bool(not reading.bits[index] & NAMED and index == 0 and reading.bits[index] & ADVERB)


def _named_behind(reading: Reading, source: Source, end: int, words: Grammar) -> Source | None:
    # A spokesman with a name is that person; one of a named body speaks for the body.
    if source.kind is not SourceKind.ANONYMOUS:
        return None
    index = source.end
    for at in range(index, min(end, index + 5)):  # "пресс-секретарь президента России Дмитрий Песков"
        name = reading.name_at.get(at)
        if name is not None and name.kind == "person":
            stop = reading.name_end(at)
            holder = holder_of(name, at, stop)
            return Source(holder.name, SourceKind.NAMED, at, stop, holder) if holder else None
    if index < end and reading.bits[index] & CAPITAL and not _is_plain(reading, index):
        stop = index
        while stop < end and reading.bits[stop] & CAPITAL:
            stop += 1
        if 1 < stop - index <= 3:
            text = reading.text(index, stop)
            return Source(text, SourceKind.NAMED, index, stop, Holder(text, None, "unknown", index, stop))
    word = reading.lowers[source.start]
    if word not in words.head("speakers") and not _ends_with(word, words, "speaker endings"):
        return None
    for at in range(index, min(end, index + 4)):
        body = _one(reading, at, end, words)
        if body is not None and body.kind is SourceKind.NAMED:
            return body
    return None


def _is_governed(reading: Reading, index: int, lowest: int) -> bool:
    # A noun phrase behind a preposition does not speak.
    at = index - 1
    while at >= lowest and not reading.bits[at] & PUNCTUATION:
        if reading.bits[at] & PREPOSITIONS:
            return True
        if reading.bits[at] & (VERBAL | CUE | COORDINATORS):
            return False
        if reading.bits[at] & DETERMINERS:
            return bool(at - 1 >= lowest and reading.bits[at - 1] & PREPOSITIONS)
        if reading.bits[at] & NAMED or reading.texts[at][0].islower():
            at -= 1
            continue
        if reading.bits[at] & CAPITAL and reading.grammar.lang == "de" and reading.bits[at - 1] & DETERMINERS:
            return False
        at -= 1
    return False
