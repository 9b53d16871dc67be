"""Where actors stand.

sentence with a cue -> stances (frame, holder, proposition) -> conditions -> resolved "this" and "do so"
                    -> one position per holder and proposition, those that another qualifies left out
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.extract.attribution import Attributions
from rules.extract.conditions import Condition, condition_of, conditions
from rules.extract.document import Document
from rules.extract.holder import Holder, holder_of
from rules.extract.loose import loose_stands
from rules.extract.loosepromises import loose_promises
from rules.extract.promises import promises
from rules.extract.propositions import proposition_of
from rules.extract.reading import Reading, read_sentence
from rules.extract.stances import stands
from rules.extract.stancesentences import sentences_with_cues
from rules.extract.stand import Stand
from rules.extract.wordclasses import (
    AUXILIARIES,
    BE,
    HISTORY_PREPOSITIONS,
    MODALS,
    SAYING,
)
from rules.model import Confidence, Evidence, Position, Stance
from rules.text import Span

_QUOTE_TOKENS: Final = 30  # a quote with its condition is shown whole up to here
_YEAR: Final = re.compile(r"\b(?:1[789]|20)\d\ds?\b")
_CLAUSE: Final = 12  # tokens of a condition in which its own verb stands
_QUALIFIERS: Final = 50  # conditional positions of one holder that may qualify others; more are no article
_RANK: Final = {Confidence.HIGH: 2, Confidence.MEDIUM: 1, Confidence.LOW: 0}


def find_positions(document: Document, sources: Attributions) -> tuple[Position, ...]:
    """Return the positions of a text in reading order."""
    found: list[Position] = []
    for index in sentences_with_cues(document):
        reading = read_sentence(document, index)
        for position in _of_sentence(reading, sources, found):
            found.append(position)  # noqa: PERF402  # one by one: "do so" may point to the position just read
    return tuple(sorted(_distinct(found), key=lambda each: (each.start, each.end)))


def _of_sentence(reading: Reading, sources: Attributions, earlier: list[Position]) -> Iterator[Position]:
    if _is_dated(reading):
        return
    hedges = conditions(reading) if reading.conditions or reading.bits[0] & (BE | MODALS | AUXILIARIES) else []
    taken: set[int] = set()
    covered: list[tuple[int, int]] = []
    read = loose_stands if reading.grammar.words("free order") else stands
    for stand in read(reading):
        if any(start <= stand.cue < end for start, end in covered) and not _has_own_holder(stand):
            continue
        if not _has_own_holder(stand) and any(_is_hypothetical(reading, stand.cue, each) for each in hedges):
            continue
        condition = condition_of(reading, stand, hedges)
        if condition:
            taken.add(condition.start)
        covered.append((stand.about.start, stand.about.end))
        yield from _positions(reading, stand, condition, sources, earlier)
    for promised in (promises, loose_promises) if reading.grammar.words("free order") else (promises,):
        for stand, condition in promised(reading, hedges, taken):
            taken.add(condition.start)
            yield from _positions(reading, stand, condition, sources, earlier)


def _is_hypothetical(reading: Reading, cue: int, condition: Condition) -> bool:
    """Whether a stance only stands in a condition: by "once Kenya passes the law" nobody is told to have done so."""
    if not condition.start < cue < condition.end or cue - condition.start > _CLAUSE:
        return False
    return not any(reading.bits[at] & SAYING for at in range(condition.start, cue))


def _is_dated(reading: Reading) -> bool:
    """Tell history by its year ("in the 1990s", "in 2001"): it is no current stance."""
    if reading.conditions or not reading.holds(HISTORY_PREPOSITIONS):
        return False
    text, (start, end) = reading.document.text, reading.span
    return any(
        reading.bits[reading.at(found.start()) - 1] & HISTORY_PREPOSITIONS for found in _YEAR.finditer(text, start, end)
    )


def _has_own_holder(stand: Stand) -> bool:
    """Inside of a proposition a cue counts only when its holder is named there too."""
    return (
        bool(stand.holders)
        and stand.holders[0].start >= stand.start
        and stand.reason.endswith(("possessive", "agent of a noun", "adjective of a country"))
    )


def _positions(
    reading: Reading, stand: Stand, condition: Condition | None, sources: Attributions, earlier: list[Position]
) -> Iterator[Position]:
    holders = stand.holders or _speaking(reading, stand, sources)
    if not holders:
        return
    about = proposition_of(reading, stand, earlier)
    if about is None:
        return
    stance = Stance.CONDITIONAL if condition else stand.stance
    span = _quote_span(reading, stand, condition)
    text = reading.document.text
    source = sources.at(reading.starts[stand.cue])
    for holder in holders:
        yield Position(
            actor=holder.name,
            quantifier=holder.quantifier,
            actor_affiliation=holder.affiliation if holder.affiliation != holder.name else None,
            stance=stance,
            proposition=about,
            condition=reading.text(condition.start, condition.end) if condition else None,
            source_cited=source.source if source else None,
            source_unnamed=source is not None and source.anonymous,
            voice=source.voice if source else None,
            quote=span.of(text),
            start=span.start,
            end=span.end,
            confidence=_confidence(stand, holder),
            confidence_reason=f"{stand.reason}; {holder.reason}",
            evidence=tuple(_evidence(reading, stand, holder, condition)),
        )


def _speaking(reading: Reading, stand: Stand, sources: Attributions) -> tuple[Holder, ...]:
    """Return whoever says it: what "we" want is his stance, and what is judged without another subject."""
    if not stand.speaker:
        return ()
    holder = sources.speaker_at(reading.starts[stand.cue]) or _before_colon(reading)
    if holder is None:
        return ()
    return (holder._replace(confidence=Confidence.MEDIUM, reason="speaker of the quotation", start=-1, end=-1),)


def _before_colon(reading: Reading) -> Holder | None:
    """Return who opens the sentence as in "Zelensky: we are ready for a ceasefire"."""
    name = reading.name_at.get(0)
    end = reading.name_end(0) if name is not None else 0
    return holder_of(name, 0, end) if name is not None and reading.texts[end] == ":" else None


def _quote_span(reading: Reading, stand: Stand, condition: Condition | None) -> Span:
    start, end = stand.start, stand.end
    if condition:
        low, high = min(start, condition.start), max(end, condition.end)
        if high - low <= _QUOTE_TOKENS:
            start, end = low, high
    limit = stand.cue + 18 if not condition else start + _QUOTE_TOKENS
    end = max(min(end, limit), stand.cue + 1)
    return reading.span_of(start, min(end, reading.size))


def _confidence(stand: Stand, holder: Holder) -> Confidence:
    return min(stand.confidence, holder.confidence, key=lambda each: _RANK[each])


def _evidence(reading: Reading, stand: Stand, holder: Holder, condition: Condition | None) -> Iterator[Evidence]:
    if 0 <= holder.start < holder.end <= reading.size:
        yield Evidence(
            field="actor", start=reading.starts[holder.start], end=reading.end(holder.end - 1), reason=holder.reason
        )
    yield Evidence(field="stance", start=reading.starts[stand.cue], end=reading.end(stand.cue), reason=stand.reason)
    if stand.about.start < stand.about.end:
        span = reading.span_of(stand.about.start, stand.about.end)
        yield Evidence(field="proposition", start=span.start, end=span.end, reason=f"frame: {stand.about.frame}")
    if condition:
        span = reading.span_of(condition.start, condition.end)
        yield Evidence(field="condition", start=span.start, end=span.end, reason="cue of a condition")


def _distinct(found: list[Position]) -> Iterator[Position]:
    """Leave out repetitions of one claim, and the plain stance that a conditional one of the same holder qualifies."""
    seen: dict[tuple[str, Stance, str, str | None], Position] = {}
    for position in found:
        key = (position.actor, position.stance, position.proposition.casefold(), position.condition)
        kept = seen.get(key)
        if kept is None or _RANK[position.confidence] > _RANK[kept.confidence]:
            seen[key] = position
    qualified: dict[str, list[Position]] = {}
    for position in seen.values():
        if position.stance is Stance.CONDITIONAL and len(qualified.setdefault(position.actor, [])) < _QUALIFIERS:
            qualified[position.actor].append(position)
    for position in seen.values():
        if position.stance is Stance.SUPPORT and any(
            _qualifies(each, position) for each in qualified.get(position.actor, ())
        ):
            continue
        yield position


def _qualifies(conditional: Position, plain: Position) -> bool:
    mine, other = _content(conditional.proposition), _content(plain.proposition)
    return bool(mine & other) and len(mine & other) >= 0.4 * min(len(mine), len(other))


def _content(text: str) -> set[str]:
    return {word[:7] for word in text.casefold().split() if len(word) > 3}
