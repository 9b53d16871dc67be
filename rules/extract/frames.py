"""What a stance is about: whether the words behind a cue fit its frame, and how far the proposition reaches."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.reading import QUOTES, Reading
from rules.extract.wordclasses import (
    ADJUNCTS,
    ADVERB,
    AUXILIARIES,
    BAD_WORDS,
    BE,
    BREAK,
    CAPITAL,
    CLAUSE_OPENERS,
    COMMA,
    COMPLEMENTIZERS,
    CONDITION,
    COORDINATORS,
    DAYS,
    DEMONSTRATIVES,
    DETERMINERS,
    DOUBTS,
    FINITE,
    GERUND,
    GOOD_WORDS,
    HE,
    IT,
    MODALS,
    NAMED,
    NEGATIONS,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SAYING,
    SPEECH,
    STANCE,
    SUBORDINATORS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    TRAILING_ADVERBS,
    VERBAL,
    WE,
)

_LONGEST: Final = 32  # tokens of a proposition
_SOMEONE: Final = 12  # tokens between "urged" and "to"
_SKIP: Final = 6  # adverbs and times between a cue and its complement

_NO_OPENER: Final = (
    PREPOSITIONS | COORDINATORS | BE | AUXILIARIES | MODALS | NEGATIONS | RELATIVES | SUBORDINATORS | VERBAL | GERUND
)
_MAY_STOP: Final = (
    PUNCTUATION | CONDITION | SAYING | CLAUSE_OPENERS | COORDINATORS | TIME_PREPOSITIONS | FINITE | RELATIVES
)
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
    return None


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
    word = reading.lowers[at]
    if frame == "end":
        return Complement(at, at, frame)
    if frame == "object":
        return Complement(at, reach(reading, at), frame) if opens_noun_phrase(reading, at) else None
    if frame == "gerund":
        return Complement(at, reach(reading, at), frame) if _is_action(reading, at) else None
    if frame == "that":
        return (
            Complement(at + 1, reach(reading, at + 1, clause=True), frame)
            if reading.bits[at] & COMPLEMENTIZERS
            else None
        )
    if frame == "whether":
        return Complement(at, reach(reading, at + 1, clause=True), frame) if reading.bits[at] & DOUBTS else None
    if frame == "judged":
        return _judged(reading, at)
    if frame in ("someone_to", "on_someone"):
        return _someone(reading, at, "to")
    if frame == "someone_against":
        return _someone(reading, at, "against")
    if word == frame and not (frame == "to" and (reading.bits[at + 1] & (TIMES | SPEECH))):
        start = at + 1
        return Complement(start, reach(reading, start), frame) if start < reading.size else None
    return None


def _is_action(reading: Reading, at: int) -> bool:
    return bool(reading.bits[at] & GERUND and not reading.bits[at] & CAPITAL)


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


def _closes_phrase(reading: Reading, at: int) -> bool:
    # "a legitimate movement" judges nothing, "legitimate" at the end does.
    return bool(at >= reading.size or reading.bits[at] & (PUNCTUATION | _CLOSING))


def _judged(reading: Reading, at: int) -> Complement | None:
    # "called [the plan] unacceptable", "considers [the sanctions] essential".
    if not opens_noun_phrase(reading, at):
        return None
    for index in range(at + 1, min(reading.size, at + _SOMEONE)):
        if (reading.bits[index] & (BAD_WORDS | GOOD_WORDS)) and _closes_phrase(reading, index + 1):
            end = _trimmed(reading, at, index)
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


def reach(reading: Reading, start: int, *, clause: bool = False) -> int:
    """Return where the proposition that begins at ``start`` ends; a ``clause`` may hold a finite verb of its own."""
    bits = reading.bits
    clause = clause or bits[start] & SUBORDINATORS != 0
    index, limit = start, min(reading.size, start + _LONGEST)
    while index < limit:
        here = bits[index]
        if here & _MAY_STOP and not here & NAMED:
            if here & RELATIVES:
                clause = True
            if _stops(reading, index, start) or (here & FINITE and not clause):
                break
        index += 1
    return _trimmed(reading, start, index)


def _stops(reading: Reading, index: int, start: int) -> bool:
    here, word = reading.bits[index], reading.lowers[index]
    if here & PUNCTUATION and _stops_at_sign(reading, index, start):
        return True
    if here & CONDITION or (here & SAYING and not here & GERUND):
        return True
    if index == start:
        return False
    if here & CLAUSE_OPENERS:
        return word != "as" or not (
            reading.lowers[index + 1] in ("part", "well") or reading.lowers[index - 1] == "such"
        )
    if here & COORDINATORS:
        return word == "but" or _verb_follows(reading, index)
    return _is_adjunct(reading, index)


def _stops_at_sign(reading: Reading, index: int, start: int) -> bool:
    here, sign = reading.bits[index], reading.texts[index]
    if here & COMMA:
        return not _list_goes_on(reading, index)
    if here & QUOTE:
        return index > start and not reading.opens_quotation(index) and _closes(reading, index, start)
    if here & (BREAK | CONDITION) or sign in "()":
        return True
    return sign == "." and index == reading.size - 1


def _closes(reading: Reading, index: int, start: int) -> bool:
    # A quotation mark that was not opened inside of the proposition ends it.
    return not any(reading.bits[at] & QUOTE for at in range(start, index))


def _list_goes_on(reading: Reading, index: int) -> bool:
    # A comma inside a list of names or of nouns that ends in a conjunction soon.
    if reading.bits[index - 1] & NAMED and reading.bits[index + 1] & NAMED:
        return True
    for at in range(index + 1, min(reading.size, index + 5)):
        if reading.lowers[at] in ("and", "or") and at > index + 1:
            return not any(reading.bits[each] & VERBAL for each in range(index + 1, min(reading.size, at + 3)))
        if (
            reading.bits[at] & VERBAL
            or (reading.bits[at] & PUNCTUATION and not reading.bits[at] & COMMA)
            or reading.bits[at] & PREPOSITIONS
        ):
            return False
    return False


def _verb_follows(reading: Reading, index: int) -> bool:
    at = index + 1
    while at < reading.size and reading.bits[at] & ADVERB:
        at += 1
    if reading.bits[at] & (VERBAL | STANCE):
        return True
    if reading.bits[at] & (HE | IT | THEY | WE):
        return True
    if reading.bits[at] & NAMED:
        end = reading.name_end(at)
        while end < reading.size and reading.bits[end] & ADVERB:
            end += 1
        return bool(reading.bits[end] & VERBAL)
    return False


def _is_adjunct(reading: Reading, index: int) -> bool:
    # A phrase that says when or why ("for several months", "for various reasons") is no part of it.
    if not reading.bits[index] & TIME_PREPOSITIONS:
        return False
    for at in range(index + 1, min(reading.size, index + 4)):
        if reading.bits[at] & (TIMES | ADJUNCTS):
            return True
        if reading.bits[at] & (NAMED | PUNCTUATION | PREPOSITIONS):
            return False
    return False


def _trimmed(reading: Reading, start: int, end: int) -> int:
    if end == start + 1 and reading.bits[start] & DEMONSTRATIVES:
        return end
    while end > start and (
        (reading.bits[end - 1] & PUNCTUATION and reading.texts[end - 1] not in '%”»"€$')
        or (reading.bits[end - 1] & QUOTE and reading.opens_quotation(end - 1))
        or (not reading.bits[end - 1] & NAMED and _trails(reading, end - 1))
    ):
        end -= 1
    return end


def _trails(reading: Reading, index: int) -> bool:
    return bool(reading.bits[index] & (PREPOSITIONS | DETERMINERS | COORDINATORS | TIMES | TRAILING_ADVERBS))


def head_area(reading: Reading, start: int, end: int) -> range:
    """Return the tokens of the proposition's first noun phrase: up to its first preposition, "to", "that" or verb."""
    at = start
    while at < end and not reading.bits[at] & NAMED and (reading.bits[at] & (DETERMINERS | PUNCTUATION)):
        at += 1
    stop = at
    while stop < end and (
        reading.bits[stop] & NAMED or not (reading.bits[stop] & (PREPOSITIONS | RELATIVES | VERBAL | COMMA))
    ):
        stop += 1
    return range(at, stop)
