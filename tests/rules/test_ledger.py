from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.ledger import Policy, claim_key, compare, compare_item, dedupe, is_denial, states, withdraw
from rules.model import Action, Bound, Figure, Mention, Novelty, Stance, Status
from tests.rules.ledger_cases import DAY, HOUR, contains, current, figure, position, said

NATO = Policy(contains=contains)
SCOOP = said(figure(40_000, 70_000, of_total=100_000, of_total_bound=Bound.AT_MOST))


def verdict(mention: Mention, *known: Mention) -> Novelty:
    return compare(mention, known, NATO).novelty


class TestFigureVerdicts:
    def test_a_figure_that_nobody_gave_is_new(self) -> None:
        development = compare(SCOOP, ())
        assert development.novelty is Novelty.NEW
        assert development.reason == "first figure of its kind: 40,000–70,000 (Welt am Sonntag)"
        assert development.origins == 1

    @pytest.mark.parametrize(
        "claim",
        [
            pytest.param(figure(40_000, 70_000), id="the same range"),
            pytest.param(figure(50_000), id="a number inside the range"),
            pytest.param(figure(40_000, bound=Bound.AT_LEAST), id="its lower end as at least"),
            pytest.param(figure(70_000, bound=Bound.AT_MOST), id="its upper end as up to"),
            pytest.param(figure(30_000, 80_000), id="a range that holds it"),
            pytest.param(figure(100_000), id="the total that it is a part of"),
            pytest.param(figure(40_000, 70_000, place=None), id="the same range with the place left out"),
            pytest.param(figure(40_000, 70_000, place="Germany"), id="the same range for a place within"),
            pytest.param(figure(40_000, 70_000, action=Action.REDUCE), id="the same deed in another word"),
        ],
    )
    def test_the_same_figure_in_other_words_is_restated(self, claim: Figure) -> None:
        assert verdict(said(claim, 3 * HOUR, outlet="Kyiv Courier"), SCOOP) is Novelty.RESTATED

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            pytest.param(figure(40_000, bound=Bound.ABOUT), figure(39_800), id="about 40,000 and 39,800"),
            pytest.param(figure(40_000, bound=Bound.AT_LEAST), figure(42_000), id="more than 40,000 and 42,000"),
            pytest.param(figure(39_800), figure(40_000), id="39,800 and 40,000"),
            pytest.param(figure(4.48, unit="percent"), figure(4.5, unit="percent"), id="4.48 and 4.5 percent"),
        ],
    )
    def test_rounding_changes_nothing(self, first: Figure, then: Figure) -> None:
        assert verdict(said(then, DAY * 3), said(first)) is Novelty.RESTATED

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            pytest.param(figure(20_000), figure(40_000, 70_000), id="20,000 and 40,000–70,000"),
            pytest.param(figure(2_946), figure(2_947), id="an exact count that grew by one"),
            pytest.param(figure(40_000, bound=Bound.AT_LEAST), figure(60_000), id="more than 40,000 and 60,000"),
            pytest.param(figure(5.4, unit="percent"), figure(5.5, unit="percent"), id="5.4 and 5.5 percent"),
        ],
    )
    def test_another_number_days_later_is_changed(self, first: Figure, then: Figure) -> None:
        assert verdict(said(then, DAY * 3, "Reuters"), said(first)) is Novelty.CHANGED

    def test_the_reason_of_a_change_reads_from_to(self) -> None:
        old = said(figure(20_000), origin="Reuters")
        development = compare(said(figure(40_000, 70_000), DAY * 3), (old,))
        assert development.reason == "was 20,000 on 1 Sep (Reuters), now 40,000–70,000"
        assert development.previous == old

    def test_an_origin_that_revises_its_own_word_changes_it_within_the_hour(self) -> None:
        assert verdict(said(figure(20_000), HOUR), SCOOP) is Novelty.CHANGED

    def test_two_origins_within_a_day_contradict_each_other(self) -> None:
        development = compare(said(figure(20_000), 5 * HOUR, "Reuters"), (SCOOP,))
        assert development.novelty is Novelty.CONTRADICTED
        assert development.reason == "Reuters says 20,000, Welt am Sonntag says 40,000–70,000 (1 Sep)"

    def test_an_outlet_that_quotes_another_source_later_moves_on_from_its_own_report(self) -> None:
        own = said(figure(12_000), origin="Fenn Ledger", outlet="Fenn Ledger")
        assert (
            verdict(said(figure(8_000), 10 * HOUR, origin="United States", outlet="Fenn Ledger"), own)
            is Novelty.CHANGED
        )
        other = said(figure(8_000), 10 * HOUR, origin="United States", outlet="Moor Herald")
        assert verdict(other, own) is Novelty.CONTRADICTED

    def test_a_day_later_another_origin_brings_later_news(self) -> None:
        assert verdict(said(figure(20_000), DAY, "Reuters"), SCOOP) is Novelty.CHANGED

    def test_rewrites_do_not_keep_an_old_value_young(self) -> None:
        rewrite = said(figure(40_000, 70_000), 40 * HOUR, outlet="Kyiv Courier")
        assert verdict(said(figure(20_000), 41 * HOUR, "Reuters"), SCOOP, rewrite) is Novelty.CHANGED

    def test_a_further_origin_confirms_and_is_counted(self) -> None:
        development = compare(said(figure(40_000, 70_000), DAY, "Reuters"), (SCOOP,))
        assert development.novelty is Novelty.CONFIRMED
        assert development.origins == 2
        assert "2 independent origins" in development.reason

    def test_an_article_to_its_name_makes_no_further_origin(self) -> None:
        known = said(figure(5_000), origin="The Fenn Ledger")
        development = compare(said(figure(5_000), 5 * HOUR, "Fenn Ledger"), (known,))
        assert (development.novelty, development.origins) == (Novelty.RESTATED, 1)

    def test_an_origin_written_with_an_article_revises_its_own_word(self) -> None:
        known = said(figure(5_000), origin="Fenn Ledger")
        assert verdict(said(figure(9_000), HOUR, "The Fenn Ledger"), known) is Novelty.CHANGED

    def test_an_unknown_origin_confirms_nothing(self) -> None:
        development = compare(said(figure(40_000, 70_000), DAY, None), (SCOOP,))
        assert (development.novelty, development.origins) == (Novelty.RESTATED, 1)

    def test_an_unknown_origin_contradicts_nobody(self) -> None:
        assert verdict(said(figure(20_000), HOUR, None), SCOOP) is Novelty.CHANGED

    def test_a_named_origin_after_an_unknown_one_is_not_a_second(self) -> None:
        development = compare(said(figure(9_000), DAY, "Reuters"), (said(figure(9_000), origin=None),))
        assert (development.novelty, development.origins) == (Novelty.RESTATED, 1)

    def test_old_news_that_comes_late_changes_nothing(self) -> None:
        new = said(figure(40_000, 70_000), DAY * 5)
        late = compare(said(figure(20_000), DAY, "Reuters"), (new,))
        assert late.novelty is Novelty.RESTATED
        assert late.reason == "speaks for 2 Sep; 40,000–70,000 of 6 Sep (Welt am Sonntag) is newer"

    def test_a_rival_word_of_the_same_day_that_comes_late_still_contradicts(self) -> None:
        assert verdict(said(figure(20_000), 2 * HOUR, "Reuters"), said(SCOOP.claim, 5 * HOUR)) is Novelty.CONTRADICTED

    def test_repeating_a_superseded_value_of_a_known_origin_is_no_change_back(self) -> None:
        old, new = said(figure(20_000), origin="Reuters"), said(figure(50_000), DAY * 2, "Reuters")
        laggard = said(figure(20_000), DAY * 3, "Reuters", outlet="Village Voice Weekly")
        assert verdict(laggard, old, new) is Novelty.RESTATED

    def test_an_origin_that_comes_back_to_its_old_value_in_its_own_words_changes_it_again(self) -> None:
        first, then = said(figure(5_000), origin="ANSA", outlet="ANSA"), said(figure(9_000), DAY, "ANSA", outlet="ANSA")
        own = said(figure(5_000), 3 * DAY, "ANSA", outlet="ANSA")
        assert verdict(own, first, then) is Novelty.CHANGED
        assert verdict(replace(own, outlet="Fenn Herald"), first, then) is Novelty.RESTATED
        assert verdict(replace(own, as_of=then.as_of + HOUR), first, then) is Novelty.RESTATED

    def test_a_status_upgrade_by_another_origin_is_a_change(self) -> None:
        decided = compare(said(figure(40_000, 70_000, status=Status.PLANNED), 2 * HOUR, "Pentagon"), (SCOOP,))
        assert decided.novelty is Novelty.CHANGED
        assert decided.reason == (
            "was 40,000–70,000 (expected) on 1 Sep (Welt am Sonntag), now 40,000–70,000 (planned)"
        )

    def test_a_rewrite_that_drops_the_hedge_is_no_upgrade(self) -> None:
        sloppy = said(figure(40_000, 70_000, status=Status.FACT), 2 * HOUR, outlet="Quick News")
        assert verdict(sloppy, SCOOP) is Novelty.RESTATED

    def test_a_plan_does_not_contradict_what_is_in_force(self) -> None:
        in_force = said(figure(4_800, action=Action.STATION, status=Status.FACT))
        plan = said(figure(6_000, action=Action.STATION, status=Status.PLANNED), HOUR, "Reuters")
        assert verdict(plan, in_force) is Novelty.CHANGED

    def test_a_denial_withdraws_the_figure(self) -> None:
        denial = compare(said(figure(40_000, 70_000, status=Status.DENIED), HOUR, "Pentagon"), (SCOOP,))
        assert denial.novelty is Novelty.WITHDRAWN
        assert denial.reason == "40,000–70,000 of 1 Sep (Welt am Sonntag) is denied (Pentagon)"

    def test_who_denies_what_it_said_itself_is_named_once(self) -> None:
        own = said(figure(40_000, 70_000, status=Status.DENIED), HOUR, SCOOP.outlet)
        assert compare(own, (SCOOP,)).reason == "Welt am Sonntag denies 40,000–70,000 of 1 Sep"

    def test_an_article_that_denies_a_number_and_repeats_it_leaves_it_denied(self) -> None:
        repeated = said(figure(40_000, 70_000), HOUR, "Pentagon", item=9)
        denial = said(figure(40_000, 70_000, status=Status.DENIED, start=50, end=60), HOUR, "Pentagon", item=9)
        found = compare_item((repeated, denial), (SCOOP,))
        assert [one.novelty for one in found] == [Novelty.CONFIRMED, Novelty.WITHDRAWN]
        (state,) = states((SCOOP, repeated, denial))
        assert is_denial(state.latest.lead)

    def test_what_an_article_says_instead_of_what_it_denies_is_held_against_the_denial(self) -> None:
        instead = said(figure(20_000), HOUR, "Pentagon", item=9)
        denial = said(figure(40_000, 70_000, status=Status.DENIED, start=50, end=60), HOUR, "Pentagon", item=9)
        denied, changed = compare_item((instead, denial), (SCOOP,))
        assert (denied.novelty, denied.previous) == (Novelty.WITHDRAWN, SCOOP)
        assert (changed.novelty, changed.previous) == (Novelty.CHANGED, denial)
        (state,) = states((SCOOP, instead, denial))
        assert [value.lead for value in state.history] == [SCOOP, instead, denial]
        assert [value.lead for value in state.standing] == [instead]

    def test_a_denial_of_another_figure_leaves_this_one_alone(self) -> None:
        assert verdict(said(figure(90_000, status=Status.DENIED), HOUR, "Pentagon"), SCOOP) is Novelty.NEW

    def test_a_toll_that_rises_is_a_change_though_origins_differ(self) -> None:
        first = said(figure(12, action=Action.KILL, actor="Russia", place="Kharkiv", status=Status.FACT))
        more = figure(15, action=Action.KILL, actor="Russia", place="Kharkiv", status=Status.FACT)
        assert verdict(said(more, 4 * HOUR, "Reuters"), first) is Novelty.CHANGED

    def test_a_lower_toll_of_the_same_day_contradicts(self) -> None:
        first = said(figure(12, action=Action.KILL, actor="Russia", place="Kharkiv", status=Status.FACT))
        fewer = figure(7, action=Action.KILL, actor="Russia", place="Kharkiv", status=Status.FACT)
        assert verdict(said(fewer, 4 * HOUR, "Reuters"), first) is Novelty.CONTRADICTED


class TestFigureIdentity:
    @pytest.mark.parametrize(
        "claim",
        [
            pytest.param(figure(10_000, place="Germany"), id="a smaller number for a place within"),
            pytest.param(figure(10_000, place="Syria"), id="another place"),
            pytest.param(figure(10_000, actor="Germany"), id="another actor"),
            pytest.param(figure(10_000, unit="tank"), id="another unit"),
            pytest.param(figure(10_000, action=Action.DEPLOY), id="another deed"),
            pytest.param(figure(900), id="another order of magnitude"),
        ],
    )
    def test_another_figure_is_new(self, claim: Figure) -> None:
        assert verdict(said(claim, 2 * DAY, "Reuters"), SCOOP) is Novelty.NEW

    def test_a_part_of_a_known_whole_is_new_and_says_of_what(self) -> None:
        whole = said(figure(12, action=Action.KILL, unit="soldier"))
        part = said(figure(3, action=Action.KILL, unit="soldier", of_total=12), HOUR)
        development = compare(part, (whole,))
        assert development.novelty is Novelty.NEW
        assert development.reason == "a part of the known 12"

    def test_a_single_deed_in_another_story_is_another_deed(self) -> None:
        raid = said(figure(12, action=Action.KILL, actor="Russia", place="Kharkiv"))
        other_raid = said(figure(15, action=Action.KILL, actor="Russia", place="Kharkiv"), DAY, story=2)
        assert verdict(other_raid, raid) is Novelty.NEW

    def test_a_lasting_plan_is_followed_across_stories(self) -> None:
        assert verdict(said(figure(20_000), 20 * DAY, "Reuters", story=2), SCOOP) is Novelty.CHANGED

    def test_one_pledge_that_fell_into_two_stories_does_not_ring_twice(self) -> None:
        pledge = figure(500, unit="eur", action=Action.PLEDGE, actor="Germany", place="Ukraine")
        assert verdict(said(pledge, DAY, story=2), said(pledge)) is Novelty.RESTATED

    def test_a_number_is_held_against_its_own_sum_of_a_list(self) -> None:
        ships = figure(2_000, unit="eur", action=Action.SPEND, place=None, start=5, quote="2,000 on new ships")
        radar = figure(900, unit="eur", action=Action.SPEND, place=None, start=50, quote="900 on coastal radar")
        more_radar = figure(1_200, unit="eur", action=Action.SPEND, place=None, quote="1,200 on coastal radar")
        known = (said(ships, item=1), said(radar, item=1))
        development = compare(said(more_radar, 3 * DAY, "Reuters"), known)
        assert (development.novelty, development.previous) == (Novelty.CHANGED, known[1])

    def test_the_sentences_tell_which_sum_of_a_list_is_meant(self) -> None:
        ships = said(figure(2_000, unit="eur", action=Action.SPEND, place=None), item=1, passage="2,000 for frigates")
        radar = said(figure(900, unit="eur", action=Action.SPEND, place=None), item=1, passage="900 for coastal radar")
        later = figure(1_200, unit="eur", action=Action.SPEND, place=None, quote="1,200")
        mention = said(later, 3 * DAY, "Reuters", passage="Coastal radar will now cost 1,200.")
        assert compare(mention, (ships, radar)).previous == radar

    def test_other_deeds_are_one_when_their_sentences_say_so(self) -> None:
        held = said(figure(300, action=Action.OTHER), passage="300 soldiers are held in the camp")
        more = said(figure(340, action=Action.OTHER), 3 * DAY, passage="340 soldiers are now held in the camp")
        hurt = said(figure(340, action=Action.OTHER), 3 * DAY, passage="340 civilians were hurt by mines")
        assert (verdict(more, held), verdict(hurt, held)) == (Novelty.CHANGED, Novelty.NEW)

    def test_a_number_that_could_be_any_of_a_list_is_new_rather_than_a_wrong_change(self) -> None:
        sums = [figure(n, unit="eur", action=Action.SPEND, place=None, start=n, quote=str(n)) for n in (2_000, 900)]
        known = [said(each, item=1) for each in sums]
        other = figure(1_300, unit="eur", action=Action.SPEND, place=None, quote="1,300")
        assert verdict(said(other, 3 * DAY, "Reuters"), *known) is Novelty.NEW

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param(figure(1), figure(2, action=Action.REDUCE), id="withdraw and reduce"),
            pytest.param(figure(1), figure(1, place="Germany"), id="any place"),
            pytest.param(figure(1, status=Status.PLANNED), figure(1, status=Status.DENIED), id="any status"),
            pytest.param(position(Stance.SUPPORT), position(Stance.OPPOSE, "a mandate"), id="any proposition"),
        ],
    )
    def test_what_can_be_compared_shares_the_key(self, one: Figure, other: Figure) -> None:
        assert claim_key(one) == claim_key(other)

    def test_keys_tell_actors_units_and_deeds_apart(self) -> None:
        claims = (figure(1), figure(1, actor=None), figure(1, unit="usd"), figure(1, action=Action.STATION))
        assert len({claim_key(claim) for claim in claims}) == 4


class TestEdits:
    def test_an_edited_number_is_a_correction(self) -> None:
        old = said(figure(20_000), item=7, origin="Reuters")
        development = compare(said(figure(30_000), HOUR, item=7, origin="Reuters"), (old,))
        assert development.novelty is Novelty.CORRECTED
        assert development.reason == "Reuters corrected its report: it said 20,000, it now says 30,000"
        assert development.previous == old

    def test_an_edit_that_leaves_the_number_alone_is_restated(self) -> None:
        old = said(figure(20_000), item=7)
        assert verdict(said(figure(20_000), HOUR, item=7), old) is Novelty.RESTATED

    def test_a_number_that_an_edit_removed_is_withdrawn(self) -> None:
        known = (said(figure(20_000), item=7), said(figure(8_000, place="Romania"), item=7))
        developments = compare_item((said(figure(20_000), HOUR, item=7),), known)
        assert [each.novelty for each in developments] == [Novelty.RESTATED, Novelty.WITHDRAWN]
        assert developments[1].mention == known[1]
        assert "no longer says it" in developments[1].reason

    def test_a_second_number_in_one_text_is_new_beside_the_one_it_repeats(self) -> None:
        known = (said(figure(20_000), origin="Reuters"),)
        now = (
            said(figure(20_000, start=5, end=9), 3 * DAY, "Reuters", item=9),
            said(figure(40_000, start=20, end=29), 3 * DAY, "Reuters", item=9),
        )
        repeated, other = compare_item(now, known)
        assert (repeated.novelty, other.novelty) == (Novelty.RESTATED, Novelty.NEW)
        assert other.reason == "40,000 beside the known 20,000 (Reuters)"

    def test_an_item_that_is_gone_takes_its_claims_back(self) -> None:
        rewrite = said(figure(40_000, 70_000), HOUR, "Reuters")
        (gone,) = withdraw((SCOOP, rewrite), SCOOP.item)
        assert (gone.novelty, gone.mention, gone.origins) == (Novelty.WITHDRAWN, SCOOP, 1)
        assert gone.reason == "Welt am Sonntag reported 40,000–70,000 on 1 Sep; the item is gone"

    def test_a_claim_that_was_taken_back_and_comes_again_is_new_and_says_so(self) -> None:
        development = compare(said(figure(40_000, 70_000), DAY, "Reuters"), (said(SCOOP.claim, live=False),))
        assert development.novelty is Novelty.NEW
        assert development.reason == "40,000–70,000 was taken back by Welt am Sonntag; Reuters now reports it"

    def test_a_claim_made_twice_in_one_item_is_one_mention(self) -> None:
        title = said(figure(40_000, start=0, end=6, place=None), item=3)
        text = said(figure(40_000, start=90, end=99, source_cited="NATO sources"), item=3)
        assert dedupe((title, text)) == (text,)


class TestPositions:
    CONDITION = "only on the basis of a United Nations mandate"

    def test_a_change_of_stance_days_later_is_a_change(self) -> None:
        old = said(position(Stance.OPPOSE))
        development = compare(said(position(Stance.SUPPORT, "peacekeeping forces for Ukraine"), 4 * DAY), (old,))
        assert development.novelty is Novelty.CHANGED
        assert development.reason == "was against on 1 Sep (Welt am Sonntag), now in favour"

    def test_a_condition_that_is_added_is_a_change(self) -> None:
        now = said(position(Stance.CONDITIONAL, condition=self.CONDITION), 2 * DAY)
        assert verdict(now, said(position(Stance.SUPPORT))) is Novelty.CHANGED

    def test_another_condition_is_a_change(self) -> None:
        old = said(position(Stance.CONDITIONAL, condition=self.CONDITION))
        now = said(position(Stance.CONDITIONAL, condition="as long as sanctions are lifted first"), 2 * DAY)
        assert verdict(now, old) is Novelty.CHANGED

    def test_the_condition_in_other_words_is_restated(self) -> None:
        old = said(position(Stance.CONDITIONAL, condition=self.CONDITION))
        now = said(position(Stance.CONDITIONAL, condition="only under a United Nations mandate"), 2 * DAY)
        assert verdict(now, old) is Novelty.RESTATED

    def test_a_rewrite_that_drops_the_condition_gives_nothing_up(self) -> None:
        old = said(position(Stance.CONDITIONAL, condition=self.CONDITION))
        assert verdict(said(position(Stance.SUPPORT), HOUR, outlet="Quick News"), old) is Novelty.RESTATED

    def test_two_origins_that_disagree_on_one_day_contradict(self) -> None:
        old = said(position(Stance.OPPOSE))
        assert verdict(said(position(Stance.SUPPORT), HOUR, "Reuters"), old) is Novelty.CONTRADICTED

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            pytest.param("sanctions on Russia", "talks with Russia", id="only the name is shared"),
            pytest.param("a United Nations mandate", "the oil embargo", id="nothing is shared"),
        ],
    )
    def test_a_position_on_another_matter_is_new(self, one: str, other: str) -> None:
        assert verdict(said(position(Stance.OPPOSE, one), DAY), said(position(Stance.SUPPORT, other))) is Novelty.NEW

    def test_a_further_origin_confirms(self) -> None:
        old = said(position(Stance.OPPOSE))
        assert verdict(said(position(Stance.OPPOSE), HOUR, "Reuters"), old) is Novelty.CONFIRMED


class TestState:
    def test_the_latest_value_stands_and_the_former_is_history(self) -> None:
        mentions = (said(figure(20_000), origin="Reuters"), said(figure(50_000), 3 * DAY))
        state = current(mentions)
        assert state is not None
        assert [value.lead for value in state.standing] == [mentions[1]]
        assert [value.lead for value in state.history] == list(mentions)

    def test_contested_values_stand_side_by_side_with_their_origins(self) -> None:
        state = current((SCOOP, said(figure(20_000), HOUR, "Reuters"), said(figure(20_000), 2 * HOUR, "AFP")))
        assert state is not None
        assert state.is_contested
        assert [value.origins for value in state.standing] == [("Welt am Sonntag",), ("Reuters", "AFP")]

    def test_an_origin_that_comes_round_ends_the_contest(self) -> None:
        state = current((SCOOP, said(figure(20_000), HOUR, "Reuters"), said(SCOOP.claim, 4 * HOUR, "Reuters")))
        assert state is not None
        assert not state.is_contested
        assert set(state.latest.origins) == {"Welt am Sonntag", "Reuters"}

    def test_an_origin_that_comes_round_may_be_written_with_an_article(self) -> None:
        rivals = (said(figure(5_000), 0 * HOUR, "Fenn Ledger"), said(figure(9_000), HOUR, "Reuters"))
        state = current((*rivals, said(figure(9_000), 2 * HOUR, "The Fenn Ledger")))
        assert state is not None
        assert [value.origins for value in state.standing] == [("Reuters", "The Fenn Ledger")]

    def test_taken_back_mentions_do_not_count(self) -> None:
        assert current((said(figure(20_000), live=False),)) is None

    def test_two_values_of_one_item_are_two_claims(self) -> None:
        assert len(states((said(figure(20_000), item=1), said(figure(50_000), item=1)))) == 2

    def test_a_status_step_keeps_the_former_status_as_history(self) -> None:
        decided = said(figure(40_000, 70_000, status=Status.PLANNED), 2 * DAY, "Pentagon")
        state = current((SCOOP, decided))
        assert state is not None
        assert state.latest.lead == decided
        assert [value.lead for value in state.history] == [SCOOP, decided]

    def test_a_wider_time_frame_makes_later_rivals_contradict(self) -> None:
        later = said(figure(20_000), 30 * HOUR, "Reuters")
        assert compare(later, (SCOOP,), Policy(same_time=timedelta(days=3))).novelty is Novelty.CONTRADICTED
