"""A gateway that runs, and the application behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

from adapters.discord.client import DiscordAccount
from adapters.discord.gateway import DiscordGateway
from bot.message import Message, MessageKind, Reply
from bot.ports import Caller, Form, Grants, Place, PlaceChange
from tests.adapters.discord.desk import Desk


def reply(text: str, *, ephemeral: bool = True, announce: str = "") -> Reply:
    def message(words: str) -> Message:
        return Message(kind=MessageKind.REPLY, heading="", fallback=words)

    return Reply(message=message(text), ephemeral=ephemeral, announce=message(announce) if announce else None)


@dataclass
class Handlers:
    """The application as the gateway sees it; writes down what it was asked."""

    asked: list[tuple[Caller, str]] = field(default_factory=list)
    pressed: list[tuple[Caller, str, str]] = field(default_factory=list)
    completing: list[tuple[str, str, str]] = field(default_factory=list)
    answer: Callable[[], Awaitable[Reply]] | None = None
    form: Form | None = None  # opened for "subscribe" without options
    opened: list[tuple[Caller, str]] = field(default_factory=list)
    submitted: list[tuple[Caller, str, dict[str, str]]] = field(default_factory=list)
    moved: list[tuple[frozenset[Place], PlaceChange, str]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=lambda: ["grain-corridor", "allied-forces-north"])

    async def on_command(self, caller: Caller, text: str) -> Reply:
        self.asked.append((caller, text))
        return await self.answer() if self.answer else reply(f"understood: {text}")

    async def on_button(self, caller: Caller, action: str, value: str) -> Reply:
        self.pressed.append((caller, action, value))
        return reply(f"pressed: {action}")

    async def complete(self, _: Caller, command: str, option: str, partial: str) -> list[str]:
        self.completing.append((command, option, partial))
        return self.suggestions

    def asks(self, words: str) -> bool:
        return words == "subscribe"

    async def open(self, caller: Caller, words: str) -> Form | None:
        self.opened.append((caller, words))
        return self.form

    async def submit(self, caller: Caller, command: str, values: Mapping[str, str]) -> Reply:
        self.submitted.append((caller, command, dict(values)))
        return await self.answer() if self.answer else reply(f"submitted: {command}")

    async def places(self, found: Collection[Place], change: PlaceChange, detail: str) -> None:
        self.moved.append((frozenset(found), change, detail))

    def returns(self, given: Reply) -> None:
        async def answer() -> Reply:
            return given

        self.answer = answer


@dataclass
class Live:
    """A running gateway."""

    desk: Desk
    handlers: Handlers
    gateway: DiscordGateway
    running: asyncio.Task[None]


def make_gateway(
    desk: Desk, handlers: Handlers, account: DiscordAccount | None = None, grants: Mapping[str, Grants] | None = None
) -> DiscordGateway:
    return DiscordGateway(
        account or desk.account,
        on_command=handlers.on_command,
        on_button=handlers.on_button,
        complete=handlers.complete,
        forms=handlers,
        on_places=handlers.places,
        grants=grants,
        first_pause=0.01,
        longest_pause=0.05,
        patience=0.5,
    )
