"""Silences: begun and ended from the chat, obeyed by routing, counted, visible in ``why``."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.store.schema import audit, outbox
from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, LOWER, RANGE, Newsroom, caller, slack_link, words_of

DEPLOY = "Washington will deploy 12,000 US troops to Poland, the Pentagon said on Monday."


async def opened(room: Newsroom) -> None:
    await room.subscribe()
    await room.subscribe(ELSEWHERE)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=30, url="https://c.example/1")
    await room.deliver()


async def posts(room: Newsroom, channel: str = "C1") -> int:
    """Count the messages that tell of something; what follows an update (its history) tells nothing new."""
    lane = f"slack:T1:{channel}"
    rows = await room.db.read(
        lambda c: c.execute(
            select(outbox.c.id).where(
                outbox.c.lane == lane, outbox.c.op != "edit", outbox.c.body["heading"].as_string() != "History"
            )
        ).all()
    )
    return len(rows)


async def test_the_end_is_told_where_nothing_can_be_drawn_too(room: Newsroom) -> None:
    await opened(room)
    reply = await room.ask("snooze 1 for:7d")
    assert reply.announce is not None
    assert "snoozed story 1 until 2026-09-08 08:30 UTC" in reply.announce.fallback
    assert "Snoozed story 1 until 2026-09-08 08:30 UTC." in words_of(reply.message)


@pytest.mark.parametrize(
    "typed",
    [
        "snooze 1",
        "snooze https://c.example/1",
        f"snooze {slack_link('x:C1', '1700000001.000001')} for:7d",
        "snooze us-forces-europe for:1h",
        'snooze "US forces in Europe"',
        "snooze us-withdrawal-figure",
        "snooze The Wire",
        "snooze the wire target:source",
    ],
)
async def test_what_is_snoozed_does_not_ring_here_but_does_elsewhere(room: Newsroom, typed: str) -> None:
    await opened(room)
    await room.publish("The Wire", "Cheese fair opens", CHEESE)
    before, others = await posts(room), await posts(room, "C2")
    reply = await room.ask(typed)
    assert reply.announce is not None, words_of(reply.message)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.5)
    assert await posts(room) == before
    assert await posts(room, "C2") == others + 1
    said = await room.said("why 2")
    assert "✗ silence: silenced – silence 1, " in said
    assert "by ana until 2026-09-" in said


async def test_an_overlapping_silence_that_does_not_cover_everything_lets_it_ring(room: Newsroom) -> None:
    await opened(room)
    before = await posts(room)
    await room.ask("snooze us-deployment-figure")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.5)
    assert await posts(room) == before + 1


async def test_two_topics_snoozed_one_by_one_are_both_silent(room: Newsroom) -> None:
    await opened(room)
    rules = [f"snooze {rule}" for rule in room.ruleset.topics]
    for typed in rules:
        await room.ask(typed)
    before = await posts(room)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.5)
    assert await posts(room) == before


async def test_a_silence_ends_by_itself(room: Newsroom) -> None:
    await opened(room)
    await room.ask("snooze 1 for:1h")
    room.clock.advance(3601)
    before = await posts(room)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.1)
    assert await posts(room) == before + 1
    assert "Nothing is snoozed" in await room.said("silences")


async def test_until_change_lets_a_change_ring_and_is_over_then(room: Newsroom) -> None:
    await opened(room)
    await room.ask("snooze 1 for:until-change")
    before = await posts(room)
    assert "until a figure or position changes" in await room.said("silences")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.5)
    assert await posts(room) == before + 1
    assert "Nothing is snoozed" in await room.said("silences")


async def test_until_change_holds_what_is_only_new(room: Newsroom) -> None:
    await opened(room)
    before = await posts(room)
    await room.ask("snooze us-forces-europe for:until-change")
    await room.publish("The Wire", "US sends 12,000 troops to Poland", DEPLOY, hours=0.5)
    assert await posts(room) == before
    assert "1 alert withheld" in await room.said("silences")


async def test_a_silence_leaves_one_visible_line_with_undo(room: Newsroom) -> None:
    await opened(room)
    reply = await room.ask('snooze 1 for:1d reason:"we know: it is Anna\'s story"')
    assert reply.announce is not None
    line = words_of(reply.announce)
    assert "ana snoozed story 1 until 2026-09-02 08:30: we know: it is Anna's story (silence 1)" in line
    (undo,) = reply.announce.buttons
    undone = await room.press(undo.action, undo.value)
    assert undone.announce is not None
    assert "ana ended the silence of story 1; it withheld 0 alerts" in words_of(undone.announce)
    assert "No silence 1 is in force" in await room.said("unsnooze 1")


async def test_the_list_shows_author_end_reason_and_what_was_withheld(room: Newsroom) -> None:
    await opened(room)
    await room.ask("snooze 1 reason:holiday")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=0.5)
    said = await room.said("silences")
    assert "1: story 1 until 2026-09-02 08:30 · by ana · holiday · 1 alert withheld" in said
    assert "[End 1]" in said
    assert "[End 1]" not in await room.said("silences", role="reader")
    assert "Nothing is snoozed" in await room.said("silences", place=ELSEWHERE)


async def test_unsnooze_alone_works_where_there_is_only_one(room: Newsroom) -> None:
    await opened(room)
    assert "0 silences in force here" in await room.said("unsnooze")
    await room.ask("snooze 1")
    await room.ask("snooze us-forces-europe")
    assert "2 silences in force here" in await room.said("unsnooze")
    await room.ask("unsnooze 1")
    assert "may ring here again" in await room.said("unsnooze")


async def test_a_silence_of_another_channel_cannot_be_ended_here(room: Newsroom) -> None:
    await opened(room)
    await room.ask("snooze 1")
    assert "No silence 1 is in force in this channel" in await room.said("unsnooze 1", place=ELSEWHERE)


async def test_the_button_asks_how_long_and_snoozes_the_story(room: Newsroom) -> None:
    await opened(room)
    asked = await room.press("snooze", "1")
    assert [button.label for button in asked.message.buttons] == ["1 hour", "1 day", "7 days", "Until it changes"]
    pressed = await room.press(asked.message.buttons[2].action, asked.message.buttons[2].value)
    assert "until 2026-09-08 08:30" in words_of(pressed.announce or pressed.message)


async def test_a_reader_can_press_but_not_snooze(room: Newsroom) -> None:
    await opened(room)
    assert "Snoozing is for editors" in words_of((await room.press("snooze", "1", role="reader")).message)
    pressed = await room.press("run", "snooze 1 target:story for:1h", role="reader")
    assert "“snooze” is for editors" in words_of(pressed.message)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("snooze us-forces", "is no story, topic, rule or source. The nearest are: us-forces-europe"),
        ("snooze 99", "There is no such story"),
        ("snooze Courier target:source", "is no source. The nearest are: The Courier"),
        ("snooze us-force target:rule", "is no rule. The nearest are: us-"),
        ("snooze 1 for:2h", "“for” takes no “2h”."),
        ("snooze", "needs what"),
    ],
)
async def test_what_cannot_be_snoozed_names_the_nearest(room: Newsroom, typed: str, told: str) -> None:
    await opened(room)
    assert told in await room.said(typed)


async def test_every_change_is_in_the_audit(room: Newsroom) -> None:
    await opened(room)
    await room.ask("snooze 1 for:1h reason:lunch")
    await room.ask("unsnooze 1")
    rows = await room.db.read(lambda c: c.execute(select(audit).order_by(audit.c.id)).all())
    told = [(row.user, row.what, row.old, row.new) for row in rows if row.what in {"snooze", "unsnooze"}]
    assert told == [
        ("ana", "snooze", None, "story 1 until 2026-09-01 09:30 UTC: lunch"),
        ("ana", "unsnooze", "story 1", None),
    ]


async def test_what_can_be_snoozed_is_suggested(room: Newsroom) -> None:
    await opened(room)
    found = await room.commands.complete(caller(), "snooze", "what", "")
    assert {"1", "us-forces-europe", "us-withdrawal-figure", "The Courier"} <= set(found)
    await room.ask("snooze 1")
    assert await room.commands.complete(caller(), "unsnooze", "silence", "") == ["1"]
