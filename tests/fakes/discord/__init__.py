"""An in-process Discord that speaks REST and gateway on 127.0.0.1 to the unmodified discord.py client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.discord.server import FakeDiscord

TOKEN = "fake-token-of-the-tests"


@asynccontextmanager
async def fake_discord(token: str = TOKEN) -> AsyncIterator[FakeDiscord]:
    """Serve until the block ends. Broken contracts are in ``violations``: look at them at the end of a test."""
    server = FakeDiscord(token)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


__all__ = ["TOKEN", "FakeDiscord", "fake_discord"]
