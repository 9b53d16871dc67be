"""The packs that ship: they pass their own tests, please lint, ring for what they say and are documented."""

from __future__ import annotations

import json
import re
from functools import cache

import jsonschema
import pytest
import yaml

from bot.config import check
from bot.rulebook.files import PACKS, SCHEMA, pack_names, read_rule_files
from rules.lint import lint_rules
from rules.load import load
from rules.match import Matcher
from rules.model import Figure, Novelty, Position
from rules.ruleset import GivenText, Rule, RuleSet
from rules.ruletest import NOW, Reading
from rules.schema import json_schema
from tests.rules.pack_cases import EVERYDAY, FIELD, SUMMIT
from tests.rules.real import compare, extractor, lexicon, run_inline_tests
from tests.shared import ROOT

PACK_FILES = [pytest.param(path, id=path.stem) for path in sorted(PACKS.glob("*.yaml"))]


PAGE = (ROOT / "docs" / "packs.md").read_text("utf-8")
PARTS = ("Purpose", "Rings", "Silent", "Adapt")


def rules_of(pack: str) -> tuple[Rule, ...]:
    return load(read_rule_files([f"pack:{pack}"]), lexicon()).rules


@cache
def all_packs() -> RuleSet:
    return load(read_rule_files([f"pack:{name}" for name in pack_names()]), lexicon())


@cache
def matcher() -> Matcher:
    return Matcher(all_packs(), lexicon())


def ringing(text: str, title: str = "") -> set[str]:
    """Return the topics that ring for a text when nothing is known before."""
    reading = Reading(extractor().extract, compare(), [(GivenText(text=text, title=title, outlet="O"), NOW)])
    return {match.topic for match in matcher().match(reading.item, reading.developments)}


def header(pack: str) -> dict[str, str]:
    """Return the four paragraphs at the head of a pack by their first words."""
    comment = re.match(r"(?:#.*\n)+", (PACKS / f"{pack}.yaml").read_text("utf-8"))
    assert comment
    words = re.sub(r"\n# +", " ", re.sub(rf"^# ({'|'.join(PARTS)}) +", r"@\1 ", comment[0], flags=re.MULTILINE))
    return dict(part.strip().split(" ", 1) for part in words.split("@")[1:])


def section(pack: str) -> str:
    found = re.search(rf"^## {pack}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/packs.md has no section for {pack}"
    return found[1]


@pytest.mark.parametrize("path", PACK_FILES)
def test_a_pack_passes_its_own_tests(path: object) -> None:
    name = str(path)
    results = run_inline_tests(name, (PACKS / name).read_text("utf-8"))
    assert [(result.rule, result.name, result.problems) for result in results if not result.passed] == []


def test_every_pack_has_eight_tests_half_of_which_must_not_ring() -> None:
    for name in pack_names():
        tests = [test for rule in rules_of(name) for test in rule.tests]
        silent = [test for test in tests if test.alert is None]
        assert len(tests) >= 8
        assert len(silent) * 2 >= len(tests)


def test_every_rule_has_an_owner_and_says_where_to_look_it_up() -> None:
    assert [rule.id for rule in all_packs().rules if not (rule.owner and rule.references)] == []


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


@pytest.mark.parametrize("pack", sorted(FIELD))
def test_a_pack_rings_for_most_sentences_of_its_field(pack: str) -> None:
    missed = [text for text in FIELD[pack] if pack not in ringing(text, "" if text.endswith(".") else text)]
    assert len(missed) * 3 <= len(FIELD[pack]), missed


def test_everyday_news_that_only_sounds_like_it_stays_silent() -> None:
    alarms = {text: topics for text in EVERYDAY if (topics := ringing(text))}
    assert len(alarms) * 25 <= len(EVERYDAY), alarms


def test_an_article_of_several_topics_rings_in_those_that_have_news() -> None:
    assert ringing(SUMMIT) == {"defence-spending", "aid-packages"}


@pytest.mark.parametrize("pack", pack_names())
def test_a_pack_says_its_purpose_and_the_page_says_the_same(pack: str) -> None:
    said, flowing = header(pack), " ".join(section(pack).split())
    assert tuple(said) == PARTS
    assert [f"**{part}.** {text}" for part, text in said.items() if f"**{part}.** {text}" not in flowing] == []


@pytest.mark.parametrize("pack", pack_names())
def test_the_page_lists_every_rule_of_a_pack_as_it_is(pack: str) -> None:
    rows = re.findall(r"^\| `(\S+)` \| (\w+) \| (.*) \| (\S+) \|$", section(pack), re.MULTILINE)
    least = [str(rule.min_change or "any") if rule.figure else "-" for rule in rules_of(pack)]
    rules = [(rule.id, rule.severity.value, rule.title) for rule in rules_of(pack)]
    assert rows == [(*rule, change) for rule, change in zip(rules, least, strict=True)]


def test_the_page_lists_every_pack_and_its_topic_has_the_packs_name() -> None:
    assert re.findall(r"^\| \[`pack:(\S+)`\]\(#(\S+)\) \|", PAGE, re.MULTILINE) == [(n, n) for n in pack_names()]
    assert re.findall(r"^## ([a-z-]+)$", PAGE, re.MULTILINE) == list(pack_names())
    assert {rule.topic for rule in all_packs().rules} == set(pack_names())


def test_the_examples_of_the_page_are_valid() -> None:
    configuration, own = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert check(configuration.encode(), "packs.md").rules
    results = run_inline_tests("packs.md", own)
    assert results
    assert [(result.name, result.problems) for result in results if not result.passed] == []
