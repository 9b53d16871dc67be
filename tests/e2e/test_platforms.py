"""From a feed to threads on Slack and Discord at once, and back from commands and buttons.

Both fakes check every request against the platform's limits and, where the reference data is present, its schemas.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import opened
from bot.credentials import Credentials
from bot.errors import DeliveryError, DeliveryReason
from bot.feeds.polling import PollReason
from bot.secret import Secret
from tests.e2e.newsroom import (
    TOPIC,
    Newsroom,
    discord_buttons,
    discord_text,
    make_config,
    open_newsroom,
    slack_buttons,
    slack_text,
)
from tests.fakes.discord import fake_discord
from tests.fakes.slack import APP_TOKEN, fake_slack

LABELS = ["Why", "Sources", "Snooze", "Not relevant", "Follow"]
FIGURE = "40,000–70,000 of up to 100,000 troops"
CHANGE = "40,000–70,000 of up to 100,000 troops → **20,000–30,000 troops**"


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path) as running:
        yield running


@pytest.fixture
async def subscribed(newsroom: Newsroom) -> Newsroom:
    """Both channels follow the topic, and the feeds had their baseline."""
    await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
    await newsroom.ask_discord("subscribe", to=TOPIC, confirm="true")
    polled = await newsroom.poll()
    assert polled.count(PollReason.BASELINE) == 3
    return newsroom


async def test_a_baseline_posts_nothing(subscribed: Newsroom) -> None:
    assert subscribed.in_slack() == []
    assert subscribed.in_discord() == []


async def test_a_story_is_one_thread_on_both_platforms_from_the_first_report_to_the_changed_figure(
    subscribed: Newsroom,
) -> None:
    await _article_rings(subscribed)
    await _rewrite_is_counted(subscribed)
    await _changed_figure_updates(subscribed)


async def _article_rings(newsroom: Newsroom) -> None:
    newsroom.publish(2)
    polled = await newsroom.poll()
    assert polled.items.alerts == 1
    (on_slack,), (on_discord,) = newsroom.in_slack(), newsroom.in_discord()
    for text in (slack_text(on_slack), discord_text(on_discord)):
        assert "NEW · urgent · US forces in Europe" in text
        assert f"{FIGURE}" in text
        assert 'withdraw "40,000 to 70,000 of a total of up to 100,000 troops" from Europe' in text
        assert "Origin: Welt am Sonntag, citing NATO sources (unnamed) · 1 independent origin" in text
    assert [button["text"]["text"] for button in slack_buttons(on_slack)] == LABELS
    assert [button["label"] for button in discord_buttons(on_discord)] == LABELS
    (slack_detail,) = newsroom.in_slack(on_slack["ts"])
    (discord_detail,) = newsroom.in_discord(on_discord["id"])
    assert "In the words of UNN" in slack_text(slack_detail)
    assert "In the words of UNN" in discord_text(discord_detail)


async def _rewrite_is_counted(newsroom: Newsroom) -> None:
    newsroom.publish(3)
    polled = await newsroom.poll()
    assert (polled.items.new, polled.items.alerts) == (1, 0)
    (on_slack,), (on_discord,) = newsroom.in_slack(), newsroom.in_discord()
    for text in (slack_text(on_slack), discord_text(on_discord)):
        assert "NEW · urgent" in text
        assert "1 independent origin · 1 rewrite" in text
    assert len(newsroom.in_slack(on_slack["ts"])) == 1
    assert len(newsroom.in_discord(on_discord["id"])) == 1


async def _changed_figure_updates(newsroom: Newsroom) -> None:
    newsroom.publish(4)
    polled = await newsroom.poll()
    assert (polled.items.new, polled.items.alerts) == (1, 1)
    (on_slack,), (on_discord,) = newsroom.in_slack(), newsroom.in_discord()
    (slack_update,) = [each for each in newsroom.in_slack(on_slack["ts"]) if "UPDATE" in slack_text(each)]
    (discord_update,) = [each for each in newsroom.in_discord(on_discord["id"]) if "UPDATE" in discord_text(each)]
    change = CHANGE.replace("**", "")
    for text in (slack_text(slack_update), slack_text(on_slack)):
        assert "UPDATE · urgent" in text
        assert change in text
        assert "1 independent origin" in text
    for text in (discord_text(discord_update), discord_text(on_discord)):
        assert "UPDATE · urgent" in text
        assert CHANGE in text
        assert "1 independent origin" in text
    updates = (slack_text(slack_update), discord_text(discord_update))
    for text in (*updates, slack_text(on_slack), discord_text(on_discord)):
        assert "1 independent origin · 3 reports in the story" in text
        assert "rewrite" not in text, "the rewrite has the superseded figure"
    assert slack_update["subtype"] == "thread_broadcast"


async def test_a_story_that_was_told_is_not_told_again(subscribed: Newsroom) -> None:
    subscribed.publish(4)
    await subscribed.poll()
    posts = [len(subscribed.slack.called("chat.postMessage")), len(subscribed.discord.sent("create_message"))]
    await subscribed.poll()
    again = [len(subscribed.slack.called("chat.postMessage")), len(subscribed.discord.sent("create_message"))]
    assert again == posts


async def test_the_buttons_say_why_it_rang_and_where_it_came_from(subscribed: Newsroom) -> None:
    subscribed.publish(2)
    await subscribed.poll()
    (on_slack,), (on_discord,) = subscribed.in_slack(), subscribed.in_discord()
    for why in (await subscribed.press_slack("why", on_slack), await subscribed.press_discord("why", on_discord)):
        assert "us-withdrawal-figure" in why
        assert "delivered" in why
    sources = [await subscribed.press_slack("sources", on_slack), await subscribed.press_discord("sources", on_discord)]
    for text in sources:
        assert "UNN" in text
        assert "Welt am Sonntag" in text


async def test_every_command_is_answered_in_slack(subscribed: Newsroom) -> None:
    subscribed.publish(2)
    await subscribed.poll()
    assert "/tocsin subscribe" in await subscribed.ask_slack("help")
    assert "threads" in await subscribed.ask_slack("help subscribe")
    assert "us-forces-europe US forces in Europe – subscribed here" in await subscribed.ask_slack("topics")
    assert "added by ana" in await subscribed.ask_slack("list")
    assert FIGURE in await subscribed.ask_slack("latest")
    assert "no longer follows US forces in Europe" in await subscribed.ask_slack(f"unsubscribe {TOPIC}")
    assert "follows nothing yet" in await subscribed.ask_slack("list")


async def test_every_command_is_answered_in_discord(subscribed: Newsroom) -> None:
    subscribed.publish(2)
    await subscribed.poll()
    assert "/tocsin subscribe" in await subscribed.ask_discord("help")
    assert "threads" in await subscribed.ask_discord("help", command="subscribe")
    assert "US forces in Europe – subscribed here" in await subscribed.ask_discord("topics")
    assert "added by" in await subscribed.ask_discord("list")
    assert FIGURE in await subscribed.ask_discord("latest")
    assert "no longer follows US forces in Europe" in await subscribed.ask_discord("unsubscribe", from_=TOPIC)
    assert "follows nothing yet" in await subscribed.ask_discord("list")


async def test_a_channel_that_unsubscribed_hears_nothing_and_the_other_one_still_does(subscribed: Newsroom) -> None:
    await subscribed.ask_slack(f"unsubscribe {TOPIC}")
    subscribed.publish(2)
    await subscribed.poll()
    assert subscribed.in_slack() == []
    assert len(subscribed.in_discord()) == 1


async def test_who_may_not_change_the_channel_is_told_so_and_nothing_changes(newsroom: Newsroom) -> None:
    refused = [
        await newsroom.ask_slack(f"subscribe {TOPIC}", user="U0GUEST"),
        await newsroom.ask_discord("subscribe", permissions=0, to=TOPIC),
    ]
    for answer in refused:
        assert "is for editors; you are a reader here" in answer
    assert "follows nothing yet" in await newsroom.ask_slack("list")


async def test_a_refused_slack_token_ends_serving_after_one_failing_call(tmp_path: Path) -> None:
    async with fake_slack() as server:
        config = make_config("http://127.0.0.1:9", slack_url=server.api_url, discord_url="http://127.0.0.1:9")
        wrong = Credentials(slack_bot=Secret("xoxb-wrong"), slack_app=Secret(APP_TOKEN))
        async with opened(config, tmp_path, wrong, environment={}) as app:
            with pytest.raises(DeliveryError) as caught:
                await asyncio.wait_for(app.serve(), 10)
    assert caught.value.reason is DeliveryReason.TOKEN_REFUSED
    assert "TOCSIN_SLACK_BOT_TOKEN" in caught.value.detail
    assert [call.method for call in server.calls] == ["auth.test"]


async def test_a_refused_discord_token_ends_serving_after_one_failing_call(tmp_path: Path) -> None:
    async with fake_discord() as server:
        config = make_config("http://127.0.0.1:9", slack_url="http://127.0.0.1:9", discord_url=server.api_url)
        wrong = Credentials(discord=Secret("wrong"))
        async with opened(config, tmp_path, wrong, environment={}) as app:
            with pytest.raises(DeliveryError) as caught:
                await asyncio.wait_for(app.serve(), 10)
    assert caught.value.reason is DeliveryReason.TOKEN_REFUSED
    assert len(server.requests) == 1
