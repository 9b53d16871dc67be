"""What a stance is about: whether the words behind a cue fit its frame, and how far the proposition reaches."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.reading import QUOTES, Reading

_LONGEST: Final = 32  # tokens of a proposition
_SOMEONE: Final = 12  # tokens between "urged" and "to"
_SKIP: Final = 6  # adverbs and times between a cue and its complement


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
    at, limit = index, min(len(reading), index + _SKIP)
    while at < limit:
        if at in reading.name_at and not reading.is_time(at):
            break
        if reading.is_("time prepositions", at) and reading.is_time(at + 1) and reading.word(at) not in ("the", "of"):
            at += 2
        elif (reading.is_adverb(at) or reading.is_("days", at)) and not reading.is_("doubts", at):
            at += 1
        elif reading.word(at).isdigit() and reading.word(at + 1) in ("to", "-", "–") and reading.word(at + 2).isdigit():
            at += 3
        else:
            break
    return at


def _fit(reading: Reading, at: int, frame: str) -> Complement | None:
    word = reading.word(at)
    if frame == "end":
        return Complement(at, at, frame)
    if frame == "object":
        return Complement(at, reach(reading, at), frame) if opens_noun_phrase(reading, at) else None
    if frame == "gerund":
        return Complement(at, reach(reading, at), frame) if _is_action(reading, at) else None
    if frame == "that":
        return (
            Complement(at + 1, reach(reading, at + 1, clause=True), frame)
            if reading.is_("complementizers", at)
            else None
        )
    if frame == "whether":
        return Complement(at, reach(reading, at + 1, clause=True), frame) if reading.is_("doubts", at) else None
    if frame == "judged":
        return _judged(reading, at)
    if frame in ("someone_to", "on_someone"):
        return _someone(reading, at, "to")
    if frame == "someone_against":
        return _someone(reading, at, "against")
    if word == frame and not (frame == "to" and (reading.is_time(at + 1) or reading.is_("speech", at + 1))):
        start = at + 1
        return Complement(start, reach(reading, start), frame) if start < len(reading) else None
    return None


def _is_action(reading: Reading, at: int) -> bool:
    return reading.is_gerund(at) and not reading.is_capital(at)


def opens_noun_phrase(reading: Reading, at: int) -> bool:
    """Tell whether a noun phrase can begin here."""
    if at >= len(reading):
        return False
    if at in reading.name_at:
        return True
    if reading.is_punctuation(at):
        return reading.tokens[at].text in QUOTES | {"$", "€", "£"} and at + 1 < len(reading)
    blocked = (
        "prepositions",
        "coordinators",
        "be",
        "auxiliaries",
        "modals",
        "negations",
        "relatives",
        "subordinators",
    )
    if reading.is_("determiners", at):
        return True
    if reading.is_time(at) and not _modifies(reading, at):
        return False
    if any(reading.is_(name, at) for name in blocked) or reading.is_verbal(at) or reading.is_gerund(at):
        return False
    return not any(reading.is_(name, at) for name in ("he", "we", "they"))


def _closes_phrase(reading: Reading, at: int) -> bool:
    # "a legitimate movement" judges nothing, "legitimate" at the end does.
    closing = ("prepositions", "coordinators", "subordinators", "relatives", "times")
    return at >= len(reading) or reading.is_punctuation(at) or any(reading.is_(name, at) for name in closing)


def _judged(reading: Reading, at: int) -> Complement | None:
    # "called [the plan] unacceptable", "considers [the sanctions] essential".
    if not opens_noun_phrase(reading, at):
        return None
    for index in range(at + 1, min(len(reading), at + _SOMEONE)):
        if (reading.is_("bad words", index) or reading.is_("good words", index)) and _closes_phrase(reading, index + 1):
            end = _trimmed(reading, at, index)
            frame = "judged good" if reading.is_("good words", index) else "judged bad"
            return Complement(at, end, frame) if end > at else None
        quoted = reading.tokens[index].text in QUOTES
        if (reading.is_punctuation(index) and not quoted and reading.word(index) not in "'’-") or reading.is_verbal(
            index
        ):
            return None
    return None


def _modifies(reading: Reading, at: int) -> bool:
    """Tell "early elections" and "next month's vote" from "welcomed early on"."""
    while reading.is_time(at) and not reading.is_possessive(at):
        at += 1
    if at >= len(reading) or reading.is_punctuation(at) or reading.is_("days", at - 1):
        return False
    return not (reading.is_("prepositions", at) or reading.is_("determiners", at) or reading.is_verbal(at))


def _someone(reading: Reading, at: int, word: str) -> Complement | None:
    # "urged [Syria] to [leave]": the proposition is "Syria to leave"; "warned [allies] against [talks]": "talks".
    if not opens_noun_phrase(reading, at):
        return None
    for index in range(at, min(len(reading), at + _SOMEONE)):
        if reading.word(index) == word and index > at and index not in reading.name_at:
            start = at if word == "to" else index + 1
            return Complement(start, reach(reading, index + 1), f"someone_{word}")
        if reading.is_break(index) and reading.tokens[index].text not in QUOTES:
            return None
        if reading.is_verbal(index) or reading.is_("subordinators", index) or reading.is_("relatives", index):
            return None
    return None


def reach(reading: Reading, start: int, *, clause: bool = False) -> int:
    """Return where the proposition that begins at ``start`` ends; a ``clause`` may hold a finite verb of its own."""
    index = start
    clause = clause or reading.is_("subordinators", start)
    limit = min(len(reading), start + _LONGEST)
    while index < limit:
        if index in reading.name_at:
            index += 1
            continue
        clause = clause or reading.is_("relatives", index)
        if _stops(reading, index, start) or (not clause and reading.is_("finite", index)):
            break
        index += 1
    return _trimmed(reading, start, index)


def _stops(reading: Reading, index: int, start: int) -> bool:
    sign = reading.tokens[index].text
    if sign == ",":
        return not _list_goes_on(reading, index)
    if sign in ".…" and index == len(reading) - 1:
        return True
    if sign in QUOTES:
        return index > start and not reading.opens_quotation(index) and _closes(reading, index, start)
    if sign in "()" or reading.is_break(index):
        return True
    if index in reading.conditions:
        return True
    word = reading.word(index)
    if reading.is_saying(index) and not reading.is_gerund(index):
        return True
    if index > start and reading.is_("clause openers", index):
        return not (word == "as" and (reading.word(index + 1) in ("part", "well") or reading.word(index - 1) == "such"))
    if reading.is_("coordinators", index) and index > start:
        return word == "but" or _verb_follows(reading, index)
    return _is_adjunct(reading, index, start)


def _closes(reading: Reading, index: int, start: int) -> bool:
    # A quotation mark that was not opened inside of the proposition ends it.
    return not any(reading.tokens[at].text in QUOTES for at in range(start, index))


def _list_goes_on(reading: Reading, index: int) -> bool:
    # A comma inside a list of names or of nouns that ends in a conjunction soon.
    if index - 1 in reading.name_at and index + 1 in reading.name_at:
        return True
    for at in range(index + 1, min(len(reading), index + 5)):
        if reading.word(at) in ("and", "or") and at > index + 1:
            return not any(reading.is_verbal(each) for each in range(index + 1, min(len(reading), at + 3)))
        if (
            reading.is_verbal(at)
            or (reading.is_punctuation(at) and reading.word(at) != ",")
            or reading.is_("prepositions", at)
        ):
            return False
    return False


def _verb_follows(reading: Reading, index: int) -> bool:
    at = index + 1
    while at < len(reading) and reading.is_adverb(at):
        at += 1
    if reading.is_verbal(at) or at in reading.stances:
        return True
    if any(reading.is_(name, at) for name in ("he", "it", "they", "we")):
        return True
    if at in reading.name_at:
        end = reading.name_end(at)
        while end < len(reading) and reading.is_adverb(end):
            end += 1
        return reading.is_verbal(end)
    return False


def _is_adjunct(reading: Reading, index: int, start: int) -> bool:
    # A phrase that says when or why ("for several months", "for various reasons") is no part of it.
    if index == start or not reading.is_("time prepositions", index):
        return False
    for at in range(index + 1, min(len(reading), index + 4)):
        if reading.is_time(at) or reading.word(at) in reading.grammar.head("adjuncts"):
            return True
        if at in reading.name_at or reading.is_punctuation(at) or reading.is_("prepositions", at):
            return False
    return False


def _trimmed(reading: Reading, start: int, end: int) -> int:
    if end == start + 1 and reading.is_("demonstratives", start):
        return end
    while end > start and (
        (reading.is_punctuation(end - 1) and reading.tokens[end - 1].text not in '%”»"€$')
        or (reading.tokens[end - 1].text in QUOTES and reading.opens_quotation(end - 1))
        or (end - 1 not in reading.name_at and _trails(reading, end - 1))
    ):
        end -= 1
    return end


def _trails(reading: Reading, index: int) -> bool:
    return any(
        reading.is_(name, index)
        for name in ("prepositions", "determiners", "coordinators", "times", "trailing adverbs")
    )


def head_area(reading: Reading, start: int, end: int) -> range:
    """Return the tokens of the proposition's first noun phrase: up to its first preposition, "to", "that" or verb."""
    at = start
    while at < end and at not in reading.name_at and (reading.is_("determiners", at) or reading.is_punctuation(at)):
        at += 1
    stop = at
    while stop < end and (
        stop in reading.name_at
        or not (
            reading.is_("prepositions", stop)
            or reading.is_("relatives", stop)
            or reading.is_verbal(stop)
            or reading.word(stop) == ","
        )
    ):
        stop += 1
    return range(at, stop)
