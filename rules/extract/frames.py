"""What a stance is about: whether the words behind a cue fit its frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rules.extract.addressees import actor_to, object_done, someone_against, someone_do, someone_for, someone_to
from rules.extract.complements import Complement, closes_phrase, modifies, opens_noun_phrase
from rules.extract.reach import reach, trimmed
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    BAD_WORDS,
    BREAK,
    CAPITAL,
    COMMA,
    COMPLEMENTIZERS,
    DAYS,
    DETERMINERS,
    DOUBTS,
    GERUND,
    GOOD_WORDS,
    NAMED,
    POLICY,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    SPEECH,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
)

_SOMEONE: Final = 12  # tokens between "urged" and "to"
_INSERTION: Final = 14  # tokens of an insertion between two commas
_AFTER_INSERTION: Final = frozenset({"to", "to_do", "that", "against", "for", "whether"})
_OUT_OF_HAND: Final = ["out", "of", "hand"]
_IN_PHRASES: Final = frozenset({"fact", "turn", "effect"})  # adverbs of two words
_SKIP: Final = 6  # adverbs and times between a cue and its complement
_BODIES: Final = ("organisation", "group")
_NO_INFINITIVE: Final = NAMED | DETERMINERS | PREPOSITIONS | PUNCTUATION


def complement(reading: Reading, index: int, takes: tuple[str, ...]) -> Complement | None:
    """Return what the cue that ends before ``index`` is about, or None where no frame of ``takes`` fits."""
    at = skip_asides(reading, index)
    for frame in takes:
        found = _fit(reading, at, frame)
        if found is not None and (found.start < found.end or frame == "end"):
            return found
    behind = _behind_insertion(reading, at)
    for frame in takes if behind > at else ():
        found = _fit(reading, behind, frame) if frame in _AFTER_INSERTION else None
        if found is not None and found.start < found.end:
            return found
    return None


def _behind_insertion(reading: Reading, at: int) -> int:
    # "voted, at the request of the governor, to ban it": where the frame goes on, else ``at`` itself.
    if not reading.bits[at] & COMMA:
        return at
    for index in range(at + 1, min(reading.size, at + _INSERTION)):
        if reading.bits[index] & COMMA:
            return index + 1
        if reading.bits[index] & (BREAK | VERBAL) and not reading.bits[index] & NAMED:
            return at
    return at


def skip_asides(reading: Reading, index: int) -> int:
    """Step over adverbs, times ("on Thursday") and vote counts ("89 to 10") behind a cue."""
    at, limit = index, min(reading.size, index + _SKIP)
    while at < limit:
        if reading.bits[at] & NAMED and not reading.bits[at] & TIMES:
            break
        if (
            reading.bits[at] & TIME_PREPOSITIONS
            and reading.bits[at + 1] & TIMES
            and reading.lowers[at] not in ("the", "of")
        ):
            at += 2
        elif reading.lowers[at] == "in" and reading.lowers[at + 1] not in _IN_PHRASES:
            break
        elif (reading.bits[at] & (ADVERB | DAYS)) and not reading.bits[at] & DOUBTS:
            at += 1
        elif reading.lowers[at : at + 3] == _OUT_OF_HAND:
            at += 3
        elif reading.bits[at] & (QUOTE | BREAK) == QUOTE and at == index:
            at += 1  # rejects" the plan
        elif reading.lowers[at] == "by" and reading.lowers[at + 1].isdigit():
            at += 1  # voted by 350 to 280
        elif (
            reading.lowers[at].isdigit()
            and reading.lowers[at + 1] in ("to", "-", "–")
            and reading.lowers[at + 2].isdigit()
        ):
            at += 3
        else:
            break
    return at


def _fit(reading: Reading, at: int, frame: str) -> Complement | None:
    special = _FRAMES.get(frame)
    if special is not None:
        return special(reading, at)
    if reading.lowers[at] == frame and not (frame == "to" and _is_elsewhere(reading, at + 1)):
        start = at + 1
        return Complement(start, reach(reading, start), frame) if start < reading.size else None
    return None


def _is_elsewhere(reading: Reading, at: int) -> bool:
    # "agreed to talk", "replied to last week": nothing is agreed to.
    return bool(reading.bits[at] & SPEECH or (reading.bits[at] & TIMES and not modifies(reading, at)))


def _object(reading: Reading, at: int) -> Complement | None:
    return Complement(at, reach(reading, at), "object") if opens_noun_phrase(reading, at) else None


def _gerund(reading: Reading, at: int) -> Complement | None:
    is_action = reading.bits[at] & (GERUND | CAPITAL) == GERUND
    return Complement(at, reach(reading, at), "gerund") if is_action else None


def _that(reading: Reading, at: int) -> Complement | None:
    opens = reading.bits[at] & COMPLEMENTIZERS
    return Complement(at + 1, reach(reading, at + 1, clause=True), "that") if opens else None


def _whether(reading: Reading, at: int) -> Complement | None:
    return Complement(at, reach(reading, at + 1, clause=True), "whether") if reading.bits[at] & DOUBTS else None


def _to_do(reading: Reading, at: int) -> Complement | None:
    verb = at + 1 + (reading.bits[at + 1] & QUOTE != 0)
    is_noun = reading.bits[verb] & (_NO_INFINITIVE | CAPITAL) or not reading.lowers[verb].isalpha()
    return None if is_noun else _fit(reading, at, "to")


def _to_decide(reading: Reading, at: int) -> Complement | None:
    """Fit a decision on a policy, or on whom to belong to: "wants to join NATO", "hopes to lift the ban"."""
    verb = at + 1
    while reading.bits[verb] & ADVERB and not reading.bits[verb] & NAMED:
        verb += 1
    if reading.lowers[at] != "to" or not reading.grammar.has("decisions", reading.lowers[verb]):
        return None
    end = reach(reading, verb)
    decided = any(
        reading.name_at[index].kind in _BODIES if reading.bits[index] & NAMED else reading.bits[index] & POLICY
        for index in range(verb + 1, end)
    )
    return Complement(verb, end, "to_decide") if decided else None


def _judged(reading: Reading, at: int) -> Complement | None:
    # "called [the plan] unacceptable", "considers [the sanctions] essential".
    if not opens_noun_phrase(reading, at):
        return None
    for index in range(at + 1, min(reading.size, at + _SOMEONE)):
        if (reading.bits[index] & (BAD_WORDS | GOOD_WORDS)) and closes_phrase(reading, index + 1):
            end = trimmed(reading, at, index)
            end -= reading.lowers[end - 1] == "as"  # "sees the code as essential"
            frame = "judged good" if reading.bits[index] & GOOD_WORDS else "judged bad"
            return Complement(at, end, frame) if end > at else None
        quoted = reading.bits[index] & QUOTE
        if (reading.bits[index] & PUNCTUATION and not quoted and reading.lowers[index] not in "'’-") or reading.bits[
            index
        ] & VERBAL:
            return None
    return None


_FRAMES: Final[Mapping[str, Callable[[Reading, int], Complement | None]]] = {
    "end": lambda _, at: Complement(at, at, "end"),
    "object": _object,
    "gerund": _gerund,
    "that": _that,
    "whether": _whether,
    "judged": _judged,
    "someone_to": someone_to,
    "on_someone": someone_to,
    "someone_against": someone_against,
    "someone_do": someone_do,
    "object_done": object_done,
    "someone_for": someone_for,
    "actor_to": actor_to,
    "to_do": _to_do,
    "to_decide": _to_decide,
}
