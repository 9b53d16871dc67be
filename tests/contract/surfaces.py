"""Both platforms before one bot: the real clients against the fakes, the real commands behind them.

    typed -> Slack's slash command or Discord's typed options -> the real client -> Commands -> Reply -> what is seen

``Surface.ask`` types one command on one platform and returns what the handler was asked and what came of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from adapters.discord.client import DiscordAccount
from adapters.discord.gateway import DiscordGateway
from adapters.slack.bolt import Backstage
from adapters.slack.gateway import SlackGateway
from adapters.slack.workspaces import OneWorkspace
from bot.clock import SystemClock
from bot.commands.parse import quote
from bot.commands.run import Commands
from bot.commands.spec import CommandSpec, Option
from bot.message import Bullets, Context, Facts, Line, Link, Message, Moment, Paragraph, Quote, Reply
from bot.ports import Caller
from bot.secret import Secret
from rules.vocabulary import Lexicon
from tests.adapters.discord import reading as discord_reading
from tests.adapters.slack import reading as slack_reading
from tests.bot.commands.newsroom import Newsroom
from tests.fakes.discord import TOKEN, FakeDiscord, fake_discord
from tests.fakes.discord.interactions import MANAGE_GUILD
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack, fake_slack

PATIENCE = 30.0
Given = Mapping[str, str]
File = tuple[str, bytes]


@dataclass(slots=True)
class Asked:
    """What the handler was asked on behalf of whom, and what it replied. ``seen`` is what the asker reads of it."""

    caller: Caller
    words: str
    reply: Reply
    seen: str = ""
    buttons: int = 0
    public: list[str] = field(default_factory=list)  # what everybody in the channel reads


class Surface(Protocol):
    """One platform."""

    name: str

    async def ask(self, spec: CommandSpec, given: Given, *, is_admin: bool, file: File | None = None) -> Asked:
        """Run a command with options as a person would."""


class Handler:
    """Passes on to the commands, and remembers."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self.asked: list[Asked] = []

    async def command(self, caller: Caller, words: str) -> Reply:
        reply = await self._commands.handle(caller, words)
        self.asked.append(Asked(caller, words, reply))
        return reply


@dataclass
class OnSlack:
    """Slack."""

    server: FakeSlack
    backstage: Backstage
    handler: Handler
    name: str = "slack"

    async def ask(self, spec: CommandSpec, given: Given, *, is_admin: bool, file: File | None = None) -> Asked:
        """Type the command after ``/tocsin``."""
        user = "U0ADMIN" if is_admin else "U0READER"
        if file is not None:
            given = {**given, "file": self.server.workspace.put_file(*file, user=user)}
        typed = " ".join((spec.name, *(f"{name}:{quote(value)}" for name, value in given.items())))
        payload = self.server.command(typed, user=user)
        address, before = payload["response_url"].rpartition("/")[2], len(self.handler.asked)
        await self.server.acked(await self.server.send("slash_commands", payload))
        await self.server.wait_for(lambda: any(answer["to"] == address for answer in self.server.answers))
        await self.backstage.listener.close(PATIENCE)
        asked = self.handler.asked[before]
        answers = [answer for answer in self.server.answers if answer["to"] == address]
        own = [answer for answer in answers if asked.reply.ephemeral == (answer["response_type"] == "ephemeral")]
        asked.seen = "\n".join(slack_reading.original(slack_reading.read(one.get("blocks", [])).text) for one in own)
        asked.buttons = sum(
            len(block["elements"]) for one in own for block in one.get("blocks", []) if block["type"] == "actions"
        )
        asked.public = [one["text"] for one in answers if one["response_type"] == "in_channel"]
        return asked


@dataclass
class OnDiscord:
    """Discord."""

    server: FakeDiscord
    gateway: DiscordGateway
    handler: Handler
    channel: Any
    name: str = "discord"

    async def ask(self, spec: CommandSpec, given: Given, *, is_admin: bool, file: File | None = None) -> Asked:
        """Fill the options of the registered command in."""
        by_name = {option.name: option for option in spec.options}
        values: dict[str, Any] = {f"{name}_": _typed(by_name[name], value) for name, value in given.items()}
        before, lines = len(self.handler.asked), len(self.server.messages(self.channel["id"]))
        interaction = await self.server.slash(
            self.channel,
            f"{spec.shelf} {spec.name}".strip(),
            permissions=MANAGE_GUILD if is_admin else 0,
            attached={"file": file} if file is not None else None,
            **values,
        )
        await interaction.answered()
        await self.gateway._answers.close(PATIENCE)
        asked = self.handler.asked[before]
        shown = [one for one in (interaction.original, *interaction.follow_ups) if one is not None]
        asked.seen = "\n".join(_read_embeds(one) for one in shown)
        asked.buttons = sum(len(row["components"]) for one in shown for row in one.get("components", []))
        asked.public = [_read_embeds(one) for one in self.server.messages(self.channel["id"])[lines:]]
        return asked


def _typed(option: Option, value: str) -> Any:
    if option.choices == ("true", "false"):
        return value == "true"
    return int(value) if option.between else value


def _read_embeds(message: Any) -> str:
    parts = [message.get("content", "")]
    for embed in message.get("embeds", []):
        parts += [embed.get("title", ""), embed.get("description", "")]
    return "\n".join(discord_reading.read(part).text for part in parts if part)


@dataclass
class Surfaces:
    """The bot and both platforms before it."""

    room: Newsroom
    slack: OnSlack
    discord: OnDiscord

    @property
    def both(self) -> tuple[Surface, Surface]:
        """The platforms."""
        return self.slack, self.discord


@asynccontextmanager
async def open_surfaces(path: Path, lexicon: Lexicon) -> AsyncIterator[Surfaces]:
    """Run both gateways over one bot; at the end no request may have been unlawful."""
    room = Newsroom(path, lexicon)
    handler = Handler(room.commands)
    async with AsyncExitStack() as stack:
        stack.callback(room.db.close)
        slack = await stack.enter_async_context(fake_slack())
        slack.workspace.users["U0ADMIN"] = {"is_admin": True}
        discord = await stack.enter_async_context(fake_discord())
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild["id"], "alerts")
        account = DiscordAccount(Secret(TOKEN), api_url=discord.api_url, call_timeout=10, guild_ready_timeout=0.05)
        stack.push_async_callback(account.close)
        gateway = DiscordGateway(
            account, on_command=handler.command, on_button=room.commands.press, complete=room.commands.complete
        )
        workspaces = OneWorkspace(Secret(BOT_TOKEN), slack.api_url)
        backstage = Backstage(
            workspaces,
            on_command=handler.command,
            on_button=room.commands.press,
            clock=SystemClock(),
            api_url=slack.api_url,
        )
        socket = SlackGateway(Secret(APP_TOKEN), backstage, clock=SystemClock(), ping_interval=1.0)
        serving = [asyncio.create_task(gateway.run()), asyncio.create_task(socket.run())]
        await slack.wait_for(lambda: slack.sockets)
        await discord.gateway.ready()
        try:
            yield Surfaces(room, OnSlack(slack, backstage, handler), OnDiscord(discord, gateway, handler, channel))
        finally:
            await gateway.close()
            await socket.close()
            await asyncio.gather(*serving)
        assert discord.violations == []


def words_to_be_seen(message: Message) -> set[str]:
    """Return the words of an answer that a reader has to see on every platform."""
    texts = [message.heading]
    for block in message.blocks:
        match block:
            case Paragraph() | Context():
                texts.append(_text(block.line))
            case Bullets():
                texts += [_text(line) for line in block.lines]
            case Facts():
                texts += [f"{name} {_text(line)}" for name, line in block.rows]
            case Quote():
                texts.append(block.text)
    return set(re.findall(r"[^\W_]{3,}", " ".join(texts)))


def _text(line: Line) -> str:
    return "".join(
        "" if isinstance(part, Moment) else part.label if isinstance(part, Link) else part.text for part in line
    )
