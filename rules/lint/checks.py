"""Checks on rules as wholes: who owns them, what tests them, whether they can ring at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.lint.model import Check, Remark, Subject, Weight
from rules.query.ast import And, Node
from rules.query.render import write
from rules.ruleset import Life, Rule

SCHEMA_COMMENT = "# yaml-language-server: $schema="


class NoOwner(Check):
    """Nobody answers for the rule."""

    code = "TL101"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at every rule."""
        for rule in subject.ruleset.rules:
            if not rule.owner:
                yield Remark(rule, "nobody owns the rule; add owner: to it or to the file")


class NoTests(Check):
    """The rule has no tests."""

    code = "TL102"
    severity = Weight.ERROR

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at active rules."""
        for rule in subject.ruleset.rules:
            if not rule.tests and rule.life is Life.ACTIVE:
                yield Remark(rule, "the rule has no tests; add one that rings and one that must not")


class NoMustNotTest(Check):
    """The rule's tests never say what must not ring, or never what must."""

    code = "TL103"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at rules with tests."""
        for rule in subject.ruleset.rules:
            if rule.tests and all(test.alert is not None for test in rule.tests):
                yield Remark(rule, "no test says what must not ring; add one with expect: {alert: none}")
            if rule.tests and all(test.alert is None for test in rule.tests):
                yield Remark(rule, "no test says what has to ring; add one with expect: {alert: new}")


class SameRule(Check):
    """Two rules ask for exactly the same."""

    code = "TL104"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Compare conditions, not titles."""
        first: dict[object, Rule] = {}
        for rule in subject.ruleset.rules:
            query = rule.match.source if rule.match else None
            unless = rule.unless.source if rule.unless else None
            words = (query, unless, rule.languages, rule.outlets)
            key = (words, rule.figure, repr(rule.position), frozenset(rule.alert_on))
            earlier = first.setdefault(key, rule)
            if earlier is not rule:
                yield Remark(rule, f"it asks for the same as {earlier.id}; delete one, or say how they differ")


class Unreachable(Check):
    """The rule can never ring."""

    code = "TL105"
    severity = Weight.ERROR

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look for what cannot come true."""
        for rule in subject.ruleset.rules:
            if rule.match is None:
                continue
            if rule.unless is not None and rule.unless.source == rule.match.source:
                yield Remark(rule, "unless is the same as match, so the rule can never ring")
            if rule.languages and "" not in rule.match.by_lang and rule.languages.isdisjoint(rule.match.by_lang):
                yield Remark(rule, "match has no query for any of the rule's languages, so the rule can never ring")
            for node in rule.match.by_lang.values():
                never = _contradiction(node)
                if never:
                    yield Remark(rule, f"the query asks for {never} and forbids it, so the rule can never ring")


def _contradiction(node: Node) -> str:
    if not isinstance(node, And):
        return ""
    wanted = {write(part) for part in node.parts}
    forbidden = (write(part).removeprefix("NOT ") for part in node.parts if write(part).startswith("NOT "))
    return next((each for each in forbidden if each in wanted), "")


class EmptyTopic(Check):
    """A topic without an active rule: whoever subscribes hears nothing."""

    code = "TL112"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Count active rules by topic."""
        active: dict[str, int] = defaultdict(int)
        for rule in subject.ruleset.rules:
            active[rule.topic] += rule.life is Life.ACTIVE
        reported: set[str] = set()
        for rule in subject.ruleset.rules:
            if not active[rule.topic] and rule.topic not in reported:
                reported.add(rule.topic)
                yield Remark(rule, f'no rule of the topic "{rule.topic}" is active, so its subscribers hear nothing')


class LooseFigure(Check):
    """A figure clause that any number would satisfy."""

    code = "TL113"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look for a clause with neither unit nor actor."""
        for rule in subject.ruleset.rules:
            clause = rule.figure
            if clause is not None and not clause.unit and not clause.actor:
                yield Remark(rule, "the figure clause names neither unit nor actor, so nearly every number rings")


class NoSchemaComment(Check):
    """Editors cannot complete the file."""

    code = "TL111"
    fixable = True

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at the first lines of each file, and report at its first rule."""
        seen: set[str] = set()
        for rule in subject.ruleset.rules:
            file = rule.source.file
            if file in seen:
                continue
            seen.add(file)
            if SCHEMA_COMMENT not in "\n".join(subject.documents[file].text.splitlines()[:3]):
                text = f"the file does not begin with {SCHEMA_COMMENT}..., so editors cannot check it"
                yield Remark(rule, text, (1, 1))
