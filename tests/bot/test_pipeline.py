"""From entries to outbox rows: one transaction, each item once, every silence with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.feeds.identity import identify
from bot.feeds.reading import Reader
from bot.store.db import Database
from tests.bot.newsdesk import BODY, DESK, MORE_RULES, RULES, Newsdesk, SmallExtractor, report, sentences
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany."
MORE_LEAVE = "Washington will withdraw 8000 troops from Germany."
TABLES = ("item", "story", "mention", "development", "alert", "rule_match", "thread", "outbox")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def desk(db: Database) -> Newsdesk:
    made = Newsdesk(db)
    made.subscribe()
    return made


class TestOneTransaction:
    @pytest.mark.parametrize("table", ["mention", "development", "alert", "thread", "outbox", "feed"])
    async def test_a_failure_after_the_item_leaves_nothing_not_even_the_validators(
        self, desk: Newsdesk, table: str
    ) -> None:
        before = desk.row()
        with desk.broken_at(table), pytest.raises(Exception, match="No space left"):
            await desk.feed(report("1", LEAVING))
        assert {name: desk.count(name) for name in TABLES} == dict.fromkeys(TABLES, 0)
        assert desk.row() == before

    async def test_after_a_failure_the_same_entries_ring_as_if_nothing_had_been(self, desk: Newsdesk) -> None:
        with desk.broken_at("outbox"), pytest.raises(Exception, match="No space left"):
            await desk.feed(report("1", LEAVING))
        result = await desk.feed(report("1", LEAVING))
        assert (result.new, result.alerts) == (1, 1)
        assert [row.op for row in desk.sent()] == ["post", "reply"]

    async def test_what_was_rolled_back_attracts_no_later_item(self, desk: Newsdesk) -> None:
        with desk.broken_at("outbox"), pytest.raises(Exception, match="No space left"):
            await desk.feed(report("1", LEAVING))
        await desk.feed(report("2", LEAVING))
        assert desk.stages()["story"].startswith("new: story 1")
        assert desk.column("item", "story_id") == [1]

    async def test_what_was_stored_before_a_failure_still_attracts(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        with desk.broken_at("outbox"), pytest.raises(Exception, match="No space left"):
            await desk.feed(report("2", MORE_LEAVE), outlet="Fenn Herald")
        await desk.feed(report("2", MORE_LEAVE), outlet="Fenn Herald")
        assert desk.column("item", "story_id") == [1, 1]

    async def test_the_feeds_row_is_saved_with_the_items(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        assert desk.row().validators.etag is not None


class TestOnce:
    async def test_an_entry_that_comes_again_sends_nothing(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        rows = desk.sent()
        again = await desk.feed(report("1", LEAVING))
        assert (again.new, again.edited, again.unchanged, again.alerts) == (0, 0, 1, 0)
        assert desk.sent() == rows

    async def test_the_same_claim_by_another_outlet_rings_not_but_is_counted(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        desk.deliver()
        result = await desk.feed(report("a", LEAVING), outlet="Fenn Herald")
        assert result.alerts == 0
        assert [row.op for row in desk.sent()] == ["post", "reply", "edit"]
        assert "1 rewrite · 1 report of unknown origin" in desk.sent()[-1]

    async def test_a_keyword_rule_rings_once_for_a_story(self, desk: Newsdesk) -> None:
        first = await desk.feed(report("1", "A summit was called."))
        second = await desk.feed(report("a", "The summit was moved."), outlet="Fenn Herald")
        assert (first.alerts, second.alerts) == (1, 0)

    async def test_entries_of_one_poll_see_each_other_in_order_of_time(self, desk: Newsdesk) -> None:
        now = desk.clock.now()
        newer = report("2", MORE_LEAVE, at=now - timedelta(hours=1))
        older = report("1", LEAVING, at=now - timedelta(hours=2))
        result = await desk.feed(newer, older)
        assert (result.new, result.alerts) == (2, 2)
        assert "5000" not in desk.sent()[-1].heading
        assert any("was 5,000 on 1 Sep (Example Times), now 8,000" in row for row in desk.sent())


class TestEdits:
    async def test_an_edited_figure_is_a_correction_in_the_same_thread(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        desk.deliver()
        result = await desk.feed(report("1", "Washington will withdraw 500 troops from Germany."))
        assert (result.new, result.edited, result.alerts) == (0, 1, 1)
        *_, reply, edit = desk.sent()
        assert (reply.op, edit.op) == ("reply", "edit")
        assert reply.heading == "CORRECTION · urgent · Bases abroad"
        assert "5,000 troops → 500 troops" in reply
        assert reply.thread == desk.sent()[0].thread

    async def test_the_former_text_is_kept(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        await desk.feed(report("1", MORE_LEAVE))
        assert desk.column("item_revision", "text") == [f"{LEAVING} {BODY}"]
        assert desk.count("item") == 1

    async def test_an_edit_that_changes_no_claim_rings_not(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        result = await desk.feed(report("1", f"{LEAVING} The choir will sing."))
        assert (result.edited, result.alerts) == (1, 0)

    async def test_an_edited_rewrite_still_counts_as_one(self, desk: Newsdesk) -> None:
        claim = f"{LEAVING[:-1]}, the Fenn Herald reported."
        await desk.feed(report("1", LEAVING), outlet="Fenn Herald")
        desk.clock.advance(60)
        await desk.feed(report("a", claim))
        await desk.feed(report("a", f"{claim} The choir will sing."))
        assert desk.column("item", "rewrite_of") == [None, 1]

    async def test_an_article_is_not_replaced_by_the_summary_when_its_page_cannot_be_had(self, desk: Newsdesk) -> None:
        summary = report("1", "More in the article.")
        desk.pages.texts[summary.url] = f"{LEAVING} {BODY} {BODY}"
        first = await desk.feed(summary)
        desk.pages.texts.clear()
        edited = await desk.feed(report("1", "More in the article, updated."))
        assert (first.alerts, edited.alerts) == (1, 0)
        assert desk.column("item", "text_from") == ["article"]
        assert desk.column("mention", "live") == [True]
        assert desk.stages()["text"].startswith("kept: ")

    async def test_the_edit_is_read_as_soon_as_the_page_can_be_had_again(self, desk: Newsdesk) -> None:
        summary = report("1", "More in the article.")
        desk.pages.texts[summary.url] = f"{LEAVING} {BODY} {BODY}"
        await desk.feed(summary)
        desk.pages.texts.clear()
        await desk.feed(report("1", "More in the article, updated."))
        desk.pages.texts[summary.url] = f"{MORE_LEAVE} {BODY} {BODY}"
        result = await desk.feed(report("1", "More in the article, updated."))
        assert (result.edited, result.alerts) == (1, 1)
        assert any("it said 5,000, it now says 8,000" in row for row in desk.sent())


class TestSilence:
    async def test_a_baseline_is_stored_and_rings_nothing(self, desk: Newsdesk) -> None:
        result = await desk.feed(report("1", LEAVING), rings=False)
        assert (result.new, result.alerts) == (1, 0)
        assert desk.sent() == []
        assert desk.stages()["held"].startswith("baseline: ")
        assert desk.column("item", "baseline") == [True]

    async def test_what_a_baseline_said_is_known_and_its_change_rings(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING), rings=False)
        desk.clock.advance(3600)
        result = await desk.feed(report("2", MORE_LEAVE))
        assert result.alerts == 1
        assert "5,000 troops → 8,000 troops" in desk.sent()[0]

    async def test_a_stale_item_is_held_with_its_age_and_the_limit(self, desk: Newsdesk) -> None:
        old = desk.clock.now() - timedelta(days=5)
        result = await desk.feed(report("1", LEAVING, at=old))
        assert (result.new, result.alerts) == (1, 0)
        assert desk.stages()["held"] == "stale: published 5 d ago; the freshness limit is 4 d"

    async def test_an_item_that_no_rule_wants_says_so(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", "Nothing is said."))
        assert desk.stages()["rules"].startswith("none: ")

    async def test_the_way_of_an_item_that_rang_is_told_stage_by_stage(self, desk: Newsdesk) -> None:
        await desk.feed(report("1", LEAVING))
        way = desk.stages()
        assert list(way) == ["fetched", "identity", "text", "extracted", "story", "origin", "ledger", "rules", "routed"]
        assert way["rules"] == "matched: leaving"
        assert way["routed"] == f"delivered: {DESK}: bases"

    async def test_a_password_in_a_feeds_address_is_shown_nowhere(self, desk: Newsdesk) -> None:
        secret = "https://ana:hunter2@feeds.example/x?token=hunter2"
        row = replace(desk.row(), url=secret, outlet="", title="")
        (found,) = identify([report("1", LEAVING)], ())
        reader = Reader(SmallExtractor(), sentences, None)
        reading = await reader.read(row, found, now=desk.clock.now(), with_article=False)
        assert "hunter2" not in repr(reading.trace)
        assert reading.item.outlet == "https://feeds.example/x?token=***"


class TestRules:
    async def test_rules_swapped_between_two_polls_hold_from_the_second_on(self, db: Database) -> None:
        desk = Newsdesk(db, rules=(RULES, MORE_RULES))
        desk.subscribe("mandate")
        first = await desk.feed(report("1", "Beijing backs the mandate."))
        assert first.alerts == 1
        second = await desk.feed(report("2", "Beijing rejects the mandate."))
        assert second.alerts == 1
        assert any("was in favour on 1 Sep (Example Times), now against" in row for row in desk.sent())
