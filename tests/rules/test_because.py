"""The conclusion of an explanation, in one sentence that needs no knowledge of queries."""

from __future__ import annotations

import pytest

from rules.because import because
from rules.explain import explain
from rules.model import Development, Novelty
from tests.rules.builders import development, figure, item, rule
from tests.rules.fakes import FakeVocabulary


@pytest.mark.parametrize(
    ("inside", "text", "news", "told"),
    [
        pytest.param("match: a OR b", "x", None, "the text has none of these: a, b", id="no word of several"),
        pytest.param(
            "match: withdraw OR pullout",
            "The withdrawal.",
            None,
            'the text has none of these: withdraw, pullout (withdraw: the text has "withdrawal", which withdraw* would '
            "match)",
            id="a near miss among several",
        ),
        pytest.param("match: a", "x", None, "a: not found", id="the only word"),
        pytest.param(
            "match: 'title:(a OR b)'",
            "a",
            None,
            "the text has none of these: a, b (in the title (title:))",
            id="a field",
        ),
        pytest.param(
            "match: (a OR b) W/2 (c OR d)",
            "a x x x d",
            None,
            "both of these, at most 2 words apart (W/2): the nearest are 4 words apart, 2 are allowed",
            id="too far apart",
        ),
        pytest.param(
            "match: x, unless: a OR b", "x b", None, "unless keeps it silent, as this is in the text: b", id="unless"
        ),
        pytest.param(
            "figure: {unit: troops}",
            "x",
            None,
            "a figure to ring for: no figure was read out of the text",
            id="no figure",
        ),
        pytest.param(
            "figure: {place: Japan}",
            "x",
            development(),
            "but the place is Europe; the rule asks for place: Japan",
            id="another place",
        ),
        pytest.param(
            "figure: {unit: troops}, alert_on: [changed]",
            "x",
            development(figure(), Novelty.NEW),
            "but this is new: r; the rule rings for changed",
            id="no news of the kind",
        ),
        pytest.param("match: a", "a", None, "", id="it rings"),
    ],
)
def test_the_conclusion_says_what_is_to_blame(inside: str, text: str, news: Development | None, told: str) -> None:
    tree = explain(rule(inside), item(text), [news] if news else [], vocabulary=FakeVocabulary())
    assert because(tree).endswith(told)
    assert bool(because(tree)) is not tree.holds
