"""What a set of rules needs looking after, one finding a test, and the basis that each is told with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.hygiene import NEXT, Estate, Finding, Follow, Kind, by_kind, hygiene
from rules.load import load
from rules.scorecard import Noise, Record, noise_of
from tests.rules.builders import NOW
from tests.rules.fakes import FakeVocabulary

HEALTHY = (
    "match: troops, owner: desk, description: Why., "
    "tests: [{name: rings, text: The troops left., expect: {alert: new}}]"
)


def estate(*rules: str, **changes: Any) -> Estate:
    head = "version: 1\ntopic: t\ntitle: T\nrules:\n"
    lines = "".join(f"  - {{id: r{number}, title: R, {rule}}}\n" for number, rule in enumerate(rules))
    found = load({"t.yaml": head + lines}, FakeVocabulary())
    plain = Estate(
        rules=found.rules,
        topics=found.topics,
        now=NOW,
        period="30d",
        records={rule.id: Record(last_rang=NOW, since=ago(100)) for rule in found.rules},
        rang={},
        changed={rule.id: ago(100) for rule in found.rules},
        outlets=frozenset({"example times"}),
        langs=frozenset({"en", "de"}),
        follows=(Follow(topic="t", where="slack channel C1"),),
    )
    return replace(plain, **changes)


def ago(days: int) -> Any:
    return NOW - timedelta(days=days)


def only(found: Estate) -> Finding:
    (finding,) = hygiene(found)
    return finding


def test_a_set_that_is_looked_after_gives_nothing() -> None:
    assert hygiene(estate(HEALTHY)) == ()


def record(**changes: Any) -> dict[str, Any]:
    return {"records": {"r0": Record(**changes)}}


@pytest.mark.parametrize(
    ("rule", "changes", "kind", "evidence"),
    [
        (HEALTHY.replace("owner: desk, ", ""), {}, Kind.NO_OWNER, "neither it nor its file names one"),
        (HEALTHY.replace("description: Why., ", ""), {}, Kind.NO_DESCRIPTION, "only its title says what it is for"),
        ("match: troops, owner: o, description: W", {}, Kind.NO_TESTS, "nothing shows that it rings"),
        (f"{HEALTHY}, valid_until: 2026-08-01", {}, Kind.EXPIRED, "it was valid until 2026-08-01, and cannot ring"),
        (f"{HEALTHY}, valid_until: 2026-09-05", {}, Kind.EXPIRED, "it is valid until 2026-09-05: 4 days more"),
        (HEALTHY, record(last_rang=ago(91)), Kind.SILENT, "it last rang on 2026-06-02, 91 days ago"),
        (HEALTHY, record(since=ago(120)), Kind.SILENT, "it has never rung in the 120 days since 2026-05-04"),
        (HEALTHY, {"changed": {"r0": ago(400)}}, Kind.FORGOTTEN, "it rings, and nobody has changed it since 2025-07-"),
        (f"{HEALTHY}, status: draft", {}, Kind.FORGOTTEN, "draft and not changed since 2026-05-24"),
        (f"{HEALTHY}, status: deprecated", {}, Kind.FORGOTTEN, "deprecated and not changed since"),
        (f"{HEALTHY}, outlets: Gone Gazette", {}, Kind.BROKEN_LINK, "of the outlet gone gazette, so it can never ring"),
        (f"{HEALTHY}, outlets: [Gone Gazette, Example Times]", {}, Kind.BROKEN_LINK, "of the outlet gone gazette"),
        (f"{HEALTHY}, languages: [fr, uk]", {}, Kind.BROKEN_LINK, "in the languages fr, uk, so it can never ring"),
        (HEALTHY, {"follows": ()}, Kind.UNFOLLOWED, "no channel follows it; 1 rule"),
    ],
)
def test_what_is_neglected_is_found_with_what_it_is_seen_by(
    rule: str, changes: dict[str, Any], kind: Kind, evidence: str
) -> None:
    finding = only(estate(rule, **changes))
    assert finding.kind is kind
    assert evidence in finding.evidence
    assert finding.next_step == NEXT[kind]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (HEALTHY, record(since=ago(89))),
        (f"{HEALTHY}, status: draft", {"changed": {"r0": ago(10)}}),
        (f"{HEALTHY}, valid_until: 2026-12-01", {}),
        (f"{HEALTHY}, languages: fr", {"langs": frozenset()}),
    ],
    ids=["a young rule", "a fresh draft", "an end far away", "a feed of any language"],
)
def test_what_is_well_is_left_alone(rule: str, changes: dict[str, Any]) -> None:
    assert hygiene(estate(rule, **changes)) == ()


def test_a_topic_or_rule_that_is_gone_is_told_with_the_channel_that_follows_it() -> None:
    follows = (
        Follow(topic="t", where="slack channel C1", rules=("r0", "r9")),
        Follow(topic="old", where="discord channel 7"),
    )
    found = hygiene(estate(HEALTHY, follows=follows))
    assert [(one.kind, one.topic, one.rule) for one in found] == [
        (Kind.GONE_TOPIC, "old", ""),
        (Kind.GONE_TOPIC, "t", "r9"),
    ]
    assert found[0].evidence == "discord channel 7 follows this topic, and no rule file has it"


def test_noise_is_told_with_its_basis() -> None:
    volumes = (10, 12, 14, 15, 90)
    records = {f"r{n}": Record(alerts=volume, last_rang=NOW) for n, volume in enumerate(volumes)}
    finding = only(estate(*[HEALTHY] * 5, records=records))
    assert (finding.kind, finding.rule) == (Kind.NOISY, "r4")
    assert finding.evidence == (
        "90 alerts in 30d; the median of 5 rules is 14, their median deviation 2, and above 24 a rule is noisy"
    )


@pytest.mark.parametrize(
    ("volumes", "noise"),
    [
        ((5, 500), Noise(rules=2)),
        ((0, 0, 11), Noise(rules=3, median=0, spread=0, limit=10)),
        ((0, 100, 200), Noise(rules=3, median=100, spread=100, limit=600)),
    ],
    ids=["two rules say nothing of each other", "a quiet set allows ten", "a wide set allows more"],
)
def test_the_limit_of_noise_is_the_median_and_five_deviations_or_ten(volumes: tuple[int, ...], noise: Noise) -> None:
    assert noise_of(volumes) == noise


@pytest.mark.parametrize(
    ("one", "two", "inner"),
    [
        (range(5), range(9), "r0"),
        (range(9), range(5), "r1"),
        (range(6), range(6), "r1"),
    ],
    ids=["the first in the second", "the second in the first", "of two that are equal the later"],
)
def test_a_rule_whose_every_alert_another_one_found_too_is_named_once(one: range, two: range, inner: str) -> None:
    finding = only(estate(HEALTHY, HEALTHY, rang={"r0": one, "r1": two}))
    assert (finding.kind, finding.rule) == (Kind.OVERLAP, inner)
    size = min(len(one), len(two))
    assert finding.evidence.startswith(f"all its {size} alerts of 30d were alerts of r")


def test_few_alerts_or_one_of_its_own_are_no_overlap() -> None:
    assert hygiene(estate(HEALTHY, HEALTHY, rang={"r0": range(4), "r1": range(9)})) == ()
    assert hygiene(estate(HEALTHY, HEALTHY, rang={"r0": range(6), "r1": range(1, 9)})) == ()


def test_rules_of_different_topics_may_find_the_same() -> None:
    found = estate(HEALTHY, HEALTHY, rang={"r0": range(6), "r1": range(6)})
    apart = (found.rules[0], replace(found.rules[1], topic="u"))
    assert hygiene(replace(found, rules=apart)) == ()


def test_findings_stand_by_kind_the_most_urgent_first() -> None:
    found = hygiene(estate("match: troops", follows=()))
    assert list(by_kind(found)) == [Kind.NO_TESTS, Kind.NO_OWNER, Kind.NO_DESCRIPTION, Kind.UNFOLLOWED]


def test_every_kind_has_a_next_step() -> None:
    assert set(NEXT) == set(Kind)
