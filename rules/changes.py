"""What differs between two rule sets, rule by rule and key by key: shown before and after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from rules.ruleset import Change, FigureClause, PositionClause, Range, Rule, RuleSet, RuleTest, TextQuery, Volume

_NOT_COMPARED = {"source", "id"}  # moving a rule within its file changes nothing
_LONGEST = 60  # characters of a value that is shown; of a longer one only the key is
_NOTHING = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A rule that both sets have, and how it differs: ``severity: notice → urgent``, or the key where that is long."""

    rule: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All differences; empty when only comments, order or layout changed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[RuleChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lines(self) -> Iterator[str]:
        """Write the differences for people, one a line."""
        yield from (f"+ {rule}" for rule in self.added)
        yield from (f"- {rule}" for rule in self.removed)
        yield from (f"~ {change.rule}: {', '.join(change.details)}" for change in self.changed)

    def __str__(self) -> str:
        return "; ".join(self.lines()) or "no rule changed"


def changes_between(old: RuleSet | None, new: RuleSet) -> Changes:
    """Compare two sets; without an old one, every rule is added."""
    before = {rule.id: rule for rule in old.rules} if old is not None else {}
    after = {rule.id: rule for rule in new.rules}
    both = [(before[rule_id], rule) for rule_id, rule in after.items() if rule_id in before]
    changed = ((rule.id, tuple(_differing(was, rule))) for was, rule in both)
    return Changes(
        added=tuple(rule_id for rule_id in after if rule_id not in before),
        removed=tuple(rule_id for rule_id in before if rule_id not in after),
        changed=tuple(RuleChange(rule=rule_id, details=details) for rule_id, details in changed if details),
    )


def _differing(was: Rule, now: Rule) -> Iterator[str]:
    for each in fields(Rule):
        old, new = getattr(was, each.name), getattr(now, each.name)
        if each.name not in _NOT_COMPARED and old != new:
            yield from _difference("status" if each.name == "life" else each.name, old, new)


def _difference(key: str, old: object, new: object) -> Iterator[str]:
    if isinstance(old, FigureClause | PositionClause) and isinstance(new, type(old)):
        for each in fields(old):
            inner = (getattr(old, each.name), getattr(new, each.name))
            if inner[0] != inner[1]:
                yield from _difference(f"{key}.{each.name}", *inner)
        return
    if key == "tests":
        yield f"tests: {_tests(old, new)}"
        return
    shown = f"{key}: {_written(old)} → {_written(new)}"
    yield shown if None not in (_written(old), _written(new)) else key


def _tests(old: object, new: object) -> str:
    before, after = _by_name(old), _by_name(new)
    counts = (
        (len(after.keys() - before.keys()), "added"),
        (len(before.keys() - after.keys()), "removed"),
        (sum(before[name] != after[name] for name in before.keys() & after.keys()), "changed"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "in another order"


def _by_name(tests: object) -> dict[str, RuleTest]:
    each = tests if isinstance(tests, tuple) else ()
    return {test.name: test for test in each if isinstance(test, RuleTest)}


def _written(value: object) -> str | None:
    """Write a value as the file has it, None where it has no short form."""
    match value:
        case None | "" | () | frozenset() if not value:
            text = _NOTHING
        case FigureClause() | PositionClause():
            return None
        case TextQuery():
            text = value.source
        case Volume():
            text = ", ".join(
                f"{word} {bound}"
                for word, bound in (("at least", value.at_least), ("at most", value.at_most))
                if bound is not None
            )
        case timedelta():
            text = _span(value)
        case datetime():
            text = f"{value:%Y-%m-%d}"
        case tuple():
            text = ", ".join(map(str, value))
        case frozenset():
            text = ", ".join(sorted(map(str, value)))
        case Range() | Change() | str() | int() | float():
            text = str(value)
        case _:
            return None
    return text if len(text) <= _LONGEST else None


def _span(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
