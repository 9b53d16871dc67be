"""The live connection to Slack: Bolt over Socket Mode, under a supervisor of our own.

    auth.test | apps.connections.open | websocket | payloads -> Listener       (from the second step when it breaks)

The SDK reconnects by itself, but it would also go on asking for ever with a refused token and with a stale address.
``Door`` lets only one refused call through, and the supervisor rebuilds a connection that stays down.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.bolt import Backstage
from adapters.slack.client import build_client, sdk_logger
from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from adapters.slack.workspaces import refusal
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Clock
from bot.secret import Secret

logger = logging.getLogger(__name__)


class Door(AsyncWebClient):
    """Asks for websocket addresses, and not once more after the token was refused."""

    refused: asyncio.Future[SlackApiError]

    async def apps_connections_open(self, *, app_token: str, **kwargs: Any) -> AsyncSlackResponse:
        """Ask Slack, or raise the refusal again without asking."""
        if self.refused.done():
            raise self.refused.result()
        try:
            return await super().apps_connections_open(app_token=app_token, **kwargs)
        except SlackApiError as error:
            failure = delivery_error("slack", error, Effect.HARMLESS)
            if failure.reason is DeliveryReason.TOKEN_REFUSED and not self.refused.done():
                self.refused.set_result(error)
            raise


class SlackGateway:
    """Receives commands and button presses of the workspaces that the app is installed in."""

    platform = "slack"

    def __init__(
        self,
        app_token: Secret,
        backstage: Backstage,
        *,
        clock: Clock,
        ping_interval: float = 10.0,
        down_limit: float = 60.0,
        first_pause: float = 1.0,
        longest_pause: float = 60.0,
        patience: float = 5.0,
    ) -> None:
        """Take times in seconds: between pings, of being down before the connection is rebuilt, between attempts, and
        for answers under way at the end.
        """
        self._app_token = app_token
        self._backstage = backstage
        self._clock = clock
        self._ping_interval = ping_interval
        self._down_limit = down_limit
        self._pauses = (first_pause, longest_pause)
        self._patience = patience
        self._handler: AsyncSocketModeHandler | None = None
        self._closing = asyncio.Event()
        self.reconnects = 0

    async def run(self) -> None:
        """Connect and serve until cancelled or closed. Raises DeliveryError(TOKEN_REFUSED) when refused."""
        try:
            await self._supervise()
        finally:
            await self._backstage.listener.close(self._patience)

    async def _supervise(self) -> None:
        pause, longest = self._pauses
        while not self._closing.is_set():
            try:
                await self._backstage.workspaces.identify()
                if await self._serve():
                    pause = self._pauses[0]
            except DeliveryError as error:
                if error.reason is DeliveryReason.TOKEN_REFUSED:
                    raise
                logger.warning("slack connection failed: %s", error)
                pause = max(pause, error.retry_after or 0.0)
            if await self._wait_closing(pause):
                return
            self.reconnects += 1
            pause = min(pause * 2, longest)

    async def close(self) -> None:
        """Disconnect; answers under way get a few seconds."""
        self._closing.set()
        await self._backstage.listener.close(self._patience)

    async def is_connected(self) -> bool:
        """Tell whether commands would arrive now."""
        return self._handler is not None and await self._handler.client.is_connected()

    @property
    def lost_answers(self) -> int:
        """How many answers Slack did not take."""
        return self._backstage.listener.lost_answers

    async def _serve(self) -> bool:
        """Hold one connection until it is refused, closed or down for too long. Returns whether it ever stood."""
        door = build_client(Door, None, self._backstage.api_url, self._backstage.proxy)
        door.refused = asyncio.get_running_loop().create_future()
        handler = AsyncSocketModeHandler(
            self._backstage.app(),
            self._app_token.reveal(),
            logger=sdk_logger(),
            web_client=door,
            ping_interval=self._ping_interval,
        )
        handler.client.proxy = self._backstage.proxy  # afterwards: the SDK would take one from the environment
        self._handler = handler
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        try:
            return await self._watch(handler, door.refused)
        finally:
            self._handler = None
            connecting.cancel()
            await _shut(handler)
            await asyncio.gather(connecting, return_exceptions=True)

    async def _watch(self, handler: AsyncSocketModeHandler, refused: asyncio.Future[SlackApiError]) -> bool:
        stood = False
        up_at = self._clock.monotonic()
        step = min(self._ping_interval, self._down_limit) / 2
        while not await self._wait_closing(step, refused):
            if refused.done():
                raise refusal(refused.result(), "app token (TOCSIN_SLACK_APP_TOKEN)")
            if await handler.client.is_connected():
                stood, up_at = True, self._clock.monotonic()
            elif self._clock.monotonic() - up_at > self._down_limit:
                logger.warning("slack connection down for %d s, building a new one", self._down_limit)
                break
        return stood

    async def _wait_closing(self, seconds: float, other: asyncio.Future[SlackApiError] | None = None) -> bool:
        """Wait until closing, ``other`` or the time is over; tell whether we are closing."""
        closing = asyncio.create_task(self._closing.wait())
        waiting: set[asyncio.Future[Any]] = {closing} if other is None else {closing, other}
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closing.cancel()
        return self._closing.is_set()


async def _shut(handler: AsyncSocketModeHandler) -> None:
    """Close the connection and wait for the SDK's tasks, which it cancels but does not await."""
    client = handler.client
    try:
        await handler.close_async()  # type: ignore[no-untyped-call]
    except CALL_FAILURES as error:
        logger.info("slack connection did not close cleanly: %s", type(error).__name__)
    tasks = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
