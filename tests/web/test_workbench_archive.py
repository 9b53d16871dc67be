from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.rulebook.backtests import Watch, compare
from bot.web.workbench.volumes import days_of, volumes
from rules.backtest import PastItem
from rules.load import load
from rules.model import Item, ItemId
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def rules(lexicon: Lexicon, query: str, rule: str = "harbour") -> RuleSet:
    """Return a set of one rule with a query."""
    text = f"version: 1\ntopic: t\ntitle: T\nrules:\n  - {{id: {rule}, title: A harbour, match: {query}}}\n"
    return load({"f.yaml": text}, lexicon)


def past(*texts: str) -> list[PastItem]:
    """Return articles, one a day."""
    return [
        PastItem(
            item=Item(
                id=ItemId(number),
                outlet="A",
                title=text,
                text=text,
                url="",
                published=START + timedelta(days=number),
                fetched=START,
            )
        )
        for number, text in enumerate(texts)
    ]


@dataclass(slots=True)
class Impatient(Watch):
    """Stops after so many items."""

    patience: int = 0

    def over(self, past: list[PastItem]) -> object:  # type: ignore[override]
        """Count, and say stop."""
        for item in Watch.over(self, past):
            yield item
            self.is_stopped = self.done >= self.patience


ARTICLES = past("The harbour is shut.", "The bridge is shut.", "The harbour is open.", "Harbour and bridge.")


def test_both_sets_are_held_against_the_same_articles(lexicon: Lexicon) -> None:
    watch = Watch()
    trial = compare(rules(lexicon, "harbour"), rules(lexicon, "bridge"), ARTICLES, lexicon, watch)
    (change,) = trial.changes
    assert (change.before, change.after) == (3, 2)
    assert (watch.done, watch.total) == (8, 8)
    assert trial.is_whole
    assert trial.is_compared


def test_rules_that_are_the_same_are_looked_at_once(lexicon: Lexicon) -> None:
    watch, same = Watch(), rules(lexicon, "harbour")
    trial = compare(same, same, ARTICLES, lexicon, watch)
    assert (watch.done, watch.total, trial.changes) == (4, 4, ())


@pytest.mark.parametrize(
    ("patience", "looked_at", "is_compared"),
    [
        pytest.param(3, 3, False, id="in the midst of the new rules"),
        pytest.param(6, 4, False, id="in the midst of those in force"),
    ],
)
def test_what_is_stopped_tells_what_it_found(
    lexicon: Lexicon, patience: int, looked_at: int, is_compared: bool
) -> None:
    watch = Impatient(patience=patience)
    trial = compare(rules(lexicon, "bridge"), rules(lexicon, "harbour"), ARTICLES, lexicon, watch)
    assert trial.result.items == looked_at
    assert trial.is_whole is (looked_at == 4)
    assert trial.is_compared is is_compared
    assert trial.changes == ()


def test_each_day_has_its_bar_and_the_newest_articles_come_first(lexicon: Lexicon) -> None:
    trial = compare(rules(lexicon, "bridge"), rules(lexicon, "harbour"), ARTICLES, lexicon, Watch())
    (found,) = volumes(trial)
    assert days_of(trial) == 4
    assert [(bar.day.day, bar.count) for bar in found.bars] == [(1, 1), (3, 1), (4, 1)]
    assert [bar.x for bar in found.bars] == [0, 48, 72]
    assert next(ring.title for ring in found.rings) == "Harbour and bridge."
    assert found.now == 2
    assert [ring.title for ring in found.lost] == ["The bridge is shut."]


def test_a_rule_that_is_gone_is_told_too(lexicon: Lexicon) -> None:
    trial = compare(rules(lexicon, "bridge", "old"), rules(lexicon, "harbour"), ARTICLES, lexicon, Watch())
    assert [(one.rule, one.total, one.now) for one in volumes(trial)] == [("harbour", 3, 0), ("old", 0, 2)]
