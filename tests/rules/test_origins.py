from __future__ import annotations

from collections.abc import Sequence

import pytest

from rules.ledger import ClaimState
from rules.model import Action, Figure, ItemId, Mention, Provenance, Status
from rules.origins import OriginGround, Report, credibility, decide_origin, origin_of_claim, spread
from tests.rules.ledger_cases import DAY, HOUR, current, figure, said

TIERS = {"Reuters": 1, "Welt am Sonntag": 2, "Quick News": 3}


def origins_of(mentions: Sequence[Mention]) -> tuple[str, ...]:
    state = current(mentions)
    assert state is not None
    return state.latest.origins


def report(item: int, outlet: str, origin: str | None, copy_of: int | None = None) -> Report:
    return Report(item=ItemId(item), outlet=outlet, origin=origin, copy_of=None if copy_of is None else ItemId(copy_of))


class TestOrigin:
    def test_an_attribution_comes_before_everything(self) -> None:
        provenance = Provenance(chain=("Welt am Sonntag", "NATO sources"), anonymous=True, origin="Welt am Sonntag")
        origin = decide_origin("UNN", provenance, tier=1, copied=report(1, "Reuters", "Reuters"))
        assert (origin.name, origin.ground) == ("Welt am Sonntag", OriginGround.ATTRIBUTED)
        assert origin.reason == "UNN citing Welt am Sonntag citing NATO sources (unnamed)"

    @pytest.mark.parametrize(
        ("provenance", "claim", "passage", "origin"),
        [
            pytest.param(
                Provenance(chain=("Oda Brandvik",), origin="Oda Brandvik"),
                figure(500),
                "The army will go.",
                "Fenn Gazette",
                id="whom the article quotes on another matter is not the origin",
            ),
            pytest.param(
                Provenance(chain=("Oda Brandvik",), origin="Oda Brandvik"),
                figure(500),
                "It will, Ms Brandvik said.",
                "Oda Brandvik",
                id="whom its sentence names is",
            ),
            pytest.param(
                Provenance(chain=("Oda Brandvik",), origin="Oda Brandvik"),
                figure(500, voice="Norway"),
                "It will, the ministry said.",
                "Fenn Gazette",
                id="who has a named voice to show reported it",
            ),
            pytest.param(
                Provenance(chain=("Coast Post",), origin="Coast Post", outlet="Coast Post"),
                figure(500),
                "The army will go.",
                "Coast Post",
                id="an outlet that is named is, wherever",
            ),
        ],
    )
    def test_a_claim_has_the_origin_of_its_own_sentence(
        self, provenance: Provenance, claim: Figure, passage: str, origin: str
    ) -> None:
        whole = decide_origin("Fenn Gazette", provenance)
        assert origin_of_claim(claim, passage, whole, "Fenn Gazette", provenance, tier=1) == origin

    def test_an_outlet_that_nobody_knows_is_no_origin_of_what_it_tells_beside_a_quotation(self) -> None:
        provenance = Provenance(chain=("Oda Brandvik",), origin="Oda Brandvik")
        whole = decide_origin("Blog", provenance)
        assert origin_of_claim(figure(500), "The army will go.", whole, "Blog", provenance) is None

    def test_a_copy_without_attribution_has_the_origin_of_what_it_copies(self) -> None:
        origin = decide_origin("Quick News", Provenance(), tier=1, copied=report(1, "Kyiv Courier", "Reuters"))
        assert (origin.name, origin.ground) == ("Reuters", OriginGround.COPIED)
        assert origin.reason == "Quick News repeats the text of Kyiv Courier"

    def test_a_copy_of_an_unknown_origin_stays_unknown(self) -> None:
        assert decide_origin("Quick News", Provenance(), tier=1, copied=report(1, "Blog", None)).name is None

    def test_a_good_outlet_that_names_nobody_reports_by_itself(self) -> None:
        origin = decide_origin("Welt am Sonntag", Provenance(anonymous=True), tier=2)
        assert (origin.name, origin.ground) == ("Welt am Sonntag", OriginGround.OWN_REPORT)
        assert "unnamed sources" in origin.reason

    def test_an_unlisted_outlet_that_was_told_is_the_origin_by_its_own_words(self) -> None:
        provenance = Provenance(chain=("harbour officials",), anonymous=True, own_report=True)
        origin = decide_origin("The Fenn Ledger", provenance)
        assert (origin.name, origin.ground) == ("The Fenn Ledger", OriginGround.OWN_REPORT)
        assert origin.reason == "The Fenn Ledger says so itself, citing harbour officials (unnamed)"

    def test_whoever_spoke_to_the_outlet_is_cited_and_not_the_origin(self) -> None:
        provenance = Provenance(chain=("Ana Lopes",), origin="Ana Lopes", own_report=True)
        assert decide_origin("The Fenn Ledger", provenance).name == "The Fenn Ledger"

    def test_copied_words_are_not_the_copiers_own(self) -> None:
        origin = decide_origin("Quick News", Provenance(own_report=True), copied=report(1, "Courier", "Reuters"))
        assert (origin.name, origin.ground) == ("Reuters", OriginGround.COPIED)

    @pytest.mark.parametrize("tier", [3, None])
    def test_any_other_outlet_that_names_nobody_has_an_unknown_origin(self, tier: int | None) -> None:
        origin = decide_origin("Quick News", Provenance(), tier=tier)
        assert (origin.name, origin.ground) == (None, OriginGround.UNKNOWN)


class TestIndependence:
    def test_thirty_rewrites_of_one_scoop_are_one_origin(self) -> None:
        mentions = [said(figure(5), n * HOUR, "Reuters", outlet=f"Outlet {n}") for n in range(30)]
        assert origins_of(mentions) == ("Reuters",)

    def test_unknown_and_withdrawn_ones_do_not_count_and_spelling_does_not_matter(self) -> None:
        mentions = (
            said(figure(5), DAY, "AFP"),
            said(figure(5), HOUR, None),
            said(figure(5), 0 * HOUR, "Reuters", live=False),
            said(figure(5), 2 * DAY, "afp"),
            said(figure(5), 3 * HOUR, "dpa"),
        )
        assert origins_of(mentions) == ("dpa", "AFP")

    def test_an_article_makes_no_second_origin(self) -> None:
        mentions = (said(figure(5), DAY, "The Fenn Ledger"), said(figure(5), 2 * DAY, "Fenn Ledger"))
        assert origins_of(mentions) == ("The Fenn Ledger",)
        quoted = [report(0, "The Fenn Ledger", "The Fenn Ledger"), report(1, "Blog", "Fenn Ledger")]
        assert str(spread(quoted)) == "1 origin, 1 rewrite"

    def test_a_scoop_and_its_rewrites_read_as_one_origin(self) -> None:
        reports = [report(0, "Welt am Sonntag", "Welt am Sonntag")]
        reports += [report(n, f"Outlet {n}", "Welt am Sonntag") for n in range(1, 24)]
        found = spread(reports)
        assert str(found) == "1 origin, 23 rewrites"
        assert found.outlets == 24

    def test_copies_and_unknowns_are_told_apart(self) -> None:
        found = spread([report(1, "AFP", "AFP"), report(2, "Blog", None), report(3, "Quick News", None, copy_of=2)])
        assert str(found) == "1 origin, 1 rewrite, 1 of unknown origin"

    def test_whoever_quotes_an_origin_outside_of_the_window_rewrites_it(self) -> None:
        assert str(spread([report(1, "UNN", "Welt am Sonntag")])) == "1 origin, 1 rewrite"


class TestCredibility:
    def test_a_grade_can_be_read_without_knowing_the_scale(self) -> None:
        state = current([said(figure(5)), said(figure(5), HOUR, "Reuters")])
        assert state is not None
        grade = credibility(state, TIERS.get)
        assert (str(grade), grade.words) == ("B1", "usually reliable, confirmed")

    @pytest.mark.parametrize(
        ("mentions", "label", "reason"),
        [
            pytest.param([said(figure(5))], "B3", "Welt am Sonntag is of tier 2; a single origin", id="one origin"),
            pytest.param(
                [said(figure(5)), said(figure(5), HOUR, "Reuters")],
                "B1",
                "Welt am Sonntag is of tier 2; 2 independent origins",
                id="confirmed",
            ),
            pytest.param(
                [said(figure(5), origin=None)],
                "F6",
                "where Somewhere Daily has it from is unknown",
                id="unknown",
            ),
            pytest.param(
                [said(figure(5_000)), said(figure(9_000), HOUR, "Reuters")],
                "A4",
                "Reuters is of tier 1; contested by Welt am Sonntag",
                id="contested",
            ),
            pytest.param(
                [said(figure(5), origin="United States")],
                "F2",
                "United States is in no list of sources; United States speaks for itself",
                id="the actor itself",
            ),
            pytest.param(
                [said(figure(5, actor="Holy See"), origin="The Holy See")],
                "F2",
                "The Holy See is in no list of sources; Holy See speaks for itself",
                id="the actor itself, with an article",
            ),
            pytest.param(
                [said(figure(5, actor=None), origin=None), said(figure(5, actor=None), HOUR, "Reuters")],
                "F3",
                "where Somewhere Daily has it from is unknown; a single origin",
                id="nobody acts and nobody is named at first",
            ),
            pytest.param(
                [said(figure(5, status=Status.DENIED), origin="Reuters")],
                "A5",
                "Reuters is of tier 1; denied",
                id="denied",
            ),
        ],
    )
    def test_a_grade_has_its_reason(self, mentions: list[Mention], label: str, reason: str) -> None:
        state = current(mentions)
        assert isinstance(state, ClaimState)
        grade = credibility(state, TIERS.get)
        assert (str(grade), grade.reason) == (label, reason)

    def test_unnamed_sources_are_said_so(self) -> None:
        state = current([said(figure(5, action=Action.DEPLOY))])
        assert state is not None
        assert credibility(state, TIERS.get, is_anonymous=True).reason.endswith(
            "a single origin, citing unnamed sources"
        )
