"""Stances told as a judgement by whoever speaks: "said the plan was unacceptable", "is out of the question"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Clause, Group
from rules.extract.complements import Complement, closes_phrase
from rules.extract.gazetteer import Mark
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.stand import Stand, abstract_noun, with_subject
from rules.extract.subjects import in_quotation, subjects
from rules.extract.verbs import clause_before, saying_before, verb_group
from rules.extract.wordclasses import (
    ADVERB,
    BAD_WORDS,
    BE,
    BREAK,
    COMMA,
    COPULAS,
    DEMONSTRATIVES,
    DETERMINERS,
    DOUBTS,
    GERUND,
    IT,
    NAMED,
    NECESSARY,
    NEGATIONS,
    POLICY,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SUBORDINATORS,
)
from rules.model import Confidence, Stance

_QUESTION: Final = 24  # tokens between an answer and the question
_PREDICATE: Final = 5  # tokens between "is" and the word that judges
_JUDGES: Final = BAD_WORDS | NECESSARY
_UNCOUNTED: Final = ("unknown", "group", "region")


def judgements(reading: Reading, known: set[int]) -> Iterator[Stand]:
    """Yield what a speaker finds good or bad of a policy."""
    verdicts = {at: mark for at, mark in reading.stances.items() if mark.entry.text("part") == "verdict"}
    if not verdicts and not reading.holds(_JUDGES):
        return
    for at, mark in verdicts.items():
        stand = _open_question(reading, at, mark) if _is_open(mark) else _answer(reading, at)
        if stand is not None:
            yield stand
    for at in range(reading.size):
        if not reading.bits[at] & (BE | COPULAS) or reading.bits[at] & NAMED or at in known:
            continue
        word, negated = _judging(reading, at, verdicts)
        if word < 0:
            continue
        bad = word in verdicts or reading.bits[word] & BAD_WORDS != 0
        stance = Stance.SUPPORT if bad == negated else Stance.OPPOSE
        stand = _judgement(reading, at, word, stance)
        if stand is not None:
            yield stand


def _is_open(mark: Mark) -> bool:
    return mark.entry.text("stance") == Stance.UNDECIDED


def _open_question(reading: Reading, at: int, mark: Mark) -> Stand | None:
    # "said that no decision had been made": whoever says so is undecided.
    end = reading.at(mark.end)
    saying = next((each for each in sorted(reading.sayings, reverse=True) if each < at), -1)
    holders = subjects(reading, saying) if saying >= 0 else ()
    holders = tuple(each for each in holders if each.kind not in _UNCOUNTED)
    behind = in_quotation(reading, at) or any(each > at for each in reading.sayings)
    if not holders and not (saying < 0 and behind):
        return None
    about = Complement(end, reach(reading, end), "end")
    start = with_subject(reading, verb_group(reading, saying).start, holders) if saying >= 0 else at
    reason = "says that nothing is decided"
    return Stand(
        at, Stance.UNDECIDED, holders, about, start, end, Confidence.MEDIUM, reason, Group(at), speaker=not holders
    )


def _answer(reading: Reading, at: int) -> Stand | None:
    # "Not a chance," X said when asked whether he would cut the order: the question is what it is about.
    if not reading.bits[at - 1] & QUOTE:
        return None
    for index in range(at + 2, min(reading.size, at + _QUESTION)):
        if reading.bits[index] & DOUBTS and reading.bits[index] & SUBORDINATORS:
            about = Complement(index, reach(reading, index + 1, clause=True), "whether")
            reason = "an answer in quotation marks"
            return Stand(
                at, Stance.OPPOSE, (), about, at - 1, about.end, Confidence.LOW, reason, Group(at), speaker=True
            )
    return None


def _judging(reading: Reading, verb: int, verdicts: dict[int, Mark]) -> tuple[int, bool]:
    """Return the word that judges behind a verb of being (or -1), and whether it is negated."""
    negated = reading.bits[verb] & NEGATIONS != 0 or verb_group(reading, verb).negated
    for at in range(verb + 1, min(reading.size, verb + 1 + _PREDICATE)):
        if at in verdicts and not _is_open(verdicts[at]):
            return at, False
        if reading.bits[at] & NAMED:
            return -1, False
        if reading.bits[at] & _JUDGES:
            clause = reading.bits[at + 1] & RELATIVES or reading.lowers[at + 1] == "to"
            return (at, negated) if clause or closes_phrase(reading, at + 1) else (-1, False)
        if reading.bits[at] & NEGATIONS:
            negated = not negated
        elif not reading.bits[at] & (ADVERB | DETERMINERS | QUOTE) and reading.bits[at] & PUNCTUATION:
            return -1, False
    return -1, False


def _judgement(reading: Reading, verb: int, word: int, stance: Stance) -> Stand | None:
    group = verb_group(reading, verb)
    clause = clause_before(reading, group.start)
    about = _judged(reading, clause, word)
    if about is None or (clause.boundary >= 0 and reading.bits[clause.boundary] & DOUBTS):
        return None
    saying = saying_before(reading, clause.boundary)
    reason, end = "a judgement by whoever speaks", max(word + 1, about.end)
    if saying >= 0:
        outer = verb_group(reading, saying)
        holders = tuple(each for each in subjects(reading, saying) if each.kind not in _UNCOUNTED)
        if not holders or outer.negated or outer.passive:
            return None
        start = with_subject(reading, outer.start, holders)
        return Stand(word, stance, holders, about, start, end, Confidence.MEDIUM, reason, group)
    judge = _in_whose_eyes(reading, clause)
    if judge:
        return Stand(word, stance, judge, about, 0, end, Confidence.MEDIUM, reason, group)
    if clause.boundary >= 0 and not reading.bits[clause.boundary] & (BREAK | QUOTE | COMMA):
        return None
    if not in_quotation(reading, word) and not any(at > word for at in reading.sayings):
        return None
    start = min(clause.start, about.start)
    return Stand(word, stance, (), about, start, end, Confidence.LOW, reason, group, speaker=True)


def _in_whose_eyes(reading: Reading, clause: Clause) -> tuple[Holder, ...]:
    # "For Warsaw, anything short of a base is unacceptable."
    if clause.start or reading.lowers[0] != "for" or not reading.bits[1] & NAMED:
        return ()
    end = reading.name_end(1)
    return holders_in(reading, 1, end) if reading.bits[end] & COMMA else ()


def _judged(reading: Reading, clause: Clause, word: int) -> Complement | None:
    """Return what is judged: the subject, or what follows "it is unacceptable to"."""
    start, end = clause.start, clause.end
    while start < end and reading.bits[start] & PUNCTUATION:
        start += 1
    if start >= end:
        return None
    pronoun = end - start == 1 and reading.bits[start] & (IT | DEMONSTRATIVES)
    if pronoun and (reading.lowers[word + 1] == "to" or reading.bits[word + 1] & RELATIVES):
        stop = reach(reading, word + 2, clause=True)
        return Complement(word + 2, stop, "that") if stop > word + 3 else None
    if pronoun:
        return Complement(start, end, "object") if in_quotation(reading, word) else None
    heads = reading.grammar.head
    words = {reading.lowers[at] for at in range(start, end)}
    if words & (heads("violence") | heads("claim")):
        return None
    deed = reading.bits[start] & GERUND and not reading.bits[start] & NAMED
    policy = any(reading.bits[at] & POLICY or abstract_noun(reading, at) for at in range(start, end))
    policy = policy or (word in reading.stances and reading.bits[start] & NAMED != 0)  # "Greenland is not for sale"
    return Complement(start, end, "subject") if deed or policy else None
