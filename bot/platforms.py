"""Wiring of the chat platforms: messengers and gateways for what there are tokens for.

The platforms' libraries are imported only then: they are slow to load.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.console.messenger import ConsoleMessenger
from bot.cluster.office import GuardedGateway, office_of
from bot.cluster.presence import Presence
from bot.commands.run import Commands
from bot.config import Config, RoleGrants
from bot.credentials import Credentials
from bot.errors import StoreError
from bot.forms import CommandForms
from bot.home import HomePages
from bot.places import PlaceKeeper
from bot.ports import Clock, Gateway, Grants, Messenger
from bot.secret import Secret
from bot.store import handled
from bot.store.db import Database

MEMORY_SECONDS = 1.0  # for noting an event: Slack and Discord wait three seconds for a sign of life


@dataclass(slots=True, kw_only=True)
class Platforms:
    """What was built. ``messengers`` are by platform."""

    messengers: dict[str, Messenger] = field(default_factory=dict)
    gateways: list[Gateway] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """What the platforms' edges call: the commands in all the forms that a platform has for them."""

    commands: Commands
    db: Database
    clock: Clock
    places: PlaceKeeper
    presence: Presence | None  # among the processes that share the database; None: it is ours alone
    console: Console | None

    def handlers(self) -> dict[str, Any]:
        """Return what both gateways take."""
        return {
            "on_command": self.commands.handle,
            "on_button": self.commands.press,
            "first_time": self.first_time,
            "forms": CommandForms(self.commands, self.db),
            "on_places": self.places.changed,
        }

    async def first_time(self, key: str) -> bool:
        """Remember an event across restarts; where the database is slow, people are answered all the same."""
        try:
            async with asyncio.timeout(MEMORY_SECONDS):
                return await self.db.tx(lambda connection: handled.add(connection, key, self.clock.now()))
        except (TimeoutError, StoreError):
            return True

    def alone(self, gateway: Gateway, token: Secret) -> Gateway:
        """Let one process at a time run a gateway, where several have its token."""
        if self.presence is None:
            return gateway
        return GuardedGateway(gateway, office_of(gateway.platform, token), self.db, self.clock, self.presence.key)


def build(
    surfaces: Surfaces,
    config: Config,
    credentials: Credentials,
    base: Path,
    stack: contextlib.AsyncExitStack,
    environment: Mapping[str, str],
) -> Platforms:
    """Build every platform that is wanted; ``stack`` closes them."""
    found = Platforms()
    console = surfaces.console
    if console is not None or config.console.enabled or any(one.platform == "console" for one in config.channels):
        shown = console or Console(width=config.console.width, highlight=False)
        found.messengers["console"] = ConsoleMessenger(shown)
    slack_url = environment.get("TOCSIN_SLACK_API_URL") or config.slack.api_url
    add_slack(found, surfaces, config, credentials, base, stack, slack_url)
    discord_url = environment.get("TOCSIN_DISCORD_API_URL") or config.discord.api_url
    add_discord(found, surfaces, config, credentials, stack, discord_url)
    return found


def add_slack(
    found: Platforms,
    surfaces: Surfaces,
    config: Config,
    credentials: Credentials,
    base: Path,
    stack: contextlib.AsyncExitStack,
    api_url: str | None,
) -> None:
    """Build Slack's side: one workspace by its bot token, or those that installed the app."""
    slack = config.slack
    is_installed = bool(slack.public_url and credentials.slack_client_id and credentials.slack_client_secret)
    if not slack.enabled or not (is_installed or credentials.slack_bot):
        return
    from adapters.slack.bolt import Backstage
    from adapters.slack.messenger import SlackMessenger
    from adapters.slack.workspaces import InstalledWorkspaces, OneWorkspace, Workspaces

    clock, flow = surfaces.clock, None
    workspaces: Workspaces
    if is_installed and credentials.slack_client_secret and credentials.slack_client_id and slack.public_url:
        from adapters.slack.oauth import installer

        client_id = credentials.slack_client_id.reveal()
        workspaces = InstalledWorkspaces(base / slack.installations, client_id, allowed=slack.workspaces)
        flow = installer(
            workspaces,
            client_id,
            credentials.slack_client_secret,
            public_url=slack.public_url,
            on_places=surfaces.places.changed,
            api_url=api_url,
        )
        messenger = SlackMessenger(workspaces, api_url=api_url, clock=clock)
    else:
        assert credentials.slack_bot is not None
        workspaces = OneWorkspace(credentials.slack_bot, api_url)
        messenger = SlackMessenger(credentials.slack_bot, api_url=api_url, clock=clock)
    stack.push_async_callback(messenger.close)
    found.messengers["slack"] = messenger
    backstage = Backstage(
        workspaces,
        clock=clock,
        api_url=api_url,
        home=HomePages(surfaces.commands, surfaces.db).page,
        grants=grants(slack.roles),
        **surfaces.handlers(),
    )
    signing_secret = credentials.slack_signing if slack.mode == "http" else None
    if slack.mode == "socket" and credentials.slack_app:
        from adapters.slack.gateway import SlackGateway

        socket = SlackGateway(credentials.slack_app, backstage, clock=clock)
        found.gateways.append(surfaces.alone(socket, credentials.slack_app))
    if signing_secret is not None or flow is not None:
        from adapters.slack.web import SlackWebGateway

        host, port = slack.address
        web = SlackWebGateway(backstage, host=host, port=port, signing_secret=signing_secret, flow=flow)
        found.gateways.append(web)


def add_discord(
    found: Platforms,
    surfaces: Surfaces,
    config: Config,
    credentials: Credentials,
    stack: contextlib.AsyncExitStack,
    api_url: str | None,
) -> None:
    """Build Discord's side."""
    if not config.discord.enabled or not credentials.discord:
        return
    from adapters.discord.client import DiscordAccount
    from adapters.discord.gateway import DiscordGateway
    from adapters.discord.messenger import DiscordMessenger

    account = DiscordAccount(credentials.discord, api_url=api_url, is_sharded=config.discord.sharded)
    stack.push_async_callback(account.close)
    found.messengers["discord"] = DiscordMessenger(account)
    gateway = DiscordGateway(
        account,
        complete=surfaces.commands.complete,
        grants=grants(config.discord.roles),
        **surfaces.handlers(),
    )
    found.gateways.append(surfaces.alone(gateway, credentials.discord))


def grants(listed: Sequence[RoleGrants]) -> Mapping[str, Grants]:
    """Return who has a role by tocsin.yaml, by workspace; several entries for one add up."""
    found: dict[str, Grants] = {}
    for one in listed:
        known = found.get(one.workspace, Grants())
        found[one.workspace] = Grants(
            admins=known.admins | frozenset(one.admins), editors=known.editors | frozenset(one.editors)
        )
    return found
