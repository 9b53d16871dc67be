"""The packs that ship: they load, pass their own tests, please lint and the schema, and ring on the seed article."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from bot.rulefiles import PACKS, SCHEMA, pack_names, read_rule_files
from rules.lint import lint_rules
from rules.load import load
from rules.match import Matcher
from rules.model import Figure, Novelty, Position
from rules.ruleset import GivenText, RuleSet
from rules.ruletest import NOW, Reading
from rules.schema import json_schema
from tests.rules.real import compare, extractor, lexicon, run_inline_tests
from tests.shared import ROOT

PACK_FILES = [pytest.param(path, id=path.stem) for path in sorted(PACKS.glob("*.yaml"))]


def all_packs() -> RuleSet:
    return load(read_rule_files([f"pack:{name}" for name in pack_names()]), lexicon())


@pytest.mark.parametrize("path", PACK_FILES)
def test_a_pack_passes_its_own_tests(path: object) -> None:
    name = str(path)
    results = run_inline_tests(name, (PACKS / name).read_text("utf-8"))
    assert [(result.rule, result.name, result.problems) for result in results if not result.passed] == []


def test_every_pack_has_eight_tests_half_of_which_must_not_ring() -> None:
    for name in pack_names():
        ruleset = load(read_rule_files([f"pack:{name}"]), lexicon())
        tests = [test for rule in ruleset.rules for test in rule.tests]
        silent = [test for test in tests if test.alert is None]
        assert len(tests) >= 8
        assert len(silent) * 2 >= len(tests)


def test_lint_has_nothing_to_say() -> None:
    texts = read_rule_files([f"pack:{name}" for name in pack_names()])
    assert lint_rules(load(texts, lexicon()), texts, lexicon()) == []


def test_the_shipped_schema_is_the_generated_one_and_takes_every_pack() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert schema == json_schema(), "run: tocsin rules schema -o rules/rules.schema.json"
    for path in sorted(PACKS.glob("*.yaml")):
        # the base loader keeps all scalars texts, as editors do not; numbers have to be numbers for the schema
        document = yaml.safe_load(path.read_text("utf-8"))
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=../rules.schema.json\n")


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        pytest.param("us-withdrawal-figure", {("United States", 40000, 70000, 100000)}, id="the withdrawal figure"),
        pytest.param("peacekeepers-on-condition-of-mandate", {("China", "conditional")}, id="China's condition"),
        pytest.param("un-mandate-stance", {("EU members", "oppose"), ("Italy", "support")}, id="who wants the mandate"),
        pytest.param(
            "peacekeepers-participation",
            {("Volodymyr Zelensky", "oppose"), ("Sergei Lavrov", "support")},
            id="who wants China to take part",
        ),
    ],
)
def test_the_seed_article_rings(rule: str, facts: set[tuple[object, ...]]) -> None:
    text = (ROOT / "seeds" / "un-mandate-and-us-withdrawal.txt").read_text("utf-8")
    reading = Reading(extractor().extract, compare(), [(GivenText(text=text, outlet="UNN"), NOW)])
    matches = {match.rule: match for match in Matcher(all_packs(), lexicon()).match(reading.item, reading.developments)}
    found: set[tuple[object, ...]] = set()
    for development in matches[rule].developments:
        claim = development.mention.claim
        assert development.novelty is Novelty.NEW
        if isinstance(claim, Figure):
            found.add((claim.actor, claim.low, claim.high, claim.of_total))
        elif isinstance(claim, Position):
            found.add((claim.actor, claim.stance.value))
    assert found == facts
