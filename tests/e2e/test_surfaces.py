"""Forms, the App Home and the lives of both connections, with the whole bot behind the real clients."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app import opened
from bot.config import AdminChannel
from bot.credentials import Credentials
from bot.secret import Secret
from bot.serving import App
from bot.store import lanes
from tests.e2e.newsroom import (
    TOPIC,
    Newsroom,
    credentials,
    discord_text,
    make_config,
    open_newsroom,
    slack_text,
)
from tests.fakes import discord, slack
from tests.fakes.discord.interactions import MANAGE_CHANNELS, MANAGE_GUILD

RULES = """version: 1
topic: harbour-dues
title: Harbour dues
rules:
  - id: dues-figure
    title: Harbour dues, any report
    match: '"harbour dues"'
    tests:
      - name: it rings
        text: The port raised its harbour dues on Monday.
        expect: {alert: new}
      - name: it does not
        text: The port was closed on Monday.
        expect: {alert: none}
"""


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "tolls.yaml").write_text(RULES.replace("harbour", "road").replace("dues", "tolls"), encoding="utf-8")
    async with open_newsroom(tmp_path, "rules") as running:
        yield running


async def fill_in_slack(room: Newsroom, words: str, /, *, user: str = "U0ADMIN", **values: str) -> str:
    """Open the form of a command in Slack, submit it, and return the first answer."""
    command = room.slack.command(words, user=user)
    address = command["response_url"].rpartition("/")[2]
    await room.slack.send("slash_commands", command)
    await room.slack.send("interactive", room.slack.submission(await room.slack.opened(), user=user, **values))
    await room.slack.wait_for(lambda: any(answer["to"] == address for answer in room.slack.answers))
    return slack_text(next(answer for answer in room.slack.answers if answer["to"] == address))


async def fill_in_discord(room: Newsroom, name: str, /, *, permissions: int = MANAGE_CHANNELS, **values: str) -> str:
    """Open the form of a command in Discord, submit it, and return the answer."""
    asked = await room.discord.slash(room.channel, name, permissions=permissions)
    await asked.until(lambda each: each.acknowledgements)
    sent = await room.discord.submit(room.channel, asked.modal, permissions=permissions, **values)
    await sent.answered()
    return sent.shown


async def test_a_form_leads_to_the_preview_that_the_typed_command_gives(newsroom: Newsroom) -> None:
    answers = [
        await fill_in_slack(newsroom, "subscribe", to=TOPIC, severity="urgent"),
        await fill_in_discord(newsroom, "subscribe", to=TOPIC, severity="urgent"),
    ]
    for answer in answers:
        assert "US forces in Europe" in answer
        assert "urgent" in answer
        assert "Nothing is changed yet" in answer


async def test_settings_come_filled_in_and_only_what_is_changed_is_set(newsroom: Newsroom) -> None:
    await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
    assert "Set: threads broadcast → edit." in await fill_in_slack(newsroom, "settings", threads="edit")
    await newsroom.slack.send("slash_commands", newsroom.slack.command("settings", user="U0ADMIN"))
    view = await newsroom.slack.opened()
    (threads,) = [block["element"] for block in view["blocks"] if block["block_id"] == "threads"]
    assert threads["initial_option"]["value"] == "edit"
    assert "threads broadcast → threads edit" in await newsroom.ask_slack("audit")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(RULES, "can be used", id="a good file"),
        pytest.param(RULES.replace("match:", "mach:"), "harbour.yaml:7", id="a misspelt key"),
        pytest.param("<html>", "harbour.yaml", id="no rule file"),
        pytest.param("- [" * 900, "harbour.yaml", id="a deep one"),
    ],
)
async def test_pasted_rules_are_judged_with_file_and_line(newsroom: Newsroom, text: str, said: str) -> None:
    values = {"do": "validate", "name": "harbour.yaml", "text": text}
    assert said in await fill_in_slack(newsroom, "rules apply", **values)
    assert said in await fill_in_discord(newsroom, "rules apply", permissions=MANAGE_GUILD, **values)


async def test_who_is_no_admin_gets_no_form_for_rules_and_cannot_submit_one(newsroom: Newsroom) -> None:
    assert "is for admins; you are a reader" in await newsroom.ask_slack("rules apply", user="U0READER")
    assert "is for admins; you are a reader" in await newsroom.ask_discord("rules apply", permissions=0)
    await newsroom.slack.send("slash_commands", newsroom.slack.command("rules apply", user="U0ADMIN"))
    view = await newsroom.slack.opened()
    values = {"do": "apply", "name": "harbour.yaml", "text": RULES}
    before = len(newsroom.slack.answers)
    await newsroom.slack.send("interactive", newsroom.slack.submission(view, user="U0READER", **values))
    await newsroom.slack.wait_for(lambda: len(newsroom.slack.answers) > before)
    assert "is for admins; you are a reader" in slack_text(newsroom.slack.answers[-1])
    assert "harbour-dues" not in newsroom.app.commands.topics


async def test_the_home_of_a_member_shows_what_the_channels_follow(newsroom: Newsroom) -> None:
    await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
    newsroom.slack.channel(slack.CHANNEL).members.add("U0MEMBER")
    for user in ("U0MEMBER", "U0STRANGER"):
        await newsroom.slack.send("events_api", newsroom.slack.event("app_home_opened", user=user, tab="home"))
    homes = newsroom.slack.workspace.homes
    await newsroom.slack.wait_for(lambda: len(homes) == 2)
    assert TOPIC in slack_text(homes["U0MEMBER"])
    assert TOPIC not in slack_text(homes["U0STRANGER"])
    assert "feed" in slack_text(homes["U0STRANGER"]).lower()


async def test_a_channel_that_was_archived_rests_at_once_and_goes_on_when_it_is_back(newsroom: Newsroom) -> None:
    await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
    await newsroom.poll()
    state = newsroom.slack.channel(slack.CHANNEL)
    lane = f"slack:{slack.WORKSPACE}:{slack.CHANNEL}"

    async def tell(kind: str, *, is_archived: bool) -> None:
        state.is_archived = is_archived
        await newsroom.slack.send("events_api", newsroom.slack.event(kind, channel=slack.CHANNEL, user="U0BEN"))

        async def is_told() -> bool:
            return (lane in await standing_still(newsroom.app)) is is_archived

        await until(is_told)

    await tell("channel_archive", is_archived=True)
    posts = len(newsroom.slack.called("chat.postMessage"))
    newsroom.publish(2)
    await newsroom.poll()
    assert len(newsroom.slack.called("chat.postMessage")) == posts
    await tell("channel_unarchive", is_archived=False)
    newsroom.publish(4)
    await newsroom.poll()
    assert ["20,000–30,000 troops" in slack_text(message) for message in newsroom.in_slack()] == [True]


async def test_a_permission_given_back_sends_what_was_kept(newsroom: Newsroom) -> None:
    await newsroom.ask_discord("subscribe", to=TOPIC, confirm="true")
    await newsroom.poll()
    lane = f"discord:{newsroom.channel['guild_id']}:{newsroom.channel['id']}"
    newsroom.discord.faults.always("create_message", "error 50013")
    newsroom.publish(2)
    await newsroom.poll()
    assert (await standing_still(newsroom.app))[lane] == "no_permission"
    newsroom.discord.faults.clear()
    everyone = newsroom.discord.world.guilds[newsroom.channel["guild_id"]]["roles"][0]
    role = everyone | {"permissions": str(1 << 10 | 1 << 11 | 1 << 14)}
    given = {"guild_id": newsroom.channel["guild_id"], "role": role}
    await newsroom.discord.gateway.dispatch("GUILD_ROLE_UPDATE", given)

    async def is_back() -> bool:
        return lane not in await standing_still(newsroom.app)

    await until(is_back)
    await newsroom.app.dispatcher.drain()
    assert ["NEW · urgent" in discord_text(message) for message in newsroom.in_discord()] == [True]


async def standing_still(app: App) -> dict[str, str]:
    return dict(await app.db.read(lanes.standing_still))


async def until(condition: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(15):
        while not await condition():  # noqa: ASYNC110 - rows change, and nobody is told
            await asyncio.sleep(0.02)


Served = tuple[App, slack.FakeSlack, discord.FakeDiscord, dict[str, Any], asyncio.Task[None]]


@contextlib.asynccontextmanager
async def serving(folder: Path, tokens: Credentials) -> AsyncIterator[Served]:
    """Serve on both platforms with an admin channel on each."""
    async with slack.fake_slack() as on_slack, discord.fake_discord() as on_discord:
        guild = on_discord.world.add_guild()
        channel = on_discord.world.add_channel(guild["id"], "admins")
        config = make_config("http://127.0.0.1:9", slack_url=on_slack.api_url, discord_url=on_discord.api_url)
        admins = (
            AdminChannel(platform="slack", workspace=slack.WORKSPACE, channel=slack.CHANNEL),
            AdminChannel(platform="discord", workspace=guild["id"], channel=channel["id"]),
        )
        config = config.model_copy(update={"feeds": (), "admin_channels": admins})
        async with opened(config, folder, tokens, environment={}) as app:
            task = asyncio.create_task(app.serve())
            try:
                yield app, on_slack, on_discord, channel, task
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        assert on_discord.violations == []


async def test_a_refused_slack_token_is_tried_once_and_told_on_discord_while_serving_goes_on(tmp_path: Path) -> None:
    tokens = Credentials(
        slack_bot=Secret("xoxb-wrong"), slack_app=Secret(slack.APP_TOKEN), discord=Secret(discord.TOKEN)
    )
    async with serving(tmp_path, tokens) as (app, on_slack, on_discord, channel, task):
        await on_discord.arrived("create_message")
        (notice,) = on_discord.messages(channel["id"])
        await on_discord.gateway.ready()
        asked = await on_discord.slash(channel, "status")
        await asked.answered()
        assert not task.done()
        still = await standing_still(app)
    assert "Everything for slack is paused and kept" in discord_text(notice)
    assert "is refused" in discord_text(notice)
    assert [call.method for call in on_slack.calls] == ["auth.test"]
    assert still == {"slack": "token_refused"}


async def test_a_discord_token_revoked_later_is_tried_once_and_told_on_slack(tmp_path: Path) -> None:
    async with serving(tmp_path, credentials()) as (app, on_slack, on_discord, _, task):
        await on_discord.gateway.ready()
        await on_slack.wait_for(lambda: on_slack.sockets)
        on_discord.token = on_discord.world.token = "a new one"
        before = len(on_discord.requests)
        await on_discord.gateway.close(4004)
        await on_slack.wait_for(on_slack.messages)
        (notice,) = on_slack.messages()
        assert not task.done()
        await app.dispatcher.drain()
        made = [request for request in on_discord.requests[before:] if request.operation != "get_gateway"]
    assert "Everything for discord is paused and kept" in slack_text(notice)
    assert made == []
