"""Group wait and update interval: what comes while a message still waits joins it, and every alert keeps its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.ringing.gatekeeping import Waits
from bot.store import outbox as store
from bot.store import schema as tables
from bot.store import subscriptions
from bot.store.db import Database
from tests.bot.newsdesk import DESK, MORE_RULES, RULES, Newsdesk, report
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany."
MORE_LEAVE = "Washington will withdraw 8000 troops from Germany."
FEWER_LEAVE = "Washington will withdraw 6000 troops from Germany."
BERLIN = "Berlin will withdraw 300 troops from Poland."
WAITS = Waits(first=timedelta(seconds=60), update=timedelta(minutes=5))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def desk(db: Database) -> Newsdesk:
    return Newsdesk(db, rules=(RULES, MORE_RULES), waits=WAITS)


def due(desk: Newsdesk) -> bool:
    """Tell whether the channel has a row that may go out now."""
    return desk.db.write(lambda c: store.find_head(c, str(DESK), desk.clock.now())) is not None


def send(desk: Newsdesk) -> None:
    """Count every waiting row as sent at this moment."""
    sent = {"state": "sent", "sent_at": desk.clock.now()}
    desk.db.write(lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.state == "ready").values(sent)))


def states(desk: Newsdesk) -> list[tuple[str, str]]:
    rows = desk.db.write(lambda c: c.execute(select(tables.outbox).order_by(tables.outbox.c.id)).all())
    return [(row.op, row.state) for row in rows]


def reasons(desk: Newsdesk) -> list[tuple[str, str]]:
    return list(zip(desk.column("route", "reason"), desk.column("route", "detail"), strict=True))


class TestGroupWait:
    async def test_a_first_message_waits_a_minute_with_all_that_is_below_it(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        assert not due(desk)
        desk.clock.advance(59)
        assert not due(desk)
        desk.clock.advance(1)
        assert due(desk)
        assert reasons(desk) == [("delivered", "bases; group wait: 1 min at most")]

    async def test_without_a_wait_it_goes_out_at_once(self, db: Database) -> None:
        desk = Newsdesk(db)
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        assert due(desk)
        assert reasons(desk) == [("delivered", "bases")]

    @pytest.mark.parametrize("threads", ["broadcast", "thread", "channel", "edit"])
    async def test_what_comes_meanwhile_joins_the_message_and_prolongs_nothing(
        self, desk: Newsdesk, threads: str
    ) -> None:
        desk.subscribe(threads=threads)
        await desk.feed(report("1", LEAVING))
        rows = len(desk.sent())
        desk.clock.advance(30)
        await desk.feed(report("2", MORE_LEAVE), outlet="Fenn Herald")
        parent, *below = desk.sent()
        assert [row.op for row in (parent, *below)] == ["post", "reply"][:rows]
        assert parent.heading.startswith("NEW")  # nobody was shown the 5,000
        assert "withdraw 8,000 troops" in parent
        assert "was 5,000 on 1 Sep (Example Times), now 8,000" in parent
        assert all("8000 troops" in row and "5000 troops" not in row for row in below)
        assert [reason for reason, _ in reasons(desk)] == ["delivered", "delivered"]
        assert reasons(desk)[1][1] == "bases; merged into the message of alert 1, which still waited"
        desk.clock.advance(30)
        assert due(desk)

    async def test_details_grow_and_shrink_with_what_is_told(self, desk: Newsdesk) -> None:
        desk.subscribe("bases")
        desk.subscribe("mandate")
        await desk.feed(report("1", LEAVING))
        assert [row.heading for row in desk.sent()][1:] == ["In the words of Example Times"]
        await desk.feed(report("2", f"{BERLIN} Beijing backs the mandate."), outlet="Fenn Herald")
        assert [row.heading for row in desk.sent()][1:] == ["In the words of Fenn Herald"]
        await desk.feed(report("3", "Beijing rejects the mandate."), outlet="Third Post")
        assert [row.heading for row in desk.sent()][1:] == ["In the words of Third Post", "Further claims"]
        desk.db.write(lambda c: subscriptions.unsubscribe(c, DESK, "mandate", by="ana", at=desk.clock.now()))
        await desk.feed(report("4", f"{MORE_LEAVE} {BERLIN.replace('300', '400')}"), outlet="Fourth Sun")
        assert states(desk) == [("post", "ready"), ("reply", "ready"), ("reply", "dropped")]
        assert desk.sent()[1].heading == "In the words of Fourth Sun"
        assert desk.column("outbox", "error")[-1] == "merged: alert 4 came before it was posted"

    async def test_a_repetition_counts_in_the_waiting_message_instead_of_editing_it_later(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        await desk.feed(report("a", LEAVING), outlet="Fenn Herald")
        assert [row.op for row in desk.sent()] == ["post", "reply"]
        assert "1 rewrite · 1 report of unknown origin" in desk.sent()[0]

    async def test_a_message_that_is_being_posted_is_left_alone(self, desk: Newsdesk) -> None:
        """It may be on the platform already: what comes now is an update."""
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.clock.advance(60)
        desk.db.write(
            lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.op == "post").values(state="sending"))
        )
        await desk.feed(report("2", MORE_LEAVE))
        ops = [row.op for row in desk.sent()]
        assert ops == ["post", "reply", "reply", "reply", "edit"]  # parent, details, update, history, edit
        assert "8,000" not in desk.sent()[0]


class TestUpdateInterval:
    async def test_an_update_soon_after_the_last_message_waits_and_a_late_one_does_not(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.clock.advance(60)
        send(desk)
        desk.clock.advance(100)
        await desk.feed(report("2", MORE_LEAVE))
        assert reasons(desk)[-1] == ("delivered", "bases; update interval: 3.33 min at most")
        desk.clock.advance(199)
        assert not due(desk)
        desk.clock.advance(1)
        assert due(desk)
        send(desk)
        desk.clock.advance(301)
        await desk.feed(report("3", FEWER_LEAVE))
        assert due(desk)
        assert reasons(desk)[-1] == ("delivered", "bases")

    @pytest.mark.parametrize("threads", ["broadcast", "channel"])
    async def test_two_changes_within_the_interval_are_one_update(self, desk: Newsdesk, threads: str) -> None:
        desk.subscribe(threads=threads)
        await desk.feed(report("1", LEAVING))
        desk.clock.advance(60)
        send(desk)
        before = len(desk.sent())
        await desk.feed(report("2", MORE_LEAVE))
        await desk.feed(report("3", BERLIN))
        new = desk.sent()[before:]
        (told,) = [row for row in new if row.heading.startswith("UPDATE") and row.op != "edit"]
        assert "8,000 troops" in told
        assert "300 troops" in told
        assert told.broadcast == (threads == "broadcast")
        assert reasons(desk)[-1][1] == "bases; merged into the update of alert 2, which still waited"
        assert [row.heading for row in new].count("History") == (1 if threads == "broadcast" else 0)

    async def test_an_alert_without_claims_is_not_lost_in_an_update_that_waits(self, desk: Newsdesk) -> None:
        desk.subscribe()
        await desk.feed(report("1", LEAVING))
        desk.clock.advance(60)
        send(desk)
        await desk.feed(report("2", MORE_LEAVE))
        await desk.feed(report("3", "A summit was called.", title="A summit on the garrison at Grauwacke is called"))
        assert any("A summit on the garrison" in row for row in desk.sent() if row.op == "reply")
        assert "merged" not in reasons(desk)[-1][1]
