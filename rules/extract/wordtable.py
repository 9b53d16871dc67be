"""Phrases of the lexicon looked up over tokens: forwards from a token or backwards before one, the longest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from rules.extract.tokens import cut
from rules.lexiconfile import Entry
from rules.vocabulary import Lexicon

T = TypeVar("T")


class WordTable(Generic[T]):
    """Maps phrases (lower-cased token sequences) to values."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._by_words: dict[tuple[str, ...], T] = {}
        for phrase, value in phrases:
            words = tuple(cut(phrase.lower()))
            if words:
                self._by_words.setdefault(words, value)
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        for words in self._by_words:
            self._first[words[0]] = max(len(words), self._first.get(words[0], 0))
            self._last[words[-1]] = max(len(words), self._last.get(words[-1], 0))

    @property
    def first_words(self) -> Mapping[str, int]:
        """The words that some phrase begins with."""
        return self._first

    @property
    def words(self) -> frozenset[str]:
        """The phrases of a single word."""
        return frozenset(words[0] for words in self._by_words if len(words) == 1)

    def starting(self, words: Sequence[str], at: int) -> tuple[T, int] | None:
        """Return the value of the longest phrase that begins at word ``at`` and the index behind it, or None."""
        longest = self._first.get(words[at]) if at < len(words) else None
        if longest is None:
            return None
        if longest == 1:
            return self._by_words[(words[at],)], at + 1
        for length in range(min(longest, len(words) - at), 0, -1):
            key = tuple(words[at : at + length])
            if key in self._by_words:
                return self._by_words[key], at + length
        return None

    def ending(self, words: Sequence[str], before: int) -> tuple[T, int] | None:
        """Return the value of the longest phrase that ends before word ``before`` and its first index, or None."""
        longest = self._last.get(words[before - 1]) if before > 0 else None
        if longest is None:
            return None
        if longest == 1:
            return self._by_words[(words[before - 1],)], before - 1
        for length in range(min(longest, before), 0, -1):
            key = tuple(words[before - length : before])
            if key in self._by_words:
                return self._by_words[key], before - length
        return None

    def __contains__(self, word: str) -> bool:
        return (word,) in self._by_words


def table_of(lexicon: Lexicon, name: str, lang: str, value: Callable[[Entry], T]) -> WordTable[T]:
    """Return one table of the lexicon in one language, each form mapped to ``value(entry)``."""
    return WordTable((form, value(entry)) for entry in lexicon.entries(name) for form in entry.of("forms", lang))
