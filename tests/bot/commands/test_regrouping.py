"""Merging and splitting stories, undoing it, and what the clustering learns of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.store.schema import alert, item, mention, outbox, thread
from tests.bot.commands.newsroom import CHEESE, RANGE, Newsroom, words_of

OTHER = (
    "The Pentagon chief spoke in Warsaw. Washington will deploy 12,000 US troops to Poland, he said on Monday at a "
    "press conference with the Polish defence minister."
)


async def stories_of(room: Newsroom) -> list[int]:
    return list((await room.db.read(lambda c: c.execute(select(item.c.story_id).order_by(item.c.id)))).scalars())


async def two(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=3, url="https://c.example/1")
    await room.publish(
        "The Wire", "Pentagon chief promises Warsaw more troops", OTHER, hours=2, url="https://w.example/2"
    )
    await room.deliver()
    assert await stories_of(room) == [1, 2]


async def test_a_merge_moves_items_mentions_alerts_and_answers_with_the_story(room: Newsroom) -> None:
    await two(room)
    reply = await room.ask("merge 2 into:1")
    assert await stories_of(room) == [1, 1]
    assert set((await room.db.read(lambda c: c.execute(select(mention.c.story_id)))).scalars()) == {1}
    assert set((await room.db.read(lambda c: c.execute(select(alert.c.story_id)))).scalars()) == {1}
    assert reply.announce is not None
    assert "ana merged 1 item of story 2 into story 1" in words_of(reply.announce)
    assert "2 items by 2 outlets" in words_of(reply.message)
    assert "story 1 · open" in await room.said("story 2")


async def test_after_a_merge_the_clustering_puts_more_of_the_same_into_the_merged_story(room: Newsroom) -> None:
    await two(room)
    await room.ask("merge 2 into:1")
    await room.publish("The Mirror", "Pentagon chief promises Warsaw more troops", OTHER, hours=1)
    assert await stories_of(room) == [1, 1, 1]


async def test_undoing_a_merge_puts_everything_back(room: Newsroom) -> None:
    await two(room)
    before = (await stories_of(room), await threads_of(room))
    reply = await room.ask("merge 2 into:1")
    assert reply.announce is not None
    (undo,) = reply.announce.buttons
    said = words_of((await room.press(undo.action, undo.value)).message)
    assert "took merge 1 back: 1 item went back to story 2" in said
    assert (await stories_of(room), await threads_of(room)) == before
    assert "story 2 · open" in await room.said("story 2")
    assert "no merge or split 1 that could be undone" in await room.said("merge undo:1")
    await room.publish("The Mirror", "Pentagon chief promises Warsaw more troops", OTHER, hours=1)
    assert await stories_of(room) == [1, 2, 2]


async def test_the_channel_keeps_one_thread_and_its_head_is_brought_up_to_date(room: Newsroom) -> None:
    await two(room)
    await room.ask("merge 2 into:1")
    assert sorted(await threads_of(room)) == [(1, 1, "open"), (2, 1, "closed")]
    edits = await room.db.read(
        lambda c: c.execute(select(outbox).where(outbox.c.op == "edit", outbox.c.state == "ready")).all()
    )
    assert [row.thread_id for row in edits] == [1]
    assert "12,000" in str(edits[0].body)


async def test_a_split_makes_a_story_of_its_own_that_draws_its_kind(room: Newsroom) -> None:
    await two(room)
    await room.ask("merge 2 into:1")
    reply = await room.ask("split 1 items:2")
    assert reply.announce is not None
    assert "ana split 1 item of story 1 into story 3" in words_of(reply.announce)
    assert await stories_of(room) == [1, 3]
    await room.publish("The Mirror", "Pentagon chief promises Warsaw more troops", OTHER, hours=1)
    assert await stories_of(room) == [1, 3, 3]
    await room.ask("split undo:2")
    assert await stories_of(room) == [1, 1, 3]


async def test_items_are_named_by_address_too_and_why_tells_of_the_move(room: Newsroom) -> None:
    await two(room)
    await room.ask("merge 2 into:1")
    await room.ask("split 1 items:https://w.example/2")
    assert await stories_of(room) == [1, 3]
    said = await room.said("why url:https://w.example/2")
    assert "story: moved – story 1: merged from story 2 by ana" in said
    assert "story: moved – story 3: split from story 1 by ana" in said
    assert "item 2" in await room.said("sources 2")


async def test_the_index_is_right_after_a_restart(room: Newsroom) -> None:
    await two(room)
    await room.ask("merge 2 into:1")
    await room.db.tx(room.pipeline.load_index)
    await room.publish("The Mirror", "Pentagon chief promises Warsaw more troops", OTHER, hours=1)
    assert await stories_of(room) == [1, 1, 1]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("merge", "needs two stories"),
        ("merge 1", "needs two stories"),
        ("merge 1 into:1", "Both are story 1 already"),
        ("merge 1 into:99", "There is no such story"),
        ("merge undo:7", "no merge or split 7"),
        ("split 1", "needs a story and items"),
        ("split 1 items:1", "all items of story 1"),
        ("split 1 items:2", "Item 2 is not in story 1"),
        ("split 1 items:cheese", "“cheese” is no item"),
        ("split 1 items:,", "items is empty"),
    ],
)
async def test_what_cannot_be_done_says_why(room: Newsroom, typed: str, told: str) -> None:
    await two(room)
    assert told in await room.said(typed)
    assert await stories_of(room) == [1, 2]


async def test_a_story_without_alerts_can_be_merged(room: Newsroom) -> None:
    await two(room)
    await room.publish("The Mirror", "Cheese fair opens", CHEESE)
    await room.ask("merge 3 into:2")
    assert await stories_of(room) == [1, 2, 2]


async def threads_of(room: Newsroom) -> list[tuple[int, int, str]]:
    rows = await room.db.read(lambda c: c.execute(select(thread.c.id, thread.c.story_id, thread.c.state)).all())
    return [(row.id, row.story_id, row.state) for row in rows]
