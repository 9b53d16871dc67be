"""What changed in a rule, in words: from what to what, and only the key where that is long."""

from __future__ import annotations

import pytest

from rules.changes import changes_between
from rules.load import load
from rules.ruleset import RuleSet
from tests.rules.fakes import FakeVocabulary

TEST = "{name: %s, text: %s, expect: {alert: none}}"


def ruleset(*keys: str) -> RuleSet:
    lines = "".join(f"    {key}\n" for key in keys)
    text = f"version: 1\ntopic: t\ntitle: T\nrules:\n  - id: r\n    title: R\n{lines}"
    return load({"a.yaml": text}, FakeVocabulary())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param("match: troops", "match: tanks", "match: troops → tanks", id="a short query"),
        pytest.param("match: troops", f"match: {'x' * 80}", "match", id="a query that is too long to show"),
        pytest.param("match: a", "match: a\n    cooldown: 90m", "cooldown: none → 90m", id="a key that is added"),
        pytest.param("match: a\n    cooldown: 24h", "match: a\n    cooldown: 6h", "cooldown: 1d → 6h", id="times"),
        pytest.param(
            "match: a", "match: a\n    alert_on: [new]", "alert_on: new, changed, corrected → new", id="a list"
        ),
        pytest.param(
            "match: a\n    valid_from: 2026-01-01",
            "match: a\n    valid_from: 2026-02-01",
            "valid_from: 2026-01-01 → 2026-02-01",
            id="days",
        ),
        pytest.param(
            "figure: {unit: troops, low: {gte: 5}}",
            "figure: {unit: troops, low: {gte: 1000}}",
            "figure.low: >= 5 → >= 1,000",
            id="a part of a clause",
        ),
        pytest.param(
            "match: a", "match: a\n    figure: {unit: troops}", "figure: none → unit: troops", id="a whole clause"
        ),
        pytest.param(
            "match: a\n    expect: {at_most: 5}",
            "match: a\n    expect: {at_least: 1, at_most: 5}",
            "expect: at most 5 → at least 1, at most 5",
            id="an expectation",
        ),
    ],
)
def test_a_change_is_told_from_what_to_what(before: str, after: str, told: str) -> None:
    assert list(changes_between(ruleset(before), ruleset(after)).lines()) == [f"~ r: {told}"]


def test_tests_are_counted_by_their_names() -> None:
    before = ruleset("match: a", f"tests: [{TEST % ('one', 'b')}, {TEST % ('two', 'b')}]")
    after = ruleset("match: a", f"tests: [{TEST % ('one', 'c')}, {TEST % ('three', 'b')}, {TEST % ('four', 'b')}]")
    assert list(changes_between(before, after).lines()) == ["~ r: tests: 2 added, 1 removed, 1 changed"]


def test_where_there_is_room_long_values_are_shown_too() -> None:
    changes = changes_between(ruleset("match: a"), ruleset(f"match: {'x' * 80}"), longest=500)
    assert list(changes.lines()) == [f"~ r: match: a → {'x' * 80}"]
