"""Wiring of what listens on the chat platforms: a gateway for each that commands can come from.

The platforms' libraries are imported only then: they are slow to load.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cluster.office import GuardedGateway, office_of
from bot.cluster.presence import Presence
from bot.commands.run import Commands
from bot.config import Config, RoleGrants
from bot.credentials import Credentials
from bot.errors import StoreError
from bot.forms import CommandForms
from bot.home import HomePages
from bot.places import PlaceKeeper
from bot.ports import Clock, Gateway, Grants
from bot.secret import Secret
from bot.senders import Senders
from bot.store import handled
from bot.store.db import Database

MEMORY_SECONDS = 1.0  # for noting an event: Slack and Discord wait three seconds for a sign of life


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """What the platforms' edges call: the commands in all the forms that a platform has for them."""

    commands: Commands
    db: Database
    clock: Clock
    places: PlaceKeeper
    presence: Presence | None  # among the processes that share the database; None: it is ours alone

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


def build(surfaces: Surfaces, senders: Senders, config: Config, credentials: Credentials) -> list[Gateway]:
    """Build a gateway for every platform that is posted to and can be listened to."""
    return [*_slack(surfaces, senders, config, credentials), *_discord(surfaces, senders, config, credentials)]


def _slack(surfaces: Surfaces, senders: Senders, config: Config, credentials: Credentials) -> Iterator[Gateway]:
    """Build Slack's side: one workspace by its bot token, or those that installed the app."""
    slack, workspaces, url = config.slack, senders.slack, senders.slack_url
    if workspaces is None:
        return
    from adapters.slack.bolt import Backstage

    flow = _installer(surfaces, senders, config, credentials)
    backstage = Backstage(
        workspaces,
        clock=surfaces.clock,
        api_url=url,
        home=HomePages(surfaces.commands, surfaces.db).page,
        grants=grants(slack.roles),
        **surfaces.handlers(),
    )
    signing_secret = credentials.slack_signing if slack.mode == "http" else None
    if slack.mode == "socket" and credentials.slack_app:
        from adapters.slack.gateway import SlackGateway

        socket = SlackGateway(credentials.slack_app, backstage, clock=surfaces.clock)
        yield surfaces.alone(socket, credentials.slack_app)
    if signing_secret is not None or flow is not None:
        from adapters.slack.web import SlackWebGateway

        host, port = slack.address
        yield SlackWebGateway(backstage, host=host, port=port, signing_secret=signing_secret, flow=flow)


def _installer(surfaces: Surfaces, senders: Senders, config: Config, credentials: Credentials) -> Any:
    """Return what lets workspaces install the app; None where there is one workspace only."""
    from adapters.slack.installations import InstalledWorkspaces

    workspaces, public_url = senders.slack, config.slack.public_url
    client_id, secret = credentials.slack_client_id, credentials.slack_client_secret
    if not isinstance(workspaces, InstalledWorkspaces) or not (public_url and client_id and secret):
        return None
    from adapters.slack.oauth import installer

    return installer(
        workspaces,
        client_id.reveal(),
        secret,
        public_url=public_url,
        on_places=surfaces.places.changed,
        api_url=senders.slack_url,
    )


def _discord(surfaces: Surfaces, senders: Senders, config: Config, credentials: Credentials) -> Iterator[Gateway]:
    """Build Discord's side."""
    if senders.discord is None or credentials.discord is None:
        return
    from adapters.discord.gateway import DiscordGateway

    gateway = DiscordGateway(
        senders.discord,
        complete=surfaces.commands.complete,
        grants=grants(config.discord.roles),
        **surfaces.handlers(),
    )
    yield surfaces.alone(gateway, credentials.discord)


def grants(listed: Sequence[RoleGrants]) -> Mapping[str, Grants]:
    """Return who has a role by tocsin.yaml, by workspace; several entries for one add up."""
    found: dict[str, Grants] = {}
    for one in listed:
        known = found.get(one.workspace, Grants())
        found[one.workspace] = Grants(
            admins=known.admins | frozenset(one.admins), editors=known.editors | frozenset(one.editors)
        )
    return found
