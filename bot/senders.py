"""Wiring of what posts: a messenger for each platform that there are tokens for, and the account behind it.

Apart from ``bot.platforms``, which listens, since posting needs a fraction of what answering commands does. The
platforms' libraries are imported only where they are wanted: they are slow to load.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from bot.credentials import Credentials
from bot.ports import Clock, Messenger

if TYPE_CHECKING:
    from rich.console import Console

    from adapters.discord.client import DiscordAccount
    from adapters.slack.installations import InstalledWorkspaces
    from adapters.slack.workspaces import OneWorkspace


@dataclass(slots=True, kw_only=True)
class Senders:
    """What posts. ``messengers`` are by platform; the accounts are shared with what listens, None where unwanted."""

    messengers: dict[str, Messenger] = field(default_factory=dict)
    slack: OneWorkspace | InstalledWorkspaces | None = None
    discord: DiscordAccount | None = None
    slack_url: str | None = None  # where not Slack's own


class Outfit:
    """Builds ``senders``, a platform at a time; ``stack`` closes them."""

    def __init__(
        self,
        config: Config,
        credentials: Credentials,
        base: Path,
        clock: Clock,
        stack: contextlib.AsyncExitStack,
        environment: Mapping[str, str],
        console: Console | None = None,
    ) -> None:
        self._config = config
        self._credentials = credentials
        self._base = base
        self._clock = clock
        self._stack = stack
        self._console = console
        self._discord_url = environment.get("TOCSIN_DISCORD_API_URL") or config.discord.api_url
        self.senders = Senders(slack_url=environment.get("TOCSIN_SLACK_API_URL") or config.slack.api_url)

    def missing(self) -> list[str]:
        """Return the platforms that are wanted and not built yet, the quickest to load first."""
        config, credentials = self._config, self._credentials
        listed = any(one.platform == "console" for one in config.channels)
        wanted = {
            "console": self._console is not None or config.console.enabled or listed,
            "slack": config.slack.enabled and bool(is_installed(config, credentials) or credentials.slack_bot),
            "discord": config.discord.enabled and bool(credentials.discord),
        }
        return [name for name, is_wanted in wanted.items() if is_wanted and name not in self.senders.messengers]

    def load(self, platform: str) -> None:
        """Import what a platform needs; from any thread."""
        import_module(f"adapters.{platform}.messenger")

    def add(self, platform: str) -> Messenger:
        """Build the messenger of a platform."""
        build = {"console": self._for_console, "slack": self._for_slack, "discord": self._for_discord}[platform]
        messenger = self.senders.messengers[platform] = build()
        return messenger

    def _for_console(self) -> Messenger:
        from rich.console import Console

        from adapters.console.messenger import ConsoleMessenger

        return ConsoleMessenger(self._console or Console(width=self._config.console.width, highlight=False))

    def _for_slack(self) -> Messenger:
        from adapters.slack.messenger import SlackMessenger

        slack, credentials, url = self._config.slack, self._credentials, self.senders.slack_url
        if is_installed(self._config, credentials) and credentials.slack_client_id is not None:
            from adapters.slack.installations import InstalledWorkspaces

            path, client_id = self._base / slack.installations, credentials.slack_client_id.reveal()
            self.senders.slack = workspaces = InstalledWorkspaces(path, client_id, allowed=slack.workspaces)
            messenger = SlackMessenger(workspaces, api_url=url, clock=self._clock)
        else:
            from adapters.slack.workspaces import OneWorkspace

            assert credentials.slack_bot is not None
            self.senders.slack = OneWorkspace(credentials.slack_bot, url)
            messenger = SlackMessenger(credentials.slack_bot, api_url=url, clock=self._clock)
        self._stack.push_async_callback(messenger.close)
        return messenger

    def _for_discord(self) -> Messenger:
        from adapters.discord.client import DiscordAccount
        from adapters.discord.messenger import DiscordMessenger

        discord, token = self._config.discord, self._credentials.discord
        assert token is not None
        self.senders.discord = account = DiscordAccount(token, api_url=self._discord_url, is_sharded=discord.sharded)
        self._stack.push_async_callback(account.close)
        return DiscordMessenger(account, publishes=discord.publish)


def is_installed(config: Config, credentials: Credentials) -> bool:
    """Tell whether workspaces install the app themselves, each with a token of its own."""
    return bool(config.slack.public_url and credentials.slack_client_id and credentials.slack_client_secret)
