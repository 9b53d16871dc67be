"""What a stance is about: whether the words behind a cue fit its frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rules.extract.reach import reach, trimmed
from rules.extract.reading import QUOTES, Reading
from rules.extract.wordclasses import (
    ADVERB,
    AUXILIARIES,
    BAD_WORDS,
    BE,
    BLOC,
    BREAK,
    CAPITAL,
    COLLECTIVE,
    COMMA,
    COMPLEMENTIZERS,
    COORDINATORS,
    DAYS,
    DETERMINERS,
    DOUBTS,
    GERUND,
    GOOD_WORDS,
    HE,
    MODALS,
    NAMED,
    NEGATIONS,
    OFFICE,
    PARTICIPLE,
    POLICY,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SPEECH,
    SUBORDINATORS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
    WE,
)

_SOMEONE: Final = 12  # tokens between "urged" and "to"
_INSERTION: Final = 14  # tokens of an insertion between two commas
_AFTER_INSERTION: Final = frozenset({"to", "to_do", "that", "against", "for", "whether"})
_OUT_OF_HAND: Final = ["out", "of", "hand"]
_SKIP: Final = 6  # adverbs and times between a cue and its complement

_NO_OPENER: Final = (
    PREPOSITIONS | COORDINATORS | BE | AUXILIARIES | MODALS | NEGATIONS | RELATIVES | SUBORDINATORS | VERBAL | GERUND
)
_NO_INFINITIVE: Final = NAMED | DETERMINERS | PREPOSITIONS | PUNCTUATION
_NO_VERB: Final = NAMED | DETERMINERS | PREPOSITIONS | PUNCTUATION | PARTICIPLE | GERUND | TIMES | OFFICE | COORDINATORS
_CLOSING: Final = PREPOSITIONS | COORDINATORS | SUBORDINATORS | RELATIVES | TIMES


class Complement(NamedTuple):
    """The proposition at ``start:end`` and the frame that found it."""

    start: int
    end: int
    frame: str


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
        elif (reading.bits[at] & (ADVERB | DAYS)) and not reading.bits[at] & DOUBTS:
            at += 1
        elif reading.lowers[at : at + 3] == _OUT_OF_HAND:
            at += 3
        elif reading.bits[at] & (QUOTE | BREAK) == QUOTE and at == index:
            at += 1  # rejects" the plan
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
    return bool(reading.bits[at] & SPEECH or (reading.bits[at] & TIMES and not _modifies(reading, at)))


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


def _someone_to(reading: Reading, at: int) -> Complement | None:
    return _someone(reading, at, "to")


def _someone_against(reading: Reading, at: int) -> Complement | None:
    return _someone(reading, at, "against")


def _actor_to(reading: Reading, at: int) -> Complement | None:
    return _someone(reading, at, "to") if _is_addressee(reading, at) else None


def _to_do(reading: Reading, at: int) -> Complement | None:
    verb = at + 1 + (reading.bits[at + 1] & QUOTE != 0)
    is_noun = reading.bits[verb] & (_NO_INFINITIVE | CAPITAL) or not reading.lowers[verb].isalpha()
    return None if is_noun else _fit(reading, at, "to")


def opens_noun_phrase(reading: Reading, at: int) -> bool:
    """Tell whether a noun phrase can begin here."""
    if at >= reading.size:
        return False
    if reading.bits[at] & NAMED:
        return True
    if reading.bits[at] & PUNCTUATION:
        return reading.texts[at] in QUOTES | {"$", "€", "£"} and at + 1 < reading.size
    if reading.bits[at] & DETERMINERS:
        return True
    if reading.bits[at] & TIMES and not _modifies(reading, at):
        return False
    if reading.bits[at] & _NO_OPENER:
        return False
    return not reading.bits[at] & (HE | WE | THEY)


def closes_phrase(reading: Reading, at: int) -> bool:
    """Tell whether nothing that belongs to the noun phrase or adjective before stands here."""
    # "a legitimate movement" judges nothing, "legitimate" at the end does.
    return bool(at >= reading.size or reading.bits[at] & (PUNCTUATION | _CLOSING))


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


def _modifies(reading: Reading, at: int) -> bool:
    """Tell "early elections" and "next month's vote" from "welcomed early on"."""
    while reading.bits[at] & TIMES and not reading.bits[at] & POSSESSIVE:
        at += 1
    if at >= reading.size or reading.bits[at] & PUNCTUATION or reading.bits[at - 1] & DAYS:
        return False
    return not (reading.bits[at] & (PREPOSITIONS | DETERMINERS | VERBAL))


def _someone(reading: Reading, at: int, word: str) -> Complement | None:
    # "urged [Syria] to [leave]": the proposition is "Syria to leave"; "warned [allies] against [talks]": "talks".
    if not opens_noun_phrase(reading, at):
        return None
    for index in range(at, min(reading.size, at + _SOMEONE)):
        if reading.lowers[index] == word and index > at and not reading.bits[index] & NAMED:
            start = at if word == "to" else index + 1
            return Complement(start, reach(reading, index + 1), f"someone_{word}")
        if reading.bits[index] & BREAK and not reading.bits[index] & QUOTE:
            return None
        if reading.bits[index] & (VERBAL | SUBORDINATORS | RELATIVES):
            return None
    return None


def _is_addressee(reading: Reading, at: int) -> bool:
    # "told [the Syrian government] to leave", but neither "told reporters ... to" nor "told them on the way to".
    for index in range(at, min(reading.size, at + _SOMEONE)):
        if reading.bits[index] & NAMED:
            continue
        if reading.lowers[index] == "to":
            last = reading.bits[index - 1]
            return bool(last & (NAMED | OFFICE | COLLECTIVE | BLOC))
        if reading.bits[index] & (PREPOSITIONS | PUNCTUATION):
            return False
    return False


def _someone_do(reading: Reading, at: int) -> Complement | None:
    # "requested [Congress approve the funds]", "demanded [the army return to barracks]": no "that", no "to".
    end = at
    while end < reading.size and end - at < _SOMEONE and reading.bits[end] & (NAMED | DETERMINERS | OFFICE | CAPITAL):
        end += 1
    if end == at or not reading.bits[end - 1] & (NAMED | OFFICE) or not _may_be_verb(reading, end):
        return None
    if reading.bits[end - 1] & POSSESSIVE or not reading.bits[end + 1] & (DETERMINERS | NAMED | PREPOSITIONS):
        return None
    return Complement(at, reach(reading, at), "someone_do")


def _object_done(reading: Reading, at: int) -> Complement | None:
    # "wants [the limit scrapped]": a noun phrase that a participle closes.
    if not opens_noun_phrase(reading, at) or reading.bits[at] & GERUND:
        return None
    for index in range(at + 1, min(reading.size, at + _SOMEONE)):
        here = reading.bits[index]
        if here & PARTICIPLE and not here & NAMED and index > at + 1 and closes_phrase(reading, index + 1):
            return Complement(at, index + 1, "someone_to")
        if here & (VERBAL | BREAK | RELATIVES | COMMA) and not here & NAMED:
            return None
    return None


def _someone_for(reading: Reading, at: int) -> Complement | None:
    # "criticised the United States for [imposing sanctions]": the deed is what it is about, if it is a policy.
    found = _someone(reading, at, "for")
    if found is None or not reading.bits[found.start] & GERUND:
        return None
    policy = any(reading.bits[index] & POLICY for index in range(found.start, found.end))
    return found if policy else None


def _may_be_verb(reading: Reading, at: int) -> bool:
    # The base form of a verb that no list holds: a plain word in small letters that is nothing else and not inflected.
    word = reading.lowers[at]
    if not word.isalpha() or reading.bits[at] & (_NO_VERB | CAPITAL):
        return False
    return not word.endswith("s") or word.endswith("ss")


_FRAMES: Final[Mapping[str, Callable[[Reading, int], Complement | None]]] = {
    "end": lambda _, at: Complement(at, at, "end"),
    "object": _object,
    "gerund": _gerund,
    "that": _that,
    "whether": _whether,
    "judged": _judged,
    "someone_to": _someone_to,
    "on_someone": _someone_to,
    "someone_against": _someone_against,
    "someone_do": _someone_do,
    "object_done": _object_done,
    "someone_for": _someone_for,
    "actor_to": _actor_to,
    "to_do": _to_do,
}
