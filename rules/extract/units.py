"""What a number counts: the noun that the number's phrase is built on, read off the unit table."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.numbers import Number
from rules.extract.opennouns import open_noun
from rules.extract.view import SentenceView, closed_class
from rules.extract.wordtable import WordTable, table_of
from rules.lexiconfile import Entry
from rules.unitwords import unit_name
from rules.vocabulary import Lexicon


class Unit(NamedTuple):
    """A unit of measure: canonical name, class (see units.yaml), and the deed that it implies ("fatalities")."""

    name: str
    kind: str
    harm: str | None


class Counted(NamedTuple):
    """What a number counts and the tokens ``first:last`` of the phrase, from the number to the noun.

    ``taken_up``: the number has no noun of its own, the figure before it has.
    """

    unit: Unit
    first: int
    last: int
    noun: int
    taken_up: bool = False


MONEY: Final = "money"
PERCENT: Final = "percent"
NEVER: Final = "never"
IDLE: Final = "idle"  # counts nothing of policy by itself
PRIVATE: Final = "private"  # people who are no business of policy by themselves
OPEN: Final = "open"  # a noun that no list holds
_REACH: Final = 7  # tokens from a number to its noun: "70 specially trained special operations soldiers"
_STRONG: Final = frozenset({"strong", "köpfige", "köpfigen", "starke", "starken", "man"})


_NATIONALS: Final = Unit("person", "nationals", None)  # "10,000 Syrians"


class UnitTables(NamedTuple):
    """The unit words of one language."""

    units: WordTable[Unit]
    breaks: WordTable[str]


def unit_tables(lexicon: Lexicon, lang: str) -> UnitTables:
    """Return the language's unit words, built once per lexicon."""
    return lexicon.derive(
        ("units", lang),
        lambda lex: UnitTables(
            units=WordTable(
                (form, _unit(entry, form if lang == "en" else ""))
                for entry in lex.entries("units")
                for form in entry.of("forms", lang)
            ),
            breaks=table_of(lex, "noun_breaks", lang, lambda entry: entry.name),
        ),
    )


def _unit(entry: Entry, form: str) -> Unit:
    name = entry.text("unit") or (unit_name(entry, form) if form else entry.name)
    return Unit(name, entry.text("class") or NEVER, entry.text("harm"))


def money_or_percent(unit: str) -> Unit:
    """Return the unit that a currency sign or a percent sign stands for."""
    return Unit(unit, PERCENT if unit == PERCENT else MONEY, None)


def find_unit(view: SentenceView, number: Number, tables: UnitTables) -> Counted | None:
    """Return what the number counts (``NEVER`` kinds included), or None where the text does not say it right there."""
    if number.unit:  # the sign says it
        return Counted(money_or_percent(number.unit), number.first, number.last, number.last - 1)
    at = number.last
    words = view.words
    if at + 1 < len(words) and words[at] in "-–" and view.starts[at] == view.end(at - 1):
        return _hyphenated(view, number, tables)
    if _is_taken_up(view, at):
        return None
    people = [(placed.first, placed.last) for placed in view.names if placed.name.role == "people"]
    for index in range(at, min(len(words), at + _REACH)):
        found = tables.units.starting(words, index) or _hyphened(view, index, tables)
        if found:
            unit, last = found
            if unit.harm and index > at and tables.breaks.starting(words, index - 1):
                return None  # "eight co-workers and wounded another"
            return _compound(view, Counted(unit, number.first, last, index), tables)
        nation = next((last for first, last in people if first == index), None)
        if nation is not None and not _noun_follows(view, nation, tables):
            return Counted(_NATIONALS, number.first, nation, index)
        if not _may_stand_inside(view, index, tables):
            break
    opened = open_noun(view, number)
    return Counted(Unit(opened[0], OPEN, None), number.first, opened[1] + 1, opened[1]) if opened else None


def _hyphened(view: SentenceView, index: int, tables: UnitTables) -> tuple[Unit, int] | None:
    """Read the last part of a German compound: "Caesar-Haubitzen"."""
    word = view.words[index]
    if view.document.lang != "de" or "-" not in word.strip("-"):
        return None
    found = tables.units.starting([word.rpartition("-")[2]], 0)
    return (found[0], index + 1) if found else None


def _compound(view: SentenceView, counted: Counted, tables: UnitTables) -> Counted:
    """Take the last noun of a compound for its head: "23 wounded servicemen", "781 civilian staff"."""
    while counted.unit.kind in (IDLE, PRIVATE) or (
        counted.unit.kind != NEVER and (counted.unit.harm or view.words[counted.last - 1][-1:] != "s")
    ):
        found = tables.units.starting(view.words, counted.last)
        if found is None or view.document.lang != "en" or found[0].harm:
            break
        unit = found[0]._replace(harm=counted.unit.harm) if found[0].kind == "people" else found[0]
        counted = Counted(unit, counted.first, found[1], counted.last)
    return counted


def _is_taken_up(view: SentenceView, at: int) -> bool:
    """Whether the noun stands before: "11 others wounded", "12 of them children"."""
    lexicon, lang = view.document.lexicon, view.document.lang
    if closed_class(lexicon, lang, "partition").starting(view.words, at):
        return True
    return closed_class(lexicon, lang, "others").starting(view.words, at) is not None


def _hyphenated(view: SentenceView, number: Number, tables: UnitTables) -> Counted | None:
    """Read "5,000-strong force", and leave "21-member", "19-year-old", "15-meter" alone."""
    at = number.last + 1
    if view.words[at] not in _STRONG:
        return Counted(Unit("", NEVER, None), number.first, number.last, number.last - 1)
    for index in range(at, min(len(view.words), at + 6)):
        found = tables.units.starting(view.words, index)
        if found and found[0].kind != NEVER:
            return Counted(found[0], number.first, found[1], index)
    return None


def _noun_follows(view: SentenceView, at: int, tables: UnitTables) -> bool:
    """Whether a known noun comes right behind "Syrian", which then only says whose they are."""
    return any(
        (found := tables.units.starting(view.words, index)) is not None and found[0].kind != NEVER
        for index in range(at, min(len(view.words), at + 3))
        if all(_may_stand_inside(view, between, tables) for between in range(at, index))
    )


def _may_stand_inside(view: SentenceView, index: int, tables: UnitTables) -> bool:
    word = view.words[index]
    stop = tables.breaks.starting(view.words, index)
    is_glued = index > 0 and view.starts[index] == view.end(index - 1)
    if stop is not None and not (is_glued and view.words[index - 1][0].isdigit()):  # the "A" of "M1A1"
        if stop[0] == "stop":
            return False
        following = tables.units.starting(view.words, index + 1)
        if stop[0] == "joins":
            return following is None or following[0].kind != NEVER
        return index + 1 < len(view.words)
    if word[0].isdigit():  # "66 F-16 fighter jets" and "18 Leopard 2 tanks", but not the next number
        return is_glued or view.document.text[view.starts[index - 1]].isupper()
    return word[0].isalpha() or word in "-.'’\"“”"
