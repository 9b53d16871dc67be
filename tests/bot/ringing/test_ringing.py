"""One thread per story and channel, in the channel's own way; each channel sees what it asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Place
from bot.store import schema as tables
from bot.store.db import Database
from tests.bot.newsdesk import DESK, MORE_RULES, RULES, Newsdesk, report
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany."
MORE_LEAVE = "Washington will withdraw 8000 troops from Germany."
FEWER_LEAVE = "Washington will withdraw 6000 troops from Germany."
HALL = Place(platform="console", workspace="", channel="hall")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def desk(db: Database) -> Newsdesk:
    return Newsdesk(db, rules=(RULES, MORE_RULES))


async def story(desk: Newsdesk) -> None:
    """A first report, a change, the change corrected, and a repetition: every kind of message."""
    for guid, claim in (("1", LEAVING), ("2", MORE_LEAVE), ("2", FEWER_LEAVE)):
        desk.clock.advance(3600)
        await desk.feed(report(guid, claim))
        desk.deliver()
    await desk.feed(report("a", FEWER_LEAVE), outlet="Fenn Herald")


class TestModes:
    async def test_broadcast_replies_in_the_thread_and_shows_changes_in_the_channel(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await story(desk)
        rows = desk.sent()
        assert [row.op for row in rows] == ["post", "reply", "reply", "reply", "edit", "reply", "reply", "edit", "edit"]
        assert [row.broadcast for row in rows] == [False, False, True, False, False, True, False, False, False]
        assert len({row.thread for row in rows}) == 1

    async def test_thread_keeps_everything_in_the_thread(self, desk: Newsdesk) -> None:
        desk.subscribe(threads="thread")
        await story(desk)
        rows = desk.sent()
        assert [row.op for row in rows] == ["post", "reply", "reply", "reply", "edit", "reply", "reply", "edit", "edit"]
        assert not any(row.broadcast for row in rows)

    async def test_channel_posts_every_message_alone(self, desk: Newsdesk) -> None:
        desk.subscribe(threads="channel")
        await story(desk)
        rows = desk.sent()
        assert [row.op for row in rows] == ["post", "post", "post"]
        assert {row.thread for row in rows} == {None}
        assert [row.heading.partition(" · ")[0] for row in rows] == ["NEW", "UPDATE", "CORRECTION"]

    async def test_edit_has_one_message_and_edits_it(self, desk: Newsdesk) -> None:
        desk.subscribe(threads="edit")
        await story(desk)
        rows = desk.sent()
        assert [row.op for row in rows] == ["post", "edit", "edit", "edit"]
        assert [row.heading.partition(" · ")[0] for row in rows] == ["NEW", "UPDATE", "CORRECTION", "CORRECTION"]
        assert "8,000 troops → 6,000 troops" in rows[-1]

    async def test_each_channel_has_its_own_way(self, desk: Newsdesk) -> None:
        desk.subscribe(threads="edit")
        desk.subscribe(place=HALL, threads="channel")
        await story(desk)
        assert {row.op for row in desk.sent()} == {"post", "edit"}
        assert {row.op for row in desk.sent(str(HALL))} == {"post"}

    async def test_a_channel_that_changes_from_alone_to_threads_gets_a_parent(self, desk: Newsdesk) -> None:
        desk.subscribe(threads="channel")
        await desk.feed(report("1", LEAVING))
        desk.subscribe(threads="broadcast")
        desk.clock.advance(3600)
        await desk.feed(report("2", MORE_LEAVE))
        assert [row.op for row in desk.sent()][:2] == ["post", "post"]
        assert desk.sent()[1].thread is not None


class TestWindow:
    async def test_after_the_window_a_new_thread_links_the_earlier_one_and_keeps_the_link(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.db.write(lambda c: c.execute(tables.thread.update().values(link="https://chat.example/old")))
        desk.deliver()
        desk.clock.advance(timedelta(days=7, hours=1).total_seconds())
        await desk.feed(report("1", MORE_LEAVE))  # an edited item stays in its story, however late
        desk.deliver()
        desk.clock.advance(3600)
        await desk.feed(report("1", f"{MORE_LEAVE} The choir will sing."))
        first, again, refreshed = (row for row in desk.sent() if row.op in {"post", "edit"})
        assert "Earlier thread" not in first
        assert again.op == "post"
        assert again.thread != first.thread
        assert "Earlier thread about this story" in again
        assert (refreshed.op, refreshed.thread) == ("edit", again.thread)
        assert "Earlier thread about this story" in refreshed

    async def test_within_the_window_each_message_prolongs_it_also_for_messages_that_stand_alone(
        self, desk: Newsdesk
    ) -> None:
        desk.subscribe(threads="channel")
        for claim in (LEAVING, MORE_LEAVE, FEWER_LEAVE):
            await desk.feed(report("1", claim))
            desk.deliver()
            desk.clock.advance(timedelta(days=4).total_seconds())
        # An update has no buttons and no "Rule:" line; a parent would begin the story anew.
        assert ["Rule:" in row for row in desk.sent()] == [True, False, False]


class TestWhatAChannelSees:
    async def test_a_channel_hears_of_its_topics_only(self, desk: Newsdesk) -> None:
        desk.subscribe("mandate")
        await desk.feed(report("1", f"{LEAVING} Beijing backs the mandate."))
        (parent, *_) = desk.sent()
        assert "the mandate" in parent
        assert "Bases abroad" not in parent.heading
        assert "5,000 troops" not in parent.text.partition("Rule:")[0].replace("5000", "")

    async def test_each_topic_keeps_its_own_least_severity(self, desk: Newsdesk) -> None:
        """``bases`` from notice on must not let a notice about ``mandate`` in, which is wanted from urgent on."""
        desk.subscribe("bases", severity="notice")
        desk.subscribe("mandate", severity="urgent")
        await desk.feed(report("1", f"{LEAVING} Beijing backs the mandate."))
        (parent, *_) = desk.sent()
        assert "Bases abroad" in parent.heading
        assert "Mandate" not in parent.heading
        assert "Who wants the mandate" not in parent

    async def test_below_the_least_severity_nothing_goes_out_and_the_reason_is_kept(self, desk: Newsdesk) -> None:
        desk.subscribe("mandate", severity="important")
        await desk.feed(report("1", "Beijing backs the mandate."))
        assert desk.sent() == []
        assert desk.column("route", "reason") == ["below_severity"]
        assert desk.column("route", "detail") == ["the alert is notice, the channel wants important or more"]

    async def test_a_refreshed_parent_keeps_the_kind_and_severity_of_the_newest_alert(self, desk: Newsdesk) -> None:
        desk.subscribe("bases")
        desk.subscribe("mandate")
        await desk.feed(report("1", "Beijing backs the mandate."))
        desk.deliver()
        desk.clock.advance(3600)
        await desk.feed(report("2", f"{LEAVING} Beijing backs the mandate."))
        desk.deliver()
        desk.clock.advance(3600)
        await desk.feed(report("a", f"{LEAVING} Beijing backs the mandate."), outlet="Fenn Herald")
        edits = [row for row in desk.sent() if row.op == "edit"]
        assert [row.heading for row in edits] == ["NEW · urgent · Mandate + Bases abroad"] * 2

    async def test_a_keyword_alert_keeps_its_own_headline_when_others_join(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", "A summit was called."))
        desk.deliver()
        await desk.feed(report("a", "The choir was heard."), outlet="Fenn Herald")
        parent, edit = (row for row in desk.sent() if row.op in {"post", "edit"})
        assert edit.text.splitlines()[1] == parent.text.splitlines()[1]
        assert "1 report of unknown origin" in edit

    async def test_a_channel_that_unsubscribed_gets_no_more_edits(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.deliver()
        desk.db.write(lambda c: c.execute(tables.subscription.delete()))
        await desk.feed(report("a", LEAVING), outlet="Fenn Herald")
        assert [row.op for row in desk.sent()] == ["post", "reply"]


class TestWhatIsStored:
    async def test_an_alert_is_named_by_its_strongest_development(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.clock.advance(3600)
        await desk.feed(report("2", f"Beijing backs the mandate. {MORE_LEAVE}"))
        assert desk.column("alert", "kind") == ["new", "changed"]
        assert desk.column("alert", "sentence")[-1].startswith("5,000 troops → 8,000 troops")
        assert desk.column("alert", "severity") == ["urgent", "urgent"]

    async def test_an_alert_without_subscribers_is_kept_all_the_same(self, desk: Newsdesk) -> None:
        result = await desk.feed(report("1", LEAVING))
        assert result.alerts == 1
        assert desk.count("alert") == 1
        assert desk.count("outbox") == 0

    async def test_a_channel_of_tocsin_yaml_leaves_one_line_in_the_audit_however_often_it_starts(
        self, desk: Newsdesk
    ) -> None:
        for _ in range(3):
            desk.subscribe(threads="thread")
        assert desk.column("audit", "new") == ["bases from notice, threads thread"]
        desk.subscribe(severity="urgent")
        assert desk.column("audit", "old")[-1] == "bases from notice, threads thread"

    def test_the_place_of_the_desk_reads_as_its_lane(self) -> None:
        assert str(DESK) == "console::desk"
