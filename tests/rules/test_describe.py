"""A rule in words: what it sets, and nothing of what it does not."""

from __future__ import annotations

from rules.describe import described
from rules.load import load
from tests.rules.fakes import FakeVocabulary

RULE = """version: 1
topic: t
title: T
rules:
  - id: all
    title: A
    match: troops AND NOT parade
    figure: {unit: troops, low: {gte: 1000}}
    severity: urgent
    cooldown: 6h
    min_change: 5%
    languages: [en, de]
    expect: {at_most: 20}
    valid_from: 2026-01-01
    tests: [{name: a, text: b, expect: {alert: none}}]
  - {id: few, title: F, match: troops, status: draft}
"""


def test_each_key_that_is_set_is_told_with_its_value() -> None:
    first, second = load({"a.yaml": RULE}, FakeVocabulary()).rules
    assert dict(described(first)) == {
        "topic": "t",
        "match": "troops AND NOT parade",
        "figure": "unit: troops; low: >= 1,000",
        "severity": "urgent",
        "cooldown": "6h",
        "min_change": "5%",
        "languages": "de, en",
        "expect": "at most 20",
        "valid_from": "2026-01-01",
    }
    assert dict(described(second)) == {"topic": "t", "severity": "notice", "status": "draft", "match": "troops"}
