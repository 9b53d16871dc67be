"""A story in one's own direct messages: through the outbox, ended by the follower, or when nobody can be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.store import lanes
from bot.store.schema import follow, outbox
from tests.bot.commands.newsroom import CHEESE, DIRECT, LOWER, RANGE, RIVAL, Newsroom, caller, words_of


async def letters(room: Newsroom) -> list[Any]:
    rows = await room.db.read(lambda c: c.execute(select(outbox).order_by(outbox.c.id)).all())
    return [row for row in rows if row.lane == str(DIRECT)]


async def rung(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=3)


async def test_the_button_follows_and_each_change_comes_as_a_letter(room: Newsroom) -> None:
    await rung(room)
    reply = await room.press("follow", "1", role="reader")
    assert "You hear of each change of story 1 in a direct message." in words_of(reply.message)
    assert reply.announce is None
    assert await letters(room) == []
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    (letter,) = await letters(room)
    assert (letter.op, letter.thread_id, letter.state) == ("post", None, "ready")
    assert "20,000–30,000" in str(letter.body)
    assert [one["label"] for one in letter.body["buttons"]] == ["Why", "Sources", "Unfollow"]
    assert "1 message since" in await room.said("follow", role="reader")


async def test_a_rewrite_or_another_story_writes_no_letter(room: Newsroom) -> None:
    await rung(room)
    await room.ask("follow 1")
    await room.publish("The Mirror", "US may withdraw up to 70,000 troops", RANGE, hours=2)
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    assert await letters(room) == []


async def test_following_twice_is_one_letter_and_other_people_have_their_own(room: Newsroom) -> None:
    await rung(room)
    await room.ask("follow 1")
    assert "You follow story 1." in await room.said("follow 1")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    assert len(await letters(room)) == 1


async def test_a_silence_of_the_channel_is_none_of_the_followers(room: Newsroom) -> None:
    await rung(room)
    await room.ask("follow 1")
    await room.ask("snooze 1 for:7d")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    assert len(await letters(room)) == 1


async def test_whoever_unfollows_hears_no_more(room: Newsroom) -> None:
    await rung(room)
    await room.ask("follow 1")
    assert "You hear no more of story 1" in await room.said("unfollow 1")
    assert "You do not follow story 1" in await room.said("unfollow 1")
    assert "You follow no story" in await room.said("unfollow")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    assert await letters(room) == []
    (row,) = await room.db.read(lambda c: c.execute(select(follow)).all())
    assert row.ended_by == "ana"


async def test_a_merged_story_is_followed_where_it_went(room: Newsroom) -> None:
    await rung(room)
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    await room.ask("follow 2")
    await room.ask("merge 2 into:1")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=1)
    assert len(await letters(room)) == 1
    assert "You hear no more" in await room.said("unfollow 1")


async def test_who_cannot_be_reached_any_more_is_given_up(room: Newsroom) -> None:
    await rung(room)
    await room.ask("follow 1")
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=2)
    await room.db.tx(lambda c: lanes.park(c, str(DIRECT), "no_permission", "takes no direct messages"))
    await room.publish("The Times", "US may withdraw 90,000 troops", RIVAL, hours=1)
    (letter,) = await letters(room)
    assert (letter.state, letter.error) == ("dropped", "follow ended: the follower could not be reached")
    (row,) = await room.db.read(lambda c: c.execute(select(follow)).all())
    assert row.ended_by == "could not be reached"
    assert await room.db.read(lanes.standing_still) == []


async def test_where_there_are_no_direct_messages_the_answer_says_so(room: Newsroom) -> None:
    await rung(room)
    nobody = replace(caller("reader"), direct=None)
    assert "There are no direct messages here" in words_of((await room.commands.press(nobody, "follow", "1")).message)
    assert "Alert 99 is not known any more" in words_of((await room.press("follow", "99")).message)
    assert "You follow no story" in await room.said("follow")
