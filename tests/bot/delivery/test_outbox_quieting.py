"""A message whose turn comes in the middle of its channel's quiet hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select

from bot.delivery.model import Op
from bot.message import MessageKind
from bot.ringing.holding import QuietBehaviour, QuietHours
from bot.store import channels, held, outbox, schema
from bot.store.channels import ChannelPace
from bot.telling.digest import Schedule
from rules.model import Severity
from tests.bot.delivery.desk import LANE, Desk, message

KYIV = ZoneInfo("Europe/Kyiv")


def quiet_now(desk: Desk, behaviour: QuietBehaviour) -> datetime:
    """Let the channel's quiet hours run from an hour ago until in two hours; return their end."""
    now = desk.clock.now()
    end = (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    start = (now - timedelta(hours=1)).astimezone(KYIV)
    hours = QuietHours(
        start=time(start.hour, start.minute),
        end=end.astimezone(KYIV).time().replace(tzinfo=None),
        zone=KYIV,
        behaviour=behaviour,
    )
    desk.write(lambda c: channels.save_pace(c, LANE, ChannelPace(schedule=Schedule(zone=KYIV), quiet=hours)))
    return end


def add_alert(connection: Connection, now: datetime) -> int:
    def put(table: Any, **values: Any) -> int:
        return int(connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())

    feed = put(schema.feed, url="https://feeds.example/1", next_due=now, added_at=now)
    texts = dict.fromkeys(("identity", "url", "outlet", "lang", "title", "lead", "text", "text_from"), "x")
    item = put(schema.item, **texts, feed_id=feed, content_hash=b"x", fetched=now, chain=[], trace=[])
    story = put(schema.story, title="s", opened_at=now, last_item_at=now)
    about = {"kind": "new", "severity": "notice", "sentence": "x", "at": now}
    return put(schema.alert, item_id=item, story_id=story, **about)


def ring(desk: Desk, severity: Severity, thread: int, *, wait: float = 0.0) -> None:
    """Enqueue an alert and its details."""
    now = desk.clock.now()

    def work(connection: Connection) -> None:
        alert = add_alert(connection, now)
        for op, kind, name in ((Op.POST, MessageKind.ALERT, "alert"), (Op.REPLY, MessageKind.DETAIL, "details")):
            outbox.enqueue(
                connection,
                lane=LANE,
                op=op,
                message=replace(message(name, kind), severity=severity),
                thread_id=thread,
                alert_id=alert,
                key=name,
                now=now,
                not_before=now + timedelta(seconds=wait) if wait else None,
            )

    desk.write(work)


@pytest.mark.parametrize(
    ("behaviour", "severity"),
    [(QuietBehaviour.HOLD, Severity.URGENT), (QuietBehaviour.CRITICAL, Severity.IMPORTANT)],
    ids=["hold keeps even what is urgent", "critical keeps what is not urgent"],
)
async def test_an_alert_that_comes_due_in_quiet_hours_waits_for_their_end_with_its_details(
    desk: Desk, behaviour: QuietBehaviour, severity: Severity
) -> None:
    thread = desk.open_thread()
    ring(desk, severity, thread, wait=60.0)
    end = quiet_now(desk, behaviour)
    desk.clock.advance(61.0)
    await desk.steps(3)
    assert desk.fake.posts == []
    desk.clock.advance((end - desk.clock.now()).total_seconds() - 1)
    await desk.steps(1)
    assert desk.fake.posts == []
    await desk.steps(3)
    assert desk.fake.texts() == ["alert", "details"]


async def test_an_urgent_alert_rings_where_only_the_critical_may(desk: Desk) -> None:
    thread = desk.open_thread()
    ring(desk, Severity.URGENT, thread)
    quiet_now(desk, QuietBehaviour.CRITICAL)
    await desk.steps(2)
    assert desk.fake.texts() == ["alert", "details"]


async def test_where_quiet_hours_drop_it_is_left_out_with_its_details_and_counted(desk: Desk) -> None:
    thread = desk.open_thread()
    ring(desk, Severity.URGENT, thread)
    quiet_now(desk, QuietBehaviour.DROP)
    await desk.steps(3)
    assert desk.fake.posts == []
    assert desk.states() == ["dropped", "dropped"]
    (untold,) = desk.write(lambda c: held.untold(c, LANE))
    assert (untold.reason.value, untold.is_listed) == ("quiet_dropped", False)


async def test_notices_and_what_is_there_in_part_do_not_wait(desk: Desk) -> None:
    thread = desk.open_thread()
    desk.fake.lengths["alert"] = 2
    ring(desk, Severity.NOTICE, thread)
    await desk.steps(1)
    quiet_now(desk, QuietBehaviour.HOLD)
    desk.put("a notice", kind=MessageKind.NOTICE)
    await desk.steps(4)
    assert [(post.message.heading, post.part) for post in desk.fake.posts] == [
        ("alert", 0),
        ("alert", 1),
        ("a notice", 0),
    ]
    waiting = desk.write(lambda c: c.execute(select(schema.outbox.c.key).where(outbox.IS_PENDING)).scalars().all())
    assert list(waiting) == ["details"]
