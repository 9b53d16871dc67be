"""Backtests that somebody waits for: two rule sets over the same items, watched, and stopped at any item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.backtest import Backtest, Difference, PastItem, backtest, differences
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A backtest. ``is_cut`` says that older items of the time asked for were left out, ``is_whole`` that it was not
    stopped; where it was, ``is_compared`` says whether the rules in force were held against the same items.
    """

    result: Backtest
    changes: tuple[Difference, ...]
    is_cut: bool
    is_whole: bool = True
    is_compared: bool = True


@dataclass(slots=True)
class Watch:
    """Looks on while a backtest runs. Whoever sets ``is_stopped`` ends it at the next item."""

    total: int = 0
    done: int = 0
    is_stopped: bool = False

    def over(self, past: Sequence[PastItem]) -> Iterator[PastItem]:
        """Yield items, counting them."""
        for item in past:
            if self.is_stopped:
                return
            self.done += 1
            yield item


def compare(before: RuleSet, after: RuleSet, past: Sequence[PastItem], lexicon: Lexicon, watch: Watch) -> Trial:
    """Hold both sets against the items, the later one first. What was stopped tells what it found until then."""
    is_same = before.rules == after.rules
    watch.total = len(past) if is_same else 2 * len(past)
    result = backtest(after, watch.over(past), lexicon)
    looked_at = past[: result.items]
    older = result if is_same else backtest(before, watch.over(looked_at), lexicon)
    is_compared = older.items == result.items
    return Trial(
        result=result,
        changes=differences(older, result) if is_compared else (),
        is_cut=False,
        is_whole=result.items == len(past),
        is_compared=is_compared,
    )
