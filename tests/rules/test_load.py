"""Rule files: what they become, and every fault of every file at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from rules.errors import RuleFileError
from rules.load import load
from rules.model import Novelty, Severity
from rules.ruleset import Life, Range
from rules.schema import json_schema
from tests.rules.builders import ruleset
from tests.rules.fakes import FakeVocabulary
from tests.shared import shared_path

HEAD = "version: 1\ntopic: t\ntitle: T\nrules:\n"


def faults_of(*texts: str) -> list[str]:
    documents = {f"{chr(97 + number)}.yaml": text for number, text in enumerate(texts)}
    with pytest.raises(RuleFileError) as caught:
        load(documents, FakeVocabulary())
    return [str(fault) for fault in caught.value.faults]


def test_a_rule_is_read_with_all_its_keys() -> None:
    (rule,) = ruleset(
        "severity: urgent, status: draft, owner: me, description: d, references: [a, b], match: troops, unless: tanks,"
        " figure: {unit: Troops, actor: washington, place: Europe, low: {gte: 5}}, alert_on: [changed, new, changed],"
        " min_change: 2.50, origins: 2, cooldown: 90m, outlets: Example Times, tier: 2, languages: [en],"
        " valid_from: 2026-01-01, valid_until: 2026-01-31, expect: {at_most: 3}"
    ).rules
    assert (rule.severity, rule.life, rule.owner, rule.references) == (Severity.URGENT, Life.DRAFT, "me", ("a", "b"))
    assert rule.figure is not None
    assert rule.figure.unit == {"troops"}, "the lexicon's spelling"
    assert rule.figure.actor == {"United States"}, "an alias is resolved"
    assert rule.figure.low == Range(gte=5)
    assert rule.alert_on == (Novelty.CHANGED, Novelty.NEW)
    assert rule.min_change is not None
    assert rule.min_change.absolute == 2.5
    assert rule.cooldown == timedelta(minutes=90)
    assert rule.outlets == {"example times"}
    assert rule.tier == Range(lte=2)
    assert rule.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert rule.valid_until == datetime(2026, 2, 1, tzinfo=UTC), "the last day counts"
    assert (rule.source.file, rule.source.line) == ("t.yaml", 6)


def test_defaults_are_the_documented_ones() -> None:
    (rule,) = ruleset("match: troops").rules
    assert (rule.severity, rule.life, rule.origins) == (Severity.NOTICE, Life.ACTIVE, 1)
    assert rule.alert_on == (Novelty.NEW, Novelty.CHANGED, Novelty.CORRECTED)
    assert rule.owner == "o", "the file's owner"


def test_numbers_and_dates_may_stand_where_text_is_wanted() -> None:
    text = "version: 1\ntopic: t\ntitle: 2027\nrules:\n  - {id: r1, title: 3.10, match: 1991}\n"
    found = load({"a.yaml": text}, FakeVocabulary())
    assert found.topics == {"t": "2027"}
    assert found.rules[0].title == "3.10"


def test_the_hash_follows_the_text() -> None:
    one = load({"a.yaml": HEAD + "  - {id: r, title: R, match: a}\n"}, FakeVocabulary())
    same = load({"a.yaml": HEAD + "  - {id: r, title: R, match: a}\n"}, FakeVocabulary())
    other = load({"a.yaml": HEAD + "  - {id: r, title: R, match: a} \n"}, FakeVocabulary())
    assert one.hash == same.hash != other.hash


def test_every_fault_of_every_file_is_reported_at_once() -> None:
    first = (
        HEAD + "  - id: a\n    title: A\n    severty: urgent\n    match: '(withdraw* OR troops'\n"
        "    figure: {unit: troop, actor: Untied States, action: withdrawn, place: Germny}\n"
    )
    second = HEAD.replace("title: T", "title: Other") + "  - {id: a, title: B, topic: u, match: 'x and y'}\n"
    third = "version: 1\n\ttopic: t\n"
    lexicon = '"troop" is not a unit in the lexicon; did you mean'
    actor = '"Untied States" is not an actor in the lexicon; did you mean'
    action = '"withdrawn" is not an action; did you mean'
    place = '"Germny" is not a place in the lexicon; did you mean'
    actions = "withdraw, deploy, station, reduce, increase, pledge, deliver, spend, impose, request, kill, other"
    places = "China, Europe, France, Germany, Italy, Japan, Poland, Ramstein, Russia, Ukraine, United States"
    assert faults_of(first, second, third) == [
        'a.yaml:7:5: rules[0]: "severty" is not a key here; did you mean "severity"? [TC101]',
        'a.yaml:8:13: rules[0].match: this "(" is never closed [TC202]',
        f'a.yaml:9:20: rules[0].figure.unit: {lexicon} "troops"? (eur, percent, tank, troops, usd) [TC303]',
        f'a.yaml:9:34: rules[0].figure.actor: {actor} "United States"? [TC301]',
        f'a.yaml:9:57: rules[0].figure.action: {action} "withdraw"? ({actions}) [TC104]',
        f'a.yaml:9:75: rules[0].figure.place: {place} "Germany"? ({places}) [TC302]',
        'b.yaml:5:10: rules[0].id: a rule called "a" is already at a.yaml:5:9; give this one another id [TC305]',
        'b.yaml:5:43: rules[0].match: write AND in capitals; the word itself needs quotes: "and" [TC206]',
        "c.yaml:2:1: a tab is used for indentation; use spaces [TC001]",
    ]


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        pytest.param(
            "match: ", "rules[0].match: nothing stands here; give it a value or delete it [TC107]", id="no value"
        ),
        pytest.param("severity: urgent", "rules[0]: the rule has no condition", id="no condition"),
        pytest.param("match: {}", "rules[0].match: ", id="an empty mapping for a query"),
        pytest.param("match: {any: []}", "rules[0].match.any: a list has too few members", id="an empty list"),
        pytest.param("match: {anny: [a]}", 'did you mean "any"', id="a misspelt list"),
        pytest.param("match: {english: a}", "rules[0].match", id="a language that is no code"),
        pytest.param("match: [a, b]", "rules[0].match: a list is not a query", id="a bare list"),
        pytest.param("match: true", 'rules[0].match: "true" is not a query', id="a boolean"),
        pytest.param("match: {any: ['a OR (b']}", 'rules[0].match.any[0]: this "(" is never closed', id="in a list"),
        pytest.param("match: {en: a, de: 'b OR'}", "rules[0].match.de: a word is missing", id="in a language"),
        pytest.param("match: 'actor:Germny'", 'did you mean "Germany"', id="a name in a query"),
        pytest.param("match: a, min_change: 5 percent", '"5 percent" is not a change', id="a change"),
        pytest.param("figure: {low: {gte: '10,000'}}", "without separators: 10000", id="a number with a comma"),
        pytest.param("figure: {low: many}", '"many" is not a number', id="a word for a number"),
        pytest.param("figure: {low: {}}", "the range has no bound", id="a range without bounds"),
        pytest.param(
            "match: a, tests: [{name: x, text: y}]", 'the key "expect" is missing', id="a test without an end"
        ),
        pytest.param(
            "match: a, tests: [{name: x, text: y, expect: {alert: no}}]", 'did you mean "none"?', id="no for none"
        ),
        pytest.param("match: a, origins: 0", "the least is 1", id="no origin"),
        pytest.param("match: a, alert_on: [restated]", "is not a kind of development", id="restated never rings"),
    ],
)
def test_a_mistake_in_a_rule_is_named(inside: str, message: str) -> None:
    assert message in "\n".join(faults_of(f"{HEAD}  - {{id: a, title: A, {inside}}}\n"))


def test_a_dangling_topic_is_named_unless_a_file_could_not_be_read() -> None:
    rules = HEAD + "  - {id: a, title: A, match: x, topic: us-force}\n"
    other = "version: 1\ntopic: us-forces\ntitle: U\nrules:\n  - {id: b, title: B, match: y}\n"
    assert faults_of(rules, other) == [
        (
            'a.yaml:5:40: rules[0].topic: no file has the topic "us-force"; did you mean "us-forces"? (t, us-forces) '
            "[TC304]"
        )
    ]
    assert len(faults_of(rules, other + "\t")) == 1


def test_a_topic_has_one_title() -> None:
    one, two = (
        HEAD.replace("title: T", f"title: {title}") + f"  - {{id: {title}, title: R, match: x}}\n" for title in "uv"
    )
    assert "TC306" in faults_of(one, two)[0]


def test_every_rule_in_any_order_of_files_is_the_same_set_of_rules() -> None:
    one = HEAD + "  - {id: a, title: A, match: x}\n"
    two = HEAD + "  - {id: b, title: B, match: y}\n"
    forwards, backwards = (load(files, FakeVocabulary()) for files in ({"1": one, "2": two}, {"2": two, "1": one}))
    assert forwards.hash == backwards.hash
    assert {rule.id for rule in forwards.rules} == {rule.id for rule in backwards.rules}


@pytest.mark.parametrize("folder", ["yaml-test-suite", "hostile"])
def test_a_file_that_is_no_rule_file_is_refused_with_a_place(folder: str) -> None:
    for path in sorted(shared_path(f"corpus/{folder}").iterdir()):
        if path.suffix not in {".yaml", ".bin"}:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        with pytest.raises(RuleFileError) as caught:
            load({path.name: text}, FakeVocabulary())
        assert all(fault.line >= 1 for fault in caught.value.faults), path.name


def test_the_schema_takes_what_loads_and_refuses_what_does_not() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    good = {
        "id": "a",
        "title": "A",
        "match": {"any": ["x"], "none": ["y"]},
        "figure": {"unit": "troops", "low": {"gte": 5}},
    }
    assert not list(validator.iter_errors({"version": 1, "topic": "t", "title": "T", "rules": [good]}))
    for wrong in ({"severty": 1}, {"severity": "high"}, {"figure": {"units": "x"}}, {"match": None}, {"origins": 0}):
        document = {"version": 1, "topic": "t", "title": "T", "rules": [{**good, **wrong}]}
        assert list(validator.iter_errors(document)), wrong
