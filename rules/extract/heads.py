"""What the last noun of a noun phrase says of who acts: an office, the members of a body, a group as worded."""

from __future__ import annotations

from typing import Final

from rules.extract.holder import Holder, holder_of
from rules.extract.names import Name
from rules.extract.opennames import open_name
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    BLOC,
    CAPITAL,
    DETERMINERS,
    NAMED,
    POSSESSIVE,
    PUNCTUATION,
    TIMES,
)
from rules.model import Confidence

_GOVERNED: Final = ("unknown", "territory")  # places whose mayors and governors act for themselves


def is_known_head(reading: Reading, word: str) -> bool:
    """Tell whether a word in lower case can close a phrase that acts."""
    heads = reading.grammar.head
    return any(word in heads(name) for name in ("office", "collective", "faction", "bloc")) or not word.isalpha()


def head_word(reading: Reading, stop: int, core_end: int) -> str | None:
    """Return the last word behind a name, adverbs and possessive signs left out."""
    for index in range(core_end - 1, stop - 1, -1):
        if (
            not reading.bits[index] & PUNCTUATION
            and not reading.bits[index] & ADVERB
            and not reading.bits[index] & TIMES
        ):
            return reading.lowers[index]
    return None


def with_head(
    reading: Reading, name: Name, at: int, stop: int, core_end: int, head: str, end: int
) -> tuple[Holder, ...]:
    """Return who a name acts as together with the noun behind it ("EU members", "the French government")."""
    heads = reading.grammar.head
    if head in heads("no actor") or name.kind == "person":
        return ()
    if head in heads("bloc") and name.kind == "organisation":
        return (_members(reading, name, at, core_end),)
    if head in heads("bloc") and name.kind == "state" and reading.bits[stop - 1] & POSSESSIVE:
        return (as_written(reading, at, core_end, None),)
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
        return (as_written(reading, at, core_end, name.state),)
    if head in heads("office") and head not in heads("titles not actors"):
        who = holder_of(name, at, core_end, "office of a named body")
        return (who._replace(start=at, end=core_end),) if who else ()
    if head in heads("collective"):
        return (as_written(reading, at, core_end, name.state if name.kind != "city" else name.actor),)
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


def as_written(reading: Reading, start: int, end: int, affiliation: str | None) -> Holder:
    """Return a group in the text's own words."""
    return Holder(
        reading.text(start, end), affiliation, "group", start, end, Confidence.MEDIUM, "a group as the text words it"
    )


def without_name(reading: Reading, start: int, core_end: int, end: int, head: str) -> tuple[Holder, ...]:
    """Return who a noun phrase without a listed name stands for, by its last word."""
    heads = reading.grammar.head
    if head in heads("no actor"):
        return ()
    opened = open_name(reading, start, core_end, end)
    if opened:
        return opened
    leading = head.endswith("s") and core_end - start > 1 and head not in heads("anonymous")
    leading = leading and (head in heads("office") or head in heads("faction"))
    local = head in heads("local body") and _is_local(reading, start, core_end)
    if leading or local or (head in heads("collective") and head not in heads("bloc")):
        return (as_written(reading, start, core_end, None),)
    return ()


def _is_local(reading: Reading, start: int, core_end: int) -> bool:
    # "the city council", "a school board": a body by what it governs, and nobody's own ("the company's board").
    owned = any(reading.bits[at] & (POSSESSIVE | DETERMINERS) for at in range(start, core_end))
    return core_end - start > 1 and not owned and not reading.bits[core_end - 2] & (CAPITAL | BLOC)


def of_owner(reading: Reading, start: int, head: str, owners: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Return whom an office of ``owners`` stands for ("the government of Poland", "the mayor of Warsaw")."""
    speaks = _local if head in reading.grammar.head("local office") else _owner
    return tuple(speaks(reading, owner, start) for owner in owners)


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
