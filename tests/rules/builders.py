"""Items, claims and developments made by hand, with everything unsaid at its plainest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rules.load import load
from rules.match import Matcher
from rules.model import (
    Action,
    Bound,
    Development,
    Figure,
    Item,
    ItemId,
    Mention,
    Novelty,
    Position,
    Stance,
    Status,
    StoryId,
)
from rules.ruleset import Rule, RuleSet
from tests.rules.fakes import FakeVocabulary

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)

FIGURE = Figure(
    low=40000,
    high=70000,
    bound=Bound.RANGE,
    unit="troops",
    actor="United States",
    action=Action.WITHDRAW,
    place="Europe",
    of_total=100000,
    status=Status.EXPECTED,
    source_cited=None,
    quote="40,000 to 70,000 troops",
    start=0,
    end=23,
)
POSITION = Position(
    actor="China",
    actor_affiliation=None,
    stance=Stance.CONDITIONAL,
    proposition="a peacekeeping mission in Ukraine",
    condition="only under a UN mandate",
    source_cited=None,
    quote="only under a UN mandate",
    start=0,
    end=23,
)


def item(text: str = "", **changes: Any) -> Item:
    plain = Item(id=ItemId(1), outlet="Example Times", title="", text=text, url="", published=NOW, fetched=NOW)
    return replace(plain, **changes)


def development(
    claim: Figure | Position = FIGURE,
    novelty: Novelty = Novelty.NEW,
    *,
    previous: Figure | Position | None = None,
    origins: int = 1,
) -> Development:
    def mention(of: Figure | Position, number: int) -> Mention:
        return Mention(
            claim=of, item=ItemId(number), story=StoryId(1), outlet="Example Times", origin="Example Times", as_of=NOW
        )

    before = mention(previous, 7) if previous is not None else None
    return Development(mention=mention(claim, 1), novelty=novelty, reason="r", previous=before, origins=origins)


def figure(**changes: Any) -> Figure:
    return replace(FIGURE, **changes)


def position(**changes: Any) -> Position:
    return replace(POSITION, **changes)


def ruleset(*rules: str, head: str = "version: 1\ntopic: t\ntitle: T\nowner: o\nrules:\n") -> RuleSet:
    """Load rules given as the inside of flow mappings: ``match: troops, severity: urgent``."""
    lines = (f"  - {{id: r{number}, title: R, {rule}}}\n" for number, rule in enumerate(rules))
    return load({"t.yaml": head + "".join(lines)}, FakeVocabulary())


def rule(inside: str) -> Rule:
    return ruleset(inside).rules[0]


def matcher(*rules: str) -> Matcher:
    return Matcher(ruleset(*rules), FakeVocabulary())
