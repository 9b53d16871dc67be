"""The number words of a language as the readers of numbers look them up."""

from __future__ import annotations

from collections.abc import Container
from typing import Final, NamedTuple

from rules.extract.tokens import cut
from rules.extract.wordtable import WordTable, table_of
from rules.lexiconfile import Entry
from rules.model import Bound
from rules.vocabulary import Lexicon

_MOST_REMEMBERED: Final = 50_000
_DECIMAL_COMMA: Final = frozenset({"de", "fr", "uk", "ru"})


class Openers(dict[str, bool]):
    """A word in lower case -> whether a number may begin with it; worked out once for each distinct word."""

    def __init__(self, number_words: Container[str]) -> None:
        super().__init__()
        self._number_words = number_words

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        may_open = word[0].isdigit() or word in self._number_words or "-" in word
        self[word] = may_open
        return may_open


class Tables(NamedTuple):
    """The number words of one language."""

    words: WordTable[tuple[str, float]]
    may_open: Openers
    articles: WordTable[str]
    bounds: WordTable[Bound]
    bounds_after: WordTable[Bound]
    ranges: WordTable[str]
    dates: WordTable[str]
    labels: WordTable[str]
    signs: dict[str, str]
    sign_tails: frozenset[str]  # the last tokens of the signs
    currencies: WordTable[str]
    decimal: str
    spaced_thousands: bool
    day_behind: bool  # "December 14" is a day; elsewhere the day stands before its month


def number_tables(lexicon: Lexicon, lang: str) -> Tables:
    """Return the language's number words, built once per lexicon."""
    return lexicon.derive(("numbers", lang), lambda lex: _build(lex, lang))


def _build(lexicon: Lexicon, lang: str) -> Tables:
    def words(entry: Entry) -> tuple[str, float]:
        return entry.text("role") or "unit", float(entry.text("value") or 0)

    signs = {sign: entry.name for entry in lexicon.entries("currencies") for sign in entry.texts("signs")}
    table = table_of(lexicon, "number_words", lang, words)
    return Tables(
        words=table,
        may_open=Openers(table.first_words),
        articles=table_of(lexicon, "number_articles", lang, lambda e: e.name),
        bounds=table_of(lexicon, "bounds", lang, lambda e: Bound(e.name)),
        bounds_after=table_of(lexicon, "bounds_after", lang, lambda e: Bound(e.name)),
        ranges=table_of(lexicon, "ranges", lang, lambda e: e.name),
        dates=table_of(lexicon, "dates", lang, lambda e: e.name),
        labels=table_of(lexicon, "labels", lang, lambda e: e.name),
        signs=signs,
        sign_tails=frozenset(cut(sign)[-1] for sign in signs),
        currencies=table_of(lexicon, "currencies", lang, lambda e: e.name),
        decimal="," if lang in _DECIMAL_COMMA else ".",
        spaced_thousands=lang in _DECIMAL_COMMA,
        day_behind=lang not in _DECIMAL_COMMA,
    )
