"""Figures: the numbers of a text that are policy, each with whose, what, where, how much of what, and how real.

sentence with a number -> numbers -> what each counts -> the deed -> is it policy? -> actor, place, status, source
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Final

from rules.extract.actors import find_actor
from rules.extract.attribution import Attributions
from rules.extract.candidates import MOST_NUMBERS, Candidate, Candidates
from rules.extract.document import Document
from rules.extract.doers import Actor
from rules.extract.ellipsis import is_partition
from rules.extract.evidence import evidence_of
from rules.extract.numbers import Number, NumberReader
from rules.extract.numberwords import number_tables
from rules.extract.places import find_place
from rules.extract.quantifiers import MANY, quantifier_before
from rules.extract.senses import currency_of, owner_of_currency
from rules.extract.status import Reading, find_status
from rules.extract.surroundings import draft_of, head_of
from rules.extract.units import MONEY
from rules.extract.view import SentenceView, closed_class
from rules.model import Action, Confidence, Figure, Status
from rules.text import Span
from rules.vocabulary import Lexicon

_CLOSE: Final = 4
_BEFORE: Final = {"money": Action.SPEND, "troops": Action.STATION}  # what was done before a change
_POINTING: Final = frozenset({"this", "that", "these", "those", "it", "the", "dies", "das", "cela", "это", "це"})
_GOES_ON: Final = "it goes on"
# A digit that may begin a quantity: in no name ("G7", "Zapad-2025"), and no year that a sign follows ("in 2024.").
_DIGITS: Final = re.compile(r"\d++")
_SIGN: Final = 2  # characters that a quantity may begin before its first digit: "$ 5"
_QUANTITY: Final = re.compile(r"(?<![\w.,])(?<![^\W\d_]-)(?!(?:19|20)\d\d(?:\Z|[^\w\s,.]|[,.](?!\d)))\d|[$€£]\s?\d")


def find_figures(document: Document, lexicon: Lexicon, sources: Attributions) -> tuple[Figure, ...]:
    """Return the figures of a text in reading order."""
    figures: list[Figure] = []
    last: Candidate | None = None
    tables = number_tables(lexicon, document.lang)
    for span in _sentences_with_numbers(document):
        numbers = tuple(islice(NumberReader(document.tokens(span), tables).numbers(), MOST_NUMBERS))
        if not numbers:
            continue
        view = SentenceView(document, span)
        for candidate in Candidates(view, numbers, last, sources):
            _complete(candidate, last)
            view.counted.append((candidate.counted.first, candidate.counted.last))
            figures.append(_figure(candidate, sources))
            last = candidate
    return tuple(figures)


def _sentences_with_numbers(document: Document) -> Iterator[Span]:
    """Yield the sentences that hold a quantity; those without any digit or number word cost nothing."""
    text = document.text
    words = [mark.start for mark in document.marks("number_words") if mark.entry.attributes.get("value") != 1]
    read = 0
    for offset in sorted((*words, *(digits.start() for digits in _DIGITS.finditer(text)))):
        if offset < read:
            continue
        span = document.sentences[document.sentence_at(offset)]
        read = span.end
        if bisect_left(words, offset) < bisect_left(words, read) or _QUANTITY.search(
            text, max(span.start, offset - _SIGN), read
        ):
            yield span


def _complete(candidate: Candidate, last: Candidate | None) -> None:
    """Fill in action, actor and place, where need be from the figure before in the same breath."""
    view, counted, deed = candidate.view, candidate.counted, candidate.deed
    action = _action(candidate)
    goes_on = last is not None and (last.view is view or candidate.verdict.reason.startswith(_GOES_ON))
    if deed is None and last is not None and goes_on and last.counted.unit == counted.unit:
        action = last.action if action is Action.OTHER else action  # "(40 milliards)": it goes on about the same
    is_listed = counted.taken_up and last is not None and last.view is view
    is_own = deed is not None and (
        deed.cost <= _CLOSE if not deed.is_before else last is None or deed.mark.first >= last.counted.first
    )
    if is_listed and last is not None and not (is_own or counted.unit.harm) and candidate.number.role != "prior":
        action = last.action  # "Norway 60 and Sweden a further 110 for the training mission"
    candidate.action = action
    candidate.actor = find_actor(view, counted, deed, action)
    candidate.place = find_place(view, counted, deed, candidate.actor.name if candidate.actor else None, action)
    if candidate.actor is None and counted.unit.kind == MONEY:
        candidate.actor = owner_of_currency(view, counted)
    if (
        last is None
        or view.document.sentence_at(view.span.start) - last.view.document.sentence_at(last.view.span.start) > 1
    ):
        return
    same_sentence = last.view is view
    is_same = same_sentence or counted.taken_up or view.words[0] in _POINTING
    if candidate.actor is None and is_same and last.counted.unit.kind in (counted.unit.kind, "materiel"):
        candidate.actor = last.actor
    goes_on = last.action is action or candidate.verdict.reason.startswith(_GOES_ON)
    same_actor = candidate.actor is not None and last.actor is not None and candidate.actor.name == last.actor.name
    is_akin = goes_on and last.counted.unit.kind == counted.unit.kind
    if candidate.place is None and is_akin and (same_sentence or same_actor):
        candidate.place = last.place
    is_part = is_partition(view, candidate.number) or _is_of_the(view, last.number)
    if same_sentence and is_part and last.number.low >= candidate.number.high:
        candidate.of_total = last.number


def _is_of_the(view: SentenceView, number: Number) -> bool:
    """Whether the number before was only named as a whole: "Of the $20bn approved, less than $3bn has been spent"."""
    whole = closed_class(view.document.lexicon, view.document.lang, "total")
    return number.first <= 2 and number.first > 0 and view.words[0] in whole


def _figure(candidate: Candidate, sources: Attributions) -> Figure:
    view, number, counted, deed = candidate.view, candidate.number, candidate.counted, candidate.deed
    actor, place, action = candidate.actor, candidate.place, candidate.action
    reading = find_status(view, counted, deed, action, draft_of(view, counted))
    if number.role == "prior" and reading.status in (Status.PLANNED, Status.EXPECTED):
        reading = Reading(Status.FACT, None)  # what is to be changed is there
    start = view.starts[min(number.first, counted.first)]
    end = view.end(max(number.last, counted.last) - 1)
    total = candidate.of_total
    source = sources.at(start)
    return Figure(
        low=number.low,
        high=number.high,
        bound=number.bound,
        unit=currency_of(view, counted, actor.name if actor else None),
        actor=actor.name if actor else None,
        quantifier=_quantifier(view, actor),
        action=action,
        place=place.name if place else None,
        of_total=total.high if total else None,
        of_total_bound=total.bound if total else None,
        status=reading.status,
        source_cited=source.source if source else None,
        source_unnamed=source is not None and source.anonymous,
        voice=source.voice if source else None,
        suffered=action is Action.KILL and actor is not None and actor.suffers,
        quote=view.document.text[start:end],
        start=start,
        end=end,
        confidence=candidate.verdict.confidence,
        confidence_reason=candidate.verdict.reason,
        evidence=evidence_of(view, number, counted, deed, actor, place, reading, total),
    )


def _quantifier(view: SentenceView, actor: Actor | None) -> str:
    """Return how much of a group acts: "most" of the EU's members."""
    if actor is None or not view.span.start <= actor.start < view.span.end:
        return ""
    entry = view.document.lexicon.entry(actor.name)
    if entry is None or entry.kind not in MANY:
        return ""
    found = quantifier_before(view.document, view.span, view.words, view.index(actor.start))
    return found.name if found else ""


def _action(candidate: Candidate) -> Action:
    deed, verdict, counted = candidate.deed, candidate.verdict, candidate.counted
    if candidate.number.role == "prior":
        if counted.unit.kind == "percent":
            head = head_of(candidate.view, counted, "rates")
            return head.action if head and head.action in (Action.IMPOSE, Action.SPEND) else Action.OTHER
        return _BEFORE.get(counted.unit.kind, Action.OTHER)
    if deed is not None and deed.is_step:
        return deed.action
    if counted.unit.harm:
        return Action.KILL if counted.unit.harm == "kill" else Action.OTHER
    if deed is None:
        return verdict.action or Action.OTHER
    if verdict.action is None or counted.unit.kind not in ("money", "percent"):
        return deed.action
    is_change = counted.unit.kind == "percent" and verdict.action in (Action.REDUCE, Action.INCREASE)
    if deed.name in ("request", "pledge", "freeze") and not is_change:
        return deed.action
    if verdict.action is Action.OTHER:
        return deed.action
    if deed.name in ("reduce", "increase"):
        return deed.action if verdict.confidence is not Confidence.HIGH else verdict.action
    if counted.unit.kind == "money" and deed.name == "impose" and deed.is_before and deed.cost <= _CLOSE:
        return deed.action
    return verdict.action
