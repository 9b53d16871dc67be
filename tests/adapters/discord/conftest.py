"""What the tests of Discord work with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.client import DiscordAccount
from adapters.discord.messenger import DiscordMessenger
from bot.secret import Secret
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.live import Handlers, Live, make_gateway
from tests.fakes.discord import TOKEN, fake_discord


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with fake_discord() as server:
        guild = server.world.add_guild()
        channel = server.world.add_channel(guild["id"], "alerts")
        account = DiscordAccount(Secret(TOKEN), api_url=server.api_url, call_timeout=10, guild_ready_timeout=0.05)
        made = Desk(server, account, DiscordMessenger(account), guild, channel)
        yield made
        await account.close()
        if not made.allows_violations:
            assert server.violations == []


@pytest.fixture
async def live(desk: Desk) -> AsyncIterator[Live]:
    handlers = Handlers()
    gateway = make_gateway(desk, handlers)
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    yield Live(desk, handlers, gateway, running)
    await gateway.close()
    await asyncio.wait_for(running, 5)
