"""Posts what begins a story in an announcement channel, until somebody kills it. Run by test_publishing.

python -m tests.adapters.discord.killed_publisher DATABASE API-URL
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.discord.client import DiscordAccount
from adapters.discord.messenger import DiscordMessenger
from bot.clock import SystemClock
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.secret import Secret
from bot.store.db import Database
from tests.fakes.discord import TOKEN

QUICK = Policy(gap=0.0, settle=0.05, first_wait=0.05)


async def deliver(database: Path, url: str) -> None:
    """Deliver what waits in a database."""
    account = DiscordAccount(Secret(TOKEN), api_url=url, call_timeout=60, guild_ready_timeout=0.05)
    messenger = DiscordMessenger(account, publishes=True)
    db = Database(database)
    db.open()
    try:
        clock = SystemClock()
        await Dispatcher(db, {"discord": messenger}, clock, policy=QUICK, observe=lambda _: None).drain()
    finally:
        db.close()
        await account.close()


if __name__ == "__main__":
    asyncio.run(deliver(Path(sys.argv[1]), sys.argv[2]))
