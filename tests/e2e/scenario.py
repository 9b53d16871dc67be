"""Rows to deliver, and what people must see of them in the end: each once, in order, replies under their parent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, insert, select

from bot.delivery.model import Op
from bot.message import Message, MessageKind
from bot.store import outbox, schema
from tests.e2e.platform import Platform

CHANNELS = 5
PER_THREAD = 4  # a parent and three replies
NEXT_PART = "\f"  # in a message's fallback: here begins a further part


def small(connection: Connection, now: datetime) -> None:
    """Write a thread with a reply and an edit in one channel, and in another a message of its own in three parts."""
    thread = _thread(connection, "fake:T:one", now)
    _put(connection, "fake:T:one", "parent", now, thread=thread)
    _put(connection, "fake:T:one", "reply", now, thread=thread, op=Op.REPLY)
    outbox.enqueue_edit(
        connection,
        lane="fake:T:one",
        thread_id=thread,
        message=_message("parent, corrected"),
        key=outbox.delivery_key("edit"),
        now=now,
    )
    _put(connection, "fake:T:two", "alone", now, parts=3)


def check_small(platform: Platform) -> None:
    """Nothing lost, nothing twice, the reply under its parent, the edit on it."""
    assert platform.headings("one") == ["parent", "reply"]
    assert platform.headings("two") == ["alone", "alone / 1", "alone / 2"]
    by_heading = {post["heading"]: post for post in platform.accepted}
    assert by_heading["reply"]["thread"] == by_heading["parent"]["id"]
    assert {by_heading[f"alone / {part}"]["thread"] for part in (1, 2)} == {by_heading["alone"]["id"]}
    assert {(edit["id"], edit["heading"]) for edit in platform.edits} == {
        (by_heading["parent"]["id"], "parent, corrected")
    }


def fan_out(connection: Connection, now: datetime, channels: int) -> None:
    """Write one alert for every channel, all in this transaction."""
    for number in range(channels):
        _put(connection, f"fake:T:c{number}", "alert", now)


def append_stream(connection: Connection, first: int, now: datetime) -> int:
    """Append one row to each channel, starting with row number ``first``; return how many."""
    for number in range(first, first + CHANNELS):
        lane = f"fake:T:c{number % CHANNELS}"
        turn = number // CHANNELS
        if turn % PER_THREAD == 0:
            _put(connection, lane, str(turn), now, thread=_thread(connection, lane, now))
        else:
            newest = select(schema.thread.c.id).where(schema.thread.c.lane == lane).order_by(schema.thread.c.id.desc())
            thread = connection.execute(newest.limit(1)).scalar_one()
            _put(connection, lane, str(turn), now, thread=thread, op=Op.REPLY)
    return CHANNELS


def faults_of_stream(platform: Platform, rows: int) -> Counter[str]:
    """Count what was lost, came twice, came out of order, or hangs under a wrong parent; empty when all is well."""
    found: Counter[str] = Counter()
    for channel in (f"c{n}" for n in range(CHANNELS)):
        posts = [post for post in platform.accepted if post["channel"] == channel]
        turns = [int(post["heading"]) for post in posts]
        expected = range(-(-rows // CHANNELS))
        found["lost"] += len(set(expected) - set(turns))
        found["twice"] += len(turns) - len(set(turns))
        found["out of order"] += sum(later < earlier for earlier, later in pairwise(turns))
        roots = {turn // PER_THREAD: post["id"] for turn, post in zip(turns, posts, strict=True) if not post["thread"]}
        found["strayed"] += sum(
            bool(post["thread"]) and post["thread"] != roots.get(turn // PER_THREAD)
            for turn, post in zip(turns, posts, strict=True)
        )
        found["second roots"] += sum(not post["thread"] for post in posts) - len(roots)
    return +found


def _put(
    connection: Connection,
    lane: str,
    heading: str,
    now: datetime,
    *,
    thread: int | None = None,
    op: Op = Op.POST,
    parts: int = 1,
) -> None:
    outbox.enqueue(
        connection,
        lane=lane,
        op=op,
        message=_message(heading, MessageKind.ALERT if op is Op.POST else MessageKind.UPDATE, parts),
        thread_id=thread,
        key=outbox.delivery_key(lane, heading),
        now=now,
    )


def _message(heading: str, kind: MessageKind = MessageKind.ALERT, parts: int = 1) -> Message:
    return Message(kind=kind, heading=heading, fallback=heading + NEXT_PART * (parts - 1))


def _thread(connection: Connection, lane: str, now: datetime) -> int:
    platform, workspace, channel = lane.split(":")
    known = connection.execute(select(schema.channel.c.lane).where(schema.channel.c.lane == lane)).first()
    if known is None:
        row = {"lane": lane, "platform": platform, "workspace": workspace, "channel": channel, "added_at": now}
        connection.execute(insert(schema.channel).values(row))
    story = connection.execute(
        insert(schema.story).values(title="A story", opened_at=now, last_item_at=now).returning(schema.story.c.id)
    ).scalar_one()
    return int(
        connection.execute(
            insert(schema.thread)
            .values(lane=lane, story_id=story, opened_at=now, last_at=now)
            .returning(schema.thread.c.id)
        ).scalar_one()
    )
