"""One multi-pattern automaton per language over every name and cue of the lexicon.

Patterns and text are folded alike and carry a blank on both sides, so a hit is always made of whole words; the case
that the lexicon writes is checked on the original: "US" is the country, "us" never is, "German" needs its capital.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Final, NamedTuple

import ahocorasick_rs

from rules.lexiconfile import Entry
from rules.text import Span, fold
from rules.vocabulary import Form, Lexicon


class Mark(NamedTuple):
    """A cue of the lexicon found in the text."""

    start: int
    end: int
    entry: Entry
    role: str


class Known(NamedTuple):
    """A name of the lexicon found in the text, of all that begin at one place the longest first."""

    start: int
    end: int
    form: Form


class Hits(NamedTuple):
    """What the lexicon knows of a text, in reading order.

    Names and titles may overlap. ``marks`` are the cues by table; where cues of one table overlap the longest is kept.
    """

    names: list[Known]
    titles: list[Span]
    marks: dict[str, list[Mark]]


# How a form's case is held against the text: as it comes, a capital at its beginning, capitals throughout.
_ANY_CASE, _CAPITAL, _CAPITALS = range(3)
_ARTICLE: Final = "the "
_start = itemgetter(1)
_make = tuple.__new__  # half the cost of calling the class, and hits are many


class _Reading(NamedTuple):
    """One of the forms that are written alike when folded."""

    case: int
    length: int
    skipped: int  # characters of an article that is no part of the name: "the West" or "the West Bank"
    table: str  # of a cue; empty for a name
    entry: Entry
    role: str
    form: Form


class Gazetteer:
    """Finds all names and cues of one language in a text, in one pass."""

    def __init__(self, lexicon: Lexicon, lang: str) -> None:
        by_key: dict[str, list[_Reading]] = {}
        for layer in ("names", "cues"):
            for form in lexicon.forms(lang, layer):
                key = fold(form.text).strip()
                if key:
                    by_key.setdefault(f" {key} ", []).append(_reading(form))
        self._readings = tuple(tuple(readings) for readings in by_key.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(by_key),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )

    def find(self, text: str) -> Hits:
        """Return every hit whose case fits."""
        names: list[Known] = []
        titles: list[Span] = []
        marks: dict[str, list[Mark]] = {}
        is_shifted = False
        readings = self._readings
        found = self._automaton.find_matches_as_indexes(f" {fold(text)} ", overlapping=True)
        found.reverse()  # they come by their ends: turned round and sorted by their starts, the longest comes first
        found.sort(key=_start)
        for pattern, start, end in found:
            end -= 2  # the blanks around it
            for case, length, skipped, table, entry, role, form in readings[pattern]:
                if case and (text[start].islower() if case == _CAPITAL else not text[start : start + length].isupper()):
                    continue
                if not table:
                    names.append(_make(Known, (start + skipped, end, form)))
                    is_shifted = is_shifted or skipped > 0
                    continue
                if table == "titles":
                    titles.append(Span(start, end))
                known = marks.get(table)
                if known is None:
                    marks[table] = [_make(Mark, (start, end, entry, role))]
                    continue
                last = known[-1]
                if start >= last.end or (start == last.start and end == last.end):
                    known.append(_make(Mark, (start, end, entry, role)))
        if is_shifted:
            names.sort(key=_reading_order)
        return Hits(names, titles, marks)


def gazetteer(lexicon: Lexicon, lang: str) -> Gazetteer:
    """Return the language's gazetteer, built once per lexicon."""
    return lexicon.derive(("gazetteer", lang), lambda lex: Gazetteer(lex, lang))


def _reading(form: Form) -> _Reading:
    is_name = form.entry.layer == "names"
    skipped = len(_ARTICLE) if is_name and form.text.startswith(_ARTICLE) else 0
    table = "" if is_name else form.entry.table
    return _Reading(_case_of(form.text), len(form.text), skipped, table, form.entry, form.role, form)


def _case_of(form: str) -> int:
    if not form[0].isupper():
        return _ANY_CASE
    return _CAPITALS if len(form) > 1 and form.isupper() else _CAPITAL


def _reading_order(name: Known) -> tuple[int, int]:
    return name.start, -name.end
