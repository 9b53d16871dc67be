"""Tests written in rule files: what passes, and what a failure says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from rules.load import load
from rules.model import Development, Extraction, Mention, Novelty, Provenance
from rules.ruletest import TestResult, run_tests
from tests.rules.builders import figure, position
from tests.rules.fakes import FakeVocabulary

HEAD = "version: 1\ntopic: t\ntitle: T\nrules:\n  - id: r\n    title: R\n"


def extract(text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
    """A toy reader: each ``N troops`` is a figure, ``for`` and ``against`` are positions of China."""
    words = text.split()
    figures = tuple(
        figure(low=int(word), high=int(word), of_total=None, quote=f"{word} troops", start=0, end=len(text))
        for word, following in pairwise(words)
        if word.isdigit() and following == "troops"
    )
    stances = {"for": "support", "against": "oppose"}
    positions = tuple(
        position(stance=stances[word], proposition="a UN mandate", condition=None) for word in words if word in stances
    )
    return Extraction(lang=lang or "en", figures=figures, positions=positions, provenance=Provenance())


def compare(mentions: Sequence[Mention], known: Sequence[Mention]) -> list[Development]:
    """A toy ledger: what is known with the same value is restated, with another one changed."""
    found = []
    for mention in mentions:
        same_kind = [old for old in known if type(old.claim) is type(mention.claim)]
        novelty = Novelty.NEW
        if same_kind:
            is_same = same_kind[-1].claim == mention.claim
            novelty = Novelty.RESTATED if is_same else Novelty.CHANGED
        found.append(Development(mention=mention, novelty=novelty, reason="r", previous=None))
    return found


def run(rule: str, tests: str) -> tuple[TestResult, ...]:
    ruleset = load({"t.yaml": f"{HEAD}    {rule}\n    tests:\n{tests}"}, FakeVocabulary())
    return run_tests(ruleset, vocabulary=FakeVocabulary(), extract=extract, compare=compare)


def one(rule: str, test: str) -> tuple[str, ...]:
    (result,) = run(rule, f"      - {{name: x, {test}}}\n")
    assert result.passed == (not result.problems)
    return result.problems


FIGURE = "figure: {unit: troops}"


@pytest.mark.parametrize(
    ("rule", "test"),
    [
        pytest.param(FIGURE, "text: 500 troops, expect: {alert: new}", id="a figure rings"),
        pytest.param(
            FIGURE, "text: 500 troops, expect: {alert: new, figure: {low: 500, actor: united states}}", id="facts"
        ),
        pytest.param(FIGURE, "text: no number, expect: {alert: none}", id="nothing rings"),
        pytest.param(FIGURE, "given: 400 troops, text: 500 troops, expect: {alert: changed}", id="a change"),
        pytest.param(
            FIGURE, "given: [400 troops, 500 troops], text: 500 troops, expect: {alert: none}", id="several given"
        ),
        pytest.param("match: tanks", "text: tanks, expect: {alert: new}", id="words ring as new"),
        pytest.param("match: tanks", "title: tanks, text: x, expect: {alert: new}", id="in the title"),
        pytest.param("match: {de: tanks}", "lang: de, text: tanks, expect: {alert: new}", id="in a language"),
        pytest.param(
            "position: {stance: support}",
            "text: for, expect: {alert: new, position: {proposition: un MANDATE}}",
            id="a part of the proposal is enough",
        ),
    ],
)
def test_a_test_passes(rule: str, test: str) -> None:
    assert one(rule, test) == ()


@pytest.mark.parametrize(
    ("rule", "test", "problem"),
    [
        pytest.param(
            FIGURE,
            "text: 500 troops, expect: {alert: new, figure: {high: 700}}",
            'expected high 700, found 500; the reading was "500 troops"',
            id="another value",
        ),
        pytest.param(
            FIGURE,
            "text: 500 troops, expect: {alert: new, figure: {place: Japan}}",
            'expected place "Japan", found "Europe"; the reading was "500 troops"',
            id="another place",
        ),
        pytest.param(
            FIGURE,
            "text: 500 troops, expect: {alert: none}",
            'it rang but must not: new figure 500 troops (United States, withdraw, Europe), read from "500 troops"',
            id="it rang but must not",
        ),
        pytest.param(
            "match: tanks", "text: tanks, expect: {alert: none}", "it rang but must not: its words", id="words rang"
        ),
        pytest.param(
            FIGURE,
            "text: x, expect: {alert: new}",
            "it did not ring; a figure to ring for does not hold: no figure",
            id="it did not ring",
        ),
        pytest.param(
            "match: tanks",
            "text: tank, expect: {alert: new}",
            "it did not ring; tanks does not hold: not found",
            id="a word is missing",
        ),
        pytest.param(
            FIGURE,
            "given: 400 troops, text: 500 troops, expect: {alert: new}",
            "it rang, but not as new: as changed (r)",
            id="another kind of news",
        ),
        pytest.param("match: tanks", "text: tanks, expect: {alert: changed}", "rings as new", id="words never change"),
    ],
)
def test_a_failure_says_what_was_expected_and_what_was_found(rule: str, test: str, problem: str) -> None:
    problems = one(rule, test)
    assert problems
    assert problem in problems[0]


def test_the_closest_of_several_figures_is_shown() -> None:
    problems = one(FIGURE, "text: 5 troops and 500 troops, expect: {alert: new, figure: {low: 500, high: 501}}")
    assert problems == ('expected high 501, found 500; the reading was "500 troops"',)


def test_an_active_rule_without_tests_fails_and_a_draft_does_not() -> None:
    for status, results in (("active", 1), ("draft", 0)):
        ruleset = load({"t.yaml": f"{HEAD}    match: x\n    status: {status}\n"}, FakeVocabulary())
        found = run_tests(ruleset, vocabulary=FakeVocabulary(), extract=extract, compare=compare)
        assert len(found) == results
        assert not any(result.passed for result in found)


def test_drafts_and_rules_not_yet_in_force_are_tested() -> None:
    assert one("status: draft\n    match: x", "text: x, expect: {alert: new}") == ()
    assert one("valid_from: 2031-01-01\n    match: x", "text: x, expect: {alert: new}") == ()


def test_only_one_rule_may_be_asked_for() -> None:
    text = f"{HEAD}    match: x\n  - {{id: other, title: O, match: y}}\n"
    ruleset = load({"t.yaml": text}, FakeVocabulary())
    found = run_tests(ruleset, vocabulary=FakeVocabulary(), extract=extract, compare=compare, only="other")
    assert [result.rule for result in found] == ["other"]


def test_a_result_knows_its_line() -> None:
    (first, second) = run(
        "match: x",
        "      - {name: a, text: x, expect: {alert: new}}\n      - {name: b, text: y, expect: {alert: none}}\n",
    )
    assert (first.file, first.line, second.line) == ("t.yaml", 9, 10)
