"""Stances without a plain verb of stance: judgements, refusals, answers, hopes, turns of phrase, who gives one up."""

from __future__ import annotations

from tests.rules.extract.position_cases import Stands, check, on, stands

S = Stands


@stands(
    S("a speaker judges a policy", "Peru said the quota was unacceptable.", (on("Peru", "oppose", "the quota"),)),
    S("a judgement in quotation marks", '"The embargo is unjust," Ecuador\'s foreign minister said.',
      (on("Ecuador", "oppose", "The embargo"),)),
    S("what it is wrong to do", "Ghana said it was wrong to close the border.",
      (on("Ghana", "oppose", "close the border"),)),
    S("a need is a support", "Rwanda said the mission was indispensable.", (on("Rwanda", "support", "the mission"),)),
    S("a negated judgement turns", "Togo said the tariffs were not justified.",
      (on("Togo", "oppose", "the tariffs"),)),
    S("out of the question", "Serbia said a partition was out of the question.",
      (on("Serbia", "oppose", "a partition"),)),
    S("judging violence is no stance", "Niger said the killing was unacceptable."),
    S("the weather is no policy", "Mali said the heat was dangerous."),
    S("what is called a disgrace", 'Zambia called the draft resolution "a disgrace".',
      (on("Zambia", "oppose", "the draft resolution"),)),
)  # fmt: skip
def test_judgements(case: S) -> None:
    check(case)


@stands(
    S("a state will not", "Bolivia will not reopen its embassy.", (on("Bolivia", "oppose", "reopen its embassy"),)),
    S("said that it would never", "Angola said it would never leave the cartel.",
      (on("Angola", "oppose", "leave the cartel"),)),
    S("a body that misses a target refuses nothing", "Portugal will not meet its deficit target."),
    S("a thing refuses nothing", "The bridge will not open before May."),
    S("there will be no", '"There will be no referendum," said Nicola Sturgeon.',
      (on("Nicola Sturgeon", "oppose", "referendum"),)),
    S("an answer takes up its question",
      '"No way," said Nicola Sturgeon when asked whether she would accept the veto.',
      (on("Nicola Sturgeon", "oppose", "whether she would accept the veto"),)),
    S("no intention of", "Nepal has no intention of signing the treaty.", (on("Nepal", "oppose"),)),
)  # fmt: skip
def test_refusals(case: S) -> None:
    check(case)


@stands(
    S("a verb partly quoted", 'Laos said it "firmly rejects" the new dam.', (on("Laos", "oppose", "the new dam"),)),
    S("a demand without that", "Uruguay demanded Argentina lift the ban.", (on("Uruguay", "support"),)),
    S("told to", "Gabon told France to withdraw its troops.",
      (on("Gabon", "support", "France to withdraw its troops"),)),
    S("told reporters asks nothing", "Gabon's president told reporters on the way to the summit that it had rained."),
    S("a wish for what is done", "Qatar wants the blockade lifted.", (on("Qatar", "support", "the blockade lifted"),)),
    S("a hope for a policy", "Keir Starmer hoped the reform would survive.", (on("Keir Starmer", "support"),)),
    S("a hope for fine weather is none", "Keir Starmer hoped the rain would stop."),
    S("what should be done, said behind", "Congress should repeal the law, Nicola Sturgeon said.",
      (on("Nicola Sturgeon", "support"),)),
    S("an aside before the infinitive", "Chile voted, after a long debate, to ratify the pact.",
      (on("Chile", "support", "the pact"),)),
    S("agreed on a day", "Cyprus agreed on Friday to extend the mandate.",
      (on("Cyprus", "support", "extend the mandate"),)),
    S("a series is what it is made of", "Kenya proposed a series of tax cuts.", (on("Kenya", "support"),)),
)  # fmt: skip
def test_frames(case: S) -> None:
    check(case)


@stands(
    S("opposition dropped", "Malta dropped its opposition to the levy.", (on("Malta", "support", "the levy"),)),
    S("support withdrawn", "Malta has withdrawn its support for the levy.", (on("Malta", "oppose", "the levy"),)),
    S("called an opponent", "Keir Starmer, an opponent of the levy, was in Leeds.",
      (on("Keir Starmer", "oppose", "the levy"),)),
    S("a headline without a verb of being", "Lisbon opposed to early elections",
      (on("Portugal", "oppose", "early elections"),)),
    S("support that hangs on something", "Ghana's support was conditional on a written promise.",
      (on("Ghana", "conditional", condition="conditional on a written promise"),)),
    S("provided behind a comma", "Ghana is ready to join, provided the fee is cut.",
      (on("Ghana", "conditional", condition="provided the fee is cut"),)),
    S("provided as a verb ties nothing", "Ghana backed the plan and provided the buses.",
      (on("Ghana", "support", "the plan"),)),
    S("an inverted condition", "Should the talks fail, Ghana will close the border.",
      (on("Ghana", "conditional", condition="Should the talks fail"),)),
    S("as soon as", "Ghana would sign the deal as soon as the fee was cut.",
      (on("Ghana", "conditional", condition="as soon as the fee was cut"),)),
    S("a question ties nothing", "Should Ghana sign the deal?"),
    S("a body that aligns itself", "Togo aligned itself with the statement.",
      (on("Togo", "support", "the statement"),)),
    S("no mediators are wanted", "Togo wants no talks.", (on("Togo", "oppose"),)),
    S("a headline without will", "Togo not to join the customs union", (on("Togo", "oppose"),)),
    S("in whose eyes", "For Lisbon, a partition is unacceptable.", (on("Portugal", "oppose"),)),
    S("the town council", "The town council rejected the plan.", (on("town council", "oppose", "the plan"),)),
    S("it stands for the policy before", "The levy is on the table; Malta opposes it.",
      (on("Malta", "oppose", "The levy"),)),
    S("claims that are denied tell nothing", "Malta dismissed claims that it backed the levy."),
    S("the unlisted mayor", "The mayor of Oxley rejected the plan.", (on("mayor of Oxley", "oppose", "the plan"),)),
    S("leaders without a name", "Rebel leaders rejected the truce.", (on("Rebel leaders", "oppose", "the truce"),)),
    S("two minds", "Oman is in two minds about the pipeline.", (on("Oman", "undecided", "the pipeline"),)),
)  # fmt: skip
def test_holders_and_turns(case: S) -> None:
    check(case)
