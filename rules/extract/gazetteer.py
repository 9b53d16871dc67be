"""One multi-pattern automaton per language over every name and cue of the lexicon.

Patterns and text are folded alike and carry a blank on both sides, so a hit is always made of whole words; the case
that the lexicon writes is checked on the original: "US" is the country, "us" never is, "German" needs its capital.
"""

from __future__ import annotations

from typing import NamedTuple

import ahocorasick_rs

from rules.text import fold
from rules.vocabulary import Form, Lexicon


class Hit(NamedTuple):
    """A form of the lexicon found in the text at ``start:end``."""

    start: int
    end: int
    form: Form


# How a form's case is held against the text: as it comes, a capital at its beginning, capitals throughout.
_ANY_CASE, _CAPITAL, _CAPITALS = range(3)


class Gazetteer:
    """Finds all names and cues of one language in a text, in one pass."""

    def __init__(self, lexicon: Lexicon, lang: str) -> None:
        by_key: dict[str, list[tuple[Form, int, int]]] = {}
        for layer in ("names", "cues"):
            for form in lexicon.forms(lang, layer):
                key = fold(form.text).strip()
                if key:
                    by_key.setdefault(f" {key} ", []).append((form, _case_of(form.text), len(form.text)))
        self._forms = tuple(tuple(forms) for forms in by_key.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(by_key),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, text: str) -> list[Hit]:
        """Return every hit whose case fits, in reading order, the longest of one place first; hits may overlap."""
        forms = self._forms
        found: list[Hit] = []
        for pattern, start, end in self._automaton.find_matches_as_indexes(f" {fold(text)} ", overlapping=True):
            for form, case, length in forms[pattern]:
                if case == _CAPITAL:
                    if text[start].islower():
                        continue
                elif case == _CAPITALS and not text[start : start + length].isupper():
                    continue
                found.append(Hit(start, end - 2, form))
        found.sort(key=_reading_order)
        return found


def gazetteer(lexicon: Lexicon, lang: str) -> Gazetteer:
    """Return the language's gazetteer, built once per lexicon."""
    return lexicon.derive(("gazetteer", lang), lambda lex: Gazetteer(lex, lang))


def _case_of(form: str) -> int:
    if not form[0].isupper():
        return _ANY_CASE
    return _CAPITALS if len(form) > 1 and form.isupper() else _CAPITAL


def _reading_order(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end
