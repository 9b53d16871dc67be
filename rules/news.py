"""What a rule asks of a development as news: its kind, how far it moved, how many origins stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rules.conditions import Finding
from rules.model import Claim, Development, Figure, Novelty, Position
from rules.ruleset import Change, Rule
from rules.wording import span

LastRung = Callable[[str, Development], Claim | None]
"""Takes a rule's id and a development; returns what the rule rang for last of the same claim, or None."""


def never_rung(_rule: str, _development: Development) -> Claim | None:
    """Know of no earlier alert."""
    return None


def news_findings(rule: Rule, development: Development, last_rung: LastRung = never_rung) -> Iterator[Finding]:
    """Yield each of the rule's conditions on news with what was found."""
    yield _kind(rule, development, last_rung)
    if rule.min_change is not None and development.novelty is not Novelty.WITHDRAWN:
        yield from _distance(rule, rule.min_change, development, last_rung)
    if rule.origins > 1:
        count = development.origins
        shown = f"{count} independent origin{'' if count == 1 else 's'} so far"
        yield Finding(f"origins: {rule.origins}", count >= rule.origins, shown)


def _kind(rule: Rule, development: Development, last_rung: LastRung) -> Finding:
    """Ask for the kind of news. What waited for a further origin is news when that one comes, by whatever kind."""
    novelty = development.novelty
    label = f"alert_on: {', '.join(rule.alert_on)}"
    note = f"this is {novelty}: {development.reason}" if development.reason else f"this is {novelty}"
    if novelty in rule.alert_on:
        return Finding(label, True, note)
    if rule.origins > 1 and novelty is Novelty.CONFIRMED:
        told = last_rung(rule.id, development)
        if told is None or not _says_the_same(told, development.mention.claim):
            return Finding(label, True, f"{note}; it waited for {rule.origins} origins")
    return Finding(label, False, note)


def _distance(rule: Rule, least: Change, development: Development, last_rung: LastRung) -> Iterator[Finding]:
    """Hold a change against the value before and, where that is too little, against what the rule told last."""
    previous, after = development.previous, development.mention.claim
    if previous is None or not isinstance(previous.claim, Figure) or not isinstance(after, Figure):
        return
    before, label = previous.claim, f"min_change: {least}"
    note = f"it went from {_value(before)} to {_value(after)}"
    if least.reached(before, after):
        yield Finding(label, True, note)
        return
    told = last_rung(rule.id, development)
    if development.novelty is Novelty.CONFIRMED and told is None:
        return  # never told: there is nothing that it could be too near to
    if isinstance(told, Figure) and _value(told) != _value(before):
        note = f"{note}; it was {_value(told)} when the rule last rang"
        yield Finding(label, least.reached(told, after), note)
        return
    yield Finding(label, False, note)


def _says_the_same(one: Claim, other: Claim) -> bool:
    if isinstance(one, Figure) and isinstance(other, Figure):
        return (one.low, one.high, one.status) == (other.low, other.high, other.status)
    if isinstance(one, Position) and isinstance(other, Position):
        return one.stance is other.stance
    return False


def _value(figure: Figure) -> str:
    return span(figure.low, figure.high)
