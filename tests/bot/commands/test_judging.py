"""Feedback on alerts and reports of what was missed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.ports import Caller, Place
from bot.store.schema import feedback, missed
from tests.bot.commands.newsroom import CHEESE, HERE, RANGE, Newsroom, caller, words_of


async def rung(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, url="https://c.example/1")
    await room.deliver()


async def verdicts(room: Newsroom) -> list[tuple[str, str]]:
    rows = await room.db.read(lambda c: c.execute(select(feedback.c.user, feedback.c.verdict)).all())
    return [(row.user, row.verdict) for row in rows]


async def test_the_button_keeps_the_verdict_and_offers_the_others(room: Newsroom) -> None:
    await rung(room)
    reply = await room.press("irrelevant", "1", role="reader")
    assert await verdicts(room) == [("U-ana", "not_relevant")]
    assert reply.ephemeral
    assert reply.announce is None
    assert [button.label for button in reply.message.buttons] == [
        "Relevant",
        "Duplicate",
        "Wrong figure",
        "Wrong source",
    ]
    wrong = reply.message.buttons[2]
    said = words_of((await room.press(wrong.action, wrong.value, role="reader")).message)
    assert await verdicts(room) == [("U-ana", "wrong_figure")]
    assert "So far: 1 wrong figure." in said


async def test_each_person_has_one_word(room: Newsroom) -> None:
    await rung(room)
    ben = Caller(place=HERE, user="U-ben", user_name="ben")
    await room.commands.press(caller("reader"), "irrelevant", "1")
    await room.commands.press(caller("reader"), "irrelevant", "1")
    reply = await room.commands.press(ben, "irrelevant", "1")
    assert "So far: 2 not relevant." in words_of(reply.message)


async def test_what_was_said_is_counted_for_each_rule(room: Newsroom) -> None:
    await rung(room)
    await room.ask("feedback 1 verdict:duplicate")
    said = await room.said("feedback")
    assert "(us-withdrawal-figure): 1 duplicate" in said
    room.clock.advance(31 * 86400)
    assert "Nobody has judged an alert" in await room.said("feedback")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("feedback 99 verdict:duplicate", "There is no alert 99"),
        ("feedback 1 verdict:bad", "“verdict” takes no “bad”."),
        ("feedback 1", "Say what you think of it with verdict:"),
        ("missed nonsense", "is no web address"),
        ("missed https://c.example/1", "did ring here: /tocsin why 1"),
    ],
)
async def test_what_cannot_be_kept_is_explained(room: Newsroom, typed: str, told: str) -> None:
    await rung(room)
    assert told in await room.said(typed)


async def test_pressing_on_an_alert_that_is_gone_is_answered(room: Newsroom) -> None:
    assert "not known any more" in words_of((await room.press("irrelevant", "7")).message)


async def test_a_missed_article_is_kept_with_the_stage_that_stopped_it(room: Newsroom) -> None:
    url = await room.publish("The Courier", "Cheese fair opens", CHEESE)
    said = await room.said(f'missed {url} note:"names a record"')
    assert "Kept as case 1: it ended at “rules: none”" in said
    assert "The rules that came nearest:" in said
    (row,) = await room.db.read(lambda c: c.execute(select(missed)).all())
    assert (row.stage, row.note, row.user, row.item_id) == ("rules: none", "names a record", "ana", 1)


async def test_an_article_that_no_feed_has_is_kept_too(room: Newsroom) -> None:
    said = await room.said("missed https://example.org/news/withdrawal")
    assert "Kept as case 1: it ended at “never seen”" in said
    assert "No feed of this site is polled" in said
    said = await room.said("feedback")
    assert "1 article reported as missed" in said
    assert "https://example.org/news/withdrawal" in said.partition("Missed here, the newest first:")[2]


async def test_what_was_missed_is_shown_to_those_who_write_rules_and_to_no_other_workspace(room: Newsroom) -> None:
    url = await room.publish("The Courier", "Cheese fair opens", CHEESE)
    await room.ask(f'missed {url} note:"names a record"')
    elsewhere = Place(platform="slack", workspace="T2", channel="C1")
    assert f"Cheese fair opens <{url}> – names a record · ended at “rules: none”" in await room.said("feedback")
    assert "Cheese fair" not in await room.said("feedback", place=elsewhere)
