"""One multi-pattern automaton per language over every name and cue of the lexicon.

Patterns and text are folded alike and carry a blank on both sides, so a hit is always made of whole words; the case
that the lexicon writes is checked on the original: "US" is the country, "us" never is, "German" needs its capital.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import ahocorasick_rs

from rules.text import fold
from rules.vocabulary import Form, Lexicon


class Hit(NamedTuple):
    """A form of the lexicon found in the text at ``start:end``."""

    start: int
    end: int
    form: Form


class Gazetteer:
    """Finds all names and cues of one language in a text, in one pass."""

    def __init__(self, lexicon: Lexicon, lang: str) -> None:
        by_key: dict[str, list[Form]] = {}
        for layer in ("names", "cues"):
            for form in lexicon.forms(lang, layer):
                key = fold(form.text).strip()
                if key:
                    by_key.setdefault(f" {key} ", []).append(form)
        self._forms = tuple(tuple(forms) for forms in by_key.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(by_key),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every hit whose case fits, ordered by end; hits of several forms may overlap."""
        forms = self._forms
        folded = f" {fold(text)} "
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            last = end - 2
            for form in forms[pattern]:
                if _case_fits(form.text, text, start):
                    yield Hit(start, last, form)


def gazetteer(lexicon: Lexicon, lang: str) -> Gazetteer:
    """Return the language's gazetteer, built once per lexicon."""
    return lexicon.derive(("gazetteer", lang), lambda lex: Gazetteer(lex, lang))


def _case_fits(form: str, text: str, start: int) -> bool:
    if not form[0].isupper():
        return True
    if len(form) > 1 and form.isupper():
        return text[start : start + len(form)].isupper()
    return not text[start].islower()
