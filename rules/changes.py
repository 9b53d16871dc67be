"""What differs between two rule sets, rule by rule and key by key: shown before and after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from rules.ruleset import Rule, RuleSet

_NOT_COMPARED = {"source", "id"}  # moving a rule within its file changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A rule that both sets have, and the keys in which it differs."""

    rule: str
    keys: tuple[str, ...]


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
        yield from (f"~ {change.rule}: {', '.join(change.keys)}" for change in self.changed)

    def __str__(self) -> str:
        return "; ".join(self.lines()) or "no rule changed"


def changes_between(old: RuleSet | None, new: RuleSet) -> Changes:
    """Compare two sets; without an old one, every rule is added."""
    before = {rule.id: rule for rule in old.rules} if old is not None else {}
    after = {rule.id: rule for rule in new.rules}
    both = [(before[rule_id], rule) for rule_id, rule in after.items() if rule_id in before]
    changed = ((rule.id, _differing(was, rule)) for was, rule in both)
    return Changes(
        added=tuple(rule_id for rule_id in after if rule_id not in before),
        removed=tuple(rule_id for rule_id in before if rule_id not in after),
        changed=tuple(RuleChange(rule=rule_id, keys=keys) for rule_id, keys in changed if keys),
    )


def _differing(was: Rule, now: Rule) -> tuple[str, ...]:
    names = (each.name for each in fields(Rule) if each.name not in _NOT_COMPARED)
    return tuple(_shown(name) for name in names if getattr(was, name) != getattr(now, name))


def _shown(name: str) -> str:
    return "status" if name == "life" else name
