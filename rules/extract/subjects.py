"""Whose verb it is: the verb group around a cue, the noun phrase that governs it, and what pronouns point back to."""

from __future__ import annotations

from typing import Final

from rules.extract.clauses import Clause
from rules.extract.holder import Holder, holder_of
from rules.extract.holders import holders_in
from rules.extract.names import Name
from rules.extract.phrases import phrase_start
from rules.extract.reading import Reading
from rules.extract.segments import cut_phrases, last_coordinator, lists_names, own_clause, trailing_conjunction
from rules.extract.verbs import FAR, clause_before, saying_before, verb_group
from rules.extract.wordclasses import (
    AUXILIARIES,
    BE,
    BREAK,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    HE,
    HIS,
    IT,
    ITS,
    MODALS,
    NAMED,
    OWNER_PREPOSITIONS,
    PARTICIPLE,
    RELATIVES,
    SAYING,
    SUBORDINATORS,
    THEIR,
    THEY,
    VERBAL,
    WE,
)
from rules.model import Confidence

_DEPTH: Final = 4


def subjects(reading: Reading, index: int, depth: int = 0) -> tuple[Holder, ...]:
    """Return who governs the verb that begins at ``index``; empty when nobody identifiable does."""
    if depth > _DEPTH:
        return ()
    group = verb_group(reading, index)
    if group.infinitive:
        return ()
    clause = clause_before(reading, group.start)
    return _of_clause(reading, clause, depth)


def _of_clause(reading: Reading, clause: Clause, depth: int) -> tuple[Holder, ...]:
    start, end, boundary = clause
    pronoun = end - 1
    if start < end:
        found = pronoun_holders(reading, pronoun, depth)
        if found is not None:
            return found
    conjunction = trailing_conjunction(reading, start, end)
    if conjunction >= 0:
        return _carried(reading, clause, conjunction, depth)
    segments = cut_phrases(reading, start, end)
    if not segments:
        return _elliptic(reading, clause, depth)
    inserted = boundary >= 0 and (reading.bits[boundary] & (VERBAL | RELATIVES))
    if reading.bits[end - 1] & COMMA and inserted:
        outer = before_relative(reading, boundary)
        if outer is not None:
            return _of_clause(reading, outer, depth + 1)
    if boundary >= 0 and len(segments) > 1 and reading.bits[boundary] & SUBORDINATORS:
        later = _of_segments(reading, segments[1:], clause, depth)
        if later:
            return later
    return _of_segments(reading, segments, clause, depth)


def _carried(reading: Reading, clause: Clause, conjunction: int, depth: int) -> tuple[Holder, ...]:
    # "has blamed X but hinted": the subject of the verb before goes on.
    parallel = _parallel(reading, clause.start, clause.end)
    if parallel >= 0:
        return subjects(reading, parallel, depth + 1)
    if clause.boundary >= 0 and reading.bits[clause.boundary] & VERBAL:
        return subjects(reading, clause.boundary, depth + 1)
    segments = cut_phrases(reading, clause.start, conjunction)
    if not segments:
        return _elliptic(reading, Clause(clause.start, clause.start, clause.boundary), depth)
    return _of_segments(reading, segments, Clause(clause.start, conjunction, clause.boundary), depth)


def before_relative(reading: Reading, boundary: int) -> Clause | None:
    """Return the clause around a relative clause that ends in a comma ("Iran, which backs it, refused")."""
    for at in range(boundary, max(-1, boundary - 20), -1):
        if reading.bits[at] & RELATIVES and reading.bits[at - 1] & COMMA:
            outer = clause_before(reading, at - 1)
            return Clause(outer.start, at - 1, outer.boundary) if outer.start < at - 1 else None
    return None


def _of_segments(reading: Reading, segments: list[tuple[int, int]], clause: Clause, depth: int) -> tuple[Holder, ...]:
    start, end = segments[-1]
    if len(segments) > 1 and reading.bits[start] & COORDINATORS and not lists_names(reading, clause.start, end):
        return _of_phrase(reading, start, end, clause, depth)
    first_start, first_end = segments[0]
    if len(segments) > 1 and lists_names(reading, clause.start, end):
        return holders_in(reading, first_start, clause.end)
    first = _of_phrase(reading, first_start, first_end, clause, depth)
    if len(segments) > 1:
        second = holders_in(reading, *segments[1])
        if second and second[0].kind in ("person", "unknown") and (not first or first[0].kind != "person"):
            return _with_affiliation(second, first)
    if first or len(segments) == 1:
        return first
    return _of_phrase(reading, start, end, clause, depth)


def _with_affiliation(people: tuple[Holder, ...], office: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """In "the group's leader, Abu X" the person acts for what stands before."""
    if not office or people[0].affiliation:
        return people
    return (people[0]._replace(affiliation=office[0].name), *people[1:])


def _of_phrase(reading: Reading, start: int, end: int, clause: Clause, depth: int) -> tuple[Holder, ...]:
    cut = own_clause(reading, start, end)
    if cut == end:  # "... and rejected": the subject of the verb before
        parallel = _parallel(reading, start, clause.end)
        if parallel >= 0:
            return subjects(reading, parallel, depth + 1)
        return _elliptic(reading, Clause(start, last_coordinator(reading, start, end), clause.boundary), depth)
    return _owned(reading, cut, end, clause, depth) or holders_in(reading, cut, end)


def _parallel(reading: Reading, start: int, end: int) -> int:
    """Where the same auxiliary opened the clause before ("has long insisted ... and has objected"), or -1.

    A past tense behind a modal belongs to the verb of saying further out ("said it would wait but ruled out talks").
    """
    word = reading.lowers[end]
    auxiliary = reading.bits[end] & (AUXILIARIES | MODALS | BE)
    for at in range(start - 1, max(-1, start - FAR), -1):
        if auxiliary and reading.lowers[at] == word:
            return at
        if not auxiliary and reading.bits[at] & SAYING and reading.bits[end] & PARTICIPLE:
            return at
        if not auxiliary and reading.bits[at] & VERBAL and not reading.bits[at] & MODALS and not _governed(reading, at):
            return -1
    return -1


def _governed(reading: Reading, at: int) -> bool:
    return bool((reading.bits[at] & AUXILIARIES and reading.bits[at - 1] & MODALS) or reading.bits[at] & MODALS)


def _owned(reading: Reading, start: int, end: int, clause: Clause, depth: int) -> tuple[Holder, ...]:
    # "his cabinet", "its government"; "the administration" in what its president says: the state behind the speaker.
    word = reading.lowers[end - 1]
    if (
        word not in reading.grammar.head("office")
        and word not in reading.grammar.head("bloc")
        and word not in ("nation", "country")
    ):
        return ()
    for mask, wanted in ((HIS, "person"), (ITS, "body"), (THEIR, "any")):
        if reading.bits[start] & mask:
            owners = points_back(reading, start, wanted, depth) or points_back(reading, start, "any", depth)
            return _states(owners)
    if any(reading.bits[at] & NAMED for at in range(start, end)):
        return ()  # "diplomats said most EU members were against it"
    saying = saying_before(reading, clause.boundary)
    if saying >= 0 and reading.bits[start] & DETERMINERS and depth < _DEPTH:
        return _states(subjects(reading, saying, depth + 1))
    return ()


def _states(people: tuple[Holder, ...]) -> tuple[Holder, ...]:
    return tuple(
        Holder(each.affiliation, None, "state", each.start, each.end, Confidence.MEDIUM, "government of the speaker")
        if each.affiliation
        else each
        for each in people
        if each.affiliation or each.kind not in ("person", "unknown")
    )


def _elliptic(reading: Reading, clause: Clause, depth: int) -> tuple[Holder, ...]:
    """No noun phrase of its own: a relative pronoun points back, a conjunction carries the subject over."""
    boundary = clause.boundary
    if boundary < 0:
        return holders_in(reading, clause.start, clause.end) if clause.end > clause.start else ()
    if reading.bits[boundary] & RELATIVES:
        return antecedent(reading, boundary)
    if reading.bits[boundary] & BREAK:
        return ()
    if clause.end > clause.start:
        if reading.bits[boundary] & VERBAL:
            return subjects(reading, boundary, depth + 1)
        return holders_in(reading, clause.start, clause.end)
    if reading.bits[boundary] & SUBORDINATORS:
        verb = _verb_before(reading, boundary)
        return subjects(reading, verb, depth + 1) if verb >= 0 else ()
    if reading.bits[boundary] & VERBAL:
        return subjects(reading, boundary, depth + 1)
    return ()


def antecedent(reading: Reading, relative: int) -> tuple[Holder, ...]:
    """Return whom "who", "which" or "that" points back to."""
    end = relative
    while end > 0 and reading.lowers[end - 1] in (",", ")"):
        end -= 1
    if end < 1:
        return ()
    start = phrase_start(reading, end)
    if start >= end:
        return ()
    found = holders_in(reading, start, end)
    if not found and start > 0 and reading.bits[start - 1] & OWNER_PREPOSITIONS:
        return holders_in(reading, phrase_start(reading, start - 1), end)
    return found


def _verb_before(reading: Reading, index: int) -> int:
    for at in range(index - 1, max(-1, index - FAR), -1):
        if reading.bits[at] & VERBAL:
            return at
    return -1


def main_subject(reading: Reading, index: int, depth: int = 0) -> tuple[Holder, ...]:
    """Return the subject of the clause that a participle hangs on: that of the nearest finite verb before it."""
    verb = _verb_before(reading, index)
    if verb >= 0:
        found = subjects(reading, verb, depth + 1)
        if found:
            return found
    clause = clause_before(reading, index)
    for start, end in cut_phrases(reading, clause.start, clause.end):
        found = holders_in(reading, start, end)
        if found:
            return found
    return ()


def pronoun_holders(reading: Reading, index: int, depth: int = 0) -> tuple[Holder, ...] | None:
    """Return whom the pronoun at ``index`` points to; None where no pronoun stands."""
    if reading.bits[index] & NAMED:
        return None
    for mask, wanted in ((HE, "person"), (IT, "body"), (THEY, "any")):
        if reading.bits[index] & mask:
            return points_back(reading, index, wanted, depth)
    if reading.bits[index] & WE:
        return ()
    return None


def points_back(reading: Reading, index: int, wanted: str, depth: int) -> tuple[Holder, ...]:
    """Return whom a pronoun at ``index`` points to; ``wanted`` is person, body or any."""
    verb = _verb_before(reading, index)
    held: tuple[Holder, ...] = ()
    if verb >= 0 and depth < _DEPTH:
        held = subjects(reading, verb, depth + 1)
        found = tuple(each for each in held if _fits_kind(each.kind, wanted))
        if found:
            return tuple(each._replace(reason="pronoun") for each in found)
    for name in _names_back(reading, index):
        holder = holder_of(name, index, index + 1, "pronoun")
        if holder and not _is_fragment(reading, name) and _fits_kind(holder.kind, wanted) and name.role != "adjectives":
            return (holder,)
    if wanted == "person":  # "The delegate of Israel said she would abstain"
        return tuple(each for each in held if each.reason == "office of a named body")
    return ()


def _is_fragment(reading: Reading, name: Name) -> bool:
    at = reading.at(name.start)
    return reading.name_at.get(at) is name and reading.is_fragment(at)


def _fits_kind(kind: str, wanted: str) -> bool:
    if wanted == "any":
        return True
    return (kind in ("person", "unknown")) == (wanted == "person") or kind == "unknown"


def _names_back(reading: Reading, index: int) -> list[Name]:
    """Names before a pronoun: those of the sentence in order, then those of the sentence before in order."""
    here = [name for name in reading.names if name.end <= reading.starts[index]]
    if reading.index == 0:
        return here
    before = reading.document.sentences[reading.index - 1]
    return [*here, *reading.document.names_in(before.start, before.end)]


def in_quotation(reading: Reading, index: int) -> bool:
    """Tell whether the token stands within quotation marks."""
    return reading.document.quotation_at(reading.starts[index]) is not None
