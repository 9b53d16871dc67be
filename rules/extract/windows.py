"""Attributions in languages with a freer word order: who is named in the clause of a cue, on whichever side.

cue -> its clause, between commas and quotation marks -> outlets, people, bodies and unnamed sources in it
    -> an outlet and somebody else: told; an outlet: reported; somebody else: said
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from rules.extract.grammar import Grammar
from rules.extract.holders import Holder, holder_of
from rules.extract.outlets import outlets
from rules.extract.reading import QUOTES, Reading
from rules.extract.sources import Relation, Source, SourceKind, outlet_at, unnamed
from rules.extract.wordclasses import (
    ADVERB,
    CAPITAL,
    COMMA,
    COORDINATORS,
    CUE,
    DETERMINERS,
    HE,
    IT,
    NAMED,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    SPEAKERS,
    SUBORDINATORS,
    THEY,
    TIMES,
    VERBAL,
    WE,
)
from rules.text import fold_name

_REACH: Final = 22  # tokens to either side of a cue
_NAME: Final = 6  # tokens between quotation marks that may still be a name
_STOPS: Final = frozenset(",;:()–—")


class _Window(NamedTuple):
    start: int
    end: int


def window_relations(reading: Reading) -> Iterator[Relation]:
    """Yield who is attributed what in a sentence, in reading order."""
    names = _name_quotes(reading)
    for index, mark in sorted(reading.sayings.items()):
        after = reading.at(mark.end)
        read = _READERS.get(str(mark.entry.text("part")))
        if read is not None:
            relation = read(reading, names, index, after)
            if relation is not None:
                yield relation
    for index in range(reading.size):
        outlet = _compounded(reading, index)
        if outlet is not None:
            yield Relation("tell", index, None, outlet)


def _compounded(reading: Reading, index: int) -> Source | None:
    # "im STANDARD-Interview": the outlet is the first part of a compound.
    text = reading.texts[index]
    if "-" not in text:
        return None
    first, _, last = text.rpartition("-")
    words = reading.grammar
    if last.lower() not in words.head("outlet compounds"):
        return None
    entry = outlets(reading.document.lexicon).get(fold_name(first))
    return Source(entry.name, SourceKind.OUTLET, index, index + 1) if entry else None


def _name_quotes(reading: Reading) -> frozenset[int]:
    # The quotation marks that enclose a name ("Bild am Sonntag") and not speech.
    found: set[int] = set()
    opened = -1
    for index in range(reading.size):
        if not reading.bits[index] & QUOTE:
            continue
        if opened >= 0 and index - opened - 1 <= _NAME and _is_name(reading, opened + 1, index):
            found |= {opened, index}
            opened = -1
        else:
            opened = index
    return frozenset(found)


def _is_name(reading: Reading, start: int, end: int) -> bool:
    if start >= end or not (reading.bits[start] & CAPITAL or reading.texts[start][0].isdigit()):
        return reading.text(start, end) in ("taz", "profil", "stern", "heute")
    return not any(reading.bits[at] & PUNCTUATION and reading.lowers[at] not in "-.&/'’" for at in range(start, end))


def _left(reading: Reading, names: frozenset[int], index: int) -> int:
    at = index
    while at > 0 and index - at < _REACH and not _is_edge(reading, names, at - 1):
        at -= 1
    return at


def _right(reading: Reading, names: frozenset[int], index: int) -> int:
    at = index
    while at < reading.size and at - index < _REACH and not _is_edge(reading, names, at):
        at += 1
    return at


def _is_edge(reading: Reading, names: frozenset[int], index: int) -> bool:
    text = reading.texts[index]
    if text in QUOTES:
        return index not in names
    return text in _STOPS or (text == "." and index == reading.size - 1)


def _said(
    reading: Reading, names: frozenset[int], index: int, after: int, *, reports: bool = False, hears: bool = False
) -> Relation | None:
    window = _Window(_left(reading, names, index), _right(reading, names, after))
    if reading.lowers[index] == "so" and not (index == window.start and index > 0):
        return None
    outlet = outlet_at(reading, window.start, window.end) or (_in_latin(reading, window) if reports else None)
    source = _somebody(reading, window, outlet, prepositions=hears)
    if outlet is None and source is None:
        source = _apposed(reading, window)
    if outlet is not None:
        return Relation("tell", index, source, outlet) if source else Relation("report", index, outlet)
    if source is None or (reports and source.kind is SourceKind.NAMED and _is_thing(reading, source)):
        return None
    return Relation("say", index, source)


def _in_latin(reading: Reading, window: _Window) -> Source | None:
    # In Cyrillic text a name in Latin letters that reports something is an outlet ("сообщает Hamshahri").
    if reading.grammar.lang not in ("ru", "uk"):
        return None
    for at in range(window.start, window.end):
        stop = at
        while stop < window.end and reading.texts[stop].isascii() and reading.bits[stop] & CAPITAL:
            stop += 1
        if stop > at and not reading.bits[at] & NAMED and len(reading.text(at, stop)) > 2:
            return Source(reading.text(at, stop), SourceKind.OUTLET, at, stop, None, listed=False)
    return None


def _is_thing(reading: Reading, source: Source) -> bool:
    return bool(source.holder is None and source.start > 0 and reading.bits[source.start - 1] & PREPOSITIONS)


def _apposed(reading: Reading, window: _Window) -> Source | None:
    # "X, Sprecher der Behörde, sagte": who stands before the inserted phrase.
    if window.start < 2 or not reading.bits[window.start - 1] & COMMA:
        return None
    return _somebody(reading, _Window(max(0, window.start - _REACH), window.start - 1), None, first=True)


def _behind_cue(reading: Reading, names: frozenset[int], index: int, after: int, *, part: str) -> Relation | None:
    end = _right(reading, names, after)
    outlet = outlet_at(reading, after, end)
    if outlet is not None:
        return Relation(part, index, outlet)
    source = _somebody(reading, _Window(after, end), None, prepositions=True)
    return Relation(part, index, source) if source else None


def _before_cue(reading: Reading, names: frozenset[int], index: int, after: int) -> Relation | None:
    del after
    start = _left(reading, names, index)
    verbs = [at for at in range(start, index) if reading.bits[at] & VERBAL]
    start = verbs[-1] + 1 if verbs else start
    outlet = outlet_at(reading, start, index)
    if outlet is not None:
        return Relation("accord", index, outlet)
    source = _somebody(reading, _Window(start, index), None, prepositions=True)
    return Relation("accord", index, source) if source else None


def _spotted(reading: Reading, names: frozenset[int], index: int, after: int) -> Relation | None:
    end = _right(reading, names, after)
    outlet = outlet_at(reading, after, end)
    if outlet is not None:
        return Relation("tell", index, None, outlet)
    source = _somebody(reading, _Window(after, end), None, prepositions=True)
    return Relation("cite", index, source) if source is not None and source.kind is SourceKind.ANONYMOUS else None


_Reader = Callable[[Reading, frozenset[int], int, int], Relation | None]
_READERS: Final[Mapping[str, _Reader]] = {
    "say": _said,
    "tell": _said,
    "hear": partial(_said, hears=True),
    "report": partial(_said, reports=True),
    "accord": partial(_behind_cue, part="accord"),
    "cite": partial(_behind_cue, part="cite"),
    "behind": _before_cue,
    "spot": _spotted,
}


def _somebody(
    reading: Reading, window: _Window, outlet: Source | None, *, prepositions: bool = False, first: bool = False
) -> Source | None:
    # The first person, body or unnamed source of a window that no preposition governs.
    words = reading.grammar
    taken = range(outlet.start, outlet.end) if outlet else range(0)
    body: Source | None = None
    index = window.start
    while index < window.end:
        if index in taken:
            index += 1
            continue
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
