"""A noun that no list holds, where the shape of its phrase shows that the number counts it: "120 oil tankers"."""

from __future__ import annotations

from typing import Final

from rules.extract.numbers import Number
from rules.extract.view import SentenceView, ends_phrase
from rules.unitwords import singular

_REACH: Final = 4  # words from the number to the noun: "26 new oil tankers"
_SHORTEST: Final = 4
_NO_PLURALS: Final = ("ss", "us", "is", "'s", "’s", "ous")
_NO_NOUNS: Final = frozenset(
    {"towards", "perhaps", "besides", "always", "sometimes", "afterwards", "nowadays", "indoors", "outdoors", "across"}
)
_PEOPLE_ENDINGS: Final = ("er", "or", "ist", "ant", "ent", "ee", "ian", "man", "woman", "goer", "mate")
_IRREGULAR: Final = frozenset({"men", "women", "children"})


def open_noun(view: SentenceView, number: Number) -> tuple[str, int] | None:
    """Return the singular of the plural noun that the number's phrase is built on, and its token; English only."""
    if view.document.lang != "en" or number.high <= 1:
        return None
    text = view.document.text
    for index in range(number.last, min(len(view.words), number.last + _REACH)):
        word = view.words[index]
        if not word[0].isalpha() or ends_phrase(view, index):
            return None
        if _is_plural(word) and text[view.starts[index]].islower():
            return singular(word), index
    return None


def names_people(noun: str) -> bool:
    """Tell by its ending that a noun stands for people: "worshipper", "patient", "nurse" not."""
    return noun.endswith(_PEOPLE_ENDINGS) or noun in _IRREGULAR


def _is_plural(word: str) -> bool:
    if word in _IRREGULAR:
        return True
    return len(word) >= _SHORTEST and word[-1] == "s" and not word.endswith(_NO_PLURALS) and word not in _NO_NOUNS
