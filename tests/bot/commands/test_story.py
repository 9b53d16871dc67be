"""``story``: the page of one event."""

from __future__ import annotations

import pytest

from tests.bot.commands.newsroom import CHEESE, ELSEWHERE, HERE, LOWER, RANGE, Newsroom, caller, slack_link


async def told(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=30, url="https://c.example/1")
    await room.publish("The Mirror", "US may withdraw 70,000 troops", RANGE, hours=29)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=2)
    await room.deliver()


async def test_a_story_shows_state_origins_figures_and_timeline_in_this_order(room: Newsroom) -> None:
    await told(room)
    said = await room.said("story 1")
    places = [said.index(word) for word in ("story 1 · open", "Origins", "Figures", "Timeline")]
    assert places == sorted(places)
    assert said.startswith("US may withdraw up to 70,000 troops")
    assert "3 items by 3 outlets" in said
    assert "Welt am Sonntag < NATO sources (unnamed) – in The Courier, The Mirror, The Wire, 1 rewrite" in said
    assert "was 40,000–70,000 troops" in said
    assert "UPDATE · urgent" in said
    assert said.index("UPDATE") < said.index("NEW · urgent")


async def test_three_values_of_a_figure_are_shown_as_its_history(room: Newsroom) -> None:
    await told(room)
    third = LOWER.replace("20,000 to 30,000", "10,000 to 12,000")
    await room.publish("The Wire", "US may now withdraw up to 12,000 troops", third, hours=1)
    said = await room.said("story 1")
    assert (
        "history: 40,000–70,000 troops (31 Aug) → 20,000–30,000 troops (01 Sep) → 10,000–12,000 troops (01 Sep)" in said
    )


@pytest.mark.parametrize(
    "given",
    ["", " #1", " https://c.example/1", f" {slack_link(str(HERE), '1700000001.000001')}"],
    ids=["newest", "number", "article", "message"],
)
async def test_a_story_is_found_by_number_article_message_or_as_the_newest(room: Newsroom, given: str) -> None:
    await told(room)
    assert "story 1 · open" in await room.said(f"story{given}")


async def test_the_thread_is_linked_only_in_its_own_channel(room: Newsroom) -> None:
    await told(room)
    assert "its thread here <https://desk.slack.com/archives/C1/p" in await room.said("story 1")
    assert "slack.com" not in await room.said("story 1", place=ELSEWHERE)


async def test_a_story_that_got_no_news_for_long_is_quiet(room: Newsroom) -> None:
    await told(room)
    room.clock.advance(11 * 86400)
    assert "story 1 · quiet, last item 11.1 d ago" in await room.said("story 1")


async def test_a_story_without_claims_or_alerts_has_no_empty_sections(room: Newsroom) -> None:
    await room.publish("The Courier", "Cheese fair opens", CHEESE)
    said = await room.said("story 1")
    assert "no source named: The Courier" in said
    assert "Figures" not in said
    assert "Timeline" not in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("story 99", "There is no such story"),
        ("story cheese", "“cheese” is no story"),
        ("story https://nowhere.example/x", "has never seen"),
        ("story", "Nothing has rung in this channel yet"),
    ],
)
async def test_what_is_no_story_gets_a_clear_sentence(room: Newsroom, typed: str, sentence: str) -> None:
    assert sentence in await room.said(typed)


async def test_its_buttons_lead_to_the_newest_alert(room: Newsroom) -> None:
    await told(room)
    why, sources = (await room.ask("story 1")).message.buttons
    assert "Why this rang" in await room.said(why.value)
    assert "1 rewrite" in await room.said(sources.value)


async def test_stories_of_the_channel_are_suggested(room: Newsroom) -> None:
    await told(room)
    assert await room.commands.complete(caller(), "story", "id", "") == ["1"]
