"""What the bot notices about itself: told once, muted for a day, deleted when old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.codec import decode_message
from bot.housekeeping import FLOOD, Housekeeping
from bot.message import MessageKind
from bot.ports import Place
from bot.ringing.holding import HoldReason
from bot.store import handled, schema, silences
from bot.store.db import Database
from tests.databases import open_database
from tests.fakes.manual_clock import ManualClock

ADMIN = Place(platform="fake", workspace="T", channel="ops")
DESK = Place(platform="fake", workspace="T", channel="desk")


class House:
    """A Housekeeping over a real database and a clock that stands still."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = ManualClock()
        self.woken = 0
        self.keeper = Housekeeping(db, self.clock, [ADMIN], self.wake)

    def wake(self) -> None:
        self.woken += 1

    def put(self, table: Any, **values: Any) -> int:
        return int(self.db.write(lambda c: c.execute(insert(table).values(values)).inserted_primary_key or (0,))[0])

    def add_alert(self, rule: str, reason: HoldReason = HoldReason.RATE_CAP) -> None:
        now = self.clock.now()
        story = self.put(schema.story, title="s", opened_at=now, last_item_at=now)
        about = {"story_id": story, "kind": "new", "severity": "notice", "sentence": "x", "at": now}
        alert = self.put(schema.alert, item_id=self.item, **about)
        match = {
            "rule": rule,
            "topic": "t",
            "title": rule.title(),
            "severity": "notice",
            "spans": [],
            "developments": [],
        }
        self.put(schema.rule_match, alert_id=alert, **match)
        told = {"listed": True, "topic": "t", "kind": "new", "sentence": "x", "url": ""}
        self.put(schema.held, lane=str(DESK), alert_id=alert, reason=reason.value, at=now, **told)

    def add_feed(self) -> None:
        now = self.clock.now()
        feed = self.put(schema.feed, url="https://feeds.example/1", next_due=now, added_at=now)
        texts = dict.fromkeys(("identity", "url", "outlet", "lang", "title", "lead", "text", "text_from"), "x")
        row = {"feed_id": feed, "content_hash": b"x", "fetched": now, "chain": [], "trace": []}
        self.item = self.put(schema.item, **texts, **row)

    def told(self, place: Place = ADMIN) -> list[str]:
        def work(connection: Connection) -> list[str]:
            rows = select(schema.outbox.c.body).where(schema.outbox.c.lane == str(place)).order_by(schema.outbox.c.id)
            messages = [decode_message(body) for body in connection.execute(rows).scalars()]
            assert all(message.kind is MessageKind.NOTICE for message in messages)
            return [message.fallback for message in messages]

        return self.db.write(work)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_database(tmp_path) as db:
        made = House(db)
        made.add_feed()
        yield made


async def test_a_poller_that_stands_still_is_told_once_and_so_is_its_return(house: House) -> None:
    for _ in range(40):
        house.clock.advance(60.0)
        await house.keeper.watch()
    assert house.told() == ["No feed was polled for 15 min: nothing new can ring. The log says why."]
    house.db.write(lambda c: c.execute(update(schema.feed).values(next_due=house.clock.now())))
    for _ in range(2):
        await house.keeper.watch()
    assert house.told()[1:] == ["Feeds are polled again; what they hold by now is being read."]
    assert house.woken == 2


async def test_after_a_restart_the_same_standstill_is_not_told_again(house: House) -> None:
    house.clock.advance(3600.0)
    await house.keeper.watch()
    await Housekeeping(house.db, house.clock, [ADMIN], house.wake).watch()
    assert len(house.told()) == 1


async def test_a_rule_far_beyond_the_cap_is_muted_for_a_day_and_channel_and_admins_are_told(house: House) -> None:
    cap = 20
    for number in range(FLOOD * cap):
        assert await house.keeper.mute_floods() == 0, number
        house.add_alert("everything")
        house.add_alert("other") if number % 10 == 0 else None
    assert await house.keeper.mute_floods() == 1
    assert await house.keeper.mute_floods() == 0
    (stored,) = house.db.write(lambda c: silences.active(c, [str(DESK)], house.clock.now()))
    assert (stored.silence.value, stored.silence.by) == ("everything", "Tocsin")
    assert stored.silence.until == house.clock.now() + timedelta(hours=24)
    for place in (DESK, ADMIN):
        (sentence,) = house.told(place)
        assert "“Everything” is silenced in fake:T:desk" in sentence
        assert f"it rang {FLOOD * cap} times within an hour" in sentence


async def test_what_was_held_for_another_reason_or_long_ago_mutes_nothing(house: House) -> None:
    for _ in range(FLOOD * 20):
        house.add_alert("nightly", HoldReason.QUIET_HELD)
        house.add_alert("yesterday")
    house.clock.advance(3600.0)
    assert await house.keeper.mute_floods() == 0


async def test_old_deliveries_digests_and_events_are_deleted_and_what_waits_is_kept(house: House) -> None:
    start = house.clock.now()
    for state in ("sent", "dropped", "dead", "unknown", "ready"):
        house.put(schema.outbox, key=state, lane=str(DESK), op="post", body={}, state=state, created_at=start)
    house.add_alert("told")
    house.db.write(lambda c: c.execute(update(schema.held).values(told_at=start)))
    house.add_alert("untold")
    house.db.write(lambda c: handled.add(c, "event", start))
    house.db.write(
        lambda c: c.execute(insert(schema.digest).values(lane="l", kind="daily", day=start.date(), made_at=start))
    )
    house.clock.advance(89 * 86400.0)
    assert await house.keeper.prune() == 1  # the event
    house.clock.advance(2 * 86400.0)
    assert await house.keeper.prune() == 4
    left = house.db.write(lambda c: list(c.execute(select(schema.outbox.c.key).order_by(schema.outbox.c.id)).scalars()))
    assert left == ["dead", "unknown", "ready"]
    assert house.db.write(lambda c: len(c.execute(select(schema.held)).all())) == 1


async def test_an_event_is_new_once_whatever_restarts_between(house: House) -> None:
    now = house.clock.now()
    assert [house.db.write(lambda c: handled.add(c, "slack:1", now)) for _ in range(3)] == [True, False, False]
