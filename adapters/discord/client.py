"""One Discord account: the single discord.py client that the messenger and the gateway share.

The client is made and logged in on first use, over REST only; the gateway connects it later, or never. After the
first refusal of the token no further request leaves: refused requests count towards a ban of the address.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from types import SimpleNamespace
from typing import TypeVar

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.errors import (
    EDIT_LIMIT_CODE,
    REFUSED_SENTENCE,
    Attempt,
    Attempts,
    EditLimitReachedError,
    translate,
)
from bot.errors import DeliveryError, DeliveryReason
from bot.secret import Secret

DEFAULT_API_URL = "https://discord.com/api/v10"
DEFAULT_GATEWAY = DiscordWebSocket.DEFAULT_GATEWAY
LONGEST_WAIT = 30.0  # seconds discord.py may wait for a rate limit by itself (its own minimum); beyond, we are told
CALL_TIMEOUT = 75.0  # seconds for one operation, such waits included
CLOSE_TIMEOUT = 5.0  # seconds; aiohttp alone would wait 30 s for the other side's goodbye

_attempts: ContextVar[Attempts | None] = ContextVar("discord_attempts", default=None)
_T = TypeVar("_T")


class DiscordAccount:
    """Owns the client of one bot token. Every call goes through ``call``, which raises DeliveryError only.

    discord.py keeps the addresses of API and gateway in class attributes, so all accounts of a process share them.
    """

    platform = "discord"

    def __init__(
        self,
        token: Secret,
        *,
        api_url: str | None = None,
        proxy: str | None = None,
        call_timeout: float = CALL_TIMEOUT,
        guild_ready_timeout: float = 2.0,
        is_sharded: bool = False,
    ) -> None:
        """Take times in seconds. ``is_sharded``: as many connections as Discord recommends."""
        self._is_sharded = is_sharded
        self._token = token
        self._api_url = api_url
        self._proxy = proxy
        self._call_timeout = call_timeout
        self._guild_ready_timeout = guild_ready_timeout
        self._client: discord.Client | None = None
        self._login = asyncio.Lock()
        self._refused = False

    @property
    def is_refused(self) -> bool:
        """Tell whether Discord has refused the token."""
        return self._refused

    async def client(self) -> discord.Client:
        """Return the client, logged in. Raises DeliveryError (TOKEN_REFUSED, UNAVAILABLE, THROTTLED)."""
        async with self._login:
            self._check_token()
            if self._client is None or self._client.is_closed():
                self._client = await self._logged_in()
            return self._client

    async def call(
        self, channel: str, operation: Callable[[discord.Client], Awaitable[_T]], *, repeatable: bool = False
    ) -> _T:
        """Run ``operation`` with the client; ``repeatable`` ones (reads, edits) never fail ambiguously."""
        client = await self.client()
        with _recorded() as attempts:
            try:
                async with asyncio.timeout(self._call_timeout):
                    return await operation(client)
            except DeliveryError:
                raise
            except Exception as error:  # discord.py lets KeyError and others out of a send
                failure = translate(channel, error, attempts, repeatable=repeatable)
                self._note(failure)
                raise failure from error

    def refuse(self) -> DeliveryError:
        """Remember that the token is refused, and return the error that says so."""
        self._refused = True
        return DeliveryError(self.platform, DeliveryReason.TOKEN_REFUSED, REFUSED_SENTENCE)

    async def use_own_gateway(self, client: discord.Client) -> None:
        """With another API address, ask that server where its gateway is: discord.py has the address built in."""
        if self._api_url is None:
            DiscordWebSocket.DEFAULT_GATEWAY = DEFAULT_GATEWAY
            return
        answer = await client.http.request(Route("GET", "/gateway"))
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(answer["url"])

    async def close(self) -> None:
        """Disconnect and release connections, within seconds."""
        client, self._client = self._client, None
        if client is not None:
            await _close(client)

    def _check_token(self) -> None:
        """Refuse here what no header can carry, and what Discord has refused before."""
        token = self._token.reveal().strip()
        if self._refused or not token.isascii() or not token.isprintable() or not token:
            raise self.refuse()

    def _note(self, failure: DeliveryError) -> None:
        if failure.reason is DeliveryReason.TOKEN_REFUSED:
            self._refused = True

    async def _logged_in(self) -> discord.Client:
        Route.BASE = _api_base(self._api_url)
        client = new_client(
            guild_ready_timeout=self._guild_ready_timeout, proxy=self._proxy, is_sharded=self._is_sharded
        )
        with _recorded() as attempts:
            try:
                async with asyncio.timeout(self._call_timeout):
                    await client.login(self._token.reveal())
            except BaseException as error:
                await _close(client)
                if not isinstance(error, Exception):
                    raise
                failure = translate(self.platform, error, attempts, repeatable=True)
                self._note(failure)
                raise failure from None  # the chain could show the token
        return client


def new_client(
    *, guild_ready_timeout: float = 2.0, proxy: str | None = None, is_sharded: bool = False
) -> discord.Client:
    """Make a client that hears of guilds only, mentions nobody, and waits for rate limits for a bounded time."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, no warnings about it
    kind = discord.AutoShardedClient if is_sharded else discord.Client
    return kind(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=LONGEST_WAIT,
        guild_ready_timeout=guild_ready_timeout,
        http_trace=_trace(),
        proxy=proxy,
    )


async def _close(client: discord.Client) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await client.close()
    except TimeoutError:
        await client.http.close()


def _api_base(api_url: str | None) -> str:
    """Return the base of all routes; an address without a path gets Discord's own."""
    url = (api_url or DEFAULT_API_URL).rstrip("/")
    return url if yarl.URL(url).path.strip("/") else f"{url}/api/v10"


@contextlib.contextmanager
def _recorded() -> Iterator[Attempts]:
    """Record the requests that the present task makes."""
    attempts = Attempts()
    token = _attempts.set(attempts)
    try:
        yield attempts
    finally:
        _attempts.reset(token)


def _trace() -> aiohttp.TraceConfig:
    """Write down how each request ends, discord.py's own retries included."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_started)
    trace.on_request_end.append(_ended)
    trace.on_request_exception.append(_failed)
    return trace


async def _started(_: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestStartParams) -> None:
    context.attempt = Attempt()
    if (attempts := _attempts.get()) is not None:
        attempts.made.append(context.attempt)


async def _ended(_: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
    attempt: Attempt = context.attempt
    response = params.response
    attempt.status = response.status
    if response.status < 400:
        return
    attempt.code, attempt.retry_after = _said(await response.read(), response.headers.get("Retry-After"))
    if attempt.code == EDIT_LIMIT_CODE:
        raise EditLimitReachedError


async def _failed(
    _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
) -> None:
    if isinstance(params.exception, aiohttp.ClientConnectorError):
        context.attempt.unsent = True


def _said(body: bytes, header: str | None) -> tuple[int, float | None]:
    """Return the JSON error code and the seconds to wait that an error answer names."""
    try:
        data = json.loads(body)
    except ValueError:
        data = {}
    data = data if isinstance(data, dict) else {}
    code, wait = data.get("code"), data.get("retry_after", header)
    try:
        seconds = None if wait is None else float(wait)
    except (TypeError, ValueError):
        seconds = None
    return (code if isinstance(code, int) else 0), seconds
