"""A gateway that runs against the fake Slack, and the application behind it, which remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.bolt import Backstage
from adapters.slack.gateway import SlackGateway
from adapters.slack.workspaces import OneWorkspace
from bot.clock import SystemClock
from bot.message import Message, MessageKind, Paragraph, Reply, Text
from bot.ports import Caller, Form, FormField, Place, PlaceChange
from bot.secret import Secret
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack


def reply(text: str, **extra: Any) -> Reply:
    message = Message(kind=MessageKind.REPLY, heading="", fallback=text, blocks=(Paragraph((Text(text),)),))
    return Reply(message=message, **extra)


FORM = Form(
    command="subscribe",
    title="Subscribe this channel to a topic",
    submit="Subscribe",
    fields=(
        FormField(
            name="to",
            label="Topic",
            hint="What to follow",
            choices=(("grain-corridor", "Grain corridor"), ("bases-germany", "Bases in Germany")),
            required=True,
        ),
        FormField(name="threads", label="Threads", choices=(("thread", "thread"), ("edit", "edit")), value="edit"),
        FormField(name="filter", label="Filter", hint="A further query"),
        FormField(name="notes", label="Notes", is_long=True, limit=9_000, value="first line\nsecond line"),
    ),
)


@dataclass
class Desk:
    """Handlers that remember what they were asked. ``form`` is opened for the words in ``forms``."""

    asked: list[tuple[Caller, str]] = field(default_factory=list)
    pressed: list[tuple[Caller, str, str]] = field(default_factory=list)
    answer: Reply = field(default_factory=lambda: reply("Done."))
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False
    form: Form | None = FORM
    opened: list[tuple[Caller, str]] = field(default_factory=list)
    submitted: list[tuple[Caller, str, dict[str, str]]] = field(default_factory=list)
    moved: list[tuple[tuple[Place, ...], PlaceChange, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def command(self, caller: Caller, words: str) -> Reply:
        self.asked.append((caller, words))
        await self.gate.wait()
        if self.fails:
            raise RuntimeError("boom")
        return self.answer

    async def button(self, caller: Caller, action: str, value: str) -> Reply:
        self.pressed.append((caller, action, value))
        return self.answer

    def asks(self, words: str) -> bool:
        return words in {"subscribe", "rules apply"}

    async def open(self, caller: Caller, words: str) -> Form | None:
        self.opened.append((caller, words))
        return self.form

    async def submit(self, caller: Caller, command: str, values: Mapping[str, str]) -> Reply:
        self.submitted.append((caller, command, dict(values)))
        await self.gate.wait()
        if self.fails:
            raise RuntimeError("boom")
        return self.answer

    async def places(self, found: Collection[Place], change: PlaceChange, detail: str) -> None:
        self.moved.append((tuple(found), change, detail))


def make_gateway(server: FakeSlack, desk: Desk, **options: Any) -> SlackGateway:
    timing: dict[str, Any] = {"ping_interval": 0.2, "first_pause": 0.05, "longest_pause": 0.1}
    timing |= {name: options.pop(name) for name in ("patience", "down_limit", *timing) if name in options}
    app_token = Secret(options.pop("app_token", APP_TOKEN))
    return SlackGateway(app_token, make_backstage(server, desk, **options), clock=SystemClock(), **timing)


def make_backstage(server: FakeSlack, desk: Desk, **options: Any) -> Backstage:
    token = Secret(options.pop("bot_token", BOT_TOKEN))
    workspaces = options.pop("workspaces", None) or OneWorkspace(token, server.api_url)
    settings: dict[str, Any] = {
        "clock": SystemClock(),
        "api_url": server.api_url,
        "forms": desk,
        "on_places": desk.places,
    }
    return Backstage(workspaces, on_command=desk.command, on_button=desk.button, **(settings | options))


@asynccontextmanager
async def running(gateway: SlackGateway) -> AsyncIterator[SlackGateway]:
    task = asyncio.create_task(gateway.run())
    try:
        yield gateway
    finally:
        await gateway.close()
        await asyncio.wait_for(task, 30)


async def answers(server: FakeSlack, number: int = 1) -> list[dict[str, Any]]:
    await server.wait_for(lambda: len(server.answers) >= number)
    return server.answers
