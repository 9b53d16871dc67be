"""What rules would have rung over past items, and what changes between two sets."""

from __future__ import annotations

from datetime import date, timedelta

from rules.backtest import PastItem, backtest, differences
from rules.changes import changes_between
from rules.model import Figure, Item, ItemId, Novelty, StoryId
from rules.scorecard import Reason, Record, Verdict, scorecard
from tests.rules.builders import NOW, development, figure, item, ruleset
from tests.rules.fakes import FakeVocabulary


def past(number: int, text: str, *, hours: float = 0, story: int | None = None, figures: bool = False) -> PastItem:
    when = NOW + timedelta(hours=hours)
    shown: Item = item(text, id=ItemId(number), published=when, title=f"Item {number}")
    news = (development(),) if figures else ()
    return PastItem(item=shown, developments=news, story=None if story is None else StoryId(story))


def test_volumes_are_counted_by_rule_and_day() -> None:
    rules = ruleset("match: troops", "match: tanks", "figure: {unit: troops}")
    items = [past(1, "troops"), past(2, "troops", hours=1), past(3, "troops and tanks", hours=30, figures=True)]
    result = backtest(rules, items, FakeVocabulary())
    totals = {volume.rule: volume.total for volume in result.volumes}
    assert totals == {"r0": 3, "r1": 1, "r2": 1}
    assert result.volumes[0].per_day == ((date(2026, 9, 1), 2), (date(2026, 9, 2), 1))
    assert [ring.title for ring in result.volumes[0].examples] == ["Item 1", "Item 2", "Item 3"]
    assert (result.items, result.first, result.last) == (3, NOW, NOW + timedelta(hours=30))


def test_words_ring_once_a_story_and_figures_each_time() -> None:
    rules = ruleset("match: troops", "figure: {unit: troops}")
    items = [past(number, "troops", hours=number, story=7, figures=True) for number in range(3)]
    by_rule = {volume.rule: volume for volume in backtest(rules, items, FakeVocabulary()).volumes}
    assert (by_rule["r0"].total, by_rule["r0"].held) == (1, 2)
    assert (by_rule["r1"].total, by_rule["r1"].held) == (3, 0)


def test_a_cooldown_holds_back() -> None:
    items = [past(number, "troops", hours=number) for number in (0, 1, 5, 6)]
    (volume,) = backtest(ruleset("match: troops, cooldown: 2h"), items, FakeVocabulary()).volumes
    assert (volume.total, volume.held) == (2, 2)


def test_expectations_are_checked() -> None:
    rules = ruleset("match: troops, expect: {at_most: 1}", "match: troops, expect: {at_least: 3}", "match: troops")
    volumes = backtest(rules, [past(1, "troops"), past(2, "troops")], FakeVocabulary()).volumes
    assert [volume.problems for volume in volumes] == [
        ("it would have rung 2 times, at most 1 are expected",),
        ("it would have rung 2 times, at least 3 are expected",),
        (),
    ]


def test_a_noisy_rule_stands_out() -> None:
    rules = ruleset("match: troops", "match: tanks", "match: ships", "match: planes")
    items = [past(number, "troops", hours=number) for number in range(40)] + [past(99, "tanks ships planes")]
    assert backtest(rules, items, FakeVocabulary()).noisy == ("r0",)


def test_drafts_count_and_deprecated_rules_do_not() -> None:
    rules = ruleset("match: troops, status: draft", "match: troops, status: deprecated")
    assert [volume.rule for volume in backtest(rules, [past(1, "troops")], FakeVocabulary()).volumes] == ["r0"]


def test_nothing_at_all_is_no_trouble() -> None:
    result = backtest(ruleset("match: troops"), [], FakeVocabulary())
    assert (result.items, result.first, result.volumes[0].total, result.noisy) == (0, None, 0, ())


def test_the_difference_between_two_sets_is_shown_alert_by_alert() -> None:
    items = [past(1, "troops"), past(2, "tanks"), past(3, "troops tanks")]
    before = backtest(ruleset("match: troops", "match: ships"), items, FakeVocabulary())
    after = backtest(ruleset("match: tanks", "match: ships"), items, FakeVocabulary())
    (change,) = differences(before, after)
    assert (change.rule, change.before, change.after) == ("r0", 2, 2)
    assert [ring.item for ring in change.gained] == [2]
    assert [ring.item for ring in change.lost] == [1]
    assert differences(before, before) == ()


def test_changes_between_sets_name_rules_and_keys() -> None:
    old = ruleset("match: troops", "match: tanks", "match: ships")
    new = ruleset("match: troops, severity: urgent, status: draft", "match: '(tanks)'")
    changes = changes_between(old, new)
    assert list(changes.lines()) == ["- r2", "~ r0: severity: notice → urgent, status: active → draft"]
    assert not changes_between(old, old)
    assert str(changes_between(old, old)) == "no rule changed"
    assert changes_between(None, old).added == ("r0", "r1", "r2")


def test_the_scorecard_says_what_to_do() -> None:
    names = ("keep", "dislike", "divided", "noisy", "silent", "never", "young", "few", "gone")
    rules = ruleset(*("match: x" + (", status: deprecated" if name == "gone" else "") for name in names))
    old = NOW - timedelta(days=200)
    records = {
        "r0": Record(alerts=5, last_rang=NOW, relevant=7, not_relevant=1),
        "r1": Record(alerts=5, last_rang=NOW, relevant=1, not_relevant=9),
        "r2": Record(alerts=5, last_rang=NOW, relevant=5, not_relevant=5),
        "r3": Record(alerts=500, last_rang=NOW, relevant=1),
        "r4": Record(last_rang=old),
        "r5": Record(since=old),
        "r6": Record(since=NOW),
        "r7": Record(alerts=5, last_rang=NOW, relevant=1),
        "r8": Record(),
    }
    scores = {score.rule: (score.verdict, score.reason) for score in scorecard(rules.rules, records, NOW)}
    assert scores == {
        "r0": (Verdict.KEEP, Reason.VALUED),
        "r1": (Verdict.TUNE, Reason.DISLIKED),
        "r2": (Verdict.TUNE, Reason.DIVIDED),
        "r3": (Verdict.TUNE, Reason.NOISY),
        "r4": (Verdict.RETIRE, Reason.SILENT),
        "r5": (Verdict.RETIRE, Reason.NEVER),
        "r6": (Verdict.WATCH, Reason.YOUNG),
        "r7": (Verdict.WATCH, Reason.TOO_FEW_VOTES),
        "r8": (Verdict.RETIRE, Reason.DEPRECATED),
    }
    order = [score.verdict for score in scorecard(rules.rules, records, NOW)]
    assert order == sorted(order, key=[Verdict.RETIRE, Verdict.TUNE, Verdict.WATCH, Verdict.KEEP].index)


def test_small_changes_add_up_to_the_least_change() -> None:
    rules = ruleset("figure: {unit: troops}, alert_on: [new, changed], min_change: 10%")
    past: list[PastItem] = []
    known: Figure | None = None
    for number, low in enumerate((10_000, 10_600, 11_200, 11_300)):
        claim = figure(low=low, high=low)
        one = development(claim, Novelty.CHANGED if known else Novelty.NEW, previous=known)
        known = claim
        past.append(PastItem(item=item(f"{low} troops", id=ItemId(number)), developments=(one,)))
    rang = [ring.item for ring in backtest(rules, past, FakeVocabulary()).rings]
    assert rang == [0, 2], "10,600 is 6 % more, 11,200 is 12 % more than what was told"
