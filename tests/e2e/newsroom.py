"""The whole bot between a feed on this machine and both platforms' fakes, as an operator would run it.

    feeds (bot.demo.FeedServer) -> App -> Slack and Discord in the test's process, commands coming back in

``publish`` brings the next step of the recorded feed, ``poll`` lets a minute of the schedule pass.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from adapters.slack.render import action_of
from bot.app import opened
from bot.clock import SystemClock
from bot.config import Config, Delivery, Discord, Feed, Polling, Slack
from bot.credentials import Credentials
from bot.demo import OUTLETS, FeedServer
from bot.feeds.polling import PollSummary
from bot.secret import Secret
from bot.serving import App
from bot.store import schema
from tests.fakes import discord, slack

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "demo"
TOPIC = "us-forces-europe"
MANAGE_CHANNELS = 1 << 4
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Newsroom:
    """A running App with what surrounds it."""

    app: App
    feeds: FeedServer
    slack: slack.FakeSlack
    discord: discord.FakeDiscord
    channel: Json  # Discord's

    def publish(self, step: int) -> None:
        """Let the feeds hold what they hold at this step of the demonstration (1: before the article)."""
        self.feeds.step = step

    async def poll(self) -> PollSummary:
        """Make every feed due, poll it and deliver what follows."""
        now = self.app.clock.now()
        await self.app.db.tx(lambda connection: connection.execute(update(schema.feed).values(next_due=now)))
        return await self.app.once()

    async def ask_slack(self, words: str, *, user: str = "U0ADMIN") -> str:
        """Run ``/tocsin WORDS`` in Slack and return the text of the answer."""
        return await self.answered_in_slack("slash_commands", self.slack.command(words, user=user))

    async def ask_discord(self, name: str, *, permissions: int = MANAGE_CHANNELS, **options: str) -> str:
        """Run ``/tocsin NAME`` in Discord and return the text of the answer."""
        given: dict[str, Any] = dict(options)
        asked = await self.discord.slash(self.channel, name, permissions=permissions, **given)
        await asked.answered()
        return asked.shown

    async def press_slack(self, action: str, message: Json) -> str:
        """Press a button below a message in Slack and return the text of the answer."""
        (button,) = [one for one in slack_buttons(message) if action_of(one["action_id"]) == action]
        pressed = self.slack.press(button["action_id"], button["value"], message=message, user="U0ADMIN")
        return await self.answered_in_slack("interactive", pressed)

    async def answered_in_slack(self, kind: str, payload: Json) -> str:
        """Send a payload and return the first answer at its own address; the line for the channel comes after it."""
        address = payload["response_url"].rpartition("/")[2]

        def answers() -> list[Json]:
            return [answer for answer in self.slack.answers if answer["to"] == address]

        await self.slack.send(kind, payload)
        await self.slack.wait_for(answers)
        return slack_text(answers()[0])

    async def press_discord(self, action: str, message: Json) -> str:
        """Press a button below a message in Discord and return the text of the answer."""
        (custom_id,) = [one["custom_id"] for one in discord_buttons(message) if action in one["custom_id"]]
        pressed = await self.discord.press(self.channel, message, custom_id)
        await pressed.answered()
        return pressed.shown

    def in_slack(self, thread: str | None = None) -> list[Json]:
        """Return the messages of the Slack channel that alerts are in, or of a thread."""
        return [each for each in self.slack.messages(slack.CHANNEL, thread) if each.get("metadata")]

    def in_discord(self, thread: str | None = None) -> list[Json]:
        """Return the messages of the Discord channel that alerts are in, or of a thread."""
        return [each for each in self.discord.messages(thread or self.channel["id"]) if thread or each["components"]]


@contextlib.asynccontextmanager
async def open_newsroom(folder: Path, *rules: str) -> AsyncIterator[Newsroom]:
    """Run the bot, with further ``rules``, both gateways connected; afterwards nothing may have been unlawful."""
    async with contextlib.AsyncExitStack() as stack:
        feeds = await stack.enter_async_context(FeedServer(SEEDS, SystemClock().now()).running())
        slack_server = await stack.enter_async_context(slack.fake_slack())
        slack_server.workspace.users["U0ADMIN"] = {"is_admin": True}
        discord_server = await stack.enter_async_context(discord.fake_discord())
        guild = discord_server.world.add_guild()
        channel = discord_server.world.add_channel(guild["id"], "alerts")
        config = make_config(feeds.base, slack_url=slack_server.api_url, discord_url=discord_server.api_url)
        config = config.model_copy(update={"rules": (*config.rules, *rules)})
        app = await stack.enter_async_context(opened(config, folder, credentials(), environment={}))
        serving = [asyncio.create_task(gateway.run()) for gateway in app.gateways]
        try:
            await slack_server.wait_for(lambda: slack_server.sockets)
            await discord_server.gateway.ready()
            yield Newsroom(app=app, feeds=feeds, slack=slack_server, discord=discord_server, channel=channel)
        finally:
            for gateway in app.gateways:
                await gateway.close()
            await asyncio.gather(*serving)
        assert discord_server.violations == []


def credentials() -> Credentials:
    """Return the tokens that both fakes accept."""
    return Credentials(
        slack_bot=Secret(slack.BOT_TOKEN), slack_app=Secret(slack.APP_TOKEN), discord=Secret(discord.TOKEN)
    )


def make_config(base: str, *, slack_url: str, discord_url: str) -> Config:
    """Return a configuration with the demonstration's feeds and no channel: those subscribe by command."""
    return Config(
        version=1,
        rules=("pack:us-forces-europe", "pack:un-mandate-peacekeeping"),
        feeds=tuple(Feed(url=f"{base}/{name}.rss", outlet=outlet) for name, outlet in OUTLETS.items()),
        polling=Polling(allow_private=("127.0.0.1",), page_pace=0.0),
        delivery=Delivery(pace=0.0, group_wait=0.0, update_interval=0.0),
        slack=Slack(api_url=slack_url),
        discord=Discord(api_url=discord_url),
    )


def slack_text(message: Json) -> str:
    """Return all that a reader sees of a Slack message, markup included, a block a line."""
    return "\n".join(_words(block) for block in message.get("blocks", [])) or str(message.get("text", ""))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        own = value.get("text")
        shown = own if isinstance(own, str) else value.get("url", "") if value.get("type") == "link" else ""
        return shown + "".join(_words(inner) for key, inner in value.items() if not (key == "text" and own == shown))
    if isinstance(value, list):
        return "".join(_words(inner) for inner in value)
    return ""


def slack_buttons(message: Json) -> list[Json]:
    """Return the buttons below a Slack message."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [button for row in rows for button in row]


def discord_text(message: Json) -> str:
    """Return all that a reader sees of a Discord message, markup included."""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [f"{field['name']} {field['value']}" for field in embed.get("fields", [])]
        parts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(part for part in parts if part)


def discord_buttons(message: Json) -> list[Json]:
    """Return the buttons below a Discord message."""
    return [button for row in message["components"] for button in row["components"]]
