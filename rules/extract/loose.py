"""Stances in languages with a freer word order: a cue, its clause, the first actor in it, and what is left over.

cue -> its clause, between commas -> the actor that no preposition governs (else the one before the clause)
    -> the proposition: what stands behind the cue, the clause behind the comma, or what stands before a closing verb
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Group
from rules.extract.frames import Complement, head_area, reach
from rules.extract.gazetteer import Mark
from rules.extract.holders import Holder
from rules.extract.looseactors import earlier_actor, first_actor, last_actor
from rules.extract.reading import Reading
from rules.extract.stand import Stand
from rules.extract.wordclasses import (
    ADVERB,
    ADVERBS,
    AGENTS,
    AUXILIARIES,
    BE,
    COMMA,
    COMMITMENTS,
    COMPLEMENTIZERS,
    CONTAINERS,
    COORDINATORS,
    CUE,
    DETERMINERS,
    DOUBTS,
    GENITIVES,
    HE,
    IT,
    MODALS,
    NAMED,
    NEGATIONS,
    NOT_YET,
    OBJECT_PRONOUNS,
    PASSIVES,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SUBORDINATORS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
    WE,
)
from rules.lexiconfile import Entry
from rules.model import Confidence, Stance

_REACH: Final = 26
_FILLERS: Final = ADVERB | NEGATIONS | AUXILIARIES | BE | MODALS | TIMES | RELATIVES
_TRAILING: Final = NEGATIONS | BE | AUXILIARIES | MODALS | PREPOSITIONS | COORDINATORS | ADVERBS
_EDGES: Final = frozenset(",;:()–—.")


def loose_stands(reading: Reading) -> list[Stand]:
    """Return the stances of a sentence in reading order."""
    found: list[Stand] = []
    covered = -1
    for index, mark in sorted(reading.all_stances, key=lambda each: (each[0], not each[1].entry.texts("particle"))):
        if index < covered:
            continue
        stand = _stand(reading, index, mark)
        if stand is not None:
            found.append(stand)
            found.extend(_proposers(reading, stand))
            covered = stand.about.end if stand.about.start > index else reading.at(mark.end)
    return found


def _proposers(reading: Reading, stand: Stand) -> Iterator[Stand]:
    # "lehnte den Vorschlag des Ministers X ab": X is for what the other is against.
    if stand.stance is not Stance.OPPOSE or not stand.about.start or stand.about.frame == "end":
        return
    start = stand.cue
    for at in range(start, min(reading.size, start + 12)):
        if reading.bits[at] & CONTAINERS and reading.bits[at + 1] & GENITIVES:
            found = first_actor(reading, at + 2, min(reading.size, at + 6), governed=True)
            if (
                found
                and found[0].kind in ("person", "state", "organisation")
                and found[0].name != stand.holders[0].name
            ):
                yield stand._replace(
                    stance=Stance.SUPPORT,
                    holders=found[:1],
                    start=at,
                    end=found[0].end,
                    cue=at,
                    reason="proposer of what is opposed",
                )
            return


def _stand(reading: Reading, index: int, mark: Mark) -> Stand | None:
    after = reading.at(mark.end)
    start, end = _left(reading, index), _right(reading, after)
    closing = end
    particles = mark.entry.texts("particle")
    if particles:
        closing = _particle(reading, after, end, particles)
        if closing < 0:
            return None
    if _is_condition(reading, start, index):
        return None
    group = Group(start, negated=_negated(reading, start, index, after, closing), yet=any(
        reading.bits[at] & NOT_YET for at in range(start, closing)), modal=_modal(reading, start, closing))  # fmt: skip
    stance = _signed(mark.entry, group)
    if stance is None:
        return None
    agent = _agent(reading, index, start, end)
    if agent is None:
        return None
    holders = agent or _holders(reading, index, start, closing)
    if not holders:
        return None
    about = (
        _passive_subject(reading, start, end)
        if agent
        else _about(reading, mark.entry, holders, index, start, after, closing, end)
    )
    if about is None or not _fits(reading, mark.entry, about):
        return None
    near = (
        start if not reading.bits[start - 1] & COMMA else max(0, index - 16)
    )  # the subject of "..., dass sie es begrüßen"
    first = min([index, *(holder.start for holder in holders if holder.start >= near)])
    last = max([after, about.end, closing + 1 if particles else 0, *(each.end for each in agent)])
    confidence = Confidence.MEDIUM if all(each.confidence is not Confidence.LOW for each in holders) else Confidence.LOW
    begin = min(first, about.start) if about.start >= start else first
    return Stand(index, stance, holders, about, begin, last, confidence, mark.entry.name, group)


def _left(reading: Reading, index: int) -> int:
    at = index
    while at > 0 and index - at < _REACH and not _is_edge(reading, at - 1):
        at -= 1
    return at


def _right(reading: Reading, index: int) -> int:
    at = index
    while at < reading.size and at - index < _REACH and not _is_edge(reading, at):
        at += 1
    return at


def _is_edge(reading: Reading, index: int) -> bool:
    text = reading.texts[index]
    return text in _EDGES and not (text == "." and index < reading.size - 1) and not (text == "(" or text == ")")


def _particle(reading: Reading, after: int, end: int, particles: tuple[str, ...]) -> int:
    # The separated part of the verb closes its clause.
    for at in range(end - 1, max(after - 1, end - 4), -1):
        if reading.lowers[at] in particles and (at == end - 1 or reading.bits[at + 1] & COORDINATORS):
            return at
    return -1


def _is_condition(reading: Reading, start: int, index: int) -> bool:
    return any(reading.bits[at] & DOUBTS for at in range(start, min(start + 2, index)))


def _negated(reading: Reading, start: int, index: int, after: int, closing: int) -> bool:
    """French negates around the verb, German behind it, Russian right before it."""
    if reading.grammar.lang in ("ru", "uk"):
        return bool(reading.bits[index - 1] & NEGATIONS)
    if reading.grammar.lang == "fr":
        return any(reading.bits[at] & NEGATIONS for at in range(max(start, index - 3), min(closing, after + 1)))
    return any(reading.bits[at] & NEGATIONS for at in range(start, closing))


def _modal(reading: Reading, start: int, closing: int) -> str:
    for at in range(start, closing):
        if reading.bits[at] & COMMITMENTS:
            return reading.lowers[at]
    return ""


def _signed(entry: Entry, group: Group) -> Stance | None:
    stance = Stance(str(entry.text("stance")))
    if not group.negated or entry.text("state"):
        return stance
    turned = entry.text("negated")
    if turned is None:
        return None
    return Stance.UNDECIDED if group.yet and turned == Stance.OPPOSE else Stance(turned)


def _agent(reading: Reading, index: int, start: int, end: int) -> tuple[Holder, ...] | None:
    """Who stands behind "von" or "par" in a passive; empty in the active, None in a passive without an agent."""
    if reading.grammar.lang not in ("de", "fr") or not any(reading.bits[at] & PASSIVES for at in range(start, end)):
        return ()
    for at in range(start, end):
        if reading.bits[at] & AGENTS:
            found = first_actor(reading, at + 1, min(end, at + 7), governed=True)
            if found:
                return found
    return None


def _passive_subject(reading: Reading, start: int, end: int) -> Complement | None:
    """Return what is rejected or backed in a passive: the words before its auxiliary."""
    stop = next((at for at in range(start, end) if reading.bits[at] & VERBAL), start)
    first = _skip(reading, start, stop)
    return Complement(first, stop, "object") if first < stop else None


def _holders(reading: Reading, index: int, start: int, closing: int) -> tuple[Holder, ...]:
    # The first actor of the clause; before its comma for relative clauses and pronouns.
    before = first_actor(reading, start, index)
    if before:
        return before
    if reading.grammar.lang == "de":
        inside = first_actor(reading, index, closing)
        if inside:
            return inside
    pronoun = any(reading.bits[at] & (HE | IT | THEY) for at in range(start, closing))
    speaker = any(reading.bits[at] & WE for at in range(start, closing))
    if speaker or start == 0:
        return earlier_actor(reading) if pronoun and not speaker else ()
    if reading.bits[start] & RELATIVES or (reading.grammar.lang == "de" and reading.bits[start] & DETERMINERS):
        return last_actor(reading, max(0, start - 12), start)
    return first_actor(reading, 0, start) or (earlier_actor(reading) if pronoun else ())


def _about(
    reading: Reading,
    entry: Entry,
    holders: tuple[Holder, ...],
    index: int,
    start: int,
    after: int,
    closing: int,
    end: int,
) -> Complement | None:
    takes = entry.texts("takes")
    if "clause" in takes and takes[0] == "clause":
        clause = _clause_behind(reading, end)
        if clause is not None:
            return clause
    inside = _within(reading, holders, index, start, after, closing)
    if inside is not None and inside.end - inside.start > 0:
        clause = _clause_behind(reading, end) if "clause" in takes and _is_container(reading, inside) else None
        return clause or inside
    return _clause_behind(reading, end) or (Complement(after, after, "end") if "end" in takes else None)


def _is_container(reading: Reading, about: Complement) -> bool:
    # "lehnte den Vorschlag ab, ... zu tun": the clause says what the proposal is.
    containers = reading.grammar.head("containers")
    return any(reading.lowers[at] in containers for at in range(about.start, about.end))


def _clause_behind(reading: Reading, end: int) -> Complement | None:
    # The clause behind the comma: "dass ...", "что ...", or an infinitive with "zu".
    if end >= reading.size or not reading.bits[end] & COMMA:
        return None
    start = end + 1
    if reading.bits[start] & COMPLEMENTIZERS:
        start += 1
    elif (reading.grammar.lang != "de" or reading.bits[start] & (SUBORDINATORS | VERBAL | CUE)) or (
        "zu" not in (reading.lowers[at] for at in range(start, min(reading.size, start + 30)))
        and not any(
            "zu" in reading.lowers[at] and reading.lowers[at].endswith("en")
            for at in range(start, min(reading.size, start + 30))
        )
    ):
        return None
    stop = reach(reading, start, clause=True)
    return Complement(start, stop, "that") if stop > start else None


def _within(
    reading: Reading, holders: tuple[Holder, ...], index: int, start: int, after: int, closing: int
) -> Complement | None:
    behind = max(
        [after, *(holder.end for holder in holders if after <= holder.start < closing and holder.start <= after + 4)]
    )
    first = _skip(reading, behind, closing)
    stop = min(closing, reach(reading, first, clause=True)) if first < closing else first
    if stop > first and not _only_fillers(reading, first, stop):
        return Complement(first, _trim(reading, first, stop), "object")
    ends = [holder.end for holder in holders if start <= holder.start < index]
    relative = _before_relative(reading, holders, start)
    if relative is not None:
        return relative
    first = _skip(reading, max([start, *ends]), index)
    stop = _trim(reading, first, index)
    return Complement(first, stop, "object") if stop > first and not _only_fillers(reading, first, stop) else None


def _before_relative(reading: Reading, holders: tuple[Holder, ...], start: int) -> Complement | None:
    # "la solution que le Burkina soutient": the object of a French relative clause stands before "que".
    at = holders[0].start - 1
    while at >= start and reading.bits[at] & DETERMINERS:
        at -= 1
    if (
        reading.grammar.lang != "fr"
        or at < 1
        or not reading.bits[at] & COMPLEMENTIZERS
        or reading.bits[at - 1] & VERBAL
    ):
        return None
    first = at
    while first > start and not reading.bits[first - 1] & VERBAL and at - first < 8:
        first -= 1
    return Complement(first, at, "object") if first < at else None


def _skip(reading: Reading, index: int, end: int) -> int:
    if reading.lowers[index] == "(":  # "Schavan (CDU) hat ..."
        closing = next((at for at in range(index, min(end, index + 6)) if reading.lowers[at] == ")"), index)
        index = closing if closing == index else closing + 1
    while index < end and _is_filler(reading, index):
        index += 1
    return index


def _is_filler(reading: Reading, index: int) -> bool:
    here = reading.bits[index]
    if here & NAMED:
        return False
    if here & _FILLERS or reading.lowers[index] in ("sich", "se", "s", "(", ")"):
        return True
    return here & TIME_PREPOSITIONS != 0 and reading.bits[index + 1] & TIMES != 0


def _trim(reading: Reading, start: int, end: int) -> int:
    while end > start:
        last = reading.bits[end - 1]
        if last & (PUNCTUATION | QUOTE) != PUNCTUATION and (last & NAMED or not last & _TRAILING):
            break
        end -= 1
    return end


def _only_fillers(reading: Reading, start: int, end: int) -> bool:
    return all(
        reading.bits[at] & (PUNCTUATION | DETERMINERS | ADVERB | HE | THEY | IT | SUBORDINATORS | OBJECT_PRONOUNS)
        for at in range(start, end)
    )  # fmt: skip


def _fits(reading: Reading, entry: Entry, about: Complement) -> bool:
    if about.frame in ("end", "that"):
        return True
    area = head_area(reading, about.start, about.end)
    words = {reading.lowers[at] for at in range(about.start, about.end)}
    near = {reading.lowers[at] for at in area}
    heads = reading.grammar.head
    if area and all(reading.bits[at] & (NAMED | PUNCTUATION) for at in area) and len(area) == about.end - about.start:
        return False
    if entry.text("denies") and near & heads("claim") and not near & heads("policy"):
        return False
    if entry.text("stance") == Stance.OPPOSE and near & heads("violence"):
        return False
    needs = entry.text("needs")
    if needs is None:
        return True
    if "infinitive" in needs and any(
        reading.lowers[about.start].endswith(end) for end in reading.grammar.words("infinitive endings")
    ):
        return True
    if "that" in needs and len(words) > 2:
        return True
    return bool(words & heads("policy")) or any(_compound(word, heads("policy")) for word in words)


def _compound(word: str, heads: frozenset[str]) -> bool:
    """German joins nouns: "Friedensmission" is a mission."""
    return len(word) > 9 and any(word.endswith(head) for head in heads if len(head) > 4)
