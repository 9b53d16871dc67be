"""Promises and threats that are nothing but conditional: "will strike unless ...", "will retaliate if ..."."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.complements import Complement
from rules.extract.conditions import Condition
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.stand import Stand, with_subject
from rules.extract.subjects import in_quotation, subjects
from rules.extract.verbs import clause_before, saying_before, verb_group
from rules.extract.wordclasses import (
    ADVERB,
    BE,
    BREAK,
    COMMA,
    COMMITMENTS,
    COORDINATORS,
    DETERMINERS,
    DOUBTS,
    FORECASTS,
    HE,
    MODALS,
    NAMED,
    NEGATIONS,
    PARTICIPLE,
    PREPOSITIONS,
    PRESCRIPTIONS,
    PROMISES,
    RELATIVES,
    STATES_OF_THINGS,
    WE,
)
from rules.model import Confidence, Stance

_BESIDE: Final = 2  # tokens between a promise of one word and a plain "if"
_TIED: Final = frozenset({"conditional", "contingent", "dependent", "conditioned", "subject"})
_TO_MAKE: Final = 12  # tokens between "made" and "conditional on"
_FAR: Final = 40  # tokens between a promise and its condition
_KNOWN: Final = frozenset(
    {"unknown", "state", "organisation", "institution", "armed_group", "party", "group", "person", "territory"}
)


def promises(reading: Reading, found: list[Condition], taken: set[int]) -> Iterator[tuple[Stand, Condition]]:
    """Yield what somebody will do under a condition, where no word of stance says so ("will strike unless ...")."""
    for each in found:
        if each.start in taken:
            continue
        stand = _made_conditional(reading, each) or _promise(reading, each)
        if stand is not None:
            yield stand, each


def _promise(reading: Reading, each: Condition) -> Stand | None:
    if each.start == 0 and reading.bits[each.end] & MODALS:
        return _turned(reading, each)
    leading = reading.bits[each.end] & COMMA != 0 and (
        each.start == 0 or reading.bits[each.start - 1] & (BREAK | COORDINATORS | RELATIVES) != 0
    )
    low, high = (
        (each.end + 1, min(reading.size, each.end + _FAR)) if leading else (max(0, each.start - _FAR), each.start)
    )
    word = _commitment(reading, low, high, first=leading)
    if word < 0:
        return None
    at = word + 1
    while at < high and (reading.bits[at] & (ADVERB | NEGATIONS) or reading.lowers[at] == "to"):
        at += 1
    if reading.bits[each.start + 1] & PARTICIPLE or any(
        reading.bits[each_at] & FORECASTS for each_at in range(word, at + 1)
    ):
        return None  # "If confirmed, she will", "will likely"
    if at < high and reading.bits[at] & BE and each.strong:  # "will be hit with"
        return _threat(reading, word, at)
    if at >= high or reading.bits[at] & BE or (not each.strong and not _binds(reading, word)):
        return None
    holders = _promiser(reading, word)
    group = verb_group(reading, word)
    speaker = not holders and reading.bits[group.start - 1] & WE != 0 and in_quotation(reading, word)
    if not (holders or speaker) or not _can_promise(holders):
        return None
    if not each.strong and any(holder.reason == "pronoun" for holder in holders) and not _speaks(reading, word):
        return None
    about = Complement(at, reach(reading, at), "to")
    lone = reading.grammar.has("lone promises", reading.lowers[at])
    short = about.end == about.start + 1 and not (each.strong or lone) and abs(each.start - about.end) > _BESIDE
    if about.end <= about.start or short or (not each.strong and reading.bits[at] & STATES_OF_THINGS):
        return None
    start = with_subject(reading, group.start, holders)
    confidence = Confidence.LOW if speaker or about.end == about.start + 1 else Confidence.MEDIUM
    reason = "a promise under a condition"
    return Stand(word, Stance.CONDITIONAL, holders, about, start, about.end, confidence, reason, group, speaker)


def _made_conditional(reading: Reading, each: Condition) -> Stand | None:
    """Read what somebody ties to something: "made normalisation conditional on a Palestinian state"."""
    if reading.lowers[each.start] not in _TIED:
        return None
    for at in range(each.start - 1, max(0, each.start - _TO_MAKE), -1):
        if reading.bits[at] & (COMMA | RELATIVES | BE):
            return None
        if not reading.grammar.has("makes", reading.lowers[at]):
            continue
        holders, group = subjects(reading, at), verb_group(reading, at)
        if not holders or group.negated or not _can_promise(holders):
            return None
        start, about = with_subject(reading, group.start, holders), Complement(at + 1, each.start, "object")
        reason = "made conditional"
        return Stand(at, Stance.CONDITIONAL, holders, about, start, each.start, Confidence.MEDIUM, reason, group)
    return None


def _binds(reading: Reading, word: int) -> bool:
    """Whether a plain "if" ties the word: a promise, or what somebody says he could do ("said it could join if")."""
    if reading.bits[word] & PROMISES:
        return True
    group = verb_group(reading, word)
    return (
        bool(reading.bits[word] & MODALS) and saying_before(reading, clause_before(reading, group.start).boundary) >= 0
    )


def _turned(reading: Reading, each: Condition) -> Stand | None:
    """Read a promise whose clause is turned round: "Only if Israel withdraws will Lebanon sign a peace deal"."""
    first = each.end + 1
    while first < reading.size and not reading.bits[first] & NAMED and first - each.end <= _BESIDE:
        first += 1
    if not reading.bits[first] & NAMED:
        return None
    at = reading.name_end(first)
    holders = holders_in(reading, first, at)
    about = Complement(at, reach(reading, at), "to")
    if not holders or not _can_promise(holders) or about.end <= at:
        return None
    reason, group = "a promise under a condition", verb_group(reading, at)
    return Stand(each.end, Stance.CONDITIONAL, holders, about, 0, about.end, Confidence.MEDIUM, reason, group)


def _threat(reading: Reading, word: int, at: int) -> Stand | None:
    """Read what will be done to somebody, by the words of whoever says so: "will be hit with tariffs unless"."""
    group = verb_group(reading, word)
    clause = clause_before(reading, group.start)
    saying = saying_before(reading, clause.boundary)
    holders = subjects(reading, saying) if saying >= 0 else ()
    behind = any(index > at for index in reading.sayings) or in_quotation(reading, word)
    if not _can_promise(holders) or not (holders or (saying < 0 and behind)):
        return None
    about = Complement(clause.start, reach(reading, at, clause=True), "that")
    if reading.bits[at + 1] & (DETERMINERS | PREPOSITIONS | NAMED) or about.end <= at + 1:
        return None
    reason = "a threat under a condition"
    return Stand(
        word, Stance.CONDITIONAL, holders, about, clause.start, about.end, Confidence.LOW, reason, group,
        speaker=not holders,
    )  # fmt: skip


def _can_promise(holders: tuple[Holder, ...]) -> bool:
    return all(holder.kind in _KNOWN for holder in holders)


def _speaks(reading: Reading, word: int) -> bool:
    # The promise is made by "he", "she" or "we", or by who says it, not by an "it" that may be a thing.
    group = verb_group(reading, word)
    if reading.bits[group.start - 1] & (HE | WE):
        return True
    return saying_before(reading, clause_before(reading, group.start).boundary) >= 0


def _commitment(reading: Reading, low: int, high: int, *, first: bool) -> int:
    order = range(low, high) if first else range(high - 1, low - 1, -1)
    for at in order:
        if reading.bits[at] & COMMITMENTS and not reading.bits[at] & NAMED:
            return at
        if not first and (reading.bits[at] & RELATIVES or reading.texts[at] == ";"):
            return -1
    return -1


def _promiser(reading: Reading, word: int) -> tuple[Holder, ...]:
    if reading.bits[word] & PRESCRIPTIONS:
        at = saying_before(reading, clause_before(reading, verb_group(reading, word).start).boundary)
        return subjects(reading, at) if at >= 0 else ()
    group = verb_group(reading, word)
    clause = clause_before(reading, group.start)
    doubtful = clause.boundary >= 0 and reading.bits[clause.boundary] & DOUBTS
    if doubtful and "," not in (reading.lowers[at] for at in range(clause.start, clause.end)):
        return ()
    return subjects(reading, word)
