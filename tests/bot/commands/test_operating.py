"""``status``, ``test``, ``audit`` and ``settings``."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.codec import decode_message
from bot.message import MessageKind
from bot.ports import Place
from bot.store import lanes
from bot.store.schema import feed, outbox
from rules.model import Severity
from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, HERE, RANGE, Newsroom, caller, words_of

OTHER_TEAM = Place(platform="slack", workspace="T2", channel="C9")


async def rung(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)


async def test_status_counts_feeds_outbox_what_was_held_and_names_the_rules(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE, severity=Severity.URGENT)
    await rung(room)
    await room.ask("snooze us-forces-europe")
    await room.publish("The Wire", "Troops", "Washington will deploy 12,000 US troops to Poland, the Pentagon said.")
    said = await room.said("status", role="reader")
    assert "Outbox: 4 messages waiting, the oldest for 0 s" in said
    assert "In 24 h: 2 articles, 2 alerts to channels; held: 1 below severity, 1 silenced" in said
    assert "Silences: 1 in force\nMissed: none reported" in said
    assert f"in 2 topics, set {room.ruleset.hash[:12]}" in said
    assert "Version: Tocsin 0." in said


async def test_status_names_failing_feeds_and_a_channel_that_stands_still(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    failing = {"failures": 4, "error_code": "timeout", "error_text": "no answer within 15 s", "polled_at": room.ago(1)}
    await room.db.tx(lambda c: c.execute(update(feed).values(failing)))
    await rung(room)
    await room.db.tx(lambda c: lanes.park(c, str(HERE), "no_permission", "the bot was removed"))
    said = await room.said("status")
    assert "Feeds: 1: 1 failing" in said
    assert "The Courier: failed 4 times in a row (timeout): no answer within 15 s" in said
    assert "This channel stands still: no_permission" in said
    assert "stands still" not in await room.said("status", place=ELSEWHERE)


async def test_status_tells_how_fast_alerts_are_posted(room: Newsroom) -> None:
    await rung(room)
    room.clock.advance(3)
    await room.deliver()
    assert "Alert to post: half within 3 s, 95 % within 3 s" in await room.said("status")


async def test_a_drill_goes_through_the_outbox_and_cannot_be_taken_for_news(room: Newsroom) -> None:
    await rung(room)
    woken: list[bool] = []
    room.commands.tools.wake = lambda: woken.append(True)
    before = len(await room.db.read(lambda c: c.execute(select(outbox)).all()))
    said = await room.said("test us-forces-europe", role="editor", place=ELSEWHERE)
    rows = await room.db.read(lambda c: c.execute(select(outbox).order_by(outbox.c.id)).all())
    assert len(rows) == before + 1
    row, sent = rows[-1], decode_message(rows[-1].body)
    assert (row.lane, row.op, row.thread_id, row.alert_id) == (str(ELSEWHERE), "post", None, None)
    assert sent.kind is MessageKind.DRILL
    assert sent.heading.startswith("DRILL · NEW · urgent")
    assert sent.fallback.startswith("DRILL: ")
    assert "ana tests this channel. Nothing new has happened." in words_of(sent)
    assert (sent.buttons, sent.mention) == ((), None)
    assert "on its way" in said
    assert woken


async def test_without_any_alert_the_drill_is_a_sample(room: Newsroom) -> None:
    assert "A drill with a sample is on its way to this channel" in await room.said("test")
    assert "Waiting before it: 1 message" in await room.said("test")


async def test_a_drill_in_a_parked_channel_says_that_it_waits(room: Newsroom) -> None:
    await rung(room)
    await room.db.tx(lambda c: lanes.park(c, str(HERE), "no_permission", "the bot was removed"))
    assert "The drill waits: this channel stands still (no_permission)" in await room.said("test")


async def test_the_audit_shows_old_and_new_of_this_workspace_only(room: Newsroom) -> None:
    await room.ask("subscribe us-forces-europe confirm:true")
    await room.ask("settings threads:edit")
    await room.ask("unsubscribe us-forces-europe")
    await room.commands.handle(caller("admin", OTHER_TEAM, "eve"), "subscribe us-forces-europe confirm:true")
    said = await room.said("audit")
    lines = [line for line in said.splitlines() if line.startswith("•")]
    assert len(lines) == 3
    assert "ana unsubscribe in C1: us-forces-europe from notice, threads edit (ended)" in lines[0]
    assert "ana settings in C1: threads broadcast → threads edit" in lines[1]
    assert "ana subscribe in C1: us-forces-europe from notice" in lines[2]
    assert "eve" not in said


async def test_the_audit_narrows_by_person_and_time_and_has_pages(room: Newsroom) -> None:
    for number in range(12):
        await room.ask(f"subscribe us-forces-europe severity:{('notice', 'urgent')[number % 2]} confirm:true")
    first = await room.ask("audit user:ANA")
    (older,) = first.message.buttons
    assert "12 changes, page 2" in await room.said(older.value)
    assert "Nobody changed anything" in await room.said("audit user:ben")
    room.clock.jump(timedelta(days=8))
    assert "Nobody changed anything" in await room.said("audit")


async def test_a_channel_without_subscriptions_has_nothing_to_set(room: Newsroom) -> None:
    assert "follows nothing yet" in await room.said("settings")
    assert "follows nothing yet" in await room.said("settings threads:edit")


async def test_a_drill_of_a_rule_goes_to_another_channel_with_what_is_missing_there(room: Newsroom) -> None:
    await rung(room)
    who = caller("editor", missing=("Tocsin may not post there: /invite @Tocsin",))
    reply = await room.commands.handle(who, "test rule:us-withdrawal-figure channel:C9")
    said = words_of(reply.message)
    assert "A drill with the newest alert is on its way to channel C9" in said
    assert "Before it can be posted: Tocsin may not post there: /invite @Tocsin" in said
    (row,) = await room.db.read(lambda c: c.execute(select(outbox).where(outbox.c.lane == "slack:T1:C9")).all())
    assert "70,000" in words_of(decode_message(row.body))


async def test_a_drill_elsewhere_needs_the_role_that_one_has_there(room: Newsroom) -> None:
    reply = await room.commands.handle(caller("admin", elsewhere="reader"), "test channel:C9")
    assert "A drill in channel C9 is for editors; you are a reader there." in words_of(reply.message)
    assert await room.db.read(lambda c: c.execute(select(outbox)).all()) == []


async def test_a_sample_is_sent_although_something_rang_and_a_silent_rule_says_so(room: Newsroom) -> None:
    await rung(room)
    assert "A drill with a sample" in await room.said("test sample:true")
    assert "has told no channel of anything yet; with sample:true" in await room.said("test rule:bridge-closed")
