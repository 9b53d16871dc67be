"""Wiring of what posts: a messenger for each platform that there are tokens for, and the account behind it.

Apart from ``bot.platforms``, which listens, since posting needs a fraction of what answering commands does. The
platforms' libraries are imported only where they are wanted: they are slow to load.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from bot.credentials import Credentials
from bot.ports import Clock, Messenger

if TYPE_CHECKING:
    from rich.console import Console

    from adapters.discord.client import DiscordAccount
    from adapters.slack.workspaces import InstalledWorkspaces, OneWorkspace


@dataclass(slots=True, kw_only=True)
class Senders:
    """What posts. ``messengers`` are by platform; the accounts are shared with what listens, None where unwanted."""

    messengers: dict[str, Messenger] = field(default_factory=dict)
    slack: OneWorkspace | InstalledWorkspaces | None = None
    discord: DiscordAccount | None = None
    slack_url: str | None = None  # where not Slack's own


def build(
    config: Config,
    credentials: Credentials,
    base: Path,
    clock: Clock,
    stack: contextlib.AsyncExitStack,
    environment: Mapping[str, str],
    console: Console | None = None,
) -> Senders:
    """Build a messenger for every platform that is wanted; ``stack`` closes them."""
    found = Senders(slack_url=environment.get("TOCSIN_SLACK_API_URL") or config.slack.api_url)
    if console is not None or config.console.enabled or any(one.platform == "console" for one in config.channels):
        _add_console(found, config, console)
    if config.slack.enabled and (is_installed(config, credentials) or credentials.slack_bot):
        _add_slack(found, config, credentials, base, clock, stack)
    if config.discord.enabled and credentials.discord:
        _add_discord(found, config, credentials, stack, environment)
    return found


def is_installed(config: Config, credentials: Credentials) -> bool:
    """Tell whether workspaces install the app themselves, each with a token of its own."""
    return bool(config.slack.public_url and credentials.slack_client_id and credentials.slack_client_secret)


def _add_console(found: Senders, config: Config, console: Console | None) -> None:
    from rich.console import Console

    from adapters.console.messenger import ConsoleMessenger

    shown = console or Console(width=config.console.width, highlight=False)
    found.messengers["console"] = ConsoleMessenger(shown)


def _add_slack(
    found: Senders,
    config: Config,
    credentials: Credentials,
    base: Path,
    clock: Clock,
    stack: contextlib.AsyncExitStack,
) -> None:
    from adapters.slack.messenger import SlackMessenger

    slack, url = config.slack, found.slack_url
    if is_installed(config, credentials) and credentials.slack_client_id is not None:
        from adapters.slack.workspaces import InstalledWorkspaces

        client_id = credentials.slack_client_id.reveal()
        found.slack = InstalledWorkspaces(base / slack.installations, client_id, allowed=slack.workspaces)
        messenger = SlackMessenger(found.slack, api_url=url, clock=clock)
    else:
        from adapters.slack.workspaces import OneWorkspace

        assert credentials.slack_bot is not None
        found.slack = OneWorkspace(credentials.slack_bot, url)
        messenger = SlackMessenger(credentials.slack_bot, api_url=url, clock=clock)
    stack.push_async_callback(messenger.close)
    found.messengers["slack"] = messenger


def _add_discord(
    found: Senders,
    config: Config,
    credentials: Credentials,
    stack: contextlib.AsyncExitStack,
    environment: Mapping[str, str],
) -> None:
    from adapters.discord.client import DiscordAccount
    from adapters.discord.messenger import DiscordMessenger

    assert credentials.discord is not None
    url = environment.get("TOCSIN_DISCORD_API_URL") or config.discord.api_url
    found.discord = DiscordAccount(credentials.discord, api_url=url, is_sharded=config.discord.sharded)
    stack.push_async_callback(found.discord.close)
    found.messengers["discord"] = DiscordMessenger(found.discord, publishes=config.discord.publish)
