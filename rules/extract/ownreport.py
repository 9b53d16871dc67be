"""Whether a text says that its publisher found it out itself: was told, has seen, has learned, has it exclusively.

title or beginning "Exclusive:" -> own
cue -> what stands behind it, or the subject before it -> the publisher's name, "this newspaper", "us" -> own
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.grammar import Grammar, grammar
from rules.extract.reading import Reading, read_sentence
from rules.extract.relations import sentences_with_attribution
from rules.extract.verbs import verb_group
from rules.extract.wordclasses import ADVERB, CAPITAL, COMMA, MEDIA, NAMED, PUNCTUATION, RELATIVES, VERBAL
from rules.text import fold_name

_LEAD: Final = 12  # sentences; where an item comes from is said at its beginning
_REACH: Final = 10  # tokens of an addressee
_LONGEST: Final = 7  # tokens of an outlet's name
_OPENING: Final = 24  # characters in which "Exclusive:" stands
_PARTS: Final = frozenset({"tell", "by", "report", "accord", "spot", "cite"})
_TAG_ENDS: Final = (":", "|", " -", " –", " —", "]", ")")


def is_own_report(document: Document, publisher: Collection[str]) -> bool:
    """Tell whether the text says that its publisher found it out; ``publisher``: its names, folded, no article."""
    words = grammar(document.lexicon, document.lang)
    if any(_is_tagged(words, text) for text in (document.title, document.text)):
        return True
    for index in sentences_with_attribution(document):
        if index >= _LEAD:
            return False
        reading = read_sentence(document, index)
        if any(_is_told(reading, at, mark, publisher) for at, mark in reading.sayings.items()):
            return True
    return False


def _is_tagged(words: Grammar, text: str) -> bool:
    opening = text[:_OPENING].lstrip(" [(").lower()
    tag = next((word for word in words.head("exclusive tags") if opening.startswith(word)), None)
    return tag is not None and opening[len(tag) :].startswith(_TAG_ENDS)


def _is_told(reading: Reading, cue: int, mark: Mark, publisher: Collection[str]) -> bool:
    part = mark.entry.text("part")
    if part == "say" and reading.grammar.words("free order"):
        part = "tell"  # "sagte ein Beamter dieser Zeitung": any verb of saying may have an addressee
    if part not in _PARTS or reading.document.quotation_at(mark.start) is not None:
        return False
    after = reading.at(mark.end)
    if part == "report" and _reports(reading, cue, publisher):
        return True
    if part == "tell" and reading.texts[after] in reading.grammar.head("publisher pronouns"):
        return True
    return any(_is_publisher(reading, at, publisher) for at in range(after, _object_end(reading, after)))


def _reports(reading: Reading, cue: int, publisher: Collection[str]) -> bool:
    # "The Fenn Ledger has learned": nothing but adverbs between the name and its verb.
    end = verb_group(reading, cue).start
    while end > 0 and reading.bits[end - 1] & ADVERB and not reading.bits[end - 1] & CAPITAL:
        end -= 1
    return any(_is_publisher(reading, at, publisher, end) for at in range(max(0, end - _LONGEST), end))


def _object_end(reading: Reading, start: int) -> int:
    end = start
    while end < min(reading.size, start + _REACH):
        bits = reading.bits[end]
        if not bits & (NAMED | CAPITAL) and bits & (VERBAL | RELATIVES | COMMA | PUNCTUATION):
            break
        end += 1
    return end


def _is_publisher(reading: Reading, at: int, publisher: Collection[str], end: int | None = None) -> bool:
    """Tell whether the publisher or "this newspaper" stands at ``at``, and reaches to ``end`` where that is given."""
    if reading.lowers[at] in reading.grammar.head("publisher's own") and reading.bits[at + 1] & MEDIA:
        return end is None or at + 2 == end
    if not reading.bits[at] & CAPITAL and not reading.texts[at][0].isdigit():
        return False
    stops = range(at + 1, min(reading.size, at + _LONGEST) + 1) if end is None else (end,)
    return any(_called(reading.text(at, stop)) in publisher for stop in stops)


def _called(written: str) -> str:
    return fold_name(written.removesuffix("'s").removesuffix("’s"))
