"""Frames with somebody else in them: whom a demand goes to, whom a warning, who is criticised and for what."""

from __future__ import annotations

from typing import Final

from rules.extract.complements import Complement, closes_phrase, opens_noun_phrase
from rules.extract.reach import reach
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    BLOC,
    BREAK,
    CAPITAL,
    COLLECTIVE,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    GERUND,
    NAMED,
    OFFICE,
    PARTICIPLE,
    POLICY,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SUBORDINATORS,
    TIMES,
    VERBAL,
)

_SOMEONE: Final = 12  # tokens between "urged" and "to"
_NO_VERB: Final = NAMED | DETERMINERS | PREPOSITIONS | PUNCTUATION | PARTICIPLE | GERUND | TIMES | OFFICE | COORDINATORS


def someone_to(reading: Reading, at: int) -> Complement | None:
    """Read "urged [Syria to leave]"."""
    return _someone(reading, at, "to")


def someone_against(reading: Reading, at: int) -> Complement | None:
    """Read "warned allies against [talks]"."""
    return _someone(reading, at, "against")


def actor_to(reading: Reading, at: int) -> Complement | None:
    """Read "told [Syria to leave]", where a public actor is told."""
    return _someone(reading, at, "to") if _is_addressee(reading, at) else None


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


def someone_do(reading: Reading, at: int) -> Complement | None:
    """Read a demand without "that" or "to"."""
    # "requested [Congress approve the funds]", "demanded [the army return to barracks]": no "that", no "to".
    end = at
    while end < reading.size and end - at < _SOMEONE and reading.bits[end] & (NAMED | DETERMINERS | OFFICE | CAPITAL):
        end += 1
    if end == at or not reading.bits[end - 1] & (NAMED | OFFICE) or not _may_be_verb(reading, end):
        return None
    if reading.bits[end - 1] & POSSESSIVE or not reading.bits[end + 1] & (DETERMINERS | NAMED | PREPOSITIONS):
        return None
    return Complement(at, reach(reading, at), "someone_do")


def object_done(reading: Reading, at: int) -> Complement | None:
    """Read what somebody wants done."""
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


def someone_for(reading: Reading, at: int) -> Complement | None:
    """Read what somebody is criticised for."""
    # "criticised the United States for [imposing sanctions]": the deed is what it is about, if it is a policy.
    found = _someone(reading, at, "for")
    if found is None or not reading.bits[found.start] & GERUND:
        return None
    policy = any(reading.bits[index] & POLICY for index in range(found.start, found.end))
    return found if policy else None


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


def _may_be_verb(reading: Reading, at: int) -> bool:
    # The base form of a verb that no list holds: a plain word in small letters that is nothing else and not inflected.
    word = reading.lowers[at]
    if not word.isalpha() or reading.bits[at] & (_NO_VERB | CAPITAL):
        return False
    return not word.endswith("s") or word.endswith("ss")
