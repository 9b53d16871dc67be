"""From a noun phrase to who acts: a person, a state, a body, or a group as the text words it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.heads import head_word, is_known_head, of_owner, with_head, without_name
from rules.extract.holder import Holder, holder_of
from rules.extract.names import Name
from rules.extract.opennames import open_name
from rules.extract.quantifiers import MANY, behind_quantifier, quantified
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    CAPITAL,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    GERUND,
    NAMED,
    NOBODY,
    OWNER_PREPOSITIONS,
    PARTICIPLE,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    TIMES,
    VERBAL,
)
from rules.model import Confidence

_MAX_PHRASE: Final = 24  # tokens; no noun phrase in the news is longer before its verb


def holders_in(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    """Return who the noun phrase at ``start:end`` stands for: several when joined, none where nobody acts."""
    found = _holders_in(reading, start, end)
    for each in found:
        if each.kind in MANY:
            return tuple(quantified(reading, one) if one.kind in MANY else one for one in found)
    return found


def _holders_in(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    if reading.bits[start] & NOBODY and not reading.bits[start] & NAMED:
        return ()
    start = _skip_openers(reading, start, end)
    if start >= end:
        return ()
    core_end = _core_end(reading, start, end)
    names = _names_between(reading, start, core_end)
    if len(names) > 1:
        names, core_end = _first_group(reading, names, core_end)
    if names:
        return _by_names(reading, start, core_end, end, names)
    return _by_head(reading, start, core_end, end)


def _skip_openers(reading: Reading, start: int, end: int) -> int:
    start = behind_quantifier(reading, start)
    while start < end and not reading.bits[start] & NAMED:
        word = reading.lowers[start]
        if not (reading.bits[start] & (DETERMINERS | COORDINATORS | ADVERB | PUNCTUATION) or word.isdigit()):
            break
        start += 1
    return start


def _core_end(reading: Reading, start: int, end: int) -> int:
    # The noun phrase proper ends before its first preposition, comma or verb.
    for index in range(start, min(end, start + _MAX_PHRASE)):
        if reading.bits[index] & NAMED:
            continue
        if reading.bits[index] & (PREPOSITIONS | VERBAL | RELATIVES):
            return index
        if (reading.bits[index] & PUNCTUATION and reading.lowers[index] not in "'’-\"“”().") or reading.bits[
            index
        ] & COORDINATORS:
            return index
        if index > start and reading.bits[index] & GERUND:
            return index
    return min(end, start + _MAX_PHRASE)


def _names_between(reading: Reading, start: int, end: int) -> list[tuple[Name, int, int]]:
    found: list[tuple[Name, int, int]] = []
    index = start
    while index < end:
        name = reading.name_at.get(index)
        if name is None:
            index += 1
            continue
        stop = reading.name_end(index)
        if not reading.is_compounded(stop - 1):
            found.append((name, index, stop))
        index = stop
    return found


def _first_group(
    reading: Reading, names: list[tuple[Name, int, int]], core_end: int
) -> tuple[list[tuple[Name, int, int]], int]:
    """Cut behind a bare name that some unknown verb follows ("Australia joined Britain")."""
    for position, (name, _, stop) in enumerate(names[:-1]):
        bare = name.role in ("names", "short") and not reading.bits[stop - 1] & POSSESSIVE
        word = reading.lowers[stop]
        if (
            bare
            and stop < names[position + 1][1]
            and reading.bits[stop] & PARTICIPLE
            and not is_known_head(reading, word)
        ):
            return names[: position + 1], stop
    return names, core_end


def _by_names(
    reading: Reading, start: int, core_end: int, end: int, names: list[tuple[Name, int, int]]
) -> tuple[Holder, ...]:
    name, at, stop = names[-1]
    if name.kind == "person" and reading.is_fragment(at):
        return open_name(reading, start, core_end)
    if (
        name.kind == "institution"
        and len(names) > 1
        and names[-2][0].kind == "state"
        and name.affiliation != names[-2][0].canonical
    ):
        owner = names[-2]
        return (
            Holder(
                owner[0].canonical, None, "state", owner[1], stop, Confidence.MEDIUM, "institution of a named state"
            ),
        )
    if name.kind == "person":
        if stop >= core_end or not (reading.bits[stop - 1] & POSSESSIVE or reading.bits[stop] & CAPITAL):
            first = holder_of(name, at, stop)
            return (first, *_joined(reading, stop, end)) if first else ()
        return _office_of(reading, name, at, stop, core_end)
    if _verb_behind(reading, stop, core_end):
        core_end = stop
    head = head_word(reading, stop, core_end)
    if head is None:
        return _bare(reading, name, at, stop, start, end)
    return with_head(reading, name, at, stop, core_end, head, end)


def _verb_behind(reading: Reading, stop: int, core_end: int) -> bool:
    """Tell an unknown verb behind a name by the article that follows it ("Chile left the talks")."""
    plain = stop + 1 < core_end and reading.texts[stop].islower() and not reading.bits[stop - 1] & POSSESSIVE
    if not plain or is_known_head(reading, reading.lowers[stop]):
        return False
    return bool(reading.bits[stop + 1] & DETERMINERS or reading.bits[stop] & PARTICIPLE)


def _bare(reading: Reading, name: Name, at: int, stop: int, start: int, end: int) -> tuple[Holder, ...]:
    if name.role == "adjectives" or (reading.bits[stop - 1] & POSSESSIVE and reading.grammar.lang == "en"):
        return ()
    if at > start and _is_foreign_part(reading, at, start):
        return open_name(reading, start, stop)
    first = holder_of(name, at, stop)
    return (first, *_joined(reading, stop, end)) if first else ()


def _is_foreign_part(reading: Reading, at: int, start: int) -> bool:
    # A place inside of a longer proper name ("Agence France-Presse") does not act.
    return at > start and reading.bits[at - 1] & (CAPITAL | NAMED) == CAPITAL and not _is_title(reading, at - 1)


def _is_title(reading: Reading, index: int) -> bool:
    word = reading.lowers[index]
    return bool(word in reading.grammar.head("office") or reading.bits[index] & TIMES or index == 0)


def _joined(reading: Reading, index: int, end: int) -> Iterator[Holder]:
    """Further names that stand in one list with the first ("Brazil, China and Russia")."""
    while index < end:
        at = index
        while at < end and (reading.bits[at] & (COMMA | COORDINATORS | DETERMINERS)):
            at += 1
        if at == index:
            return
        while at < end and not reading.bits[at] & NAMED and reading.bits[at] & CAPITAL:
            at += 1  # titles
        name = reading.name_at.get(at)
        while name is not None and name.role == "adjectives":
            at = reading.name_end(at)
            while at < end and not reading.bits[at] & NAMED and _is_title(reading, at):
                at += 1
            name = reading.name_at.get(at)
        if name is None or at >= end or reading.bits[reading.name_end(at) - 1] & POSSESSIVE:
            return
        stop = reading.name_end(at)
        holder = holder_of(name, at, stop)
        if holder is None:
            return
        yield holder
        index = stop


def _office_of(reading: Reading, name: Name, at: int, stop: int, core_end: int) -> tuple[Holder, ...]:
    head = head_word(reading, stop, core_end)
    if head in reading.grammar.head("person office") and name.affiliation:
        return (Holder(name.affiliation, None, "state", at, core_end, Confidence.MEDIUM, "office of a named person"),)
    return ()


def _by_head(reading: Reading, start: int, core_end: int, end: int) -> tuple[Holder, ...]:
    heads = reading.grammar.head
    head = head_word(reading, start, core_end)
    if head is None:
        return ()
    if core_end < end and reading.bits[core_end] & PREPOSITIONS and reading.bits[core_end] & OWNER_PREPOSITIONS:
        if head in heads("quantity"):
            return holders_in(reading, core_end + 1, end)
        if head in heads("office") or head in heads("faction"):
            return of_owner(reading, start, head, holders_in(reading, core_end + 1, end))
    return without_name(reading, start, core_end, end, head)
