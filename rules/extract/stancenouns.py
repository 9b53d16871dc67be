"""Nouns of stance: who holds them, who gives them a voice, and what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.frames import complement
from rules.extract.gazetteer import Mark
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.phrases import phrase_start
from rules.extract.possession import possessor
from rules.extract.reading import Reading
from rules.extract.stand import Stand, about_something, signed, with_subject
from rules.extract.verbs import verb_group
from rules.extract.verbsubjects import subject_of
from rules.extract.wordclasses import (
    ADVERB,
    BE,
    COMMA,
    CONDITION,
    COORDINATORS,
    DETERMINERS,
    FADED,
    GOVERNORS,
    LIGHT_GAPS,
    LIGHT_VERBS,
    NAMED,
    OUR,
    POSSESSORS,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    TITLES_NOT_ACTORS,
    VERBAL,
)
from rules.model import Confidence, Stance

_CONDITIONAL: Final = 3  # tokens between a noun of stance and what it is tied to
# "dropped its opposition", "withdrew its support": who gives a stance up takes the other.
_TURNED: Final = {Stance.SUPPORT: Stance.OPPOSE, Stance.OPPOSE: Stance.SUPPORT}


def noun_stands(reading: Reading, index: int, mark: Mark) -> Iterator[Stand]:
    """Yield the stance that a noun tells ("its opposition to", "a call by X for")."""
    after = reading.at(mark.end)
    holders, start = possessor(reading, index)
    speaking = not holders and reading.bits[index - 1] & OUR != 0
    reason, behind = "possessive", after
    if not holders:
        holders, behind = _giver(reading, after)
        reason = "agent of a noun"
    about = complement(reading, behind, mark.entry.texts("takes")) or complement(
        reading, after, mark.entry.texts("takes")
    )
    if not holders and mark.entry.text("is_actor"):
        holders, start = _described(reading, index)
        reason = "called one"
    group = Group(index)
    light = _light(reading, start if holders else index)
    voiced = _voiced(reading, light, holders if reason == "possessive" else ())
    if voiced:
        group = verb_group(reading, light)
        holders, reason, start = voiced, "voiced", with_subject(reading, group.start, voiced)
    elif mark.entry.text("voiced"):
        return
    if not holders and mark.entry.text("alone") and about is None:
        yield from _demonym(reading, index, mark)
        return
    if about is None and holders and reason == "agent of a noun" and mark.entry.text("alone"):
        about = Complement(behind, behind, "end")
    if about is None and holders and any(reading.bits[at] & CONDITION for at in range(after, after + _CONDITIONAL)):
        about = Complement(start, index + 1, "subject")  # "made its support conditional on a guarantee"
    if about is not None and about.frame == "end" and any(holder.kind == "unknown" for holder in holders):
        return
    if about is None or not (holders or speaking) or not about_something(reading, mark.entry, about):
        return
    stance = signed(reading, mark.entry, group)
    if stance is None:
        return
    if voiced and reading.bits[light] & FADED:
        stance = _TURNED.get(stance, stance)
    yield Stand(
        index, stance, holders, about, min(start, index), max(about.end, index + 1), Confidence.MEDIUM,
        f"{mark.entry.name}, {reason}", group, speaking,
    )  # fmt: skip


def _giver(reading: Reading, after: int) -> tuple[tuple[Holder, ...], int]:
    """Who stands behind "by" or "from" right behind the noun, and where the phrase goes on."""
    there = reading.lowers[after] == "in" and "there" in reading.lowers[max(0, after - 6) : after]
    if not reading.bits[after] & POSSESSORS and not (there and reading.bits[after + 1] & NAMED):
        return (), after
    end = _giver_end(reading, after + 1)
    return holders_in(reading, after + 1, end), end


def _giver_end(reading: Reading, start: int) -> int:
    index = start
    while index < reading.size and index - start < 12:
        if not reading.bits[index] & NAMED and (
            reading.bits[index] & (PREPOSITIONS | VERBAL | PUNCTUATION | RELATIVES | COORDINATORS)
        ):
            break
        index += 1
    return index


def _described(reading: Reading, index: int) -> tuple[tuple[Holder, ...], int]:
    """Who is called an opponent or a supporter: the name before a comma or before "is" ("X, an opponent of")."""
    at = index - 1
    while at > 0 and reading.bits[at] & (DETERMINERS | ADVERB | LIGHT_GAPS) and not reading.bits[at] & NAMED:
        at -= 1
    if at > 0 and reading.bits[at] & COMMA and reading.bits[at - 1] & NAMED:
        start = phrase_start(reading, at)
        return holders_in(reading, start, at), start
    if at > 0 and reading.bits[at] & BE:
        group = verb_group(reading, at)
        found = () if group.negated else subject_of(reading, at, group)
        return found, with_subject(reading, group.start, found)
    return (), index


def _light(reading: Reading, start: int) -> int:
    """Return the verb before the noun phrase that voices it ("expressed strong", "announced its"), or -1."""
    at = start - 1
    for _ in range(4):
        if at < 0:
            return -1
        if reading.bits[at] & (LIGHT_VERBS | FADED):
            return at
        if not (reading.bits[at] & (LIGHT_GAPS | ADVERB)):
            return -1
        at -= 1
    return -1


def _voiced(reading: Reading, light: int, owners: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Return who gives the noun a voice; an unknown one only where nobody owns it ("reiterated Britain's support")."""
    group = verb_group(reading, light) if light >= 0 else None
    if group is None or group.infinitive or group.passive:
        return ()
    found = subject_of(reading, light, group)
    return () if owners and all(each.kind == "unknown" for each in found) else found


def _demonym(reading: Reading, index: int, mark: Mark) -> Iterator[Stand]:
    # "despite Serbian opposition": the adjective of a country right before, governed by a word of resistance.
    name = reading.name_at.get(index - 1)
    if name is None or name.role not in ("adjectives", "names", "people", "short") or name.kind == "person":
        return
    start = reading.name_start(index - 1)
    before = start - 1
    while before >= 0 and reading.bits[before] & LIGHT_GAPS:
        before -= 1
    if not reading.bits[before] & GOVERNORS or reading.bits[index + 1] & TITLES_NOT_ACTORS:
        return
    holder = Holder(name.actor, None, name.kind, start, index, Confidence.MEDIUM, "adjective of a country")
    yield Stand(
        index, Stance(str(mark.entry.text("stance"))), (holder,), Complement(index + 1, index + 1, "end"),
        max(0, before), index + 1, Confidence.LOW, f"{mark.entry.name}, adjective of a country", Group(index),
    )  # fmt: skip
