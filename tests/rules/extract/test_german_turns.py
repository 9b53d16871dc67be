"""German verbs whose preposition stands apart from them, offices between a state and a person, models of weapons."""

from __future__ import annotations

from rules.model import Status
from tests.rules.extract.figure_cases import Case, cases, fig
from tests.rules.extract.figure_cases import check as check_figures
from tests.rules.extract.position_cases import Stands, check, on, stands

S = Stands


@stands(
    S("sich einsetzen für", "Finnland setzt sich in Brüssel für strengere Kontrollen ein.",
      (on("Finland", "support", "strengere Kontrollen"),), "de"),
    S("sich aussprechen gegen", "Japan sprach sich am Dienstag gegen die Zölle aus.",
      (on("Japan", "oppose", "die Zölle"),), "de"),
    S("sich stellen gegen", "Kroatien stellt sich im Rat gegen das Abkommen.",
      (on("Croatia", "oppose", "das Abkommen"),), "de"),
    S("werben für", "Portugal wirbt weiter für neue Sanktionen.",
      (on("Portugal", "support", "neue Sanktionen"),), "de"),
    S("a person behind a state and an office", "Frankreichs Präsident Emmanuel Macron lehnt das Abkommen ab.",
      (on("Emmanuel Macron", "oppose", "das Abkommen"),), "de"),
    S("an advertisement", "Portugal wirbt mit Plakaten für seine Strände.", (), "de"),
)  # fmt: skip
def test_a_preposition_may_stand_apart_from_its_verb(case: S) -> None:
    check(case)


@cases(
    Case("bombers", "The United States moved 6 B-2 bombers to Guam.", (fig(6, "aircraft"),)),
    Case("howitzers", "Estonia ordered 12 K-9 howitzers.", (fig(12, "howitzer"),)),
    Case("a sum in short", "Estonia pledged $5bn for Ukraine.", (fig(5e9, "usd"),)),
)
def test_the_letter_of_a_model_is_no_magnitude(case: Case) -> None:
    check_figures(case)


@cases(
    Case("German", "Litauen will wachsen und gibt schon heute 3,9 Prozent des BIP für Verteidigung aus.",
      (fig(3.9, "percent", status=Status.FACT),), "de"),
    Case("French", "La Pologne consacre actuellement 4,1 % de son PIB à la défense.",
      (fig(4.1, "percent", status=Status.FACT),), "fr"),
    Case("a plan with already", "Litauen will bereits im Juli 300 Soldaten nach Mali schicken.",
      (fig(300, "troops", status=Status.PLANNED),), "de"),
)  # fmt: skip
def test_what_is_so_today_is_no_plan(case: Case) -> None:
    check_figures(case)
