"""How much of a group it is that acts: read in every language, told, and kept apart by the ledger."""

from __future__ import annotations

import pytest

from rules import wording
from rules.extract.record import extraction_record
from rules.ledger import compare, states
from rules.model import Novelty, Stance
from tests.rules.extract.figure_cases import Case, cases, fig, figures_of
from tests.rules.extract.figure_cases import check as check_figures
from tests.rules.extract.position_cases import Stands, check, extractor, on, stands
from tests.rules.ledger_cases import HOUR, position, said

S = Stands
C = Case


@stands(
    S("most", "Most EU states are opposed to a joint debt.", (on("EU members", "oppose", quantifier="most"),)),
    S("a majority of", "A majority of NATO countries backed the new command.",
      (on("NATO members", "support", quantifier="most"),)),
    S("the members of a bloc", "Several of the EU's members support the levy on parcels.",
      (on("EU members", "support", "the levy on parcels", quantifier="several"),)),
    S("a number in words", "Seven EU governments rejected the quota.",
      (on("EU members", "oppose", "the quota", quantifier="7"),)),
    S("a number with a bound", "More than 15 EU states rejected the quota.",
      (on("EU members", "oppose", "the quota", quantifier="at least 15"),)),
    S("a number of dozens", "Two dozen NATO members rejected the plan.",
      (on("NATO members", "oppose", "the plan", quantifier="24"),)),
    S("few", "Few EU countries supported the ban on tankers.",
      (on("EU members", "support", "the ban on tankers", quantifier="few"),)),
    S("not all", "Not all EU members support the ban on tankers.",
      (on("EU members", "support", "the ban on tankers", quantifier="not all"),)),
    S("all with an article and a number", "The 27 EU members approved the sanctions.",
      (on("EU members", "support", "the sanctions", quantifier=""),)),
    S("some of a number with an article", "Some of the 32 NATO members rejected the quota.",
      (on("NATO members", "oppose", "the quota", quantifier="some"),)),
    S("behind another holder", "Malta and most EU states opposed the levy.",
      (on("Malta", "oppose", quantifier=""), on("EU members", "oppose", quantifier="most"))),
    S("an insertion before the verb", "Most EU states, Malta among them, oppose the levy.",
      (on("EU members", "oppose", "the levy", quantifier="most"),)),
    S("in what diplomats of the group say", "EU diplomats said most EU members were opposed to the levy.",
      (on("EU members", "oppose", "the levy", quantifier="most"),)),
    S("a growing number", "A growing number of EU governments rejected the quota.",
      (on("EU members", "oppose", "the quota", quantifier="a growing number of"),)),
    S("who is no group", "Most of all, Portugal supports the treaty.",
      (on("Portugal", "support", "the treaty", quantifier=""),)),
    S("two parties", "Most Republicans oppose the bill, and some Democrats back it.",
      (on("Republicans", "oppose", quantifier="most"), on("Democrats", "support", quantifier="some"))),
    S("by an agent", "The draft was rejected by several EU states.",
      (on("EU members", "oppose", quantifier="several"),)),
    S("a group as worded", "Many African countries oppose the resolution.",
      (on("African countries", "oppose", quantifier="many"),)),
    S("German most", "Die meisten EU-Staaten lehnen das Abkommen ab.",
      (on("EU members", "oppose", quantifier="most"),), "de"),
    S("German majority in the genitive", "Die Mehrheit der Nato-Staaten unterstützt den Plan.",
      (on("NATO members", "support", quantifier="most"),), "de"),
    S("German some", "Einige EU-Länder lehnen die Reform ab.",
      (on("EU members", "oppose", quantifier="some"),), "de"),
    S("French most", "La plupart des pays de l'UE rejettent l'accord.",
      (on("EU members", "oppose", quantifier="most"),), "fr"),
    S("French majority", "La majorité des membres de l'Otan soutient le plan.",
      (on("NATO members", "support", quantifier="most"),), "fr"),
    S("French several", "Plusieurs États membres de l'UE s'opposent à la réforme.",
      (on("EU members", "oppose", quantifier="several"),), "fr"),
    S("Ukrainian most", "Більшість країн НАТО підтримує вступ України.",
      (on("NATO members", "support", quantifier="most"),), "uk"),
    S("Ukrainian some", "Деякі країни ЄС відкидають угоду.", (on("EU members", "oppose", quantifier="some"),), "uk"),
    S("Russian most", "Большинство стран НАТО поддерживает договор.",
      (on("NATO members", "support", quantifier="most"),), "ru"),
    S("Russian several", "Несколько стран ЕС отвергают соглашение.",
      (on("EU members", "oppose", quantifier="several"),), "ru"),
)  # fmt: skip
def test_a_holder_keeps_its_quantifier(case: S) -> None:
    check(case)


@stands(
    S("a verb", "Malta opposed the draft on cables.", (on("Malta", "oppose", "the draft on cables"),)),
    S("an adjective behind a verb of being", "Malta is opposed to the draft on cables.",
      (on("Malta", "oppose", "the draft on cables"),)),
    S("several holders", "Oslo and Bern opposed the inspection of ships.",
      (on("Norway", "oppose"), on("Switzerland", "oppose"))),
)  # fmt: skip
def test_opposed_is_a_verb_unless_a_word_ties_it_to_what_it_is_against(case: S) -> None:
    check(case)


@cases(
    C("most of a bloc", "Most NATO members will spend 3.5 percent of GDP on defence.",
      (fig(3.5, "percent", actor="NATO members", quantifier="most"),)),
    C("several of a bloc", "Several EU countries sent 900 soldiers to Niger.",
      (fig(900, "troops", actor="EU members", quantifier="several"),)),
    C("a bloc", "NATO members will spend 3.5 percent of GDP on defence.",
      (fig(3.5, "percent", actor="NATO members", quantifier=""),)),
)  # fmt: skip
def test_an_actor_keeps_its_quantifier(case: C) -> None:
    check_figures(case)


def test_it_is_told_in_the_alert_and_in_the_record() -> None:
    read = extractor().extract("Most EU states rejected the quota for migrants.", lang="en")
    assert wording.sentence(read.positions[0]) == "most EU members, against: the quota for migrants"
    assert extraction_record(1, read)["positions"][0]["quantifier"] == "most"
    figure = figures_of("Several EU countries sent 900 soldiers to Niger.")[0]
    assert wording.topic(figure) == "several EU members, deploy to Niger"


@pytest.mark.parametrize(
    ("first", "then", "novelty"),
    [
        pytest.param("most", "some", Novelty.NEW, id="what some want is no contradiction to what most want"),
        pytest.param("", "some", Novelty.NEW, id="nor to what the group wants"),
        pytest.param("most", "most", Novelty.CONTRADICTED, id="the same part of a group contradicts itself"),
    ],
)
def test_parts_of_a_group_are_held_apart(first: str, then: str, novelty: Novelty) -> None:
    known = said(position(Stance.OPPOSE, actor="EU members", quantifier=first), origin="Politico")
    later = said(position(Stance.SUPPORT, actor="EU members", quantifier=then), HOUR, origin="Reuters")
    found = states([known, later])
    assert len(found) == (1 if first == then else 2)
    assert compare(later, [known]).novelty is novelty
