"""How much of a group acts: "most EU members", "six of the alliance's states", "die Mehrheit der EU-Staaten".

What most of a group wants is not what the group wants, and no contradiction to what some of it want.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rules.extract.document import Document
from rules.extract.holder import Holder
from rules.extract.numbers import NumberReader
from rules.extract.numberwords import number_tables
from rules.extract.reading import Reading
from rules.extract.wordclasses import BLOC, COLLECTIVE, NAMED, QUANTIFIES
from rules.extract.wordtable import WordTable, table_of
from rules.text import Span
from rules.vocabulary import Lexicon
from rules.wording import quantity

MANY: Final = ("group", "party")
"""The kinds of actors of which a part may act."""

_HAVE_MEMBERS: Final = (*MANY, "organisation")
_GROUPS: Final = BLOC | COLLECTIVE
_ARTICLES: Final = frozenset({"the", "a", "an", "die", "eine", "ein", "la", "le", "une", "un"})
_FILLER: Final = "filler"
_FARTHEST: Final = 3  # fillers between a quantifier and the group: "most of the"


class Quantifier(NamedTuple):
    """How much of the group behind it acts, by its English name, and the first token of the words for it."""

    name: str
    first: int


def quantified(reading: Reading, holder: Holder) -> Holder:
    """Return a holder of one of the kinds in ``MANY`` with the quantifier that stands before it."""
    if holder.start < 1:
        return holder
    found = quantifier_before(reading.document, reading.span, reading.lowers, holder.start)
    return holder._replace(quantifier=found.name) if found else holder


def behind_quantifier(reading: Reading, at: int) -> int:
    """Return where the group begins of which the words at ``at`` say how much, or ``at`` where they do not."""
    if not _may_open(reading, at):
        return at
    words, table = reading.lowers, _table(reading.document.lexicon, reading.document.lang)
    found = table.starting(words, at)
    behind = found[1] if found and found[0] != _FILLER else _behind_number(reading, at)
    filled = behind
    while filled > at and table.starting(words[filled : filled + 1], 0) == (_FILLER, 1):
        filled += 1
    if filled > behind:
        filled = _behind_number(reading, filled)  # "some of the 27 members"
    behind = filled
    name = reading.name_at.get(behind)
    is_many = name.kind in _HAVE_MEMBERS if name else reading.bits[behind] & _GROUPS
    return behind if is_many else at


def _may_open(reading: Reading, at: int) -> bool:
    word = reading.lowers[at]
    if not reading.bits[at] & QUANTIFIES:
        return word[:1].isdigit()
    return word not in _ARTICLES or reading.bits[at + 1] & QUANTIFIES != 0


def _behind_number(reading: Reading, at: int) -> int:
    tables, words = number_tables(reading.document.lexicon, reading.document.lang), reading.lowers
    bound = tables.bounds.starting(words, at)
    behind = start = bound[1] if bound else at
    while behind < reading.size and tables.may_open[words[behind]] and not reading.bits[behind] & NAMED:
        behind += 1
    return behind if behind > start else at


def quantifier_before(document: Document, sentence: Span, words: Sequence[str], at: int) -> Quantifier | None:
    """Return how much acts of the group that begins at token ``at`` of a sentence, or None."""
    table = _table(document.lexicon, document.lang)
    end = _before_fillers(words, at, table)
    found = table.ending(words, end)
    if found is not None:
        return Quantifier(*found) if found[0] != _FILLER else None
    number = _number_before(document, sentence, words, end)
    if number is None or not number.first or words[number.first - 1] not in table:
        return number
    end = _before_fillers(words, number.first, table)  # "the 27 EU members" are all of them, "most of the 27" are not
    found = table.ending(words, end) if end < number.first else None
    return Quantifier(*found) if found and found[0] != _FILLER else None


def _before_fillers(words: Sequence[str], at: int, table: WordTable[str]) -> int:
    end = at
    while end and at - end < _FARTHEST and table.starting(words[end - 1 : end], 0) == (_FILLER, 1):
        end -= 1
    return end


def _number_before(document: Document, sentence: Span, words: Sequence[str], end: int) -> Quantifier | None:
    # "more than 20 EU members"
    tables = number_tables(document.lexicon, document.lang)
    if not end or not tables.may_open[words[end - 1]]:
        return None
    for number in NumberReader(document.tokens(sentence), tables).numbers():
        if number.last == end and number.unit is None:
            return Quantifier(quantity(number.bound, number.low, number.high), number.first)
    return None


def _table(lexicon: Lexicon, lang: str) -> WordTable[str]:
    return lexicon.derive(("quantifiers", lang), lambda lex: table_of(lex, "quantifiers", lang, lambda each: each.name))
