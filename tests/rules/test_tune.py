"""Proposals of an ``unless``: what they find, what they refuse, and that they never lose what is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Development, Extraction, ItemId, Mention, StoryId
from rules.reading import mentions_of
from rules.ruleset import Rule
from rules.tune import Evidence, Outcome, matcher_of, rings, tune
from rules.tuneproof import Proposal, propose
from rules.tuneterms import MOST, Case
from tests.rules.builders import item
from tests.rules.fakes import FakeVocabulary
from tests.rules.real import compare, extractor, lexicon

FILE = """version: 1
topic: strikes
title: Strikes
owner: desk
rules:
  - id: strike  # the one
    title: A strike
    match: strike*
{unless}    tests:
      - {{name: a missile strike rings, text: A missile strike hit the port., expect: {{alert: new}}}}
      - {{name: peace does not, text: All was quiet., expect: {{alert: none}}}}
"""
GOAL = "The striker scored in the second half and the football club won the cup."
MATCH = "A late strike decided the football match in front of a full stadium."
PORT = "A drone strike hit the port at night, officials said."
DEPOT = "The strike destroyed a fuel depot, the governor said."


def case(number: int, text: str, *, title: str = "", outlet: str = "Example Times", story: int = 0) -> Case:
    return Case(
        item=item(text, id=ItemId(number), title=title, outlet=outlet, lang="en"), story=StoryId(story or number)
    )


def loaded(text: str) -> Rule:
    from rules.load import load

    return load({"strikes.yaml": text}, lexicon()).rules[0]


def proposed(evidence: Evidence, unless: str = "") -> Proposal:
    text = FILE.format(unless=unless)
    return propose(loaded(text), text, evidence, vocabulary=lexicon(), extract=extractor().extract, compare=compare())


SPORT = Evidence(
    unwanted=(case(1, GOAL), case(2, MATCH)), wanted=(case(3, PORT), case(4, DEPOT)), others=(case(5, GOAL),)
)


def test_what_two_unwanted_stories_share_and_no_wanted_one_has_is_proposed_and_proven() -> None:
    found = proposed(SPORT)
    assert found.tuning.outcome is Outcome.PROPOSED
    assert [one.term.text for one in found.tuning.chosen] == ["football"]
    proof = found.proof
    assert proof is not None
    assert (proof.kept, proof.wanted, len(proof.removed), proof.unwanted, proof.tests) == (2, 2, 2, 2, 2)
    assert [one.id for one in proof.silenced] == [5]
    assert [line for line in found.diff if line.startswith(("+ ", "- "))] == ["+    unless: football"]
    after = matcher_of(loaded(found.text), lexicon())
    assert [rings(after, one) for one in (*SPORT.unwanted, *SPORT.wanted)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("unless", "line"),
    [
        ("    unless: tennis\n", "+    unless: tennis OR football"),
        ("    unless: tennis AND court\n", "+    unless: '(tennis AND court) OR football'"),
        ("    unless:\n      any: [tennis, golf]\n", "+        - football"),
        ("    unless:\n      en: tennis\n      de: Fußball\n", "+      en: tennis OR football"),
        ("    unless:\n      de: Fußball\n", "+      en: football"),
        ("    unless: >-\n      tennis OR\n      golf\n", "+    unless: tennis OR golf OR football"),
    ],
    ids=["one query", "an and", "a list", "by language", "another language only", "over several lines"],
)
def test_an_unless_that_is_there_goes_on_in_the_form_that_it_has(unless: str, line: str) -> None:
    found = proposed(SPORT, unless)
    assert line in found.diff
    assert "  - id: strike  # the one" in found.text


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (replace(SPORT, unwanted=()), Outcome.NO_COMPLAINT),
        (replace(SPORT, unwanted=SPORT.unwanted[:1]), Outcome.ONE_EXAMPLE),
        (replace(SPORT, unwanted=(case(1, GOAL, story=9), case(2, MATCH, story=9))), Outcome.ONE_EXAMPLE),
        (replace(SPORT, wanted=()), Outcome.NOTHING_WANTED),
        (replace(SPORT, wanted=(*SPORT.wanted, case(6, MATCH))), Outcome.NOTHING_SHARED),
        (replace(SPORT, missed=(case(6, MATCH),)), Outcome.NOTHING_SHARED),
        (replace(SPORT, background=tuple(one.item for one in SPORT.unwanted) * 10), Outcome.NOTHING_SHARED),
    ],
    ids=[
        "no complaint",
        "one complaint",
        "two complaints of one story",
        "nobody says what is wanted, and one test alone is no example",
        "a wanted article has the same words",
        "a missed article has the same words",
        "the words are common everywhere",
    ],
)
def test_what_cannot_be_learnt_is_said(evidence: Evidence, outcome: Outcome) -> None:
    found = proposed(evidence)
    assert found.tuning.outcome is outcome
    assert not found.text


def test_an_outlet_is_proposed_where_it_is_all_that_unwanted_articles_share() -> None:
    tabloid = tuple(
        case(number, text, outlet="Sports Daily")
        for number, text in ((1, "A strike by pilots."), (2, "Bakers on strike."), (3, "Teachers strike again."))
    )
    found = proposed(replace(SPORT, unwanted=tabloid))
    assert [one.term.text for one in found.tuning.chosen] == ['outlet:"Sports Daily"']


def test_words_of_different_endings_are_one_stem() -> None:
    airlines = (case(1, "Airline strike grounds jets."), case(2, "A strike at two airlines ended."))
    found = proposed(replace(SPORT, unwanted=airlines))
    assert [one.term.text for one in found.tuning.chosen] == ["airline*"]


def test_what_every_article_has_crowds_out_nothing() -> None:
    letters = "abcdefghij"
    common = " ".join(f"common{one}{two}{three}" for one in letters for two in letters for three in letters[:6])
    assert common.count(" ") > MOST
    unwanted = (case(1, f"{GOAL} {common}"), case(2, f"{MATCH} {common}"), case(9, f"A strike. {common}"))
    wanted = (case(3, f"{PORT} {common}"), case(4, DEPOT))
    found = proposed(Evidence(unwanted=unwanted, wanted=wanted))
    assert [one.term.text for one in found.tuning.chosen] == ["football"]


def test_the_words_of_the_rule_itself_are_never_forbidden() -> None:
    plural = (case(1, "Strikes on Monday."), case(2, "Strikes on Tuesday."))
    found = proposed(replace(SPORT, unwanted=plural))
    assert found.tuning.outcome is Outcome.NOTHING_SHARED


def test_what_the_rule_does_not_ring_for_any_more_proves_nothing_and_is_counted() -> None:
    old = case(7, "Football: a hat trick.")
    found = proposed(replace(SPORT, unwanted=(*SPORT.unwanted, old)))
    assert found.proof is not None
    assert (found.proof.unwanted, found.proof.left_out) == (2, 1)


def test_a_file_written_in_one_line_is_not_touched() -> None:
    text = "{version: 1, topic: t, title: T, rules: [{id: strike, title: S, match: strike*}]}\n"
    evidence = replace(SPORT, wanted=SPORT.wanted)
    found = propose(loaded(text), text, evidence, vocabulary=lexicon(), extract=extractor().extract, compare=compare())
    assert found.tuning.outcome is Outcome.UNWRITTEN


FIGURES = """version: 1
topic: cuts
title: Cuts
rules:
  - id: cut
    title: A cut
    figure: {action: [reduce, other, withdraw]}
    tests:
      - {name: rings, text: Germany will withdraw 500 troops., expect: {alert: new}}
"""


def read(number: int, text: str) -> Case:
    extraction: Extraction = extractor().extract(text)
    article = item(text, id=ItemId(number), lang="en")
    mentions: list[Mention] = mentions_of(article, extraction)
    developments: tuple[Development, ...] = tuple(compare()(mentions, []))
    return Case(item=article, developments=developments, story=StoryId(number))


def test_a_rule_of_figures_is_tuned_by_what_its_figures_count() -> None:
    from rules.load import load

    unwanted = (
        read(1, "France will cut its output by 4,000 barrels, the ministry said."),
        read(2, "Norway reduces exports by 9,000 barrels, the government said on Monday."),
    )
    wanted = (read(3, "The United States will withdraw 5,000 troops from Germany, the Pentagon said."),)
    rule = load({"cuts.yaml": FIGURES}, lexicon()).rules[0]
    matcher = matcher_of(rule, lexicon())
    assert [rings(matcher, one) for one in (*unwanted, *wanted)] == [True, True, True]
    found = propose(
        rule,
        FIGURES,
        Evidence(unwanted=unwanted, wanted=wanted),
        vocabulary=lexicon(),
        extract=extractor().extract,
        compare=compare(),
    )
    assert [one.term.text for one in found.tuning.chosen] == ["barrels"]


WORDS = ("strike", "football", "airline", "airlines", "port", "depot", "union", "goal", "Berlin", "Ukraine", "night")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
CASES = st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(("Example Times", "Sports Daily"))), max_size=6)


@settings(max_examples=150, deadline=None)
@given(unwanted=CASES, wanted=CASES, missed=CASES)
def test_a_proposal_never_loses_what_is_wanted(
    unwanted: list[tuple[str, str, str]], wanted: list[tuple[str, str, str]], missed: list[tuple[str, str, str]]
) -> None:
    numbers = iter(range(1, 100))

    def cases(texts: list[tuple[str, str, str]]) -> tuple[Case, ...]:
        return tuple(case(next(numbers), text, title=title, outlet=outlet) for title, text, outlet in texts)

    evidence = Evidence(unwanted=cases(unwanted), wanted=cases(wanted), missed=cases(missed))
    found = proposed(evidence)
    if not found.text:
        assert found.tuning.outcome is not Outcome.PROPOSED
        return
    before, after = matcher_of(found.rule, lexicon()), matcher_of(loaded(found.text), lexicon())
    for one in (*evidence.wanted, *evidence.missed):
        assert rings(after, one) == rings(before, one)
    removed = {one.item.id for one in evidence.unwanted if rings(before, one) and not rings(after, one)}
    assert len(removed) >= 2
    assert found.proof is not None
    assert {one.id for one in found.proof.removed} == removed


def test_the_search_alone_needs_no_lexicon() -> None:
    assert tune(loaded(FILE.format(unless="")), SPORT, FakeVocabulary()).outcome is Outcome.PROPOSED
