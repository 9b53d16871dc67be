"""Subscribing: first what it would mean, then the change with its line; ending it, and having it back for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.message import Button, Message, Reply
from bot.ports import Caller
from bot.ringing.routing import Mode
from bot.store import held, subscriptions
from bot.store.schema import audit, outbox, route
from rules.model import Severity
from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, HERE, LOWER, RANGE, Newsroom, caller, words_of

TOPIC = "us-forces-europe"


async def asked(room: Newsroom, words: str, who: Caller) -> Reply:
    return await room.commands.handle(who, words)


def button(reply: Reply | Message, label: str) -> Button:
    message = reply.message if isinstance(reply, Reply) else reply
    return next(one for one in message.buttons if one.label.startswith(label))


async def pressed(room: Newsroom, one: Button, role: str = "editor") -> Reply:
    return await room.press(one.action, one.value, role=role)


async def mine(room: Newsroom) -> tuple[subscriptions.Subscription, ...]:
    return await room.db.read(lambda c: subscriptions.of_channel(c, HERE))


async def test_the_preview_counts_what_would_have_rung_and_shows_the_latest_card(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=1)
    reply = await room.ask(f"subscribe {TOPIC}", role="editor")
    said = words_of(reply.message)
    assert "Subscribe this channel to US forces in Europe? Every severity. Nothing is changed yet." in said
    assert "It would have rung: 1 in 24 h, 1 in 7 d, 1 in 30 d" in said
    assert "Permissions there: everything is there" in said
    assert "The latest:" in said
    assert "40,000–70,000" in said
    assert [one.label for one in reply.message.buttons] == ["Subscribe", "Change", "Cancel"]
    assert reply.announce is None
    assert await mine(room) == ()


async def test_older_alerts_count_in_the_longer_periods_only(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=1)
    room.clock.jump(timedelta(days=8))
    said = await room.said(f"subscribe {TOPIC}")
    assert "0 in 24 h, 0 in 7 d, 1 in 30 d" in said


async def test_the_button_subscribes_once_and_leaves_a_line(room: Newsroom) -> None:
    preview = await room.ask(f"subscribe {TOPIC} severity:important", role="editor")
    done = await pressed(room, button(preview, "Subscribe"))
    assert done.announce is not None
    line = "ana subscribed this channel to US forces in Europe (from important on; 0 alerts in the last 7 days)"
    assert line in words_of(done.announce)
    assert [(one.topic, one.severity) for one in await mine(room)] == [(TOPIC, Severity.IMPORTANT)]
    again = words_of((await pressed(room, button(preview, "Subscribe"))).message)
    assert "done, or dropped, already" in again


async def test_an_offer_works_after_a_restart(room: Newsroom) -> None:
    preview = await room.ask(f"subscribe {TOPIC}")
    other = type(room.commands)(room.db, room.clock, room.ruleset.topics)
    one = button(preview, "Subscribe")
    assert "now follows" in words_of((await other.press(caller("editor"), one.action, one.value)).message)


async def test_cancelling_changes_nothing_and_closes_the_offer(room: Newsroom) -> None:
    preview = await room.ask(f"subscribe {TOPIC}")
    assert "Nothing was changed" in words_of((await pressed(room, button(preview, "Cancel"))).message)
    assert "nothing was changed" in words_of((await pressed(room, button(preview, "Subscribe"))).message)
    assert await mine(room) == ()


async def test_the_preview_of_what_is_followed_says_so_and_what_would_change(room: Newsroom) -> None:
    await room.subscribe()
    said = await room.said(f"subscribe {TOPIC} severity:urgent")
    assert "This channel follows US forces in Europe already: every severity, threads broadcast." in said
    assert "Change that to: from urgent on, threads broadcast? Nothing is changed yet." in said
    assert "[Set it so]" in said
    assert "that would stay as it is. Nothing is changed yet." in await room.said(f"subscribe {TOPIC}")


async def test_change_offers_what_is_different_and_shows_the_preview_anew(room: Newsroom) -> None:
    preview = await room.ask(f"subscribe {TOPIC}")
    menu = await pressed(room, button(preview, "Change"))
    labels = [one.label for one in menu.message.buttons]
    assert "Severity: urgent" in labels
    assert "Severity: notice" not in labels
    assert all(len(one.action) + len(one.value) <= 90 for one in menu.message.buttons)
    changed = await pressed(room, button(menu, "Mode: digest"))
    assert "in the digest only" in words_of(changed.message)
    await pressed(room, button(changed, "Subscribe"))
    assert (await mine(room))[0].wishes.mode is Mode.DIGEST


@pytest.mark.parametrize("action", ["take", "change", "drop", "undo"])
async def test_offers_are_for_editors_of_their_own_channel(room: Newsroom, action: str) -> None:
    preview = await room.ask(f"subscribe {TOPIC}")
    key = button(preview, "Subscribe").value
    refused = words_of((await room.press(action, key, role="reader")).message)
    assert "for editors; you are a reader here" in refused
    elsewhere = words_of((await room.press(action, key, place=ELSEWHERE)).message)
    assert "not known in this channel" in elsewhere
    assert "is no number of an offer" in words_of((await room.press(action, "x", role="admin")).message)
    assert await mine(room) == ()


async def test_confirm_does_it_at_once_and_a_second_time_changes_only_what_is_named(room: Newsroom) -> None:
    await room.ask(f"subscribe {TOPIC} severity:urgent mention:S0DESK filter:Poland confirm:true")
    await room.ask(f"subscribe {TOPIC} mode:both confirm:true")
    (one,) = await mine(room)
    assert (one.severity, one.wishes.mode, one.wishes.mention) == (Severity.URGENT, Mode.BOTH, "S0DESK")
    assert one.wishes.filter == "Poland"
    await room.ask(f"subscribe {TOPIC} mention:none filter:none confirm:true")
    (one,) = await mine(room)
    assert (one.wishes.mention, one.wishes.filter) == (None, None)
    rows = await room.db.read(lambda c: c.execute(select(audit).order_by(audit.c.id.desc())).all())
    assert rows[0].old.endswith("both, mention S0DESK from urgent, filter Poland")
    assert rows[0].new.endswith("threads broadcast, both")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("mention:@everyone", "is no mention", id="everybody"),
        pytest.param("mention_from:notice", "needs somebody to mention", id="a severity without somebody"),
        pytest.param("filter:'(troops'", "cannot be read", id="a filter with an open bracket"),
        pytest.param("filter:actor:Nowhereland", "cannot be read", id="a filter with an unknown actor"),
        pytest.param("channel:general", "is no channel", id="a channel by its name"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_a_sentence(room: Newsroom, typed: str, sentence: str) -> None:
    assert sentence in await room.said(f"subscribe {TOPIC} {typed} confirm:true")
    assert await mine(room) == ()


async def test_unknown_topics_are_answered_with_the_three_nearest(room: Newsroom) -> None:
    said = await room.said("subscribe us-forces-eurpe")
    assert "There is no topic or rule “us-forces-eurpe”. The nearest are: us-forces-europe" in said


async def test_another_channel_is_looked_at_and_told_there(room: Newsroom) -> None:
    who = caller("editor", missing=("give Tocsin there: Embed Links",))
    preview = words_of((await asked(room, f"subscribe {TOPIC} channel:<#C2|hall>", who)).message)
    assert "Subscribe channel C2 to US forces in Europe?" in preview
    assert "Permissions there: give Tocsin there: Embed Links" in preview
    reply = await asked(room, f"subscribe {TOPIC} channel:C2 confirm:true", who)
    assert reply.announce is None
    assert "Before it can ring: give Tocsin there: Embed Links" in words_of(reply.message)
    (row,) = await room.db.read(lambda c: c.execute(select(outbox)).all())
    assert row.lane == str(ELSEWHERE)
    assert "ana subscribed this channel to US forces in Europe" in row.body["fallback"]


async def test_a_role_here_is_none_in_another_channel(room: Newsroom) -> None:
    who = caller("editor", elsewhere="reader")
    said = words_of((await asked(room, f"subscribe {TOPIC} channel:C2 confirm:true", who)).message)
    assert "is for editors; you are a reader there" in said
    assert await room.db.read(lambda c: subscriptions.of_channel(c, ELSEWHERE)) == ()


async def test_where_the_platform_cannot_look_only_the_own_channel_is_subscribed(room: Newsroom) -> None:
    blind = replace(caller("editor"), look_at=None)
    assert "not looked at" in words_of((await asked(room, f"subscribe {TOPIC}", blind)).message)
    said = words_of((await asked(room, f"subscribe {TOPIC} channel:C2", blind)).message)
    assert "type the command in that channel" in said


async def test_a_filter_narrows_the_preview_and_what_rings_and_why_names_it(room: Newsroom) -> None:
    await room.ask(f"subscribe {TOPIC} filter:cheese confirm:true")
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    rows = await room.db.read(lambda c: c.execute(select(route.c.lane, route.c.reason)).all())
    assert sorted(tuple(row) for row in rows) == [(str(HERE), "filtered"), (str(ELSEWHERE), "delivered")]
    assert "subscription" in await room.said("why 1")
    assert "the channel's own filter does not fit: cheese" in await room.said("why 1")
    assert "0 in 30 d" in await room.said(f"subscribe {TOPIC} filter:cheese")
    assert "1 in 30 d" in await room.said(f"subscribe {TOPIC} filter:'Brussels AND troops'")


async def test_a_mention_stands_on_the_message_and_on_no_edit(room: Newsroom) -> None:
    await room.ask(f"subscribe {TOPIC} mention:S0DESK mention_from:notice confirm:true")
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=3)
    await room.deliver()
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    rows = await room.db.read(lambda c: c.execute(select(outbox).order_by(outbox.c.id)).all())
    told = [(row.op, row.body["kind"], row.body["mention"]) for row in rows]
    assert ("post", "alert", "S0DESK") in told
    assert ("reply", "update", "S0DESK") in told
    assert all(mention is None for op, kind, mention in told if op == "edit" or kind == "detail")


async def test_below_its_severity_nobody_is_mentioned(room: Newsroom) -> None:
    await room.ask("subscribe un-mandate-peacekeeping mention:S0DESK mention_from:urgent confirm:true")
    text = "China is ready to join the peacekeeping forces in Ukraine, but only with a UN mandate, diplomats said."
    await room.publish("The Courier", "China ready for peacekeeping under a UN mandate", text)
    bodies = await room.db.read(lambda c: c.execute(select(outbox.c.body)).scalars().all())
    assert bodies
    assert all(body["mention"] is None for body in bodies if body["severity"] != "urgent")


@pytest.mark.parametrize(
    ("mode", "posts", "listed"),
    [("realtime", True, []), ("digest", False, ["digest_only"]), ("both", True, [None])],
)
async def test_the_mode_says_when_a_channel_hears(
    room: Newsroom, mode: str, posts: bool, listed: list[str | None]
) -> None:
    await room.ask(f"subscribe {TOPIC} mode:{mode} confirm:true")
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    ops = await room.db.read(lambda c: c.execute(select(outbox.c.op)).scalars().all())
    assert ("post" in ops) is posts
    waiting = await room.db.read(lambda c: held.untold(c, str(HERE)))
    assert [None if one.entry.held is None else one.entry.held.value for one in waiting] == listed


async def test_unsubscribing_can_be_undone_with_everything_as_it_was(room: Newsroom) -> None:
    await room.ask(f"subscribe {TOPIC} severity:urgent mode:both filter:Poland confirm:true")
    before = (await mine(room))[0]
    gone = await room.ask(f"unsubscribe {TOPIC}", role="editor")
    assert await mine(room) == ()
    assert gone.announce is not None
    undo = button(gone.announce, "Undo")
    await pressed(room, undo)
    (after,) = await mine(room)
    assert (after.severity, after.wishes) == (before.severity, before.wishes)
    assert "done, or dropped, already" in words_of((await pressed(room, undo)).message)


async def test_after_ten_minutes_it_is_too_late_to_undo(room: Newsroom) -> None:
    await room.subscribe()
    gone = await room.ask(f"unsubscribe {TOPIC}")
    room.clock.jump(timedelta(minutes=11))
    assert gone.announce is not None
    assert "the time is over; nothing was changed" in words_of((await pressed(room, gone.announce.buttons[0])).message)
    assert await mine(room) == ()


async def test_a_subscription_of_the_file_says_that_it_comes_back(room: Newsroom) -> None:
    await room.subscribe(configured=True)
    assert "It stands in tocsin.yaml" in await room.said(f"unsubscribe {TOPIC}")


async def test_list_tells_of_modes_filters_and_each_topics_last_alert(room: Newsroom) -> None:
    await room.ask(f"subscribe {TOPIC} mode:both mention:S0DESK filter:Brussels confirm:true")
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    said = await room.said("list details:true")
    assert "both, mentions group S0DESK from urgent, filter Brussels" in said
    assert "1 in 7 days" in said
    assert "Channel C2 follows nothing yet" in await room.said("list channel:C2")
