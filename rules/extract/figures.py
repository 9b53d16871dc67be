"""Figures: the numbers of a text that are policy, each with whose, what, where, how much of what, and how real.

    sentence with a number -> numbers -> what each counts -> the deed -> is it policy? -> actor, place, status, total, source
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.extract.actors import Actor, find_actor
from rules.extract.attribution import Attribution
from rules.extract.deeds import Deed, find_deeds
from rules.extract.document import Document
from rules.extract.names import Name
from rules.extract.numbers import Number, NumberReader, number_tables
from rules.extract.places import Place, find_place
from rules.extract.policy import Context, Verdict, judge
from rules.extract.status import Reading, find_status
from rules.extract.units import Counted, find_unit, unit_tables
from rules.extract.view import SentenceView
from rules.model import Action, Bound, Evidence, Figure
from rules.text import Span
from rules.vocabulary import ACTOR_KINDS, Lexicon

_DIGIT: Final = re.compile(r"\d")


@dataclass(slots=True, kw_only=True)
class _Candidate:
    """A counted number on its way to a figure."""

    view: SentenceView
    number: Number
    counted: Counted
    deed: Deed | None
    verdict: Verdict


def find_figures(document: Document, lexicon: Lexicon, sources: Sequence[Attribution] = ()) -> tuple[Figure, ...]:
    """Return the figures of a text in reading order."""
    figures: list[Figure] = []
    last: _Candidate | None = None
    for span in _sentences_with_numbers(document):
        view = SentenceView(document, span)
        for candidate in _candidates(view, lexicon, last):
            last = candidate
            figures.append(_figure(candidate, sources))
    return tuple(figures)


def _sentences_with_numbers(document: Document) -> Iterator[Span]:
    for span in document.sentences:
        if _DIGIT.search(document.text, span.start, span.end) or document.marks_in("number_words", span.start, span.end):
            yield span


def _candidates(view: SentenceView, lexicon: Lexicon, last: _Candidate | None) -> Iterator[_Candidate]:
    lang = view.document.lang
    numbers = tuple(NumberReader(view.tokens, number_tables(lexicon, lang)).numbers())
    values = tuple(number.value_at for number in numbers)
    public = _has_public_actor(view)
    for number in numbers:
        counted = find_unit(view, number, unit_tables(lexicon, lang))
        if counted is None:
            continue
        deeds = find_deeds(view, counted, values)
        deed = deeds[0] if deeds else None
        follows = last is not None and last.counted.unit.kind == counted.unit.kind
        verdict = judge(Context(view, number, counted, deed, public, follows))
        if not verdict.accepted:
            continue
        last = _Candidate(view=view, number=number, counted=counted, deed=deed, verdict=verdict)
        yield last


def _has_public_actor(view: SentenceView) -> bool:
    return any(placed.name.kind in ACTOR_KINDS and placed.name.kind not in ("outlet", "company") for placed in view.names)


def _figure(candidate: _Candidate, sources: Sequence[Attribution]) -> Figure:
    view, number, counted, deed = candidate.view, candidate.number, candidate.counted, candidate.deed
    action = _action(candidate)
    actor = find_actor(view, counted, deed)
    place = find_place(view, counted, deed, actor.name if actor else None, action)
    reading = find_status(view, counted, deed)
    start = view.tokens[min(number.first, counted.first)].start
    end = view.tokens[max(number.last, counted.last) - 1].end
    return Figure(
        low=number.low,
        high=number.high,
        bound=number.bound,
        unit=counted.unit.name,
        actor=actor.name if actor else None,
        action=action,
        place=place.name if place else None,
        of_total=None,
        status=reading.status,
        source_cited=None,
        quote=view.document.text[start:end],
        start=start,
        end=end,
        confidence=candidate.verdict.confidence,
        confidence_reason=candidate.verdict.reason,
    )


def _action(candidate: _Candidate) -> Action:
    deed, verdict = candidate.deed, candidate.verdict
    if candidate.counted.unit.harm and (deed is None or deed.name not in ("kill", "wound")):
        return Action.KILL if candidate.counted.unit.harm == "kill" else Action.OTHER
    if verdict.action is not None and (deed is None or deed.cost > 8):
        return verdict.action
    return deed.action if deed is not None else (verdict.action or Action.OTHER)
