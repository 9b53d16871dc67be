"""Who answers for a claim: two sides within one article, one source through many outlets."""

from __future__ import annotations

from typing import Any

import pytest

from rules.ledger import Policy, compare_item, states
from rules.model import Action, Figure, Mention, Novelty, Stance, Status
from tests.rules.ledger_cases import DAY, HOUR, figure, position, said

COURIER, HERALD = "Kyiv Courier", "Hill Herald"


def killed(number: int, voice: str | None, *, start: int = 10, **over: Any) -> Figure:
    return figure(
        number, action=Action.KILL, unit="person", status=Status.FACT, voice=voice, start=start, end=start + 9, **over
    )


def one_item(*claims: Figure) -> list[Mention]:
    return [said(claim, origin=COURIER, outlet=COURIER, item=1) for claim in claims]


def verdicts(mentions: list[Mention], known: tuple[Mention, ...] = ()) -> list[Novelty]:
    return [one.novelty for one in compare_item(mentions, known, Policy())]


class TestTwoSidesInOneItem:
    SIDES = (killed(12, "Palestine"), killed(5, "Israel", start=90))

    def test_the_second_contradicts_the_first_and_both_are_named(self) -> None:
        first, second = compare_item(one_item(*self.SIDES), (), Policy())
        assert (first.novelty, second.novelty) == (Novelty.NEW, Novelty.CONTRADICTED)
        assert second.reason == "Israel says 5, Palestine says 12 (1 Sep)"

    def test_both_stand_each_with_its_voice(self) -> None:
        (state,) = states(one_item(*self.SIDES))
        assert [(value.lead.claim.start, value.origins) for value in state.standing] == [
            (10, ("Palestine",)),
            (90, ("Israel",)),
        ]

    def test_the_higher_of_two_tolls_told_at_once_is_no_rise(self) -> None:
        low_first = one_item(killed(5, "Israel"), killed(12, "Palestine", start=90))
        assert verdicts(low_first) == [Novelty.NEW, Novelty.CONTRADICTED]

    def test_what_is_known_already_is_held_against_the_other_side_all_the_same(self) -> None:
        known = (said(killed(12, "Palestine"), origin=HERALD, outlet=HERALD, item=7),)
        later = [said(claim, 2 * HOUR, origin=COURIER, outlet=COURIER, item=8) for claim in self.SIDES]
        assert verdicts(later, known) == [Novelty.RESTATED, Novelty.CONTRADICTED]

    @pytest.mark.parametrize(
        "claims",
        [
            pytest.param((killed(12, "Israel"), killed(5, "Israel", start=90)), id="one voice has two numbers"),
            pytest.param((killed(12, None), killed(5, None, start=90)), id="nobody is named"),
            pytest.param((killed(12, "Palestine"), killed(5, "Israel", start=900)), id="far apart in the article"),
            pytest.param(
                (figure(12, voice="Palestine"), figure(5, voice="Israel", start=90, status=Status.FACT)),
                id="a forecast beside a deed",
            ),
            pytest.param(
                (killed(12, "Palestine"), killed(5, "Israel", start=90, place="Romania")), id="of different places"
            ),
        ],
    )
    def test_numbers_side_by_side_are_new_where_they_do_not_oppose(self, claims: tuple[Figure, ...]) -> None:
        assert verdicts(one_item(*claims)) == [Novelty.NEW, Novelty.NEW]

    def test_two_accounts_of_one_stance_contradict(self) -> None:
        sides = [
            position(Stance.SUPPORT, voice="China"),
            position(Stance.OPPOSE, voice="Japan", start=90, end=99),
        ]
        mentions = [said(claim, origin=COURIER, outlet=COURIER, item=1) for claim in sides]
        assert verdicts(mentions) == [Novelty.NEW, Novelty.CONTRADICTED]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Israel killed 12 on Monday.", "On Sunday it had killed five."),
            ("Israel killed 12.", "Last week it had killed five."),
            ("Israel killed 12.", "In a separate raid it killed five."),
        ],
    )
    def test_another_time_is_another_matter(self, first: str, second: str) -> None:
        mentions = [
            said(claim, origin=COURIER, outlet=COURIER, item=1, passage=passage)
            for claim, passage in zip(self.SIDES, (first, second), strict=True)
        ]
        assert verdicts(mentions) == [Novelty.NEW, Novelty.NEW]

    def test_a_second_paper_that_repeats_both_sides_tells_nothing_new(self) -> None:
        known = tuple(one_item(*self.SIDES))
        apart = (self.SIDES[0], killed(5, "Israel", start=900))
        again = [said(claim, 2 * HOUR, origin=HERALD, outlet=HERALD, item=8) for claim in apart]
        assert verdicts(again, known) == [Novelty.RESTATED, Novelty.RESTATED]


class TestOneVoiceThroughManyOutlets:
    FIRST = said(figure(5_000, voice="United States"), origin=COURIER, outlet=COURIER, item=1)

    def test_a_second_outlet_that_quotes_it_is_no_further_origin(self) -> None:
        again = said(figure(5_000, voice="United States"), HOUR, origin=HERALD, outlet=HERALD, item=2)
        (development,) = compare_item([again], (self.FIRST,), Policy())
        assert (development.novelty, development.origins) == (Novelty.RESTATED, 1)

    def test_another_body_confirms(self) -> None:
        again = said(figure(5_000, voice="Germany"), HOUR, origin=COURIER, outlet=COURIER, item=2)
        (development,) = compare_item([again], (self.FIRST,), Policy())
        assert (development.novelty, development.origins) == (Novelty.CONFIRMED, 2)

    def test_it_revises_its_own_word_whoever_reports_it(self) -> None:
        again = said(figure(7_000, voice="United States"), HOUR, origin=HERALD, outlet=HERALD, item=2)
        assert verdicts([again], (self.FIRST,)) == [Novelty.CHANGED]

    @pytest.mark.parametrize("is_late", [False, True], ids=["afterwards", "before it"])
    def test_who_quotes_the_outlet_that_quotes_it_adds_nothing(self, is_late: bool) -> None:
        quoting = said(figure(5_000, voice=COURIER), HOUR, origin=COURIER, outlet=HERALD, item=2)
        known, new = (quoting, self.FIRST) if is_late else (self.FIRST, quoting)
        assert verdicts([new], (known,)) == [Novelty.RESTATED]
        (state,) = states([known, new])
        assert len(state.latest.origins) == 1

    def test_an_outlet_that_goes_on_from_what_it_quoted_moves_on(self) -> None:
        again = said(figure(6_000), HOUR, origin=COURIER, outlet=COURIER, item=2)
        assert verdicts([again], (self.FIRST,)) == [Novelty.CHANGED]

    def test_a_day_later_it_is_still_one(self) -> None:
        rewrites = [
            said(figure(5_000, voice="United States"), number * DAY, origin=None, outlet=f"Paper {number}", item=number)
            for number in range(2, 30)
        ]
        (state,) = states([self.FIRST, *rewrites])
        assert state.latest.origins == ("United States",)


def test_the_dead_of_one_side_are_not_held_against_those_that_it_killed() -> None:
    lost = said(killed(600, "Ukraine", actor="Russia", suffered=True), origin=COURIER, outlet=COURIER, item=1)
    did = said(killed(14, "Ukraine", actor="Russia"), HOUR, origin=COURIER, outlet=COURIER, item=2)
    assert verdicts([did], (lost,)) == [Novelty.NEW]
