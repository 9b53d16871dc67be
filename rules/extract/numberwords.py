"""The number words of a language as the readers of numbers look them up."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.tokens import cut
from rules.extract.wordtable import WordTable, table_of
from rules.lexiconfile import Entry
from rules.model import Bound
from rules.vocabulary import Lexicon

_DECIMAL_COMMA: Final = frozenset({"de", "fr", "uk", "ru"})


class Tables(NamedTuple):
    """The number words of one language."""

    words: WordTable[tuple[str, float]]
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


def number_tables(lexicon: Lexicon, lang: str) -> Tables:
    """Return the language's number words, built once per lexicon."""
    return lexicon.derive(("numbers", lang), lambda lex: _build(lex, lang))


def _build(lexicon: Lexicon, lang: str) -> Tables:
    def words(entry: Entry) -> tuple[str, float]:
        return entry.text("role") or "unit", float(entry.text("value") or 0)

    signs = {sign: entry.name for entry in lexicon.entries("currencies") for sign in entry.texts("signs")}
    return Tables(
        words=table_of(lexicon, "number_words", lang, words),
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
    )
