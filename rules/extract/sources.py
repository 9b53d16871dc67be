"""From a noun phrase to a source: an outlet (listed or not), a named person or body, or somebody who is not named."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from rules.extract.grammar import Grammar
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.outlets import outlet_called
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    ANONYMOUS,
    CAPITAL,
    COMMA,
    COORDINATORS,
    CUE,
    DETERMINERS,
    MEDIA,
    NAMED,
    NUMERALS,
    OPENS_OUTLET,
    OWNER_PREPOSITIONS,
    PLACING_WORDS,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    QUANTITY,
    QUOTE,
    RELATIVES,
    SPEAKERS,
    VERBAL,
)
from rules.vocabulary import Lexicon

_LONGEST: Final = 7  # tokens of an outlet's name
_PHRASE: Final = 16
_UNTOLD: Final = DETERMINERS | NUMERALS | ADVERB | PREPOSITIONS  # before an unnamed source, no part of its wording
_LONG_WORD: Final = 7  # letters; so long a word is an outlet's name whatever follows ("Bloomberg News")


class SourceKind(StrEnum):
    """What a source is: outlets report what the others say. A role is somebody known by an office alone, no origin."""

    OUTLET = "outlet"
    NAMED = "named"
    ROLE = "role"
    ANONYMOUS = "anonymous"


class Source(NamedTuple):
    """A source at the token span ``start:end``, by its canonical name or, when unnamed, in the text's words."""

    name: str
    kind: SourceKind
    start: int
    end: int
    holder: Holder | None = None
    listed: bool = True


class Relation(NamedTuple):
    """One attribution with its place in the sentence; ``outlet`` is whom somebody told, if that is an outlet."""

    part: str
    cue: int
    source: Source | None
    outlet: Source | None = None


class Unnamed(NamedTuple):
    """The words of a language for people without a name, and the ends of such words, with what English calls them."""

    words: Mapping[str, str]
    endings: tuple[tuple[str, str], ...]


def unnamed(lexicon: Lexicon, lang: str) -> Unnamed:
    """Return the table ``unnamed`` for a language."""
    return lexicon.derive(("unnamed", lang), lambda lex: _unnamed(lex, lang))


def _unnamed(lexicon: Lexicon, lang: str) -> Unnamed:
    entries = lexicon.entries("unnamed")
    return Unnamed(
        {word: entry.name for entry in entries for word in entry.of("forms", lang)},
        tuple((ending, entry.name) for entry in entries for ending in entry.of("short", lang)),
    )


def outlet_at(reading: Reading, start: int, end: int) -> Source | None:
    """Return the first outlet named in the span: a listed one, else a name with a word of the trade."""
    return _listed(reading, start, end) or _open_outlet(reading, start, end)


def _listed(reading: Reading, start: int, end: int) -> Source | None:
    bits, lexicon = reading.bits, reading.document.lexicon
    for at in range(start, end):
        if not bits[at] & OPENS_OUTLET:
            continue
        for stop in range(min(end, at + _LONGEST), at, -1):
            entry = outlet_called(lexicon, _unpossessed(reading.text(at, stop)))
            if entry is not None and _stands_alone(reading, at, stop, start, end):
                return Source(entry.name, SourceKind.OUTLET, at, stop)
    return None


def _unpossessed(text: str) -> str:
    return text.removesuffix("'s").removesuffix("’s")


def _stands_alone(reading: Reading, at: int, stop: int, start: int, end: int) -> bool:
    # A name that is also a country's or a common word needs quotation marks or a word of the trade beside it.
    if stop - at == 1 and not _is_distinct(reading, at, stop, start, end):
        return False
    name = reading.name_at.get(at)
    if name is None or name.kind not in ("state", "city", "person", "territory", "region", "organisation", "party"):
        return not (stop - at == 1 and _goes_on(reading, at, stop))
    if reading.name_start(at) < at or stop > reading.name_end(at):
        return True
    return _quoted(reading, at, stop) or _has_trade_word(reading, start, end)


def _is_distinct(reading: Reading, at: int, stop: int, start: int, end: int) -> bool:
    # A name that is a common word ("Time", "Bild") needs quotation marks, an article, capitals or a word of the trade.
    words = reading.grammar
    word = reading.lowers[at]
    if word not in words.head("common words") or (at > 0 and reading.grammar.lang not in ("en", "de")):
        return True
    text = reading.texts[at]
    if _quoted(reading, at, stop) or (text.isupper() and len(text) > 2) or _has_trade_word(reading, start, end):
        return True
    return bool(word not in words.head("very common words") and at > 0 and reading.bits[at - 1] & DETERMINERS)


def _goes_on(reading: Reading, at: int, stop: int) -> bool:
    # A single word inside of a longer proper name is not the outlet of that name ("Post Office").
    if reading.grammar.lang != "en":
        return False
    before, behind = reading.bits[at - 1], reading.bits[stop]
    if at > 1 and before & (CAPITAL | PUNCTUATION | NAMED | MEDIA | DETERMINERS) == CAPITAL:
        return True
    is_longer = behind & (CAPITAL | NAMED | MEDIA) == CAPITAL and not reading.bits[stop - 1] & POSSESSIVE
    return is_longer and len(reading.texts[at]) < _LONG_WORD


def _quoted(reading: Reading, at: int, stop: int) -> bool:
    return bool(at > 0 and reading.bits[at - 1] & QUOTE and stop < reading.size and reading.bits[stop] & QUOTE)


def _has_trade_word(reading: Reading, start: int, end: int) -> bool:
    return any(reading.bits[at] & MEDIA for at in range(start, end))


def _open_outlet(reading: Reading, start: int, end: int) -> Source | None:
    # "the Kronstadt Courier", "the newspaper Vest": capitals with a word of the trade in or beside them.
    words = reading.grammar
    nobody = unnamed(reading.document.lexicon, words.lang).words
    for at in range(start, end):
        if at and reading.bits[at - 1] & QUOTE and reading.bits[at] & CAPITAL:
            stop = _closing(reading, at, end)
            trusted = _has_trade_word(reading, start, at) or _is_set_apart(reading, at)
            if stop > at and stop - at <= 5 and trusted:
                return Source(reading.text(at, stop), SourceKind.OUTLET, at, stop, None, listed=False)
        if reading.bits[at] & (CAPITAL | DETERMINERS) != CAPITAL or reading.lowers[at] in nobody:
            continue
        stop = at
        while stop < end and (
            reading.bits[stop] & CAPITAL or reading.lowers[stop] in ("of", "-", "&", "am", "de", "der")
        ):
            stop += 1
        while stop > at and not reading.bits[stop - 1] & CAPITAL:
            stop -= 1
        if stop > at and _names_outlet(reading, at, stop, start, end, words):
            return Source(_bare_name(reading, at, stop), SourceKind.OUTLET, at, stop, None, listed=False)
    return None


def _is_set_apart(reading: Reading, at: int) -> bool:
    """In languages that write names of papers in quotation marks, a quoted name where a source stands is an outlet."""
    if not reading.grammar.words("free order"):
        return False
    before = at - 2
    return bool(
        before < 0 or reading.bits[before] & (DETERMINERS | PREPOSITIONS | CUE) or (reading.bits[before] & VERBAL)
    )


def _closing(reading: Reading, at: int, end: int) -> int:
    for stop in range(at, min(reading.size, max(end, at) + 3)):
        if reading.bits[stop] & QUOTE:
            return stop
    return -1


def _names_outlet(reading: Reading, at: int, stop: int, start: int, end: int, words: Grammar) -> bool:
    last = reading.lowers[stop - 1].removesuffix("'s").removesuffix("’s")
    if stop - at > 1 and last in words.head("media endings") and not _all_names(reading, at, stop):
        return True
    if stop - at > 1 and reading.bits[at] & (MEDIA | NAMED) == MEDIA:
        return True  # "Radio Tamazuj", "Channel Seven"
    trade_before = at > start and reading.bits[at - 1] & MEDIA
    trade_behind = stop < end and reading.bits[stop] & MEDIA
    proper = not _all_names(reading, at, stop)
    return bool(proper and (trade_before or trade_behind))


def _all_names(reading: Reading, at: int, stop: int) -> bool:
    return all(reading.bits[index] & NAMED for index in range(at, stop))


def _bare_name(reading: Reading, at: int, stop: int) -> str:
    name = reading.name_at.get(at)
    if name is not None and name.role == "adjectives" and reading.name_end(at) < stop:
        at = reading.name_end(at)
    text = reading.text(at, stop)
    return text.removesuffix("'s").removesuffix("’s")


def source_in(reading: Reading, start: int, end: int) -> Source | None:
    """Return who the noun phrase at ``start:end`` names as a source, or None."""
    while start < end and (reading.bits[start] & (PUNCTUATION | COORDINATORS)):
        start += 1
    if start >= end:
        return None
    outlet = _listed(reading, start, min(end, start + _PHRASE))
    people = [at for at in range(start, end) if reading.bits[at] & NAMED and reading.name_at[at].kind == "person"]
    if outlet is not None and (not people or outlet.start < people[0]):
        return outlet
    if people:
        return _named(reading, start, end)
    anonymous = _anonymous(reading, start, end)
    if anonymous is not None:
        return anonymous
    return _open_outlet(reading, start, end) or _named(reading, start, end)


def _named(reading: Reading, start: int, end: int) -> Source | None:
    found = holders_in(reading, start, end)
    if not found:
        return None
    holder = found[0]
    if holder.kind == "unknown" and reading.grammar.words("free order"):
        return None
    return Source(holder.name, SourceKind.NAMED, holder.start, holder.end, holder)


def _anonymous(reading: Reading, start: int, end: int) -> Source | None:
    head = -1
    for index in range(start, min(end, start + _PHRASE)):
        if reading.bits[index] & ANONYMOUS and not reading.bits[index] & NAMED:
            head = index
            break
        if not reading.bits[index] & NAMED and index > start and reading.bits[index] & PREPOSITIONS:
            if reading.lowers[index] == "of" and reading.bits[index - 1] & (NUMERALS | QUANTITY):
                continue  # "one of the negotiators"
            break
        if reading.bits[index] & (VERBAL | COMMA):
            break
    if head < 0:
        return _those(reading, start, end)
    indefinite = reading.lowers[head] in reading.grammar.head("known roles") and reading.lowers[start] in ("a", "an")
    if reading.bits[head] & SPEAKERS and not indefinite and any(reading.bits[at] & NAMED for at in range(start, end)):
        return None
    if reading.bits[head + 1] & CAPITAL and head + 1 < end and reading.grammar.lang == "en":
        return None
    while (
        start < head
        and not reading.bits[start] & NAMED
        and (reading.bits[start] & _UNTOLD or reading.lowers[start].isdigit())
    ):
        start += 1
    stop = _anonymous_end(reading, head + 1, reading.size)
    known = reading.lowers[head] in reading.grammar.head("known roles") and reading.lowers[start - 1] == "the"
    kind = SourceKind.ROLE if known else SourceKind.ANONYMOUS  # "the minister" is not hiding, but bears no name here
    return Source(reading.text(start, stop), kind, start, stop)


def _those(reading: Reading, start: int, end: int) -> Source | None:
    # "those familiar with the plan"
    if reading.lowers[start] != "those" or not reading.bits[start + 1] & PLACING_WORDS:
        return None
    stop = _anonymous_end(reading, start + 1, end)
    return Source(reading.text(start, stop), SourceKind.ANONYMOUS, start, stop)


def _anonymous_end(reading: Reading, index: int, end: int) -> int:
    # "people familiar with the matter", "sources in the government": what places them belongs to the wording.
    if not (reading.bits[index] & (OWNER_PREPOSITIONS | PLACING_WORDS)) or index >= end:
        return index
    stop = index + 1
    while stop < end and stop - index < 8 and (
        reading.bits[stop] & NAMED
        or not (reading.bits[stop] & (PUNCTUATION | VERBAL | CUE | RELATIVES | COORDINATORS))
    ):  # fmt: skip
        stop += 1
    return stop
