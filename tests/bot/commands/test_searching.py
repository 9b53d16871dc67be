"""``search``: the archive from the chat."""

from __future__ import annotations

import pytest

from tests.bot.commands.newsroom import CHEESE, RANGE, Newsroom, caller


async def archive(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE, hours=5)
    await room.publish("The Wire", "US may withdraw up to 70,000 troops", RANGE, hours=2)


async def test_a_hit_names_title_outlet_story_alert_and_a_whole_sentence(room: Newsroom) -> None:
    await archive(room)
    said = await room.said("search withdraw*")
    assert "US may withdraw up to 70,000 troops <https://the-wire.example/" in said
    assert "– The Wire · story 2 · alert 1 · “NATO sources expect Washington to withdraw" in said
    assert "1 article, page 1 of 1" in said


@pytest.mark.parametrize(
    "typed",
    [
        'search "aged cheese"',
        'search query:"\\"aged cheese\\""',
        "search “aged cheese”",
        "search cheese -troops",
        "search gouda: cheese",
    ],
)
async def test_phrases_and_minus_work_however_they_are_typed(room: Newsroom, typed: str) -> None:
    await archive(room)
    said = await room.said(typed)
    assert "Cheese fair opens" in said
    assert "The Wire" not in said


async def test_a_phrase_is_a_phrase(room: Newsroom) -> None:
    await archive(room)
    assert "Nothing in the archive fits" in await room.said('search "cheese aged"')


async def test_filters_narrow_and_are_named_when_nothing_is_left(room: Newsroom) -> None:
    await archive(room)
    assert "Cheese fair" in await room.said('search cheese source:"the courier"')
    said = await room.said('search cheese source:"The Wire" since:1h')
    assert "Leave out since or source" in said
    assert "70,000" in await room.said("search troops topic:us-forces-europe")
    assert "Leave out topic" in await room.said("search cheese topic:us-forces-europe")


async def test_pages_turn_by_buttons_and_keep_the_query(room: Newsroom) -> None:
    for number in range(7):
        await room.publish("The Courier", f"Cheese fair day {number}", f"{CHEESE} Day {number}.", hours=number + 1)
    first = await room.ask('search "cheese fair" -moon')
    (older,) = first.message.buttons
    said = await room.said(older.value)
    assert "page 2 of 2" in said
    assert "Cheese fair day 6" in said
    assert "There is no page 9: 7 articles fit on 2." in await room.said("search cheese page:9")


async def test_baseline_articles_are_found(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE, rings=False)
    assert "Cheese fair opens" in await room.said("search cheese")


async def test_an_edited_article_is_found_by_its_new_words(room: Newsroom) -> None:
    url = await room.publish("The Courier", "Cheese fair opens", CHEESE)
    await room.publish("The Courier", "Cheese fair opens", CHEESE.replace("Gouda", "Edam"), url=url)
    assert "Cheese fair opens" in await room.said("search edam")
    assert "Nothing in the archive" in await room.said("search gouda")


@pytest.mark.parametrize("typed", ["search -only", "search !!!", "search AND", 'search """'])
async def test_a_query_without_words_says_what_to_write(room: Newsroom, typed: str) -> None:
    said = await room.said(typed)
    assert "phrases" in said or "minus" in said


async def test_outlets_are_suggested(room: Newsroom) -> None:
    await archive(room)
    assert await room.commands.complete(caller(), "search", "source", "wi") == ["The Wire"]
