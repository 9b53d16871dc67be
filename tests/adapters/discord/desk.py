"""A fake Discord with one server and one channel, and the real client that talks to it."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.discord.client import DiscordAccount
from adapters.discord.messenger import DiscordMessenger
from bot.ports import Place
from bot.secret import Secret
from tests.fakes.discord import TOKEN, FakeDiscord
from tests.fakes.discord.world import Json


@dataclass
class Desk:
    """What a test works with."""

    server: FakeDiscord
    account: DiscordAccount
    messenger: DiscordMessenger
    guild: Json
    channel: Json
    allows_violations: bool = False

    @property
    def place(self) -> Place:
        return self.at(self.channel)

    def at(self, channel: Json) -> Place:
        return Place(platform="discord", workspace=self.guild["id"], channel=channel["id"])

    def another_account(self, *, timeout: float = 10.0) -> DiscordAccount:
        """Return what a restarted process would have: the same token, nothing remembered."""
        return DiscordAccount(
            Secret(TOKEN), api_url=self.server.api_url, call_timeout=timeout, guild_ready_timeout=0.05
        )
