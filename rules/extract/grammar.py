"""The closed word classes of one language, read from the tables ``grammar`` and ``heads``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.vocabulary import Lexicon

_EMPTY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What a word does in a clause. ``classes`` are single lower-case tokens, ``heads`` the last nouns of phrases."""

    lang: str
    classes: Mapping[str, frozenset[str]]
    heads: Mapping[str, frozenset[str]]
    bit: Mapping[str, int]  # class -> its bit
    bits: Mapping[str, int]  # word -> the bits of all its classes

    def words(self, name: str) -> frozenset[str]:
        """Return the words of a class; a language that has no such class has none."""
        return self.classes.get(name, _EMPTY)

    def head(self, name: str) -> frozenset[str]:
        """Return the nouns of a head class."""
        return self.heads.get(name, _EMPTY)

    def has(self, name: str, word: str) -> bool:
        """Tell whether a word in lower case belongs to a class."""
        return word in self.classes.get(name, _EMPTY)


def grammar(lexicon: Lexicon, lang: str) -> Grammar:
    """Return the language's grammar, built once per lexicon."""
    return lexicon.derive(("grammar", lang), lambda lex: _build(lex, lang))


def _build(lexicon: Lexicon, lang: str) -> Grammar:
    classes = _table(lexicon, "grammar", lang)
    bit = {name: 1 << position for position, name in enumerate(classes)}
    bits: dict[str, int] = {}
    for name, words in classes.items():
        for word in words:
            bits[word] = bits.get(word, 0) | bit[name]
    return Grammar(lang=lang, classes=classes, heads=_table(lexicon, "heads", lang), bit=bit, bits=bits)


def _table(lexicon: Lexicon, table: str, lang: str) -> dict[str, frozenset[str]]:
    return {entry.name: frozenset(word.lower() for word in entry.of("forms", lang)) for entry in lexicon.entries(table)}
