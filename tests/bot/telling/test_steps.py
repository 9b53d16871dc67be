"""From what a reader was shown to what he reads now: steps that nobody saw are not told as if somebody had."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telling.alerts import Telling, present
from bot.telling.headline import in_one_line
from bot.telling.steps import as_shown
from rules.model import Figure, Novelty
from tests.bot.telling.alert_samples import LEAVES, alert, telling

FIVE, EIGHT, SIX = (replace(LEAVES, low=value, high=value, of_total=None) for value in (5000, 8000, 6000))
OF = "· United States, withdraw from Germany (expected)"


def new(claim: Figure, number: int) -> Telling:
    return telling(claim, alert=number)


def moved(before: Figure, after: Figure, number: int, novelty: Novelty = Novelty.CHANGED) -> Telling:
    return telling(after, novelty, before=before, alert=number)


STEPS = (new(FIVE, 1), moved(FIVE, EIGHT, 2), moved(EIGHT, SIX, 3))
CORRECTED = Novelty.CORRECTED


@pytest.mark.parametrize(
    ("steps", "messages", "kind", "said"),
    [
        pytest.param(
            STEPS[:2], {1: 1, 2: 2}, "changed", f"5,000 troops → 8,000 troops {OF}", id="each in a message of its own"
        ),
        pytest.param(
            STEPS[:2],
            {1: 1, 2: 1},
            "new",
            "United States: withdraw 8,000 troops from Germany (expected)",
            id="a first message that still waited tells the newest value as new",
        ),
        pytest.param(
            STEPS, {1: 1, 2: 2, 3: 2}, "changed", f"5,000 troops → 6,000 troops {OF}", id="an update that still waited"
        ),
        pytest.param(
            STEPS, {1: 1, 3: 3}, "changed", f"5,000 troops → 6,000 troops {OF}", id="a step held back for the digest"
        ),
        pytest.param(
            STEPS, {1: 1, 2: 2, 3: 3}, "changed", f"8,000 troops → 6,000 troops {OF}", id="a digest that was told"
        ),
        pytest.param(
            STEPS,
            {3: 3},
            "new",
            "United States: withdraw 6,000 troops from Germany (expected)",
            id="nothing was ever shown",
        ),
        pytest.param(
            (new(FIVE, 1), moved(FIVE, EIGHT, 2, CORRECTED), moved(EIGHT, SIX, 3)),
            {1: 1, 2: 2, 3: 2},
            "corrected",
            f"5,000 troops → 6,000 troops {OF}",
            id="what was shown and is wrong stays struck",
        ),
        pytest.param(
            (new(FIVE, 1), moved(FIVE, EIGHT, 2), moved(EIGHT, SIX, 3, CORRECTED)),
            {1: 1, 2: 2, 3: 2},
            "changed",
            f"5,000 troops → 6,000 troops {OF}",
            id="what nobody was shown need not be struck",
        ),
        pytest.param(
            (new(FIVE, 1), moved(FIVE, EIGHT, 2), moved(EIGHT, FIVE, 3)),
            {1: 1, 2: 2, 3: 2},
            "changed",
            f"8,000 troops → 5,000 troops {OF}",
            id="back where it was: the last step",
        ),
    ],
)
def test_a_step_is_told_from_what_was_shown(
    steps: tuple[Telling, ...], messages: dict[int, int], kind: str, said: str
) -> None:
    newest = max(step.alert for step in steps)
    shown = as_shown(alert(id=newest, tellings=present(steps), fresh=steps[-1:]), messages)
    assert (shown.kind.value, in_one_line(shown.fresh[0])) == (kind, said)
    assert shown.tellings[0].development == shown.fresh[0].development


def test_a_message_tells_all_that_was_merged_into_it() -> None:
    other = telling(LEAVES, claim_id=2, alert=2)
    told = present((STEPS[0], other, STEPS[1]))
    shown = as_shown(alert(id=2, tellings=told, fresh=()), {1: 1, 2: 2})
    assert {one.claim for one in shown.fresh} == {1, 2}
    assert {one.claim for one in as_shown(shown, {1: 1, 2: 1}).fresh} == {1, 2}


def test_an_alert_of_keywords_alone_stays_as_it_is() -> None:
    plain = alert()
    assert as_shown(plain, {}) is plain


def test_two_origins_that_disagree_are_both_told_even_if_nobody_was_shown_the_first() -> None:
    steps = (new(FIVE, 1), moved(FIVE, EIGHT, 2, Novelty.CONTRADICTED))
    shown = as_shown(alert(id=2, tellings=present(steps)), {1: 1, 2: 1})
    assert shown.kind is Novelty.CONTRADICTED
    assert "8,000 troops against 5,000 troops" in in_one_line(shown.fresh[0])
