"""The loader learns how common words are, and matches the same with it."""

from __future__ import annotations

from dataclasses import replace

from bot.rulebook.tested import RuleLoader
from rules.matching.anchors import estimate
from rules.matching.frequencies import Frequencies
from tests.rules.builders import item
from tests.rules.real import lexicon

RULES = """\
version: 1
topic: t
title: Troops
owner: me
rules:
  - id: both
    title: Both words
    match: minister AND bradbury
"""


def test_what_is_learned_changes_the_work_and_not_the_matches() -> None:
    loader = RuleLoader(lexicon())
    ruleset = loader.load({"rules.yaml": RULES})
    before = loader.matcher(ruleset)
    loader.learn(["the minister spoke"] * 10 + ["a bradbury", "a bradbury"])
    after = loader.matcher(ruleset)
    assert after is not before
    text = replace(item(), text="The minister met Bradbury.", lang="en")
    assert [match.rule for match in after.match(text)] == [match.rule for match in before.match(text)] == ["both"]
    assert after.match(replace(text, text="The minister spoke.")) == ()


def test_the_rare_word_of_a_rule_is_looked_for() -> None:
    cost = estimate({"minister": 1, "bradbury": 1}, Frequencies.of(["the minister"] * 10 + ["a bradbury"] * 2))
    assert cost(frozenset({"bradbury"})) < cost(frozenset({"minister"}))
