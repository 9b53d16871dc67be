"""Why a rule rings or does not, down to the first condition that fails."""

from __future__ import annotations

from typing import Any

import pytest

from rules.explain import Explanation, explain
from rules.model import Development, Novelty
from tests.rules.builders import development, figure, item, matcher, position, rule
from tests.rules.fakes import FakeVocabulary


def tree(inside: str, *developments: Development, text: str = "", **changes: Any) -> Explanation:
    return explain(rule(inside), item(text, **changes), developments, vocabulary=FakeVocabulary())


@pytest.mark.parametrize(
    ("inside", "text", "label", "note"),
    [
        pytest.param("match: troops", "Nothing.", "troops", "not found", id="a word that is not there"),
        pytest.param(
            "match: withdraw",
            "The withdrawal.",
            "withdraw",
            'the text has "withdrawal", which withdraw* would match',
            id="a word that is there with an ending",
        ),
        pytest.param("match: withdraws", "They withdrew.", "withdraws", 'the text has "withdrew"', id="a near miss"),
        pytest.param("match: ALLCAPS(US)", "It hurt us.", "ALLCAPS(us)", "not in capitals", id="small letters"),
        pytest.param("match: '\"un mandate\"'", "UN.", '"un mandate"', '"mandate" does not occur', id="half a phrase"),
        pytest.param(
            "match: '\"un mandate\"'",
            "A mandate of the UN.",
            '"un mandate"',
            "not one after the other",
            id="words apart",
        ),
        pytest.param(
            "match: a W/2 b", "a x x x b", "a W/2 b", "the nearest are 4 words apart, 2 are allowed", id="too far apart"
        ),
        pytest.param("match: a PRE/2 b", "b a", "a PRE/2 b", "in the wrong order", id="the wrong order"),
        pytest.param("match: a /s b", "A. B.", "a /s b", "never in one sentence", id="two sentences"),
        pytest.param("match: ATLEAST3(a)", "a a", "ATLEAST3(a)", "found 2 times", id="too few"),
        pytest.param("match: a NOT b", "a b", "not this (NOT)", "", id="what is forbidden is there"),
        pytest.param("match: x, unless: a", "x a", "unless", "they are there", id="unless"),
        pytest.param("match: {de: a}", "a", "match", 'the text is in "en"', id="no query for the language"),
        pytest.param(
            "match: a, outlets: [Other]", "a", "outlets: other", "the outlet is Example Times", id="the outlet"
        ),
        pytest.param("match: a, tier: 1", "a", "tier <= 1", "the outlet has no tier", id="the tier"),
        pytest.param("match: a, valid_from: 2027-01-01", "a", "valid_from 2027-01-01", "of 2026-09-01", id="the day"),
        pytest.param("match: a, status: draft", "a", "status", "only active rules ring", id="a draft"),
        pytest.param(
            "figure: {unit: troops}", "a", "a figure to ring for", "no figure was read", id="no figure at all"
        ),
    ],
)
def test_the_first_condition_that_fails_is_named(inside: str, text: str, label: str, note: str) -> None:
    failing = tree(inside, text=text).failing()
    assert failing is not None
    assert failing.label == label
    assert note in failing.note


@pytest.mark.parametrize(
    ("inside", "news", "label", "note"),
    [
        pytest.param("figure: {unit: usd}", development(), "unit: usd", "the unit is troops", id="the unit"),
        pytest.param("figure: {place: Japan}", development(), "place: Japan", "the place is Europe", id="the place"),
        pytest.param("figure: {low: {gt: 50000}}", development(), "low > 50,000", "low is 40,000", id="the value"),
        pytest.param(
            "position: {condition: ceasefire}",
            development(position()),
            "condition: ceasefire",
            'the condition is "only under a UN mandate"',
            id="the condition",
        ),
        pytest.param(
            "figure: {unit: troops}, alert_on: changed",
            development(),
            "alert_on: changed",
            "this is new",
            id="the kind",
        ),
        pytest.param(
            "figure: {unit: troops}, min_change: 5%",
            development(figure(high=70001), Novelty.CHANGED, previous=figure()),
            "min_change: 5%",
            "from 40,000–70,000 to 40,000–70,001",
            id="the change",
        ),
        pytest.param(
            "figure: {unit: troops}, origins: 2",
            development(),
            "origins: 2",
            "1 independent origin so far",
            id="origins",
        ),
    ],
)
def test_what_was_read_instead_is_said(inside: str, news: Development, label: str, note: str) -> None:
    failing = tree(inside, news).failing()
    assert failing is not None
    assert failing.label == label
    assert note in failing.note


def test_a_rule_that_rings_has_nothing_failing_and_shows_the_words() -> None:
    explained = tree("match: troops W/5 europe", text="The troops leave Europe.")
    assert explained.holds
    assert explained.failing() is None
    (query,) = explained.children
    assert query.spans == ((4, 10), (17, 23))


@pytest.mark.parametrize(
    "inside",
    [
        "match: troops",
        "match: troops, unless: leave",
        "match: 'troops W/2 europe OR tanks'",
        "match: 'NOT tanks', languages: [de]",
        "figure: {unit: troops, low: {gte: 5}}",
        "figure: {unit: troops}, alert_on: confirmed",
        "match: tanks, figure: {unit: troops}",
        "position: {stance: oppose}",
    ],
)
def test_the_explanation_says_what_the_matcher_does(inside: str) -> None:
    news = (development(), development(position()))
    text = "The troops leave Europe."
    rung = bool(matcher(inside).match(item(text), news))
    assert tree(inside, *news, text=text).holds == rung
