"""Whose stance a verb tells: its subject, whoever a participle hangs on, or who says what should be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Clause, Group
from rules.extract.frames import Complement
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.phrases import phrase_start
from rules.extract.possession import possessor
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.stand import Stand, with_subject
from rules.extract.subjects import in_quotation, main_subject, subjects
from rules.extract.verbs import clause_before, verb_group
from rules.extract.wordclasses import (
    ADVERB,
    AUXILIARIES,
    BE,
    BREAK,
    COMMA,
    COMMISSIVES,
    COORDINATORS,
    DEMONSTRATIVES,
    DOUBTS,
    GERUND,
    HE,
    IT,
    NAMED,
    NEGATIONS,
    OFFICE,
    PRESCRIPTIONS,
    PROMISES,
    QUOTE,
    RELATIVES,
    SAYING,
    STANCE,
    STATES_OF_THINGS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
    WE,
)
from rules.model import Confidence, Stance

_OBLIGED: Final = ("state", "organisation", "institution", "party", "armed_group", "person")


def subject_of(reading: Reading, index: int, group: Group) -> tuple[Holder, ...]:
    """Return whose stance the verb at ``index`` tells."""
    if group.modal and reading.grammar.has("prescriptions", group.modal):
        return _prescriber(reading, group)
    if reading.bits[index] & GERUND and not group.passive and not group.modal:
        return _participle_subject(reading, index)
    return subjects(reading, index)


def _prescriber(reading: Reading, group: Group) -> tuple[Holder, ...]:
    # "X argued that the US should stay": the stance is that of X.
    clause = clause_before(reading, group.start)
    at = clause.boundary
    while at >= 0 and reading.bits[at] & RELATIVES:
        at -= 1
    return subjects(reading, at) if at >= 0 and reading.bits[at] & SAYING else ()


def _participle_subject(reading: Reading, index: int) -> tuple[Holder, ...]:
    before = index - 1
    while before > 0 and reading.bits[before] & TIMES:
        before -= 1
    if before < index - 1 and reading.bits[before] & TIME_PREPOSITIONS:
        index = before
        before -= 1
    if before >= 0 and not reading.bits[before] & COMMA:
        start = phrase_start(reading, index)
        head = reading.lowers[before]
        if head in reading.grammar.head("document"):
            return _author(reading, start, before) or main_subject(reading, start)
        if head in reading.grammar.head("collective") or reading.bits[before] & NAMED:
            found = holders_in(reading, start, before + 1)
            if found:
                return found
    return main_subject(reading, index)


def _author(reading: Reading, start: int, noun: int) -> tuple[Holder, ...]:
    """Whose letter or resolution it is that calls for something."""
    held, _ = possessor(reading, noun)
    if held:
        return held
    names = [at for at in range(start, noun) if reading.bits[at] & NAMED]
    return holders_in(reading, reading.name_start(names[0]), reading.name_end(names[-1])) if names else ()


def prescriptions(reading: Reading, known: set[int]) -> Iterator[Stand]:
    """Yield what a speaker says should be done: it is for that, though no word of stance says so."""
    if not reading.holds(PRESCRIPTIONS):
        return
    for at in range(reading.size):
        if reading.bits[at] & (PRESCRIPTIONS | NAMED) != PRESCRIPTIONS or at in known:
            continue
        clause = clause_before(reading, at)
        saying = clause.boundary
        while saying >= 0 and reading.bits[saying] & RELATIVES:
            saying -= 1
        if clause.start >= at or reading.bits[at - 1] & DEMONSTRATIVES:
            continue
        if saying >= 0 and reading.bits[saying] & SAYING:
            stand = _prescription(reading, at, clause.start, saying)
        else:
            stand = _told_behind(reading, at, clause)
        if stand is not None and not reading.bits[at + 1] & STANCE:
            yield stand


def _told_behind(reading: Reading, at: int, clause: Clause) -> Stand | None:
    """Return what should be done by the words of somebody who is named behind them ("Congress must act," X said)."""
    opens = clause.boundary < 0 or reading.bits[clause.boundary] & QUOTE
    if not opens or not (in_quotation(reading, at) or any(each > at for each in reading.sayings)):
        return None
    holders = holders_in(reading, clause.start, at)
    if not any(each.kind in _OBLIGED for each in holders) or reading.bits[at + 1] & (AUXILIARIES | BE):
        return None
    about = Complement(clause.start, reach(reading, at + 1, clause=True), "that")
    if about.end <= at + 2:
        return None
    negated = (reading.bits[at] | reading.bits[at + 1]) & NEGATIONS != 0
    stance = Stance.OPPOSE if negated else Stance.SUPPORT
    reason = "says what should be done"
    return Stand(at, stance, (), about, clause.start, about.end, Confidence.LOW, reason, Group(at), speaker=True)


def refusals(reading: Reading, known: set[int]) -> Iterator[Stand]:
    """Yield what somebody says outright that it will not do ("said it would not attend the talks")."""
    if not (reading.holds(COMMISSIVES) and reading.holds(NEGATIONS)):
        return
    for at in range(reading.size):
        if reading.bits[at] & COMMISSIVES and not reading.bits[at] & NAMED:
            stand = _refusal(reading, at)
            if stand is not None and stand.group.start not in known:
                yield stand


def _refusal(reading: Reading, at: int) -> Stand | None:
    verb = at + 1
    while reading.bits[verb] & (NEGATIONS | ADVERB):
        verb += 1
    negated = reading.bits[at] & NEGATIONS or any(reading.bits[each] & NEGATIONS for each in range(at, verb))
    idle = reading.bits[verb] & (STANCE | VERBAL | STATES_OF_THINGS)
    if not negated or idle or not reading.lowers[verb].isalpha() or reading.bits[verb] & NAMED:
        return None
    group = verb_group(reading, verb)
    clause = clause_before(reading, group.start)
    said = clause.boundary >= 0 and reading.bits[clause.boundary] & (SAYING | RELATIVES)
    outright = reading.bits[at] & PROMISES and not said and _opens(reading, clause)
    if not (said or outright) or reading.bits[clause.boundary] & DOUBTS:
        return None
    holders = tuple(each for each in subjects(reading, at) if each.kind not in ("unknown", "group", "region"))
    if outright and reading.lowers[at].startswith("would"):
        return None
    about = Complement(verb, reach(reading, verb), "to")
    if not holders or about.end <= verb + 1:
        return None
    start = with_subject(reading, group.start, holders)
    return Stand(
        verb, Stance.OPPOSE, holders, about, start, about.end, Confidence.LOW, "says what it will not do", group
    )


def _opens(reading: Reading, clause: Clause) -> bool:
    """Tell a clause of its own: it begins the sentence or stands behind a break, a comma or a conjunction."""
    boundary = clause.boundary
    if boundary < 0 or reading.bits[boundary] & (BREAK | COMMA | COORDINATORS):
        return True
    return any(reading.bits[at] & COORDINATORS for at in range(clause.start, clause.end))


def _acts(reading: Reading, start: int, end: int) -> bool:
    """Tell whether somebody identifiable is told to act, not some thing or other."""
    pronoun = reading.bits[end - 1] & (HE | IT | THEY | WE)
    office = reading.bits[end - 1] & OFFICE
    return bool(pronoun or office or any(holder.kind != "unknown" for holder in holders_in(reading, start, end)))


def _prescription(reading: Reading, at: int, start: int, saying: int) -> Stand | None:
    holders = tuple(each for each in subjects(reading, saying) if each.kind not in ("unknown", "group"))
    group = verb_group(reading, saying)
    negated = (reading.bits[at] | reading.bits[at + 1]) & NEGATIONS != 0
    about = Complement(start, reach(reading, at + 1, clause=True), "that")
    demands = reading.sayings[saying].entry.text("demand")
    if not holders or group.passive or about.end <= at + 2 or not (demands or _acts(reading, start, at)):
        return None
    stance = Stance.OPPOSE if negated != group.negated else Stance.SUPPORT
    return Stand(at, stance, holders, about, group.start, about.end, Confidence.LOW, "says what should be done", group)
