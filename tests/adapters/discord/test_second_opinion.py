"""The same adapter against simcord, a Discord simulator that others wrote: what our own fake may have wrong.

simcord takes the place of discord.py's HTTP and gateway, so the client is made by us and started by it. It does not
honour enforce_nonce and publishes nothing; posting once and announcement channels stay with our fake. Its pytest plugin
is switched off in pyproject.toml: it would set the clocks of every test, and wants fixtures of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from adapters.discord.client import DiscordAccount, new_client
from adapters.discord.gateway import DiscordGateway
from adapters.discord.messenger import DiscordMessenger
from bot.commands.parse import parse
from bot.commands.spec import COMMANDS, CommandSpec
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Paragraph, Text
from bot.ports import FormField, Place
from bot.secret import Secret
from tests.adapters.discord.live import Handlers
from tests.adapters.discord.samples import alert, detail, update
from tests.adapters.discord.test_forms import FORM
from tests.fakes.whole import post_whole

simcord = pytest.importorskip("simcord", reason="simcord is not installed: no second opinion on Discord (dev group)")

NEEDED = discord.Permissions(309237763072)


class SimulatedAccount(DiscordAccount):
    """An account whose client simcord has logged in."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(Secret("simulated"))
        self._simulated = client

    async def client(self) -> discord.Client:
        return self._simulated


def only(permissions: discord.Permissions) -> discord.PermissionOverwrite:
    """Allow these and deny all others."""
    denied = discord.Permissions(discord.Permissions.all().value & ~permissions.value)
    return discord.PermissionOverwrite.from_pair(permissions, denied)


@dataclass
class Simulation:
    env: Any
    guild: Any
    channel: Any
    ana: Any
    messenger: DiscordMessenger
    handlers: Handlers

    @property
    def place(self) -> Place:
        return Place(platform="discord", workspace=str(self.guild.id), channel=str(self.channel.id))


@asynccontextmanager
async def simulated() -> AsyncIterator[Simulation]:
    """Run the adapter in simcord; no fixture, for simcord's clock belongs to the test's own context."""
    client = new_client(guild_ready_timeout=0.05)
    account = SimulatedAccount(client)
    handlers = Handlers()
    gateway = DiscordGateway(
        account,
        on_command=handlers.on_command,
        on_button=handlers.on_button,
        complete=handlers.complete,
        forms=handlers,
    )
    async with simcord.run(client) as env:
        guild = env.create_guild()
        assert guild.me is not None
        await gateway._register(gateway._prepare(client))
        channel = guild.create_text_channel("alerts", overwrites={guild.me: only(NEEDED)})
        ana = guild.add_member(env.create_user("ana"))
        yield Simulation(env, guild, channel, ana, DiscordMessenger(account), handlers)


async def test_a_story_is_posted_answered_edited_and_found() -> None:
    async with simulated() as simulation:
        messenger, place = simulation.messenger, simulation.place
        root = await messenger.post(place, alert(), key="d-1")
        reply = await messenger.post(place, detail(), key="d-2", thread=root.thread)
        await messenger.post(place, update(), key="d-3", thread=root.thread, broadcast=True)
        await messenger.edit(place, root, update())
        since = datetime.now(UTC) - timedelta(days=3650)
        assert await messenger.find(place, "d-1", since=since) == root
        assert await messenger.find(place, "d-2", thread=root.thread, since=since) == reply


async def test_in_a_forum_a_story_is_a_post_with_its_replies() -> None:
    async with simulated() as simulation:
        forum = simulation.guild.create_forum_channel("stories")
        place = dataclasses.replace(simulation.place, channel=str(forum.id))
        root = await simulation.messenger.post(place, alert(), key="d-1")
        reply = await simulation.messenger.post(place, detail(), key="d-2", thread=root.thread)
        assert root.thread == reply.thread != place.channel
        await simulation.messenger.edit(place, root, update())


@pytest.mark.parametrize("spec", COMMANDS, ids=[spec.name for spec in COMMANDS])
async def test_every_command_is_taken_with_its_options(spec: CommandSpec) -> None:
    """Fill in what the first example gives, as far as it is typed: simcord checks it against what was registered."""
    given = parse(spec.examples[0]).options
    async with simulated() as simulation:
        asked: dict[str, Any] = {name: _filled(spec, name, value) for name, value in given.items()}
        name = " ".join(word for word in ("tocsin", spec.shelf, spec.name) if word)
        result = await simulation.ana.slash(simulation.channel, name, **asked)
        assert result.ephemeral
        if spec.name != "subscribe" or given:
            understood = parse(simulation.handlers.asked[0][1])
            assert (understood.spec, understood.options) == (spec, given)


def _filled(spec: CommandSpec, name: str, value: str) -> Any:
    option = next(option for option in spec.options if option.name == name)
    if option.choices == ("true", "false"):
        return value == "true"
    return int(value) if option.between else value


async def test_commands_buttons_and_suggestions_work() -> None:
    async with simulated() as simulation:
        result = await simulation.ana.slash(simulation.channel, "tocsin subscribe", to="grain-corridor")
        assert result.ephemeral
        assert simulation.handlers.asked[0][1] == "subscribe to:grain-corridor"
        posted = await simulation.messenger.post(simulation.place, alert(), key="d-1")
        message = simulation.channel.last_message
        assert str(message.id) == posted.message
        pressed = await simulation.ana.click(message, custom_id="tocsin:why:a1b2")
        assert pressed.ephemeral
        assert simulation.handlers.pressed[0][1:] == ("why", "a1b2")
        assert await simulation.ana.autocomplete(simulation.channel, "tocsin subscribe", "to", "gra")


async def test_the_permissions_we_ask_for_suffice_and_a_missing_one_is_named() -> None:
    async with simulated() as simulation:
        await simulation.messenger.post(simulation.place, alert(), key="d-0")
        too_few = discord.Permissions(NEEDED.value & ~discord.Permissions.send_messages.flag)
        mute = simulation.guild.create_text_channel("mute", overwrites={simulation.guild.me: only(too_few)})
        place = dataclasses.replace(simulation.place, channel=str(mute.id))
        with pytest.raises(DeliveryError) as failure:
            await simulation.messenger.post(place, alert(), key="d-1")
        assert failure.value.reason is DeliveryReason.NO_PERMISSION


async def test_the_longest_message_we_send_is_taken() -> None:
    async with simulated() as simulation:
        long = dataclasses.replace(alert(), blocks=tuple(Paragraph((Text("_grain_ " * 300),)) for _ in range(9)))
        root = await post_whole(simulation.messenger, simulation.place, long, key="d-1")
        assert root.message


async def test_a_form_is_shown_and_submitted() -> None:
    async with simulated() as simulation:
        simulation.handlers.form = FORM
        shown = await simulation.ana.slash(simulation.channel, "tocsin subscribe")
        assert shown.modal is not None
        sent = await simulation.ana.submit_modal(shown, {"to": ["allied-forces"], "filter": "Odesa"})
        assert sent.ephemeral
        ((_, command, values),) = simulation.handlers.submitted
        assert command == "subscribe"
        assert values["to"] == "allied-forces"
        assert values["filter"] == "Odesa"


async def test_a_file_put_into_a_form_can_be_read() -> None:
    async with simulated() as simulation:
        file = FormField(name="file", label="Rule file", is_file=True)
        simulation.handlers.form = dataclasses.replace(FORM, fields=(file,))
        shown = await simulation.ana.slash(simulation.channel, "tocsin subscribe")
        await simulation.ana.submit_modal(shown, {"file": ("bridges.yaml", b"version: 1")})
        ((caller, _, values),) = simulation.handlers.submitted
        assert (values, [one.name for one in caller.files]) == ({}, ["bridges.yaml"])
        assert await caller.files[0].read() == b"version: 1"


async def test_the_entry_in_a_messages_menu_explains_it() -> None:
    async with simulated() as simulation:
        await simulation.messenger.post(simulation.place, alert(), key="d-1")
        message = simulation.channel.last_message
        explained = await simulation.ana.context_menu(simulation.channel, "Explain with Tocsin", message)
        assert explained.ephemeral
        assert simulation.handlers.asked[0][1] == f'why alert:"{message.jump_url}"'
        await simulation.ana.send(simulation.channel, "Have you seen https://herald.example/b?x=1, everybody?")
        await simulation.ana.context_menu(simulation.channel, "Explain with Tocsin", simulation.channel.last_message)
        assert simulation.handlers.asked[1][1] == 'why url:"https://herald.example/b?x=1"'
