"""What a stance is tied to: the verbatim condition of a clause."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.gazetteer import Mark
from rules.extract.reading import QUOTES, Reading
from rules.extract.stand import Stand
from rules.extract.wordclasses import (
    AUXILIARIES,
    BE,
    BREAK,
    CAPITAL,
    COMMA,
    COMMITMENTS,
    CONCESSIONS,
    COORDINATORS,
    DELAYS,
    DETERMINERS,
    GERUND,
    HE,
    MODALS,
    NAMED,
    PARTICIPLE,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SAYING,
    TIMES,
    WE,
)
from rules.model import Stance

_CLAUSE: Final = 9  # tokens in which a clause shows its verb
_FRONTED: Final = frozenset({"only", "not"})  # with these a condition that opens the sentence turns its clause round
_LONGEST: Final = 45  # tokens of a condition
_BESIDE: Final = 2  # tokens between a promise of one word and a plain "if"
_FAR: Final = 40  # tokens between a stance and its condition
_INVERTED: Final = ("should", "were", "had")


class Condition(NamedTuple):
    """The words of a condition at ``start:end``; a strong one makes any stance conditional."""

    start: int
    end: int
    strong: bool


def conditions(reading: Reading) -> list[Condition]:
    """Return the conditions of a sentence in reading order."""
    found: list[Condition] = []
    if reading.lowers[0] in _INVERTED and reading.texts[reading.size - 1] != "?":
        found.append(Condition(0, _end(reading, 0, 1), strong=reading.lowers[0] == "should"))  # "Should the talks fail"
    for index, mark in sorted(reading.conditions.items()):
        if (found and index < found[-1].end) or _is_verb(reading, index, mark) or _is_term(reading, index):
            continue
        if mark.entry.kind == "split":
            tie = _tie(reading, reading.at(mark.end))
            if tie:
                found.append(Condition(tie, _end(reading, tie, tie + 1), strong=True))
            continue
        end = _end(reading, index, reading.at(mark.end))
        index += reading.bits[index] & COORDINATORS != 0  # "but only if" is tied by "only if"
        if end > reading.at(mark.end) or mark.entry.kind == "strong":
            found.append(Condition(index, end, mark.entry.kind == "strong"))
    return found


def _is_verb(reading: Reading, index: int, mark: Mark) -> bool:
    # "provided the costs are shared" opens a clause behind a comma, or where the clause has its verb already.
    alone = reading.at(mark.end) == index + 1
    if not alone or not reading.bits[index] & (PARTICIPLE | GERUND) or reading.bits[index - 1] & COMMA:
        return False
    before = range(max(0, index - _CLAUSE), index)
    has_verb = any(reading.bits[at] & MODALS for at in before)
    is_subject = reading.bits[index - 1] & (NAMED | RELATIVES | COORDINATORS | BE | AUXILIARIES | HE | WE)
    joined = has_verb and not (is_subject and not reading.bits[index - 1] & NAMED)
    return not (joined and not reading.bits[index + 1] & PREPOSITIONS)


def _is_term(reading: Reading, index: int) -> bool:
    """Tell a date from a condition: "until 2028", "until Friday"."""
    behind = reading.bits[index + 1]
    is_date = behind & TIMES or reading.lowers[index + 1].isdigit()
    return bool(reading.bits[index] & DELAYS and is_date)


def _tie(reading: Reading, start: int) -> int:
    """Return where the condition begins that "would only" looks forward to, or 0: "would only sign after ..."."""
    for at in range(start + 1, min(reading.size, start + _FAR)):
        if reading.bits[at] & (COMMA | RELATIVES | SAYING):
            return 0
        if reading.grammar.has("ties", reading.lowers[at]):
            return at
    return 0


def _end(reading: Reading, start: int, after: int) -> int:
    index = after
    quoted = start > 0 and reading.bits[start - 1] & QUOTE
    opens = start == 0 and reading.lowers[0] in _FRONTED
    while index < reading.size and index - start < _LONGEST:
        sign = reading.texts[index]
        if sign in QUOTES and (quoted or index > after + 1):
            break
        if sign in ",;:—–" or (sign in ".!?" and index >= reading.size - 2):
            break
        if reading.bits[index] & COORDINATORS and reading.lowers[index] == "but":
            break
        if start == 0 and reading.lowers[index] == "there" and reading.bits[index + 1] & (BE | MODALS):
            break  # "Without a ceasefire there will be no elections"
        if opens and index > after + 1 and reading.bits[index] & MODALS and _subject_behind(reading, index + 1):
            break  # "Only if Israel withdraws will Lebanon sign"
        index += 1
    while index > after and reading.bits[index - 1] & PUNCTUATION and reading.texts[index - 1] not in ')%”"»':
        index -= 1
    return index


def _subject_behind(reading: Reading, at: int) -> bool:
    return bool(reading.bits[at] & (NAMED | DETERMINERS | HE | WE | CAPITAL))


def condition_of(reading: Reading, stand: Stand, found: list[Condition]) -> Condition | None:
    """Return the condition that a stance is tied to: the next one behind it, or one that opens its clause."""
    for each in found:
        if each.start >= stand.start and each.start - stand.end <= _FAR and _reaches(reading, stand, each):
            return each if each.strong or _may_hang(reading, stand, each) else None
        if each.end <= stand.start and _leads(reading, each, stand.start):
            return each if each.strong or _may_hang(reading, stand, each) else None
    return None


def _reaches(reading: Reading, stand: Stand, each: Condition) -> bool:
    """No other finite clause stands between a stance and its condition."""
    between = range(max(stand.end, stand.cue + 1), each.start)
    return not any(
        (reading.bits[at] & SAYING and not reading.bits[at] & GERUND)
        or reading.texts[at] in ";"
        or reading.bits[at] & CONCESSIONS
        or (reading.bits[at] & RELATIVES and not stand.group.modal)
        for at in between
    )


def _may_hang(reading: Reading, stand: Stand, each: Condition) -> bool:
    # A plain "if" counts behind a promise, a readiness or a refusal; "until" only behind a negation.
    if reading.bits[each.start] & DELAYS:
        return stand.group.negated or stand.stance is Stance.OPPOSE
    committed = bool(stand.group.modal) or any(
        reading.bits[at] & COMMITMENTS for at in range(stand.group.start, stand.cue + 1)
    )
    return committed and stand.stance is not Stance.UNDECIDED


def _leads(reading: Reading, each: Condition, start: int) -> bool:
    # The condition opens the sentence or the quotation, and its clause ends in a comma.
    if each.end >= reading.size or not (reading.bits[each.end] & COMMA or reading.lowers[each.end] == "there"):
        return False
    opens = each.start == 0 or reading.bits[each.start - 1] & (BREAK | RELATIVES)
    opens = opens or reading.bits[each.start - 1] & (COORDINATORS | COMMA)
    return bool(opens and start - each.end < _FAR)
