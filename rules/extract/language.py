"""Which language a text is in, by a vote of the commonest words.

A vote of function words over the first two thousand characters decides among the five languages that the lexicon
knows, in well under a millisecond and without a model. py3langid brings numpy, lingua some hundred megabytes of models,
and langdetect is unmaintained and random; all of them tell apart fifty languages that we have no words for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rules.text import fold
from rules.vocabulary import Lexicon

DEFAULT: Final = "en"
_SAMPLE: Final = 2000
_LETTERS: Final = {"uk": "іїєґ", "ru": "ыэъё"}  # letters that the other of the two does not have
_CYRILLIC: Final = re.compile("[а-я]")
_PLAIN_CYRILLIC: Final = 0.2


def detect_language(text: str, lexicon: Lexicon) -> str:
    """Return the language with the most function words in the text's beginning; English when none speaks."""
    words = lexicon.derive("function words", _function_words)
    sample = fold(text[:_SAMPLE])
    votes: dict[str, float] = dict.fromkeys(lexicon.derive("languages", _languages), 0.0)
    for word in sample.split():
        for lang in words.get(word, ()):
            votes[lang] += 1 / len(words[word])
    if not sample.isascii():
        for lang, letters in _LETTERS.items():
            if lang in votes:
                votes[lang] += sum(sample.count(letter) for letter in letters) / 4
        if "ru" in votes and _CYRILLIC.search(sample):
            votes["ru"] += _PLAIN_CYRILLIC  # no Ukrainian sentence of any length does without its own letters
    best = max(votes, key=lambda lang: votes[lang], default=DEFAULT)
    return best if votes.get(best) else DEFAULT


def known_language(lang: str | None, text: str, lexicon: Lexicon) -> str:
    """Return the language to read the text in: the tag's primary part if we know it, else what the text looks like."""
    primary = (lang or "").strip().lower().replace("_", "-").split("-")[0]
    if primary in lexicon.derive("languages", _languages):
        return primary
    return detect_language(text, lexicon)


def _languages(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(entry.name for entry in lexicon.entries("function_words"))


def _function_words(lexicon: Lexicon) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in lexicon.entries("function_words"):
        for word in entry.of("forms", entry.name):
            found[word] = (*found.get(word, ()), entry.name)
    return found
