"""From a noun phrase to who acts: a person, a state, a body, or a group as the text words it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.holder import Holder, holder_of
from rules.extract.names import Name
from rules.extract.opennames import open_name
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    BLOC,
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

_GOVERNED: Final = ("unknown", "territory")  # places whose mayors and governors act for themselves
_MAX_PHRASE: Final = 24  # tokens; no noun phrase in the news is longer before its verb


def holders_in(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    """Return who the noun phrase at ``start:end`` stands for: several when joined, none where nobody acts."""
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
            and not _known_head(reading, word)
        ):
            return names[: position + 1], stop
    return names, core_end


def _known_head(reading: Reading, word: str) -> bool:
    heads = reading.grammar.head
    return any(word in heads(name) for name in ("office", "collective", "faction", "bloc")) or not word.isalpha()


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
    head = _head(reading, stop, core_end)
    if head is None:
        return _bare(reading, name, at, stop, start, end)
    return _with_head(reading, name, at, stop, core_end, head, end)


def _verb_behind(reading: Reading, stop: int, core_end: int) -> bool:
    """Tell an unknown verb behind a name by the article that follows it ("Chile left the talks")."""
    plain = stop + 1 < core_end and reading.texts[stop].islower() and not reading.bits[stop - 1] & POSSESSIVE
    if not plain or _known_head(reading, reading.lowers[stop]):
        return False
    return bool(reading.bits[stop + 1] & DETERMINERS or reading.bits[stop] & PARTICIPLE)


def _head(reading: Reading, stop: int, core_end: int) -> str | None:
    # The last word behind a name, adverbs and possessive signs left out.
    for index in range(core_end - 1, stop - 1, -1):
        if (
            not reading.bits[index] & PUNCTUATION
            and not reading.bits[index] & ADVERB
            and not reading.bits[index] & TIMES
        ):
            return reading.lowers[index]
    return None


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
    head = _head(reading, stop, core_end)
    if head in reading.grammar.head("person office") and name.affiliation:
        return (Holder(name.affiliation, None, "state", at, core_end, Confidence.MEDIUM, "office of a named person"),)
    return ()


def _with_head(
    reading: Reading, name: Name, at: int, stop: int, core_end: int, head: str, end: int
) -> tuple[Holder, ...]:
    heads = reading.grammar.head
    if head in heads("no actor") or name.kind == "person":
        return ()
    if head in heads("bloc") and name.kind == "organisation":
        return (_members(reading, name, at, core_end),)
    if head in heads("bloc") and name.kind == "state" and reading.bits[stop - 1] & POSSESSIVE:
        return (_as_written(reading, at, core_end, None),)
    if head in heads("faction") and name.kind in ("party", "institution", "state"):
        if name.kind in ("party", "institution"):
            return (
                Holder(
                    name.canonical,
                    name.affiliation,
                    name.kind,
                    at,
                    core_end,
                    Confidence.HIGH,
                    "members of a named body",
                ),
            )
        return (_as_written(reading, at, core_end, name.state),)
    if head in heads("office") and head not in heads("titles not actors"):
        who = holder_of(name, at, core_end, "office of a named body")
        return (who._replace(start=at, end=core_end),) if who else ()
    if head in heads("collective"):
        return (_as_written(reading, at, core_end, name.state if name.kind != "city" else name.actor),)
    if reading.bits[core_end - 1] & CAPITAL and not reading.bits[core_end - 1] & NAMED:
        return open_name(reading, at, core_end, end)
    return ()


def _members(reading: Reading, name: Name, at: int, end: int) -> Holder:
    lexicon = reading.document.lexicon
    short = {"European Union": "EU"}.get(name.canonical, name.canonical)
    group = f"{short} members"
    known = lexicon.entry(group) is not None
    return Holder(
        group if known else reading.text(at, end), name.canonical, "group", at, end,
        Confidence.HIGH if known else Confidence.MEDIUM, "members of a named body",
    )  # fmt: skip


def _as_written(reading: Reading, start: int, end: int, affiliation: str | None) -> Holder:
    return Holder(
        reading.text(start, end), affiliation, "group", start, end, Confidence.MEDIUM, "a group as the text words it"
    )


def _by_head(reading: Reading, start: int, core_end: int, end: int) -> tuple[Holder, ...]:
    heads = reading.grammar.head
    head = _head(reading, start, core_end)
    if head is None:
        return ()
    of_phrase = core_end < end and reading.bits[core_end] & PREPOSITIONS and reading.bits[core_end] & OWNER_PREPOSITIONS
    if head in heads("quantity") and of_phrase:
        return holders_in(reading, core_end + 1, end)
    if of_phrase and (head in heads("office") or head in heads("faction")):
        owners = holders_in(reading, core_end + 1, end)
        if head in heads("local office"):
            return tuple(_local(reading, owner, start) for owner in owners)
        return tuple(_owner(reading, owner, start) for owner in owners)
    if head in heads("no actor"):
        return ()
    opened = open_name(reading, start, core_end, end)
    if opened:
        return opened
    leading = head.endswith("s") and core_end - start > 1 and head not in heads("anonymous")
    leading = leading and (head in heads("office") or head in heads("faction"))
    local = head in heads("local body") and _is_local(reading, start, core_end)
    if leading or local or (head in heads("collective") and head not in heads("bloc")):
        return (_as_written(reading, start, core_end, None),)
    return ()


def _is_local(reading: Reading, start: int, core_end: int) -> bool:
    # "the city council", "a school board": a body by what it governs, and nobody's own ("the company's board").
    owned = any(reading.bits[at] & (POSSESSIVE | DETERMINERS) for at in range(start, core_end))
    return core_end - start > 1 and not owned and not reading.bits[core_end - 2] & (CAPITAL | BLOC)


def _local(reading: Reading, owner: Holder, start: int) -> Holder:
    """Return a mayor as worded: "the mayor of Warsaw" is not Poland."""
    first = start
    while reading.bits[first] & DETERMINERS:
        first += 1
    name = reading.text(first, owner.end)
    return owner._replace(name=name, affiliation=None, kind="unknown", start=start, reason="office of a place")


def _owner(reading: Reading, owner: Holder, start: int) -> Holder:
    """Whom a spokesman or a government speaks for."""
    if owner.kind in _GOVERNED and not reading.bits[owner.start - 1] & NAMED:
        first = start
        while reading.bits[first] & DETERMINERS:
            first += 1
        name, body = reading.text(first, owner.end), owner.name if owner.kind == "territory" else None
        return owner._replace(name=name, affiliation=body, kind="unknown", start=start, reason="office of a place")
    return owner._replace(start=start, reason="office of a named body")
