"""Stances in languages with a freer word order: a cue, its clause, the first actor in it, and what is left over.

cue -> its clause, between commas -> the actor that no preposition governs (else the one before the clause)
    -> the proposition: what stands behind the cue, the clause behind the comma, or what stands before a closing verb
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.clauses import Group
from rules.extract.gazetteer import Mark
from rules.extract.holder import Holder, holder_of
from rules.extract.looseabout import about_of, fits, passive_subject
from rules.extract.looseactors import earlier_actor, first_actor, last_actor
from rules.extract.reading import Reading
from rules.extract.stand import Stand
from rules.extract.subjects import in_quotation
from rules.extract.wordclasses import (
    ADVERB,
    AGENTS,
    COMMA,
    COMMITMENTS,
    CONTAINERS,
    COORDINATORS,
    DETERMINERS,
    DOUBTS,
    GENITIVES,
    HE,
    IT,
    NEGATIONS,
    NOT_YET,
    PASSIVES,
    QUOTE,
    RELATIVES,
    THEY,
    WE,
)
from rules.lexiconfile import Entry
from rules.model import Confidence, Stance

_REACH: Final = 26
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
    if stand.stance is not Stance.OPPOSE or not stand.holders or not stand.about.start or stand.about.frame == "end":
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
    if _is_condition(reading, start, index) or _is_other_verb(reading, mark.entry, start, end):
        return None
    group = Group(start, negated=_negated(reading, start, index, after, closing), yet=any(
        reading.bits[at] & NOT_YET for at in range(start, closing)), modal=_modal(reading, start, closing))  # fmt: skip
    stance = _signed(mark.entry, group)
    if stance is None:
        return None
    agent = () if mark.entry.texts("takes")[0] == "refused" else _agent(reading, start, end)
    if agent is None:
        return None
    holders = agent or _holders(reading, index, start, closing)
    speaker = not holders and _speaks(reading, index, start, closing)
    if not (holders or speaker) or (mark.entry.text("bare") and not _stands_before(reading, holders, start, index)):
        return None
    about = (
        passive_subject(reading, start, end)
        if agent
        else about_of(reading, mark.entry, holders, index, start, after, closing, end)
    )
    if about is None or not fits(reading, mark.entry, about):
        return None
    near = (
        start if not reading.bits[start - 1] & COMMA else max(0, index - 16)
    )  # the subject of "..., dass sie es begrüßen"
    first = min([index, *(holder.start for holder in holders if holder.start >= near)])
    last = max([after, about.end, closing + 1 if particles else 0, *(each.end for each in agent)])
    confidence = Confidence.MEDIUM if all(each.confidence is not Confidence.LOW for each in holders) else Confidence.LOW
    begin = min(first, about.start) if about.start >= start else first
    return Stand(index, stance, holders, about, begin, last, confidence, mark.entry.name, group, speaker)


def _speaks(reading: Reading, index: int, start: int, closing: int) -> bool:
    """Tell whether "we" in a quotation hold the stance: whoever says it."""
    return in_quotation(reading, index) and any(reading.bits[at] & WE for at in range(start, closing))


def _stands_before(reading: Reading, holders: tuple[Holder, ...], start: int, index: int) -> bool:
    """Tell whether a cue without a verb ("Лондон против") stands right behind its holder, who opens the clause."""
    first = start
    while first < index and reading.bits[first] & (COORDINATORS | ADVERB):
        first += 1
    return bool(holders) and holders[0].start == first and holders[-1].end == index


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
        if reading.lowers[at] in particles and (at == end - 1 or reading.bits[at + 1] & (COORDINATORS | QUOTE)):
            return at
    return -1


def _is_condition(reading: Reading, start: int, index: int) -> bool:
    return any(reading.bits[at] & DOUBTS for at in range(start, min(start + 2, index)))


def _is_other_verb(reading: Reading, entry: Entry, start: int, end: int) -> bool:
    """Tell whether the cue is but a part of another verb: "stellt Geld bereit" is no readiness."""
    others = entry.texts("unless")
    return bool(others) and any(reading.lowers[at] in others for at in range(start, end))


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


def _agent(reading: Reading, start: int, end: int) -> tuple[Holder, ...] | None:
    """Who stands behind "von" or "par" in a passive; empty in the active, None in a passive without an agent."""
    if reading.grammar.lang not in ("de", "fr") or not any(reading.bits[at] & PASSIVES for at in range(start, end)):
        return ()
    for at in range(start, end):
        if reading.bits[at] & AGENTS:
            found = first_actor(reading, at + 1, min(end, at + 7), governed=True)
            if found:
                return found
    return None


def _capital_in(reading: Reading, start: int) -> tuple[Holder, ...]:
    # "В Ереване пока не определились": who sits there decides.
    name = reading.name_at.get(start + 1)
    if name is None or name.kind != "city" or reading.lowers[start] not in ("в", "во", "у"):
        return ()
    holder = holder_of(name, start, reading.name_end(start + 1), "capital of a state")
    return (holder._replace(confidence=Confidence.LOW),) if holder else ()


def _holders(reading: Reading, index: int, start: int, closing: int) -> tuple[Holder, ...]:
    # The first actor of the clause; before its comma for relative clauses and pronouns.
    before = first_actor(reading, start, index) or _capital_in(reading, start)
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
