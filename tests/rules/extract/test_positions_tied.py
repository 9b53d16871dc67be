"""What stances are tied to, what only looks so, and refusals and threats in the words of whoever speaks."""

from __future__ import annotations

from tests.rules.extract.position_cases import Stands, check, on, stands

S = Stands


@stands(
    S("provided without a comma", "Serbia could back the deal provided Kosovo withdrew its police from the north.",
      (on("Serbia", "conditional", "the deal", condition="provided Kosovo withdrew its police from the north"),)),
    S("what will only be done after something", "Germany would only send troops after a peace deal.",
      (on("Germany", "conditional", "send troops", condition="after a peace deal"),)),
    S("a condition in front that turns the clause", "Only if Israel withdraws will Lebanon sign a peace deal.",
      (on("Lebanon", "conditional", "sign a peace deal", condition="Only if Israel withdraws"),)),
    S("should in front", "Should Washington impose new tariffs, Brussels will retaliate, Sefcovic said.",
      (on("European Union", "conditional", "retaliate", condition="Should Washington impose new tariffs"),)),
    S("a threat by the words of another", "Denmark will be hit with tariffs unless it sells Greenland, Trump said.",
      (on("Donald Trump", "conditional", condition="unless it sells Greenland"),)),
    S("what is made conditional", "Riyadh made normalisation conditional on a Palestinian state.",
      (on("Saudi Arabia", "conditional", "normalisation", condition="conditional on a Palestinian state"),)),
    S("what a delegate says he could do", "The representative of Egypt said that his delegation could join consensus "
      "if paragraph 7 was deleted.", (on("Egypt", "conditional", condition="if paragraph 7 was deleted"),)),
)  # fmt: skip
def test_what_a_stance_is_tied_to(case: S) -> None:
    check(case)


@stands(
    S("a date", "Georgia suspended accession talks with the European Union until 2028.",
      (on("Georgia", "oppose", "accession talks with the European Union"),)),
    S("without preconditions", "Moscow is ready for talks with Kyiv without preconditions.",
      (on("Russia", "support"),)),
    S("somebody else within a condition", "Spain supports the plan, so long as Portugal backs it.",
      (on("Spain", "conditional", "the plan", condition="so long as Portugal backs it"),)),
    S("what is denied", "Nairobi denies that it backs the rebels."),
)  # fmt: skip
def test_what_only_looks_tied(case: S) -> None:
    check(case)


@stands(
    S("a noun that is written like a verb", "Canada rejects US demands to scrap its dairy quotas.",
      (on("Canada", "oppose", "scrap its dairy quotas"),)),
    S("the opening of something", "Poland backs the opening of the first negotiating cluster with Ukraine.",
      (on("Poland", "support", "the opening of the first negotiating cluster with Ukraine"),)),
    S("a vote count", "The Bundestag voted by 350 to 280 to allow the exports.",
      (on("Germany", "support", "allow the exports"),)),
    S("an abstention", "China and Russia abstained in the vote on a draft on Gaza.",
      (on("China", "undecided", "a draft on Gaza"),
       on("Russia", "undecided", "a draft on Gaza"))),
    S("a phrase with as between two verbs", "Kyiv dismisses the trade as a trap and insists on security guarantees.",
      (on("Ukraine", "oppose", "the trade"), on("Ukraine", "support", "security guarantees"))),
    S("not standing in the way", "Malta said Italy would not stand in the way of the deal.",
      (on("Italy", "support", "the deal"),)),
    S("nothing is decided", "Kuwait's foreign ministry said no decision had been made on the border.",
      (on("Kuwait", "undecided"),)),
    S("what we will not do", '"We will not give up our land," Zelenskiy said.',
      (on("Volodymyr Zelensky", "oppose", "give up our land"),)),
    S("what is not for sale", 'Danish PM Mette Frederiksen hit back: "Greenland is not for sale."',
      (on("Mette Frederiksen", "oppose", "Greenland"),)),
    S("a bare no", "No swap of territories, Zelensky said.",
      (on("Volodymyr Zelensky", "oppose", "swap of territories"),)),
    S("who stands before a colon", "Zelensky: we are ready for a full ceasefire.",
      (on("Volodymyr Zelensky", "support", "a full ceasefire"),)),
    S("whose support it is", "The Foreign Secretary reiterated the United Kingdom's support for a two-state solution.",
      (on("United Kingdom", "support", "a two-state solution"),)),
    S("a mayor is not the state", "The mayor of Warsaw wants a ban on night sales of alcohol.",
      (on("mayor of Warsaw", "support"),)),
)  # fmt: skip
def test_turns_of_phrase(case: S) -> None:
    check(case)
