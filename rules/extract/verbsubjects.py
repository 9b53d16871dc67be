"""Whose stance a verb tells: its subject, whoever a participle hangs on, or who says what should be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Clause, Group
from rules.extract.complements import Complement, opens_noun_phrase
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.phrases import phrase_start
from rules.extract.possession import possessor
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.stand import Stand, names_policy, with_subject
from rules.extract.subjects import in_quotation, main_subject, subjects
from rules.extract.verbs import clause_before, saying_before, verb_group
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
    HOPES,
    IT,
    MODALS,
    NAMED,
    NEGATIONS,
    OFFICE,
    PARTICIPLE,
    POLICY,
    PRESCRIPTIONS,
    PROMISES,
    QUOTE,
    RELATIVES,
    STANCE,
    STATES_OF_THINGS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
    WE,
)
from rules.model import Confidence, Stance

_HOPED: Final = 10  # tokens between "hopes" and "will"
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
    at = saying_before(reading, clause_before(reading, group.start).boundary)
    return subjects(reading, at) if at >= 0 else ()


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
        plural = head.endswith("s") and not reading.bits[before] & (NAMED | VERBAL | TIMES)
        if plural or reading.bits[before] & RELATIVES:
            return ()  # "demonstrators protesting his election", "said that seeking asylum was"
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
        saying = saying_before(reading, clause.boundary)
        if clause.start >= at or reading.bits[at - 1] & DEMONSTRATIVES:
            continue
        told = saying >= 0
        stand = _prescription(reading, at, clause.start, saying) if told else _told_behind(reading, at, clause)
        if stand is not None and not reading.bits[at + 1] & STANCE:
            yield stand


def hopes(reading: Reading) -> Iterator[Stand]:
    """Yield what somebody hopes will become of a policy ("hoped the commission would become a reality")."""
    if not reading.holds(HOPES):
        return
    for at in range(reading.size):
        if reading.bits[at] & (HOPES | NAMED) != HOPES:
            continue
        end = next((to for to in range(at + 1, min(reading.size, at + _HOPED)) if reading.bits[to] & COMMISSIVES), at)
        about = Complement(at + 1, reach(reading, at + 1, clause=True), "object")
        named = any(reading.bits[to] & POLICY for to in range(at + 1, end))
        group = verb_group(reading, at)
        if not named or group.negated or any(reading.bits[to] & STANCE for to in range(end, about.end)):
            continue
        holders = tuple(each for each in subjects(reading, at) if each.kind not in ("unknown", "group"))
        if holders:
            start = with_subject(reading, group.start, holders)
            reason = "says what he hopes for"
            yield Stand(at, Stance.SUPPORT, holders, about, start, about.end, Confidence.LOW, reason, group)


def _told_behind(reading: Reading, at: int, clause: Clause) -> Stand | None:
    """Return what should be done by the words of somebody who is named behind them ("Congress must act," X said)."""
    opens = clause.boundary < 0 or reading.bits[clause.boundary] & QUOTE
    if not opens or not (in_quotation(reading, at) or any(each > at for each in reading.sayings)):
        return None
    holders = holders_in(reading, clause.start, at)
    policy = any(reading.bits[each] & POLICY for each in range(clause.start, at))
    negated = (reading.bits[at] | reading.bits[at + 1]) & NEGATIONS != 0
    verb = at + 1 + (reading.bits[at + 1] & NEGATIONS != 0)
    passive = policy and reading.bits[verb] & BE and reading.bits[verb + 1] & PARTICIPLE
    obliged = any(each.kind in _OBLIGED for each in holders) and not reading.bits[verb] & (AUXILIARIES | BE)
    if not (passive or obliged):
        return None
    about = Complement(clause.start, reach(reading, at + 1, clause=True), "that")
    if about.end <= at + 2:
        return None
    stance = Stance.OPPOSE if negated else Stance.SUPPORT
    reason = "says what should be done"
    return Stand(at, stance, (), about, clause.start, about.end, Confidence.LOW, reason, Group(at), speaker=True)


def refusals(reading: Reading, known: set[int]) -> Iterator[Stand]:
    """Yield what somebody says outright that it will not do ("said it would not attend the talks")."""
    headline = _headline(reading)
    if headline is not None:
        yield headline
    going = reading.holds(BE) and "going" in reading.lowers
    if not ((reading.holds(COMMISSIVES | MODALS) or going) and reading.holds(NEGATIONS)):
        return
    wanted = COMMISSIVES | MODALS | (BE if going else 0)
    for at in range(reading.size):
        if reading.bits[at] & wanted and not reading.bits[at] & NAMED:
            refused = _refusal(reading, at) if reading.bits[at] & (COMMISSIVES | BE) else None
            stand = refused or (_exclusion(reading, at) if reading.bits[at] & (COMMISSIVES | MODALS) else None)
            if stand is not None and stand.group.start not in known:
                yield stand


def _refusal(reading: Reading, at: int) -> Stand | None:
    verb = at + 1
    while reading.bits[verb] & (NEGATIONS | ADVERB):
        verb += 1
    negated = reading.bits[at] & NEGATIONS or any(reading.bits[each] & NEGATIONS for each in range(at, verb))
    if reading.bits[at] & BE and reading.lowers[verb : verb + 2] == ["going", "to"]:
        verb += 2  # "We are not going to give up our land"
    elif reading.bits[at] & BE:
        return None
    idle = reading.bits[verb] & (STANCE | VERBAL | STATES_OF_THINGS)
    if not negated or idle or not reading.lowers[verb].isalpha() or reading.bits[verb] & NAMED:
        return None
    group = verb_group(reading, verb)
    clause = clause_before(reading, group.start)
    said = clause.boundary >= 0 and (
        reading.bits[clause.boundary] & RELATIVES or saying_before(reading, clause.boundary) >= 0
    )
    outright = reading.bits[at] & PROMISES and not said and _opens(reading, clause)
    if not (said or outright) or reading.bits[clause.boundary] & DOUBTS:
        return None
    holders = tuple(each for each in subjects(reading, at) if each.kind not in ("unknown", "group", "region"))
    if outright and reading.lowers[at].startswith("would"):
        return None
    about = Complement(verb, reach(reading, verb), "to")
    speaker = not holders and reading.bits[group.start - 1] & WE != 0 and in_quotation(reading, at)
    if not (holders or speaker) or about.end <= verb:
        return None
    start = with_subject(reading, group.start, holders)
    return Stand(
        verb, Stance.OPPOSE, holders, about, start, about.end, Confidence.LOW, "says what it will not do", group,
        speaker,
    )  # fmt: skip


def _headline(reading: Reading) -> Stand | None:
    # "India not to join the bloc": a headline leaves "will" out.
    end = reading.name_end(0) if reading.bits[0] & NAMED else 0
    if not end or reading.lowers[end : end + 2] != ["not", "to"]:
        return None
    holders = holders_in(reading, 0, end)
    about = Complement(end + 2, reach(reading, end + 2), "to")
    if not holders or about.end <= about.start + 1:
        return None
    group = Group(end, negated=True)
    reason = "says what it will not do"
    return Stand(end + 2, Stance.OPPOSE, holders, about, 0, about.end, Confidence.LOW, reason, group)


def _exclusion(reading: Reading, at: int) -> Stand | None:
    # "There will be no talks", said by somebody.
    words = reading.lowers[at - 1 : at + 3] if at else []
    if words[:1] != ["there"] or words[2:] != ["be", "no"] or not opens_noun_phrase(reading, at + 3):
        return None
    about = Complement(at + 3, reach(reading, at + 3), "object")
    if about.start >= about.end or not names_policy(reading, about):
        return None
    saying = saying_before(reading, clause_before(reading, at - 1).boundary)
    holders = subjects(reading, saying) if saying >= 0 else ()
    if saying >= 0 and not holders:
        return None
    group = Group(at - 1, negated=True, modal=reading.lowers[at])
    start = with_subject(reading, at - 1, holders)
    reason = "says what there will not be"
    return Stand(
        at, Stance.OPPOSE, holders, about, start, about.end, Confidence.LOW, reason, group, speaker=not holders
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
    policy = any(reading.bits[each] & POLICY and not reading.bits[each] & NAMED for each in range(start, at))
    if not holders or group.passive or about.end <= at + 2 or not (demands or policy or _acts(reading, start, at)):
        return None
    stance = Stance.OPPOSE if negated != group.negated else Stance.SUPPORT
    return Stand(at, stance, holders, about, group.start, about.end, Confidence.LOW, "says what should be done", group)
