"""German word order: a subject behind its verb, and numbers behind a year that opens the sentence."""

from __future__ import annotations

from tests.rules.extract.figure_cases import Case, cases, check, fig

C = Case


@cases(
    C("a time in front", "Im Juli schickte Lettland 120 Soldaten nach Mali.",
      (fig(120, "troops", actor="Latvia", place="Mali"),), "de"),
    C("a day in front", "Am 3. Februar übergab Norwegen 15 Panzer an Estland.",
      (fig(15, "tank", actor="Norway", place="Estonia"),), "de"),
    C("an article before the subject", "Seit Mai lieferte die Türkei 40 Drohnen an Litauen.",
      (fig(40, "drone", actor="Turkey", place="Lithuania"),), "de"),
    C("who is given something behind the verb", "Estland schickt der Ukraine 12 Haubitzen.",
      (fig(12, "howitzer", actor="Estonia", place="Ukraine"),), "de"),
)  # fmt: skip
def test_the_subject_may_stand_behind_its_verb(case: C) -> None:
    check(case)


@cases(
    C("troops", "Bis 2029 will Lettland 700 Soldaten nach Estland schicken.",
      (fig(700, "troops", actor="Latvia"),), "de"),
    C("a share", "Im Jahr 2032 will Spanien 2,1 Prozent des BIP für Verteidigung ausgeben.",
      (fig(2.1, "percent", actor="Spain"),), "de"),
    C("a model with a number", "Norway will deliver 18 Leopard 2 tanks to Kyiv.", (fig(18, "tank"),)),
)  # fmt: skip
def test_a_year_in_front_makes_no_model_of_a_name_with_a_number(case: C) -> None:
    check(case)
