"""What a stance is tied to: the verbatim condition of a clause, and promises that are nothing but conditional."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.extract.complements import Complement
from rules.extract.gazetteer import Mark
from rules.extract.holder import Holder
from rules.extract.reach import reach
from rules.extract.reading import QUOTES, Reading
from rules.extract.stand import Stand, with_subject
from rules.extract.subjects import in_quotation, subjects
from rules.extract.verbs import clause_before, saying_before, verb_group
from rules.extract.wordclasses import (
    ADVERB,
    BE,
    BREAK,
    COMMA,
    COMMITMENTS,
    CONCESSIONS,
    COORDINATORS,
    DELAYS,
    DOUBTS,
    FORECASTS,
    GERUND,
    HE,
    MODALS,
    NAMED,
    NEGATIONS,
    PARTICIPLE,
    PRESCRIPTIONS,
    PROMISES,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SAYING,
    STATES_OF_THINGS,
    WE,
)
from rules.model import Confidence, Stance

_LONGEST: Final = 45  # tokens of a condition
_BESIDE: Final = 2  # tokens between a promise of one word and a plain "if"
_FAR: Final = 40  # tokens between a stance and its condition
_INVERTED: Final = ("should", "were", "had")
_KNOWN: Final = frozenset(
    {"unknown", "state", "organisation", "institution", "armed_group", "party", "group", "person", "territory"}
)


class Condition(NamedTuple):
    """The words of a condition at ``start:end``; a strong one makes any stance conditional."""

    start: int
    end: int
    strong: bool


def conditions(reading: Reading) -> list[Condition]:
    """Return the conditions of a sentence in reading order."""
    found: list[Condition] = []
    if reading.lowers[0] in _INVERTED and reading.texts[reading.size - 1] != "?":
        found.append(Condition(0, _end(reading, 0, 1), strong=False))  # "Should the talks fail, ..."
    for index, mark in sorted(reading.conditions.items()):
        if (found and index < found[-1].end) or _is_verb(reading, index, mark):
            continue
        end = _end(reading, index, reading.at(mark.end))
        index += reading.bits[index] & COORDINATORS != 0  # "but only if" is tied by "only if"
        if end > reading.at(mark.end) or mark.entry.kind == "strong":
            found.append(Condition(index, end, mark.entry.kind == "strong"))
    return found


def _is_verb(reading: Reading, index: int, mark: Mark) -> bool:
    # "provided the costs are shared" opens a clause only behind a comma: "provided the weapons" does not.
    alone = reading.at(mark.end) == index + 1
    return bool(alone and reading.bits[index] & (PARTICIPLE | GERUND) and not reading.bits[index - 1] & COMMA)


def _end(reading: Reading, start: int, after: int) -> int:
    index = after
    quoted = start > 0 and reading.bits[start - 1] & QUOTE
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
        index += 1
    while index > after and reading.bits[index - 1] & PUNCTUATION and reading.texts[index - 1] not in ')%”"»':
        index -= 1
    return index


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


def promises(reading: Reading, found: list[Condition], taken: set[int]) -> Iterator[tuple[Stand, Condition]]:
    """Yield what somebody will do under a condition, where no word of stance says so ("will strike unless ...")."""
    for each in found:
        if each.start in taken:
            continue
        stand = _promise(reading, each)
        if stand is not None:
            yield stand, each


def _promise(reading: Reading, each: Condition) -> Stand | None:
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
    if at >= high or _passive_ahead(reading, at) or (not each.strong and not reading.bits[word] & PROMISES):
        return None
    holders = _promiser(reading, word)
    group = verb_group(reading, word)
    speaker = not holders and reading.bits[group.start - 1] & WE != 0 and in_quotation(reading, word)
    if not (holders or speaker) or any(holder.kind not in _KNOWN for holder in holders):
        return None
    if not each.strong and any(holder.reason == "pronoun" for holder in holders) and not _speaks(reading, word):
        return None
    about = Complement(at, reach(reading, at), "to")
    short = about.end == about.start + 1 and not each.strong and abs(each.start - about.end) > _BESIDE
    if about.end <= about.start or short or (not each.strong and reading.bits[at] & STATES_OF_THINGS):
        return None
    start = with_subject(reading, group.start, holders)
    confidence = Confidence.LOW if speaker or about.end == about.start + 1 else Confidence.MEDIUM
    reason = "a promise under a condition"
    return Stand(word, Stance.CONDITIONAL, holders, about, start, about.end, confidence, reason, group, speaker)


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


def _passive_ahead(reading: Reading, at: int) -> bool:
    return bool(reading.bits[at] & BE)


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
