"""Whose figure it is not: what is turned down, what companies do, and tariffs that are prices."""

from __future__ import annotations

from rules.model import Action, Status
from tests.rules.extract.figure_cases import Case, cases, check, fig

C = Case


def proposed(low: float, unit: str, place: str | None) -> tuple[dict[str, object]]:
    return (fig(low, unit, actor=None, status=Status.PLANNED, place=place),)


@cases(
    C("a veto", "Cyprus vetoed a 2 billion euro loan for Egypt.", proposed(2e9, "eur", "Egypt")),
    C("a blocked delivery", "Bern blocked the delivery of 25 tanks to Kyiv.", proposed(25, "tank", "Kyiv")),
    C("French", "Chypre a bloqué une aide de 2 milliards d'euros pour l'Égypte.", proposed(2e9, "eur", "Egypt"), "fr"),
    C("German", "Zypern blockiert Hilfen von 2 Milliarden Euro für Ägypten.", proposed(2e9, "eur", "Egypt"), "de"),
    C("Ukrainian", "Словаччина заблокувала кредит у 2 млрд євро для України.", proposed(2e9, "eur", "Ukraine"), "uk"),
    C("ships that are really stopped", "Egypt blocked 30 tankers in the canal.",
      (fig(30, "tanker", actor="Egypt", status=Status.FACT),)),
)  # fmt: skip
def test_what_is_turned_down_is_a_proposal_of_somebody_else(case: C) -> None:
    check(case)


@cases(
    C("sales", "Kongsberg raised its sales to 3 billion euros on military spending in Norway."),
    C("an order backlog", "Leonardo lifted its order backlog to 40 billion euros, thanks to defence budgets in Italy."),
    C("an airline with a country's name", "Air Canada cut its emissions by 9 percent."),
    C("the same in French", "Air France a réduit ses émissions de 9 %.", lang="fr"),
    C("the same in German", "Die Deutsche Bahn senkte ihre Emissionen um 9 Prozent.", lang="de"),
    C("electricity", "Electricity tariffs in Ghana will rise by 18 percent."),
    C("telephones", "Roaming tariffs in Kenya were cut by 40 percent."),
    C("wages", "The miners rejected a tariff agreement that would raise wages by 3 percent."),
)  # fmt: skip
def test_business_of_companies_is_no_policy(case: C) -> None:
    check(case)


@cases(
    C("duties", "India raised tariffs on steel from Brazil by 18 percent.", (fig(18, "percent", actor="India"),)),
    C("emissions of a state", "Canada cut its emissions by 9 percent.", (fig(9, "percent", actor="Canada"),)),
    C("German output of gases", "Kanada will den Ausstoß von Treibhausgasen um 40 Prozent senken.",
      (fig(40, "percent", actor="Canada", status=Status.PLANNED),), "de"),
)  # fmt: skip
def test_what_states_do_of_the_same_kind_is(case: C) -> None:
    check(case)


@cases(
    C("guns", "Finland handed over 9 howitzers to Ukraine.", (fig(9, "howitzer", action=Action.DELIVER),)),
    C("captives", "Finland handed over 9 prisoners to Ukraine.", (fig(9, "prisoner", action=Action.OTHER),)),
)  # fmt: skip
def test_a_verb_of_several_deeds_means_the_one_that_fits_what_is_counted(case: C) -> None:
    check(case)
