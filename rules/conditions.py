"""What a rule asks of an item and of a development beside its query, each condition with its finding.

The matcher asks only whether all hold; explanations show every one. The same functions serve both, so that an
explanation can never tell another story than the alert.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from rules.matching.words import words
from rules.model import Claim, Confidence, Development, Figure, Item, Novelty, Position, display_number
from rules.ports import Vocabulary
from rules.ruleset import FigureClause, Life, PositionClause, Rule, TextQuery
from rules.wording import holder

_TRUST = {Confidence.LOW: 0, Confidence.MEDIUM: 1, Confidence.HIGH: 2}
_LISTED = 6

QueryTest = Callable[[TextQuery, str], bool]
"""Whether a query holds for a short text (a proposition, a condition)."""


class Finding(NamedTuple):
    """One condition: what it asks, whether it holds, and what was found instead."""

    label: str
    holds: bool
    note: str


def asks_of_item(rule: Rule) -> bool:
    """Tell whether ``item_findings`` has anything to say about a rule."""
    return (
        rule.life is not Life.ACTIVE
        or bool(rule.languages or rule.outlets)
        or (rule.tier or rule.valid_from or rule.valid_until) is not None
    )


def item_findings(rule: Rule, item: Item) -> Iterator[Finding]:
    """Yield what the rule asks of the item itself, apart from its words."""
    if rule.life is not Life.ACTIVE:
        yield Finding("status", False, f"the rule is {rule.life}; only active rules ring")
    if rule.languages:
        lang = item.lang.partition("-")[0].lower()
        yield Finding(f"languages: {_listed(rule.languages)}", lang in rule.languages, f"the text is in {lang}")
    if rule.outlets:
        outlet = " ".join(words(item.outlet))
        yield Finding(f"outlets: {_listed(rule.outlets)}", outlet in rule.outlets, f"the outlet is {item.outlet}")
    if rule.tier is not None:
        shown = "has no tier" if item.tier is None else f"is tier {item.tier}"
        yield Finding(f"tier {rule.tier}", rule.tier.holds(item.tier), f"the outlet {shown}")
    if rule.valid_from is not None:
        holds = item.time >= rule.valid_from
        yield Finding(f"valid_from {rule.valid_from:%Y-%m-%d}", holds, f"the item is of {item.time:%Y-%m-%d}")
    if rule.valid_until is not None:
        holds = item.time < rule.valid_until
        yield Finding(f"valid_until {rule.valid_until:%Y-%m-%d}", holds, f"the item is of {item.time:%Y-%m-%d}")


def figure_findings(clause: FigureClause, figure: Figure, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what a figure clause asks of a figure."""
    if clause.unit:
        yield Finding(f"unit: {_listed(clause.unit)}", figure.unit in clause.unit, f"the unit is {figure.unit}")
    if clause.actor:
        yield _of_set("actor", clause.actor, figure.actor)
    if clause.action:
        yield _of_set("action", clause.action, figure.action)
    if clause.place:
        holds = figure.place is not None and is_within(figure.place, clause.place, vocabulary)
        yield Finding(f"place: {_listed(clause.place)}", holds, f"the place is {figure.place or 'not said'}")
    if clause.status:
        yield _of_set("status", clause.status, figure.status)
    if clause.bound:
        yield _of_set("bound", clause.bound, figure.bound)
    for name, bounds, value in (
        ("low", clause.low, figure.low),
        ("high", clause.high, figure.high),
        ("of_total", clause.of_total, figure.of_total),
    ):
        if bounds is not None:
            shown = "not given" if value is None else display_number(value)
            yield Finding(f"{name} {bounds}", bounds.holds(value), f"{name} is {shown}")
    if clause.confidence is not None:
        yield _trusted(clause.confidence, figure.confidence)


def position_findings(clause: PositionClause, position: Position, holds: QueryTest) -> Iterator[Finding]:
    """Yield what a position clause asks of a position; a person also speaks for the body of the affiliation."""
    if clause.actor:
        speakers = {position.actor, position.actor_affiliation} - {None}
        is_one = not clause.actor.isdisjoint(speakers)
        yield Finding(f"actor: {_listed(clause.actor)}", is_one, f"the actor is {holder(position)}")
    if clause.stance:
        yield _of_set("stance", clause.stance, position.stance)
    if clause.proposition is not None:
        found = holds(clause.proposition, position.proposition)
        yield Finding(
            f"proposition: {clause.proposition.source}", found, f'the proposition is "{position.proposition}"'
        )
    if clause.condition is not None:
        text = position.condition or ""
        found = bool(text) and holds(clause.condition, text)
        shown = f'the condition is "{text}"' if text else "no condition is given"
        yield Finding(f"condition: {clause.condition.source}", found, shown)
    if clause.confidence is not None:
        yield _trusted(clause.confidence, position.confidence)


def claim_findings(rule: Rule, development: Development, vocabulary: Vocabulary, holds: QueryTest) -> Iterator[Finding]:
    """Yield what the rule's figure or position clause asks of the development's claim."""
    claim = development.mention.claim
    if isinstance(claim, Figure) and rule.figure is not None:
        yield from figure_findings(rule.figure, _as_claimed(claim, development), vocabulary)
    elif isinstance(claim, Position) and rule.position is not None:
        yield from position_findings(rule.position, claim, holds)


def _as_claimed(figure: Figure, development: Development) -> Figure:
    """Return the figure with the status that it had before it was taken back: that is what a rule asks for."""
    before = development.previous
    if development.novelty is Novelty.WITHDRAWN and before is not None and isinstance(before.claim, Figure):
        return replace(figure, status=before.claim.status)
    return figure


def is_within(place: str, regions: Collection[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a place is one of ``regions`` or lies in one of them."""
    canonical = vocabulary.resolve(place) or place
    return canonical in regions or any(vocabulary.contains(region, canonical) for region in regions)


def _of_set(name: str, allowed: Collection[str], value: str | None) -> Finding:
    return Finding(f"{name}: {_listed(allowed)}", value in allowed, f"the {name} is {value or 'not said'}")


def _trusted(least: Confidence, given: Confidence) -> Finding:
    return Finding(f"confidence: {least}", _TRUST[given] >= _TRUST[least], f"the reading's confidence is {given}")


def _listed(values: Collection[str]) -> str:
    ordered = sorted(values)
    more = f", and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return ", ".join(ordered[:_LISTED]) + more


def may_be_about(rule: Rule, claim: Claim) -> bool:
    """Rule out most claims at once, without the words for it: the cheap half of ``claim_findings``."""
    if isinstance(claim, Figure):
        figure = rule.figure
        return figure is None or (
            (not figure.unit or claim.unit in figure.unit)
            and (not figure.actor or claim.actor in figure.actor)
            and (not figure.action or claim.action in figure.action)
        )
    position = rule.position
    return position is None or not position.stance or claim.stance in position.stance
