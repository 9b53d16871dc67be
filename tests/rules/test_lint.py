"""What lint remarks on, what it leaves alone, and what it mends."""

from __future__ import annotations

import pytest

from rules.lint import CHECKS, codes, fix, lint_rules
from rules.load import load
from rules.match import Matcher
from tests.rules.builders import item
from tests.rules.fakes import FakeVocabulary

HEAD = "# yaml-language-server: $schema=x\nversion: 1\ntopic: t\ntitle: T\nowner: o\nrules:\n"
TESTED = "tests: [{name: a, text: x, expect: {alert: new}}, {name: b, text: y, expect: {alert: none}}]"


def remarks(*rules: str, head: str = HEAD, tests: str = TESTED) -> list[tuple[str, str]]:
    lines = [f"  - {{id: r{number}, title: R, {rule}, {tests}}}\n" for number, rule in enumerate(rules)]
    text = head + "".join(lines)
    found = lint_rules(load({"t.yaml": text}, FakeVocabulary()), {"t.yaml": text}, FakeVocabulary())
    return [(issue.rule, issue.code) for issue in found]


def test_a_sound_rule_has_no_remarks() -> None:
    assert (
        remarks("match: troops W/5 europe", "figure: {unit: troops}", "match: 'tank AND (US OR \"of US\") OR x'") != []
    )
    assert remarks("match: troops W/5 europe", "figure: {unit: troops}") == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param("match: troops AND NOT troops", "TL105", id="a contradiction"),
        pytest.param("match: troops, unless: troops", "TL105", id="unless forbids what match wants"),
        pytest.param("match: {de: x}, languages: [en]", "TL105", id="no query for the rule's language"),
        pytest.param("match: NOT troops", "TL106", id="only NOT"),
        pytest.param("match: 're:/tro+ps/'", "TL106", id="only a pattern"),
        pytest.param("match: 'outlet:times'", "TL106", id="only an outlet"),
        pytest.param("match: troops OR NOT tanks", "TL106", id="an OR with a NOT"),
        pytest.param("match: troops AND ab*", "TL107", id="a short prefix"),
        pytest.param("match: '\"the ab*\"'", "TL107", id="a short prefix in a phrase"),
        pytest.param("match: troops OR of", "TL108", id="an OR with a common word"),
        pytest.param("match: US AND troops", "TL109", id="US"),
        pytest.param("match: troops, unless: WHO AND tanks", "TL109", id="WHO in unless"),
        pytest.param("match: a AND b OR c", "TL110", id="AND beside OR"),
        pytest.param("match: {en: a AND b OR c}", "TL110", id="AND beside OR in a language"),
        pytest.param("match: x, status: draft", "TL112", id="a topic without active rules"),
        pytest.param("figure: {low: 5}", "TL113", id="any number"),
    ],
)
def test_an_unwise_rule_is_remarked_on(rule: str, code: str) -> None:
    assert remarks(rule) == [("r0", code)]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("match: ALLCAPS(US) AND troops", id="US in capitals"),
        pytest.param("match: '\"US troops\"'", id="US in a phrase"),
        pytest.param("match: 'actor:US AND troops'", id="US as an actor"),
        pytest.param("match: (a AND b) OR c", id="parentheses"),
        pytest.param("match: troops NOT re:/x+/", id="a pattern beside a word"),
        pytest.param("match: '(tanks OR ships) AND (sail OR drive)'", id="groups"),
        pytest.param("match: {any: [posture review], none: [football]}", id="lists"),
        pytest.param("match: {de: x}, languages: [de]", id="a query for the language"),
    ],
)
def test_a_wise_rule_is_left_alone(rule: str) -> None:
    assert remarks(rule) == []


def test_a_rule_twice_is_remarked_on_whatever_it_is_called() -> None:
    assert remarks("match: troops AND tanks", "match: '(troops AND tanks)', severity: urgent") == [("r1", "TL104")]
    assert remarks("match: troops AND tanks", "match: troops AND tanks, languages: [de]") == []


def test_owners_and_tests_are_asked_for() -> None:
    assert remarks("match: x", head=HEAD.replace("owner: o\n", "")) == [("r0", "TL101")]
    assert remarks("match: x", tests="tests: []") == [("r0", "TL102")]
    assert remarks("match: x", tests="tests: [{name: a, text: x, expect: {alert: new}}]") == [("r0", "TL103")]
    assert remarks("match: x", tests="tests: [{name: a, text: y, expect: {alert: none}}]") == [("r0", "TL103")]


def test_the_place_of_a_remark_is_the_word_itself() -> None:
    text = HEAD + "  - id: r\n    title: R\n    match: 'troops AND US'\n    " + TESTED + "\n"
    (issue,) = lint_rules(load({"t.yaml": text}, FakeVocabulary()), {"t.yaml": text}, FakeVocabulary())
    assert (issue.line, issue.column) == (9, 24)


def test_codes_can_be_ignored() -> None:
    text = HEAD + "  - {id: r, title: R, match: US}\n"
    ruleset = load({"t.yaml": text}, FakeVocabulary())
    assert not lint_rules(ruleset, {"t.yaml": text}, FakeVocabulary(), ignore=["TL102", "TL109"])


def test_every_check_has_a_code_of_its_own_and_says_what_it_is() -> None:
    assert len(codes()) == len(CHECKS)
    assert all(codes().values())


def test_fix_mends_without_changing_what_a_rule_means() -> None:
    text = (
        HEAD.split("\n", 1)[1]
        + "  - id: r\n    title: R\n    match: 'troops AND europe OR tanks'  # why\n    unless: e OR (b OR c) AND d\n"
        "    " + TESTED + "\n"
    )
    ruleset = load({"t.yaml": text}, FakeVocabulary())
    fixed = fix(ruleset, {"t.yaml": text}, FakeVocabulary(), schema="s.json")
    mended = fixed.texts["t.yaml"]
    assert mended.startswith("# yaml-language-server: $schema=s.json\nversion: 1\n")
    assert "match: '(troops AND europe) OR tanks'  # why\n" in mended
    assert "unless: e OR ((b OR c) AND d)\n" in mended
    assert {issue.code for issue in fixed.issues} == {"TL110", "TL111"}
    again = load({"t.yaml": mended}, FakeVocabulary())
    assert again.rules[0].match == ruleset.rules[0].match
    assert again.rules[0].unless == ruleset.rules[0].unless
    assert not lint_rules(again, {"t.yaml": mended}, FakeVocabulary())
    assert Matcher(again, FakeVocabulary()).holding(item("tanks")) == ("r",)


def test_fix_leaves_a_query_alone_whose_place_is_not_certain() -> None:
    text = HEAD + "  - id: r\n    title: R\n    match: >-\n      a AND\n      b OR c\n    " + TESTED + "\n"
    fixed = fix(load({"t.yaml": text}, FakeVocabulary()), {"t.yaml": text}, FakeVocabulary())
    assert fixed.texts == {}
    assert fixed.issues == ()
