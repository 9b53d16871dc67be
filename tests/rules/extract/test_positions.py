"""English positions, class by class, with the look-alikes that are none."""

from __future__ import annotations

from rules.model import Confidence
from tests.rules.extract.position_cases import Stands, check, on, positions_of, stands

S = Stands


@stands(
    S("a verb of support takes its object", "The Netherlands backs the plan to send trainers to Kenya.",
      (on("Netherlands", "support", "send trainers to Kenya"),)),
    S("calling for something supports it",
      "Brazil's foreign minister Mauro Vieira called for an immediate ceasefire in Gaza.",
      (on("Mauro Vieira", "support", "an immediate ceasefire in Gaza", actor_affiliation="Brazil"),)),
    S("urging somebody to do something supports that", "India urged Russia to return to the grain deal.",
      (on("India", "support", "Russia to return to the grain deal"),)),
    S("calling on somebody is the same with another preposition", "Kenya called on Uganda to reopen the border.",
      (on("Kenya", "support", "Uganda to reopen the border"),)),
    S("a demand that something be done supports it", "Moscow demanded that Kyiv withdraw from the region.",
      (on("Russia", "support", "Kyiv withdraw from the region"),)),
    S("readiness voiced by a light verb", "Armenia has expressed readiness to join the customs union.",
      (on("Armenia", "support", "join the customs union"),)),
    S("support voiced by a metonym", "The Kremlin voiced support for the referendum.",
      (on("Russia", "support", "the referendum"),)),
    S("an adjective of willingness", "Qatar is open to hosting further talks.",
      (on("Qatar", "support", "hosting further talks"),)),
    S("a prepositional phrase of favour", "Ghana is in favor of the reform of the Security Council.",
      (on("Ghana", "support", "the reform of the Security Council"),)),
    S("two actors joined before the verb", "Azerbaijan and Armenia agreed to exchange prisoners.",
      (on("Azerbaijan", "support", "exchange prisoners"), on("Armenia", "support", "exchange prisoners"))),
    S("a vow is weak support", "Uruguay vowed to step up the dialogue.",
      (on("Uruguay", "support", confidence=Confidence.LOW),)),
    S("an insistence that something must be",
      "Democrats insist that any deal must include protections for farmers.",
      (on("Democrats", "support", "any deal must include protections for farmers"),)),
    S("seeking something public", "Tokyo has long sought the return of the islands.",
      (on("Japan", "support", "the return of the islands"),)),
    S("a good judgement", "Slovenia considers the sanctions essential.", (on("Slovenia", "support", "the sanctions"),)),
    S("what a speaker says should be done",
      "Emmanuel Macron said that Europe should buy European arms.",
      (on("Emmanuel Macron", "support", "Europe should buy European arms", confidence=Confidence.LOW),)),
)  # fmt: skip
def test_support(case: Stands) -> None:
    check(case)


@stands(
    S("a verb of rejection", "Lithuania and Latvia rejected a proposal to reopen the border crossing.",
      (on("Lithuania", "oppose", "reopen the border crossing"), on("Latvia", "oppose", "reopen the border crossing"))),
    S("ruling out", "Greek Prime Minister Kyriakos Mitsotakis ruled out early elections.",
      (on("Kyriakos Mitsotakis", "oppose", "early elections", actor_affiliation="Greece"),)),
    S("a refusal is about what is refused", "Belarus refused to sign the protocol.",
      (on("Belarus", "oppose", "sign the protocol"),)),
    S("not ready is against", "Canada is not ready to recognise the new government.",
      (on("Canada", "oppose", "recognise the new government"),)),
    S("not considering is against", "Portugal is not considering leaving the mission.",
      (on("Portugal", "oppose", "leaving the mission"),)),
    S("no plans is against", "Thailand has no plans to send troops.", (on("Thailand", "oppose", "send troops"),)),
    S("opposition held by a possessive", "Denmark's opposition to the pipeline has softened.",
      (on("Denmark", "oppose", "the pipeline"),)),
    S("the agent of a passive", "The proposal was rejected by Hungary.", (on("Hungary", "oppose", "The proposal"),)),
    S("a relative clause whose object stands before it", "The bill, which Republicans oppose, would raise the levy.",
      (on("Republicans", "oppose"),)),
    S("speaking out against", "Chancellor Friedrich Merz spoke out against a ban on the party.",
      (on("Friedrich Merz", "oppose", "a ban on the party"),)),
    S("a participle takes the subject of the main verb",
      "Chile left the talks, rejecting any attempt to reopen the treaty.", (on("Chile", "oppose"),)),
    S("threatening a veto", "Slovakia threatened on Friday to veto the new sanctions package.",
      (on("Slovakia", "oppose", "the new sanctions package"),)),
    S("overriding a veto opposes the veto", "Bulgaria's parliament overrode the president's veto of the law.",
      (on("Bulgaria", "oppose", "the president's veto of the law"),)),
    S("not allowing", "Israel said it would not allow the flotilla to reach Gaza.",
      (on("Israel", "oppose", "the flotilla to reach Gaza"),)),
    S("vowing never to", "Cambodia vowed never to sign the annex.", (on("Cambodia", "oppose"),)),
    S("a judgement", "Governor Andrew Cuomo called the plan unacceptable.",
      (on("Andrew Cuomo", "oppose", "the plan"),)),
    S("what a speaker says he will not do is weak opposition",
      "Nancy Pelosi told reporters she would not bring the bill to the floor.",
      (on("Nancy Pelosi", "oppose", "bring the bill to the floor", confidence=Confidence.LOW),)),
    S("members of a bloc act as that bloc's members", "Most EU countries are unwilling to reopen the budget.",
      (on("EU members", "oppose", "reopen the budget"),)),
)  # fmt: skip
def test_opposition(case: Stands) -> None:
    check(case)


@stands(
    S("weighing", "The Dutch government is weighing the purchase of new frigates.",
      (on("Netherlands", "undecided", "the purchase of new frigates"),)),
    S("considering a deed", "Jordan is considering closing its embassy.",
      (on("Jordan", "undecided", "closing its embassy"),)),
    S("not having decided", "Mongolia has not decided whether to join the pact.", (on("Mongolia", "undecided"),)),
    S("abstaining", "Spain abstained from the vote on the resolution.", (on("Spain", "undecided"),)),
    S("being split", "EU leaders are split over the use of frozen Russian assets.",
      (on("EU members", "undecided", "the use of frozen Russian assets"),)),
    S("not saying whether", "The White House would not say whether it backed the bid.",
      (on("United States", "undecided"),)),
    S("not yet ready", "The EU is not ready to lift the embargo yet.", (on("European Union", "undecided"),)),
    S("reluctance", "Sweden is reluctant to join the currency union.",
      (on("Sweden", "undecided", "join the currency union"),)),
)  # fmt: skip
def test_undecided(case: Stands) -> None:
    check(case)


@stands(
    S("only if", "Japan will lift the export ban only if Seoul withdraws its complaint.",
      (on("Japan", "conditional", condition="only if Seoul withdraws its complaint"),)),
    S("unless behind a threat", "Turkey threatened to block the accession of Sweden unless its demands are met.",
      (on("Turkey", "conditional", "the accession of Sweden", condition="unless its demands are met"),)),
    S("in exchange for", "Egypt has agreed to reopen the Rafah crossing in exchange for security guarantees.",
      (on("Egypt", "conditional", "reopen the Rafah crossing",
          condition="in exchange for security guarantees"),)),
    S("as long as", "Hamas refuses to disarm as long as Israeli troops remain in Gaza.",
      (on("Hamas", "conditional", "disarm", condition="as long as Israeli troops remain in Gaza"),)),
    S("provided that", "South Korea has offered to resume aid provided that Pyongyang halts its tests.",
      (on("South Korea", "conditional", "resume aid", condition="provided that Pyongyang halts its tests"),)),
    S("not until", "Israel will not withdraw from the corridor until all hostages are released.",
      (on("Israel", "conditional", condition="until all hostages are released"),)),
    S("not without", "Turkey would not send troops without a fresh resolution.",
      (on("Turkey", "conditional", "send troops", condition="without a fresh resolution"),)),
    S("a condition that leads", "Unless the tariffs are lifted, Canada will suspend the talks.",
      (on("Canada", "conditional", condition="Unless the tariffs are lifted"),)),
    S("a promise without a word of stance", "Latvia will close the border if the flights continue.",
      (on("Latvia", "conditional", "close the border", condition="if the flights continue"),)),
    S("a pronoun under a verb of saying", "The Taliban said they would attend the talks only if they were invited.",
      (on("Taliban", "conditional", condition="only if they were invited"),)),
    S("a condition qualifies what was said before it without one",
      "Norway has expressed readiness to host the monitoring mission. "
      "However, Norway would host the monitoring mission only under a joint mandate.",
      (on("Norway", "conditional", condition="only under a joint mandate"),)),
)  # fmt: skip
def test_conditions(case: Stands) -> None:
    check(case)


@stands(
    S("anonymity is no condition", "A diplomat in Rome spoke on condition of anonymity."),
    S("unconditional is no condition", "Peru welcomed the unconditional truce.", (on("Peru", "support"),)),
    S("a legal rule is no position", "The post could be filled only if the Senate first approved the candidate."),
    S("a passive without an agent is nobody's position", "The mission will only be extended if funds are found."),
    S("as if is no condition", "Cuba rejected the offer as if it were a joke.", (on("Cuba", "oppose", "the offer"),)),
)  # fmt: skip
def test_false_cues_of_conditions(case: Stands) -> None:
    check(case)


@stands(
    S("did not oppose supports", "Serbia did not oppose the resolution.", (on("Serbia", "support", "the resolution"),)),
    S("would not support opposes", "Norway said on Wednesday it would not support any extension of the deal.",
      (on("Norway", "oppose", "any extension of the deal"),)),
    S("refusing to back opposes", "Iceland refused to back the motion.", (on("Iceland", "oppose", "the motion"),)),
    S("refusing to reject is no opposition", "Malta refused to reject the offer.", (on("Malta", "support"),)),
    S("not ruled out is open", "Estonia has not ruled out a ban on the imports.",
      (on("Estonia", "undecided", "a ban on the imports"),)),
    S("agreeing to drop follows the inner verb", "Fiji voted to reject the treaty.",
      (on("Fiji", "oppose", "the treaty"),)),
)  # fmt: skip
def test_double_negation(case: Stands) -> None:
    check(case)


@stands(
    S("allegations are denied", "Kenya dismissed the allegations of torture."),
    S("claims are denied", "Poland rejected claims that it had blocked the shipment."),
    S("a demand is opposed", "Tunisia rejected a demand to close the port.",
      (on("Tunisia", "oppose", "close the port"),)),
    S("blame is no stance on a policy", "The report criticised Damascus for failing to cooperate."),
    S("violence is condemned by everybody", "Pakistan condemned the bombing of a mosque."),
    S("a policy that is condemned is opposed", "Ireland condemned the decision to expand the settlements.",
      (on("Ireland", "oppose"),)),
)  # fmt: skip
def test_denial_is_not_opposition(case: Stands) -> None:
    check(case)


@stands(
    S("the one who rejects and the one who calls",
      "Sudan's army rejected a call by the United States for a humanitarian truce.",
      (on("Sudan", "oppose", "a humanitarian truce"), on("United States", "support", "a humanitarian truce"))),
    S("a possessive inside of a passive", "Estonia's call for a no-fly zone was rejected by NATO.",
      (on("Estonia", "support", "a no-fly zone"), on("NATO", "oppose", "a no-fly zone"))),
    S("a conjunction carries the subject over", "Vietnam has welcomed the pact but ruled out a joint patrol.",
      (on("Vietnam", "support", "the pact"), on("Vietnam", "oppose", "a joint patrol"))),
    S("a relative clause and its main clause",
      "Ireland, which has long supported the two-state solution, welcomed the decision.",
      (on("Ireland", "support", "the two-state solution"), on("Ireland", "support", "the decision"))),
    S("this points to what was said before",
      "Malaysia opposes a common currency. Indonesia, however, has been pushing for this for years.",
      (on("Malaysia", "oppose", "a common currency"), on("Indonesia", "support", "a common currency"))),
    S("we in a quotation is the speaker",
      '"We will never accept a partition of the island," Cypriot President Nikos Christodoulides said.',
      (on("Nikos Christodoulides", "oppose", "a partition of the island", actor_affiliation="Cyprus"),)),
    S("he is the person before", "Viktor Orban met reporters in Budapest. He rejected the new quotas.",
      (on("Viktor Orbán", "oppose", "the new quotas"),)),
)  # fmt: skip
def test_who_stands_where(case: Stands) -> None:
    check(case)


@stands(
    S("voters", "Voters rejected the new constitution in a referendum."),
    S("a court", "The court rejected an appeal by the company."),
    S("an opposition leader", "He met opposition leader Maria Corina Machado."),
    S("what if states nothing", "If Germany rejects the deal, prices will rise."),
    S("whether states nothing", "It is unclear whether France supports the plan."),
    S("history with its year", "In 2003, Germany opposed the invasion of Iraq."),
    S("a state of things that will not be", "France said it would not be affected by the strike."),
    S("a forecast", "The law is expected to be approved by parliament."),
    S("an attempt that is only expected", "Paraguay is expected to approve the treaty."),
    S("a comment that is declined", "Downing Street declined to comment on the report."),
    S("support for a mere name", "Beijing has supported Moscow since the beginning of the war."),
    S("considering in the sense of regarding", "Rwanda considers the group a legitimate movement."),
    S("an adjective made of a participle", "The approved plan was sent to Peru."),
    S("a headline without a holder", "Calls for calm after the vote."),
)  # fmt: skip
def test_no_position(case: Stands) -> None:
    check(case)


def test_a_position_names_its_source_and_its_evidence() -> None:
    text = "Hungary will reject the package, a senior EU diplomat said."
    (position,) = positions_of(text)
    assert position.source_cited == "EU diplomat"
    assert {each.field for each in position.evidence} == {"actor", "stance", "proposition"}
    assert text[position.evidence[0].start : position.evidence[0].end] == "Hungary"


def test_an_unlisted_name_is_a_low_confidence_holder() -> None:
    (position,) = positions_of("Party chief Ilmar Tamm rejected the coalition offer.")
    assert (position.actor, position.confidence) == ("Ilmar Tamm", Confidence.LOW)
