"""Which rules ring for which items and developments."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from rules.match import Frequencies, Matcher, Standing
from rules.matching.view import MOST_TOKENS
from rules.model import Action, Bound, Confidence, Development, Novelty, Severity, Stance, Status
from rules.query.ast import Near, Word
from rules.ruleset import Rule, RuleSet, TextQuery
from tests.rules.builders import development, figure, item, matcher, position, rule, ruleset
from tests.rules.fakes import FakeVocabulary


def rings(inside: str, *developments: Development, text: str = "", **changes: Any) -> bool:
    return bool(matcher(inside).match(item(text, **changes), developments))


@pytest.mark.parametrize(
    ("clause", "changes", "expected"),
    [
        pytest.param("unit: troops", {}, True, id="the unit"),
        pytest.param("unit: usd", {}, False, id="another unit"),
        pytest.param("unit: [usd, troops]", {}, True, id="one of several units"),
        pytest.param("actor: US", {}, True, id="an actor under an alias"),
        pytest.param("actor: Germany", {}, False, id="another actor"),
        pytest.param("actor: United States", {"actor": None}, False, id="an actor where none is named"),
        pytest.param("actor: EU members", {"actor": "Poland"}, True, id="a member of a group"),
        pytest.param("actor: EU members", {"actor": "EU members"}, True, id="the group itself"),
        pytest.param("actor: EU members", {"actor": "Russia"}, False, id="no member of the group"),
        pytest.param("action: [withdraw, reduce]", {"action": Action.REDUCE}, True, id="one of several deeds"),
        pytest.param("action: deploy", {}, False, id="another deed"),
        pytest.param("place: Europe", {"place": "Germany"}, True, id="a country of the region"),
        pytest.param("place: Europe", {"place": "Ramstein"}, True, id="a town of the region"),
        pytest.param("place: Germany", {"place": "Europe"}, False, id="the region of the country"),
        pytest.param("place: Europe", {"place": "Japan"}, False, id="another place"),
        pytest.param("place: Europe", {"place": None}, False, id="a place where none is named"),
        pytest.param("place: EU members", {"place": "Poland"}, True, id="a place of a group"),
        pytest.param("status: [planned, expected]", {}, True, id="how real it is"),
        pytest.param("status: fact", {"status": Status.DENIED}, False, id="a denied figure is no fact"),
        pytest.param("bound: range", {}, True, id="the bound"),
        pytest.param("bound: exact", {"bound": Bound.ABOUT}, False, id="another bound"),
        pytest.param("low: {gte: 40000}", {}, True, id="at least"),
        pytest.param("low: {gt: 40000}", {}, False, id="more than"),
        pytest.param("low: 40000", {}, True, id="exactly"),
        pytest.param("high: {lt: 70000}", {}, False, id="less than"),
        pytest.param("high: {gte: 50000, lte: 70000}", {}, True, id="between"),
        pytest.param("of_total: {gte: 100000}", {}, True, id="the total"),
        pytest.param("of_total: {gte: 1}", {"of_total": None}, False, id="a total where none is named"),
        pytest.param("confidence: medium", {}, True, id="confidence enough"),
        pytest.param("confidence: high", {}, False, id="confidence too low"),
        pytest.param("confidence: medium", {"confidence": Confidence.HIGH}, True, id="more than enough confidence"),
    ],
)
def test_a_figure_clause_asks_of_the_figure(clause: str, changes: dict[str, Any], expected: bool) -> None:
    assert rings(f"figure: {{{clause}}}", development(figure(**changes))) == expected


@pytest.mark.parametrize(
    ("clause", "changes", "expected"),
    [
        pytest.param("actor: Beijing", {}, True, id="an actor under an alias"),
        pytest.param("actor: Russia", {}, False, id="another actor"),
        pytest.param(
            "actor: Ukraine",
            {"actor": "Volodymyr Zelensky", "actor_affiliation": "Ukraine"},
            True,
            id="a person's state",
        ),
        pytest.param("stance: conditional", {}, True, id="the stance"),
        pytest.param("stance: [support, oppose]", {"stance": Stance.UNDECIDED}, False, id="another stance"),
        pytest.param("proposition: peacekeep*", {}, True, id="words of the proposal"),
        pytest.param("proposition: 'peacekeep* W/3 Ukraine'", {}, True, id="a distance in the proposal"),
        pytest.param("proposition: sanctions", {}, False, id="other words"),
        pytest.param("proposition: {any: [UN force, peacekeeping mission]}", {}, True, id="lists"),
        pytest.param("proposition: {en: mission, de: mission}", {}, True, id="any of several languages"),
        pytest.param("condition: '\"UN mandate\"'", {}, True, id="words of the condition"),
        pytest.param("condition: NOT ceasefire", {"condition": None}, False, id="a condition where there is none"),
    ],
)
def test_a_position_clause_asks_of_the_position(clause: str, changes: dict[str, Any], expected: bool) -> None:
    assert rings(f"position: {{{clause}}}", development(position(**changes))) == expected


@pytest.mark.parametrize(
    ("keys", "novelty", "expected"),
    [
        pytest.param("", Novelty.NEW, True, id="new rings unless told otherwise"),
        pytest.param("", Novelty.CHANGED, True, id="changed rings unless told otherwise"),
        pytest.param("", Novelty.CORRECTED, True, id="corrected rings unless told otherwise"),
        pytest.param("", Novelty.CONFIRMED, False, id="confirmed does not"),
        pytest.param("", Novelty.RESTATED, False, id="restated never does"),
        pytest.param("alert_on: [confirmed], ", Novelty.CONFIRMED, True, id="confirmed where asked for"),
        pytest.param("alert_on: confirmed, ", Novelty.NEW, False, id="and then new does not"),
    ],
)
def test_alert_on_filters_the_kind_of_news(keys: str, novelty: Novelty, expected: bool) -> None:
    assert rings(f"{keys}figure: {{unit: troops}}", development(novelty=novelty)) == expected


@pytest.mark.parametrize(
    ("least", "before", "after", "expected"),
    [
        pytest.param("5%", 100, 104, False, id="less than a share"),
        pytest.param("5%", 100, 105, True, id="just a share"),
        pytest.param("5%", 100, 95, True, id="a share down"),
        pytest.param("500", 1000, 1499, False, id="less than an amount"),
        pytest.param("500", 1000, 1500, True, id="just an amount"),
        pytest.param("5%", 0, 1, True, id="from nothing"),
        pytest.param("5%", 100, 100, False, id="no change at all"),
    ],
)
def test_min_change_is_held_against_the_former_value(least: str, before: int, after: int, expected: bool) -> None:
    change = development(
        figure(low=after, high=after, of_total=None),
        Novelty.CHANGED,
        previous=figure(low=before, high=before, of_total=None),
    )
    assert rings(f"figure: {{unit: troops}}, min_change: {least}", change) == expected


def test_min_change_counts_either_end_and_the_total() -> None:
    keys = "figure: {unit: troops}, min_change: 5%"
    assert rings(keys, development(figure(high=90000), Novelty.CHANGED, previous=figure()))
    assert rings(keys, development(figure(of_total=80000), Novelty.CHANGED, previous=figure()))


def test_min_change_does_not_hold_back_what_is_new() -> None:
    assert rings("figure: {unit: troops}, min_change: 5%", development())


def test_what_waited_for_a_further_origin_rings_when_that_confirms_it() -> None:
    inside = "figure: {unit: troops}, origins: 2"
    assert rings(inside, development(novelty=Novelty.CONFIRMED, previous=figure(), origins=2))
    assert not rings("figure: {unit: troops}", development(novelty=Novelty.CONFIRMED, previous=figure(), origins=2))
    assert rings(inside + ", min_change: 5%", development(novelty=Novelty.CONFIRMED, previous=figure(), origins=2))
    confirmed = development(novelty=Novelty.CONFIRMED, previous=figure(), origins=3)
    told = matcher(inside).judge(item("troops"), [confirmed], lambda _rule, _one: figure())
    assert told.matches == (), "it rang for this value before"


def test_a_denial_is_held_against_the_status_of_what_it_denies() -> None:
    denied = development(figure(status=Status.DENIED), Novelty.WITHDRAWN, previous=figure(status=Status.EXPECTED))
    inside = "figure: {unit: troops, status: [expected, planned]}, alert_on: [new, withdrawn]"
    assert rings(inside, denied)
    assert not rings("figure: {unit: troops, status: [fact]}, alert_on: [new, withdrawn]", denied)


def test_origins_have_to_be_enough() -> None:
    assert not rings("figure: {unit: troops}, origins: 2", development(origins=1))
    assert rings("figure: {unit: troops}, origins: 2", development(origins=2))


@pytest.mark.parametrize(
    ("keys", "changes", "expected"),
    [
        pytest.param("outlets: [Example Times, Other]", {}, True, id="an outlet of the list"),
        pytest.param("outlets: example times", {}, True, id="capitals of an outlet do not count"),
        pytest.param("outlets: [Other]", {}, False, id="an outlet that is not in the list"),
        pytest.param("tier: 2", {"tier": 1}, True, id="a better tier"),
        pytest.param("tier: 2", {"tier": 3}, False, id="a worse tier"),
        pytest.param("tier: 2", {"tier": None}, False, id="an outlet without a tier"),
        pytest.param("tier: {eq: 2}", {"tier": 1}, False, id="exactly one tier"),
        pytest.param("languages: [en]", {"lang": "en-GB"}, True, id="a regional language"),
        pytest.param("languages: [de]", {}, False, id="another language"),
        pytest.param("valid_from: 2026-09-01", {}, True, id="from its first day"),
        pytest.param("valid_from: 2026-09-02", {}, False, id="not before"),
        pytest.param("valid_until: 2026-09-01", {}, True, id="to the end of its last day"),
        pytest.param("valid_until: 2026-08-31", {}, False, id="not after"),
        pytest.param("valid_until: '2026-09-01T11:00:00+00:00'", {}, False, id="to the hour"),
        pytest.param("unless: football", {}, True, id="unless does not hold"),
        pytest.param("unless: troops", {}, False, id="unless holds"),
        pytest.param("status: draft", {}, False, id="a draft never rings"),
        pytest.param("status: deprecated", {}, False, id="nor does what is deprecated"),
    ],
)
def test_a_rule_asks_of_the_item(keys: str, changes: dict[str, Any], expected: bool) -> None:
    assert rings(f"match: troops, {keys}", text="The troops stay.", **changes) == expected


def test_a_query_by_language_is_asked_of_that_language_only() -> None:
    keys = "match: {en: troops, de: truppen}"
    assert rings(keys, text="Die Truppen bleiben.", lang="de-AT")
    assert not rings(keys, text="Die Truppen bleiben.", lang="en")
    assert not rings(keys, text="troops", lang="fr")


def test_words_and_claims_have_to_hold_together() -> None:
    keys = "match: drawdown, figure: {unit: troops}"
    assert rings(keys, development(), text="A drawdown is near.")
    assert not rings(keys, development(), text="Nothing is near.")
    assert not rings(keys, text="A drawdown is near.")


def test_a_rule_with_words_only_matches_without_developments() -> None:
    (match,) = matcher("match: troops, severity: urgent").match(item("The troops stay."), [development()])
    assert match.developments == ()
    assert (match.rule, match.topic, match.severity) == ("r0", "t", Severity.URGENT)
    assert match.spans == ((4, 10),)


def test_rules_without_words_are_found_by_what_the_claim_is() -> None:
    found = matcher(
        "figure: {unit: [usd, troops]}",
        "figure: {actor: United States}",
        "position: {stance: conditional}",
        "figure: {unit: usd}, position: {actor: China}",
        "match: absent, figure: {unit: troops}",
    )

    def rung(*developments: Development) -> list[str]:
        return [match.rule for match in found.match(item("x" * 30), developments)]

    assert rung(development()) == ["r0", "r1"]
    assert rung(development(figure(unit="usd", actor="China"))) == ["r0", "r3"]
    assert rung(development(position())) == ["r2", "r3"]
    assert rung(development(), development(position())) == ["r0", "r1", "r2", "r3"]
    assert rung() == []


def test_a_match_names_only_the_developments_that_it_rings_for() -> None:
    news, old = development(), development(novelty=Novelty.RESTATED)
    (match,) = matcher("figure: {unit: troops}").match(item("40,000 to 70,000 troops"), [old, news])
    assert match.developments == (news,)
    assert match.spans == ((0, 23),)


def test_a_rule_for_figures_and_positions_rings_for_either() -> None:
    keys = "figure: {unit: troops}, position: {stance: conditional}"
    both = [development(), development(position())]
    (match,) = matcher(keys).match(item("x" * 30), both)
    assert match.developments == tuple(both)


def test_spans_are_offsets_into_the_text_not_the_title() -> None:
    text = "Die Größe der Truppen.\nTruppen bleiben in Europa."
    (found,) = matcher("match: truppen W/5 europa").keywords(item(text, title="Truppen in Europa", lang="de"))
    assert [text[start:end] for start, end in found.spans] == ["Truppen", "Truppen", "Europa"]


def test_the_title_and_the_text_are_not_neighbours() -> None:
    assert not rings("match: 'troops W/1000 europe'", text="Europe waits.", title="Troops")
    assert not rings("match: '\"troops europe\"'", text="Europe waits.", title="Troops")
    assert rings("match: troops AND europe", text="Europe waits.", title="Troops")


def test_the_lead_is_the_summary_or_the_first_paragraph() -> None:
    assert rings("match: 'lead:troops'", text="x", lead="Troops stay")
    assert rings("match: 'lead:troops'", text="Troops stay.\nMore.")
    assert not rings("match: 'lead:troops'", text="More.\nTroops stay.")
    assert not rings("match: troops", text="x", lead="Troops stay"), "words are looked for in title and text"


def test_a_rule_without_an_indispensable_word_is_tried_always_and_named() -> None:
    found = matcher("match: NOT football", "match: troops", "match: 're:/tro+ps/'")
    assert found.always == ("r0", "r2")
    assert [each.rule for each in found.keywords(item("The troops stay."))] == ["r0", "r1", "r2"]


def test_a_name_is_found_under_every_form() -> None:
    assert rings("match: 'actor:\"United States\"'", text="America hesitates.")
    assert rings("match: 'actor:\"United States\" /s troops'", text="The US hesitates about troops.")
    assert not rings("match: 'actor:\"United States\"'", text="It hurt us.")
    assert rings("match: 'actor:\"EU members\"'", text="Poland hesitates."), "a group is each of its members"


def _broken(part: str) -> Rule:
    """A rule with a defect that shows only when it is evaluated: a distance that is no number."""
    near = Near(left=Word(text="troops"), right=Word(text="stay"), distance=cast("int", None))
    query: dict[str, Any] = {part: TextQuery(by_lang={"": near})}
    return replace(rule("match: troops"), id="broken", **query)


@pytest.mark.parametrize("part", ["match", "unless"])
def test_a_rule_that_raises_hides_no_other_is_named_and_is_left_out_in_the_end(part: str) -> None:
    rules = (_broken(part), rule("match: troops, unless: football"))
    found = Matcher(RuleSet(topics={"t": "T"}, rules=rules, hash=""), FakeVocabulary())
    standings, told = [], []
    for _ in range(5):
        judgement = found.judge(item("The troops stay."))
        assert [match.rule for match in judgement.matches] == ["r0"]
        standings.append([(failure.rule, failure.standing) for failure in judgement.failures])
        told += [str(failure).partition(": ")[0] for failure in judgement.failures]
    tried, out = [("broken", Standing.TRIED)], [("broken", Standing.LEFT_OUT)]
    assert standings == [tried, tried, out, [], []]
    assert found.failures == {"broken": 3}
    assert told[-1] == "the rule broken is left out from now on"


def test_a_clause_that_raises_hides_no_other_rule() -> None:
    class Lost(FakeVocabulary):
        def contains(self, region: str, place: str) -> bool:
            raise LookupError(region)

    found = Matcher(ruleset("figure: {place: Germany}", "figure: {unit: troops}"), Lost())
    for left in (1, 1, 1, 0):
        judgement = found.judge(item("x" * 30), [development()])
        assert [match.rule for match in judgement.matches] == ["r1"]
        assert len(judgement.failures) == left


@pytest.mark.parametrize(
    ("keys", "changes", "until"),
    [
        pytest.param("alert_on: changed", {}, "the figure has changed", id="a kind of news that is not yet"),
        pytest.param(
            "alert_on: [changed, withdrawn]", {}, "the figure has changed or is withdrawn", id="either of two kinds"
        ),
        pytest.param("origins: 2", {}, "2 independent origins stand behind it", id="too few origins"),
        pytest.param(
            "alert_on: changed, origins: 2",
            {},
            "the figure has changed and 2 independent origins stand behind it",
            id="both",
        ),
        pytest.param(
            "min_change: 5%",
            {"novelty": Novelty.CHANGED, "previous": figure(low=40001)},
            "the figure moves by 5% or more",
            id="too small a change",
        ),
        pytest.param("severity: urgent", {}, None, id="none that rings"),
        pytest.param("alert_on: changed, match: football", {}, None, id="none whose words are not there"),
    ],
)
def test_a_rule_that_holds_but_for_the_news_says_what_it_waits_for(
    keys: str, changes: dict[str, Any], until: str | None
) -> None:
    found = matcher(f"{keys}, figure: {{unit: troops}}")
    waiting = found.waiting(item("40,000 to 70,000 troops"), [development(**changes)])
    assert [(one.rule, one.until, one.spans) for one in waiting] == ([("r0", until, ((0, 23),))] if until else [])


def test_measured_frequencies_change_the_order_of_trial_and_no_result() -> None:
    rules = ruleset("match: troops AND zebra", "match: '(troops OR zebra*) AND \"the troops\"'", "match: zebr*")
    texts = ["The troops stay.", "A zebra stays with the troops.", "The zebras stay."]
    plain = Matcher(rules, FakeVocabulary())
    for seen in ([], texts, ["zebra"] * 9):
        measured = Matcher(rules, FakeVocabulary(), frequencies=Frequencies.of(seen))
        for text in texts:
            assert measured.holding(item(text)) == plain.holding(item(text))


def test_words_are_counted_once_a_text_and_folded() -> None:
    found = Frequencies.of(["Die Größe, die GRÖSSE", "grosse Truppen", "Truppen"])
    assert (found.texts, found.having) == (3, {"grosse": 2, "truppen": 2})
    assert found.shares() == {"grosse": 2 / 3, "truppen": 2 / 3}
    assert Frequencies.of([]).shares() == {}


def test_texts_of_any_script_and_length_are_matched() -> None:
    found = matcher(
        "match: 'мандат*'", "match: 中国", "match: हिन्दी", "match: '\"ไทย\"'", "match: 'cafe'", "match: straße"
    )
    text = "Новый МАНДАТ. 在中国。 हिन्दी में. ประเทศไทย cafe\u0301 STRASSE"
    assert [each.rule for each in found.keywords(item(text))] == ["r0", "r1", "r2", "r3", "r4", "r5"]
    assert found.keywords(item("")) == ()


def test_the_same_set_matched_twice_gives_the_same() -> None:
    rules = RuleSet(topics={"t": "T"}, rules=(rule("match: troops"),), hash="")
    one, two = Matcher(rules, FakeVocabulary()), Matcher(rules, FakeVocabulary())
    what = item("The troops stay.", published=datetime(2026, 1, 1, tzinfo=UTC))
    assert one.match(what) == one.match(what) == two.match(what)


def test_words_beyond_the_limit_are_not_looked_at() -> None:
    found = matcher("match: needle")
    assert found.holding(item("hay " * (MOST_TOKENS - 1) + "needle"))
    assert not found.holding(item("hay " * MOST_TOKENS + "needle"))
    assert found.judge(item("hay " * MOST_TOKENS)).is_cut
    assert not found.judge(item("hay " * (MOST_TOKENS - 1))).is_cut


@pytest.mark.parametrize(
    "query",
    [
        "(aa OR bb OR \"aa bb\") W/3 (bb OR \"bb aa\") W/9 (aa OR cc)",
        "aa W/1000 (bb PRE/5 cc)",
        "ATLEAST1000(\"aa aa\" OR cc OR dd*)",
        "aa /s bb /s cc",
        "re:/(.*b){12}c/",
    ],
)  # fmt: skip
def test_a_hostile_text_takes_time_in_proportion_to_its_length(query: str) -> None:
    found = matcher(f"match: '{query}'")

    def seconds(words: int) -> float:
        text = item("aa bb " * words)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            found.holding(text)
            best = min(best, time.process_time() - start)
        return best

    seconds(100)
    assert seconds(10_000) < 4 * seconds(5_000) + 0.01, "twice the text, and room for a busy machine"
