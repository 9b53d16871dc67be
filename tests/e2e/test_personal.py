"""What is for one person: files that only the asker gets, and the letters of a story that somebody follows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.schema import follow
from tests.e2e.newsroom import TOPIC, Newsroom, discord_buttons, discord_text, open_newsroom, slack_buttons, slack_text

Json = dict[str, Any]


@pytest.fixture
async def rung(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """Both channels follow the topic, and the story has rung in both."""
    async with open_newsroom(tmp_path) as newsroom:
        await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
        await newsroom.ask_discord("subscribe", to=TOPIC, confirm="true")
        await newsroom.poll()
        newsroom.publish(2)
        await newsroom.poll()
        yield newsroom


def direct_in_slack(newsroom: Newsroom) -> list[Json]:
    return newsroom.slack.messages("D0ADMIN")


def direct_in_discord(newsroom: Newsroom) -> list[Json]:
    world = newsroom.discord.world
    return [
        one for number, kept in world.channels.items() if kept["type"] == 1 for one in world.messages[number].values()
    ]


async def test_the_preview_subscribes_by_its_button_on_both_platforms(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as newsroom:
        preview = await newsroom.ask_slack(f"subscribe {TOPIC}")
        assert "It would have rung" in preview
        assert "Permissions there" in preview
        shown = next(one for one in newsroom.slack.answers if "blocks" in one and slack_buttons(one))
        assert "now follows US forces in Europe" in await newsroom.press_slack(
            "take", {**shown, "ts": "1700000000.000001"}
        )
        asked = await newsroom.discord.slash(newsroom.channel, "subscribe", permissions=16, to=TOPIC)
        await asked.answered()
        assert "Nothing is changed yet" in asked.shown
        assert asked.original is not None
        (custom_id,) = [one["custom_id"] for one in discord_buttons(asked.original) if "take" in one["custom_id"]]
        pressed = await newsroom.discord.press(newsroom.channel, asked.original, custom_id, permissions=16)
        await pressed.answered()
        assert "now follows US forces in Europe" in pressed.shown


async def test_a_file_in_slack_goes_to_the_askers_direct_messages(rung: Newsroom) -> None:
    said = await rung.ask_slack("figures csv:true")
    assert "tocsin-figures.csv: in your direct messages with Tocsin." in said
    (message,) = direct_in_slack(rung)
    assert message["files"][0]["name"] == "tocsin-figures.csv"


async def test_a_file_on_discord_comes_with_the_answer(rung: Newsroom) -> None:
    asked = await rung.discord.slash(rung.channel, "figures", csv="true")
    await asked.answered()
    assert asked.is_ephemeral
    assert asked.original is not None
    assert [one["filename"] for one in asked.original["attachments"]] == ["tocsin-figures.csv"]


async def test_whoever_follows_gets_a_letter_on_both_platforms(rung: Newsroom) -> None:
    (in_slack,), (in_discord,) = rung.in_slack(), rung.in_discord()
    assert "You hear of each change of story" in await rung.press_slack("follow", in_slack)
    assert "You hear of each change of story" in await rung.press_discord("follow", in_discord)
    rung.publish(4)
    await rung.poll()
    (slack_letter,), (discord_letter,) = direct_in_slack(rung), direct_in_discord(rung)
    for text in (slack_text(slack_letter), discord_text(discord_letter)):
        assert "UPDATE · urgent" in text
        assert "20,000–30,000 troops" in text
        assert "You follow story" in text
    labels = [button["text"]["text"] for button in slack_buttons(slack_letter)]
    assert labels == ["Why", "Sources", "Unfollow"]


async def test_somebody_whose_account_is_gone_is_told_so(rung: Newsroom) -> None:
    (in_slack,) = rung.in_slack()
    (button,) = [one for one in slack_buttons(in_slack) if one["text"]["text"] == "Follow"]
    pressed = rung.slack.press(button["action_id"], button["value"], message=in_slack, user="U0GONE")
    said = await rung.answered_in_slack("interactive", pressed)
    assert "You cannot be written to" in said
    assert await rung.app.db.read(lambda c: c.execute(select(follow)).all()) == []
