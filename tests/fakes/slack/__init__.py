"""A Slack in the test process: Web API, uploads, response_urls and Socket Mode on 127.0.0.1.

    async with fake_slack() as server:
        messenger = make_messenger(server)
        server.next("chat.postMessage", accept_then_drop(), throttle(0.5))
        ...
        assert server.texts() == [...]

It keeps posts, so that history, replies, updates and permalinks work; it records every request; and it checks every
request against a table of limits and, where the reference data is present, against the schemas made from Slack's own
types. A request that breaks them is answered with an error and fails the test when the ``async with`` ends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import time
from typing import Any

from adapters.slack.messenger import SlackMessenger
from bot.clock import SystemClock
from bot.ports import Place
from bot.secret import Secret
from tests.fakes.slack.behaviour import (
    Behaviour,
    accept,
    accept_then_500,
    accept_then_drop,
    accept_then_hang,
    drop,
    error,
    garbage,
    hang,
    http_status,
    throttle,
)
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.workspace import APP_TOKEN, BOT_TOKEN

CHANNEL = "C0GENERAL"
WORKSPACE = "T0WORK"
PLACE = Place(platform="slack", workspace=WORKSPACE, channel=CHANNEL)

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "CHANNEL",
    "PLACE",
    "WORKSPACE",
    "Behaviour",
    "FakeSlack",
    "accept",
    "accept_then_500",
    "accept_then_drop",
    "accept_then_hang",
    "drop",
    "error",
    "fake_slack",
    "garbage",
    "hang",
    "http_status",
    "make_messenger",
    "throttle",
]


@asynccontextmanager
async def fake_slack(*, now: Callable[[], float] = time) -> AsyncIterator[FakeSlack]:
    """Serve a fake Slack with one channel that the app is in. Unlawful requests fail it at its end."""
    server = FakeSlack(now)
    server.add_channel(CHANNEL)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert not server.violations, "requests that Slack would refuse:\n" + "\n".join(server.violations)


def make_messenger(server: FakeSlack, **options: Any) -> SlackMessenger:
    """Return a real messenger that talks to ``server``; the caller closes it."""
    settings: dict[str, Any] = {"api_url": server.api_url, "clock": SystemClock(), "timeout": 5.0}
    return SlackMessenger(Secret(BOT_TOKEN), **(settings | options))
