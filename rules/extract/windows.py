"""Attributions in languages with a freer word order: who is named in the clause of a cue, on whichever side.

cue -> its clause, between commas and quotation marks -> outlets, people, bodies and unnamed sources in it
    -> an outlet and somebody else: told; an outlet: reported; somebody else: said
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from rules.extract.outlets import outlet_called
from rules.extract.reading import QUOTES, Reading
from rules.extract.sources import Relation, Source, SourceKind, outlet_at
from rules.extract.windowsources import Window, somebody
from rules.extract.wordclasses import (
    CAPITAL,
    COMMA,
    NAMED,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    VERBAL,
)

_REACH: Final = 22  # tokens to either side of a cue
_NAME: Final = 6  # tokens between quotation marks that may still be a name
_STOPS: Final = frozenset(",;:()–—")


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
    entry = outlet_called(reading.document.lexicon, first)
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
    window = Window(_left(reading, names, index), _right(reading, names, after))
    if reading.lowers[index] == "so" and not (index == window.start and index > 0):
        return None
    outlet = outlet_at(reading, window.start, window.end) or (_in_latin(reading, window) if reports else None)
    source = somebody(reading, window, outlet, prepositions=hears)
    if outlet is None and source is None:
        source = _apposed(reading, window)
    if outlet is not None:
        return Relation("tell", index, source, outlet) if source else Relation("report", index, outlet)
    if source is None or (reports and source.kind is SourceKind.NAMED and _is_thing(reading, source)):
        return None
    return Relation("say", index, source)


def _in_latin(reading: Reading, window: Window) -> Source | None:
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


def _apposed(reading: Reading, window: Window) -> Source | None:
    # "X, Sprecher der Behörde, sagte": who stands before the inserted phrase.
    if window.start < 2 or not reading.bits[window.start - 1] & COMMA:
        return None
    return somebody(reading, Window(max(0, window.start - _REACH), window.start - 1), None, first=True)


def _behind_cue(reading: Reading, names: frozenset[int], index: int, after: int, *, part: str) -> Relation | None:
    end = _right(reading, names, after)
    outlet = outlet_at(reading, after, end)
    if outlet is not None:
        return Relation(part, index, outlet)
    source = somebody(reading, Window(after, end), None, prepositions=True)
    return Relation(part, index, source) if source else None


def _before_cue(reading: Reading, names: frozenset[int], index: int, after: int) -> Relation | None:
    del after
    start = _left(reading, names, index)
    verbs = [at for at in range(start, index) if reading.bits[at] & VERBAL]
    start = verbs[-1] + 1 if verbs else start
    outlet = outlet_at(reading, start, index)
    if outlet is not None:
        return Relation("accord", index, outlet)
    source = somebody(reading, Window(start, index), None, prepositions=True)
    return Relation("accord", index, source) if source else None


def _spotted(reading: Reading, names: frozenset[int], index: int, after: int) -> Relation | None:
    end = _right(reading, names, after)
    outlet = outlet_at(reading, after, end)
    if outlet is not None:
        return Relation("tell", index, None, outlet)
    source = somebody(reading, Window(after, end), None, prepositions=True)
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
