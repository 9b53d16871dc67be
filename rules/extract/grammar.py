"""The closed word classes of one language, read from the tables ``grammar``, ``heads`` and ``sources``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from rules.extract.numberwords import number_tables
from rules.extract.outlets import opens_outlet
from rules.extract.tokens import cut
from rules.extract.wordclasses import (
    ADVERB,
    ADVERBS,
    AUXILIARIES,
    BE,
    BREAK,
    CAPITAL,
    CLASS_BITS,
    COMMA,
    GERUND,
    MODALS,
    NOT_ADVERBS,
    OPENS_OUTLET,
    PARTICIPLE,
    POSSESSIVE,
    PUNCTUATION,
    QUOTE,
    VERBAL,
)
from rules.vocabulary import Lexicon

_EMPTY: Final[frozenset[str]] = frozenset()
_QUOTES: Final = frozenset('"“”„«»')
_HARD: Final = frozenset(";:—–?!…|•")
_AUXILIARY: Final = BE | AUXILIARIES | MODALS
_MOST_REMEMBERED: Final = 50_000  # tokens; a year of news has fewer, garbage may have more


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What a word does in a clause. ``classes`` are single lower-case tokens, ``heads`` the last nouns of phrases."""

    lang: str
    classes: Mapping[str, frozenset[str]]
    heads: Mapping[str, frozenset[str]]
    word_bits: WordBits

    def words(self, name: str) -> frozenset[str]:
        """Return the words of a class; a language that has no such class has none."""
        return self.classes.get(name, _EMPTY)

    def head(self, name: str) -> frozenset[str]:
        """Return the nouns of a head class."""
        return self.heads.get(name, _EMPTY)

    def has(self, name: str, word: str) -> bool:
        """Tell whether a word in lower case belongs to a class."""
        return word in self.classes.get(name, _EMPTY)


class WordBits(dict[str, int]):
    """A token as written -> the bits of all that it is by itself; worked out once for each distinct token."""

    def __init__(
        self,
        lang: str,
        classes: Mapping[str, frozenset[str]],
        opens_outlet: Callable[[str], bool],
        *,
        most_remembered: int = _MOST_REMEMBERED,
    ) -> None:
        super().__init__()
        self._opens_outlet = opens_outlet
        self._most_remembered = most_remembered
        self._is_english = lang == "en"
        self._classes: dict[str, int] = {}
        for name, words in classes.items():
            for word in words:
                self._classes[word] = self._classes.get(word, 0) | CLASS_BITS.get(name, 0)
        self._endings = [
            (bit, longer_than, tuple(classes.get(name, ())))
            for bit, longer_than, name in (
                (ADVERB, 4, "adverb endings"),
                (GERUND, 4, "gerund endings"),
                (PARTICIPLE, 3, "participle endings"),
            )
        ]

    def __missing__(self, written: str) -> int:
        if len(self) >= self._most_remembered:
            self.clear()
        lower = written.lower()
        bits = self._classes.get(lower, 0) | _shape(written)
        if bits & _AUXILIARY:
            bits |= VERBAL
        for bit, longer_than, endings in self._endings:
            if len(lower) > longer_than and lower.endswith(endings):
                bits |= bit
        if bits & NOT_ADVERBS:
            bits &= ~ADVERB
        if bits & ADVERBS:
            bits |= ADVERB
        if self._is_english and lower.endswith(("'s", "’s")):
            bits |= POSSESSIVE
        if self._opens_outlet(written):
            bits |= OPENS_OUTLET
        self[written] = bits
        return bits


def _shape(written: str) -> int:
    if written in _QUOTES:
        return QUOTE | PUNCTUATION | BREAK
    if written == ",":
        return COMMA | PUNCTUATION
    first = written[0]
    bits = CAPITAL if first.isupper() else 0
    if not first.isalnum():
        bits |= PUNCTUATION
    return bits | BREAK if written in _HARD else bits


def grammar(lexicon: Lexicon, lang: str) -> Grammar:
    """Return the language's grammar, built once per lexicon."""
    return lexicon.derive(("grammar", lang), lambda lex: _build(lex, lang))


def _build(lexicon: Lexicon, lang: str) -> Grammar:
    classes = {**_table(lexicon, "grammar", lang), "quantifies": _quantifiers(lexicon, lang)}
    heads = {**_table(lexicon, "heads", lang), **_table(lexicon, "sources", lang)}
    bits = WordBits(lang, {**classes, **heads}, partial(opens_outlet, lexicon))
    return Grammar(lang=lang, classes=classes, heads=heads, word_bits=bits)


def _quantifiers(lexicon: Lexicon, lang: str) -> frozenset[str]:
    # The first words of what says how much, and the second ones, since the first may be but an article.
    numbers = number_tables(lexicon, lang)
    entries = (entry for entry in lexicon.entries("quantifiers") if entry.name != "filler")
    phrases = (cut(form.lower())[:2] for entry in entries for form in entry.of("forms", lang))
    words = (word for phrase in phrases for word in phrase)
    return frozenset((*words, *numbers.bounds.first_words, *numbers.words.first_words))


def _table(lexicon: Lexicon, table: str, lang: str) -> dict[str, frozenset[str]]:
    return {entry.name: frozenset(word.lower() for word in entry.of("forms", lang)) for entry in lexicon.entries(table)}
