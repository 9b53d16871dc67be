"""The verb group around a cue, and the stretch before it that may hold its subject."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.reading import Reading

FAR: Final = 60  # tokens; a subject further from its verb is not looked for


class Group(NamedTuple):
    """The verb group that ends at a cue: where it begins and what its auxiliaries say."""

    start: int
    negated: bool = False
    yet: bool = False
    passive: bool = False  # a form of "to be" stands in it
    modal: str = ""
    infinitive: bool = False  # begins with a "to" that nothing known governs
    governor: int = -1  # the control verb before "to" ("tried to block"), already part of the group


class Clause(NamedTuple):
    """What stands before a verb group: ``start:end`` is where its subject would be, ``boundary`` the token before."""

    start: int
    end: int
    boundary: int


def verb_group(reading: Reading, index: int) -> Group:
    """Return the verb group whose main verb begins at ``index``."""
    start, negated, yet, passive, modal, governor = index, False, False, False, "", -1
    while start > 0:
        at = start - 1
        if at in reading.name_at and not reading.is_time(at):
            break
        word = reading.word(at)
        if word == "to" and reading.grammar.lang == "en":
            control = _control(reading, at)
            if control < 0:
                return Group(start, negated, yet, passive, modal, infinitive=True)
            start, governor = control, control
            continue
        if not _in_group(reading, at, start):
            break
        negated ^= reading.is_("negations", at) and not reading.is_("not yet", at)
        yet |= reading.is_("not yet", at)
        passive |= reading.is_("be", at)
        modal = modal or (word if reading.is_("modals", at) else "")
        start = at
    return Group(start, negated, yet, passive, modal, governor=governor)


def _in_group(reading: Reading, at: int, start: int) -> bool:
    if any(reading.is_(name, at) for name in ("be", "auxiliaries", "modals", "negations", "not yet")):
        return True
    if reading.is_adverb(at) or reading.is_time(at):
        return True
    if reading.is_("time prepositions", at) and reading.is_time(at + 1):
        return True
    return reading.word(at).isdigit() and reading.is_time(at - 1) and at + 1 == start


def _control(reading: Reading, to: int) -> int:
    """Return the token index of a control verb right before "to", or -1."""
    at = to - 1
    while at > 0 and (
        reading.is_adverb(at)
        or reading.is_time(at)
        or (reading.is_("time prepositions", at) and reading.is_time(at + 1))
    ):
        at -= 1
    return at if reading.is_("controls", at) else -1


def clause_before(reading: Reading, end: int) -> Clause:
    """Return the stretch before a verb group that may hold its subject."""
    at = end
    lowest = max(0, end - FAR)
    while at > lowest:
        word = reading.word(at - 1)
        if word == ")":
            at = _opening(reading, at - 1, lowest)
            continue
        if _bounds(reading, at - 1, word):
            return Clause(at, end, at - 1)
        at -= 1
    return Clause(at, end, at - 1)


def _opening(reading: Reading, at: int, lowest: int) -> int:
    index = at
    while index > lowest and reading.word(index) != "(":
        index -= 1
    return index if reading.word(index) == "(" else at


def _bounds(reading: Reading, index: int, word: str) -> bool:
    if reading.is_break(index):
        return True
    if index in reading.name_at:
        return False
    if reading.is_verbal(index) or reading.is_("relatives", index):
        return True
    return reading.is_("subordinators", index) and not (word == "as" and reading.word(index + 1) in ("well", "part"))
