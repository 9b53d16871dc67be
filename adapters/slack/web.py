"""Slack over HTTP: signed requests instead of a websocket, and the pages through which workspaces install the app.

    POST /slack/events          signature (v0, five minutes) -> Bolt -> Listener
    GET  /slack/install, /slack/oauth_redirect               -> adapters.slack.oauth

Listens on the loopback interface unless told otherwise: a proxy in front of it speaks TLS with Slack.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.bolt import Backstage
from adapters.slack.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.errors import DeliveryError, DeliveryReason
from bot.secret import Secret
from rules.errors import TocsinError

EVENTS_PATH = "/slack/events"
STAMP = "X-Slack-Request-Timestamp"
MOST_BYTES = 1024 * 1024  # of a request; Slack's are far smaller

logger = logging.getLogger(__name__)


class SlackWebGateway:
    """Implements bot.ports.Gateway over HTTP: commands with ``signing_secret``, installations with ``flow``."""

    platform = "slack"

    def __init__(
        self,
        backstage: Backstage,
        *,
        host: str,
        port: int,
        signing_secret: Secret | None = None,
        flow: AsyncOAuthFlow | None = None,
        first_pause: float = 1.0,
        longest_pause: float = 60.0,
        patience: float = 5.0,
    ) -> None:
        """Take times in seconds: between attempts to reach Slack at the start, and for answers under way at the end."""
        self._backstage = backstage
        self._address = (host, port)
        self._signing_secret = signing_secret
        self._flow = flow
        self._pauses = (first_pause, longest_pause)
        self._patience = patience
        self._closing = asyncio.Event()
        self._port: asyncio.Future[int] | None = None

    async def run(self) -> None:
        """Serve until cancelled or closed. Raises DeliveryError(TOKEN_REFUSED), and TocsinError for a taken port."""
        if not await self._identified():
            return
        runner = web.AppRunner(self._application(), access_log=None)
        await runner.setup()
        host, port = self._address
        try:
            await web.TCPSite(runner, host, port).start()
            self._opened().set_result(int(runner.addresses[0][1]))
            await self._closing.wait()
        except OSError as error:
            reason = error.strerror or str(error)
            raise TocsinError(f"slack.listen in tocsin.yaml: cannot listen there: {reason}") from error
        finally:
            await self._backstage.listener.close(self._patience)
            await runner.cleanup()
            self._port = None

    async def port(self) -> int:
        """Wait until it listens and return the port; with port 0 the system chooses one."""
        return await asyncio.shield(self._opened())

    async def close(self) -> None:
        """Stop listening; answers under way get a few seconds."""
        self._closing.set()
        await self._backstage.listener.close(self._patience)

    async def is_connected(self) -> bool:
        """Tell whether commands would arrive now."""
        return self._port is not None and self._port.done()

    @property
    def lost_answers(self) -> int:
        """How many answers Slack did not take."""
        return self._backstage.listener.lost_answers

    async def _identified(self) -> bool:
        """Find out who we are, waiting for a Slack that is down; False when closed meanwhile."""
        pause, longest = self._pauses
        while not self._closing.is_set():
            try:
                await self._backstage.workspaces.identify()
                return True
            except DeliveryError as error:
                if error.reason is DeliveryReason.TOKEN_REFUSED:
                    raise
                logger.warning("slack connection failed: %s", error)
                wait = max(pause, error.retry_after or 0.0)
            try:
                await asyncio.wait_for(self._closing.wait(), wait)
            except TimeoutError:
                pause = min(pause * 2, longest)
        return False

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES)
        if self._signing_secret is not None:
            app = self._backstage.app(self._signing_secret)
            application.router.add_post(EVENTS_PATH, _handler(app.async_dispatch, needs_time=True))
        if self._flow is not None:
            application.router.add_get(INSTALL_PATH, _handler(self._flow.handle_installation))
            application.router.add_get(REDIRECT_PATH, _handler(self._flow.handle_callback))
        return application

    def _opened(self) -> asyncio.Future[int]:
        if self._port is None:
            self._port = asyncio.get_running_loop().create_future()
        return self._port


def _handler(
    answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], *, needs_time: bool = False
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        if needs_time and not re.fullmatch(r"\d{1,12}", request.headers.get(STAMP, ""), re.ASCII):
            return web.Response(status=401)  # the SDK's verifier would raise at what is no number
        try:
            asked = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=400)
        return await to_aiohttp_response(await answer(asked))

    return handle
