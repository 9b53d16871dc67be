"""What differs between two rule sets, rule by rule and key by key: shown before and after a reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from rules.describe import key_of, parts_of, written
from rules.ruleset import FigureClause, PositionClause, Rule, RuleSet

LONGEST = 60  # characters of a value that a list shows
_NOT_COMPARED = {"source", "id"}  # moving a rule within its file changes nothing


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


def changes_between(old: RuleSet | None, new: RuleSet, *, longest: int = LONGEST) -> Changes:
    """Compare two sets; without an old one, every rule is added. Of values longer than ``longest`` the key is told."""
    before = {rule.id: rule for rule in old.rules} if old is not None else {}
    after = {rule.id: rule for rule in new.rules}
    both = [(before[rule_id], rule) for rule_id, rule in after.items() if rule_id in before]
    changed = ((rule.id, tuple(_differing(was, rule, longest))) for was, rule in both)
    return Changes(
        added=tuple(rule_id for rule_id in after if rule_id not in before),
        removed=tuple(rule_id for rule_id in before if rule_id not in after),
        changed=tuple(RuleChange(rule=rule_id, details=details) for rule_id, details in changed if details),
    )


def _differing(was: Rule, now: Rule, longest: int) -> Iterator[str]:
    for each in fields(Rule):
        old, new = getattr(was, each.name), getattr(now, each.name)
        if each.name in _NOT_COMPARED or old == new:
            continue
        if each.name == "tests":
            yield f"tests: {_tests(was, now)}"
        elif isinstance(old, FigureClause | PositionClause) and isinstance(new, type(old)):
            inner = zip(parts_of(old), parts_of(new), strict=True)
            yield from (_told(f"{each.name}.{key}", a, b, longest) for (key, a), (_, b) in inner if a != b)
        else:
            yield _told(key_of(each.name), old, new, longest)


def _told(key: str, old: object, new: object, longest: int) -> str:
    before, after = written(old), written(new)
    return f"{key}: {before} → {after}" if max(len(before), len(after)) <= longest else key


def _tests(was: Rule, now: Rule) -> str:
    before, after = ({test.name: test for test in rule.tests} for rule in (was, now))
    counts = (
        (len(after.keys() - before.keys()), "added"),
        (len(before.keys() - after.keys()), "removed"),
        (sum(before[name] != after[name] for name in before.keys() & after.keys()), "changed"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "in another order"
