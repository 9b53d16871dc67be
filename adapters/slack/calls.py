"""One call of Slack's Web API at a time: the token, the session, and what an error of any kind means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import http_session, web_client
from adapters.slack.errors import NOT_IN_CHANNEL, Effect, delivery_error
from adapters.slack.limits import Json
from adapters.slack.workspaces import Workspaces
from bot.errors import DeliveryError, DeliveryReason
from bot.ports import Clock, Place
from bot.secret import Secret

REFUSED_PAUSE = 30.0  # seconds in which a refused token is not tried again; the outbox has paused by then

Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
"""What to do with the client, once."""


def method(name: str, payload: Json) -> Call:
    """Return the call of a method that takes JSON."""
    return lambda api: api.api_call(name, json=payload)


class Caller(Protocol):
    """Makes calls and raises DeliveryError, and nothing else, when they fail."""

    async def make(self, place: Place, effect: Effect, call: Call) -> Json:
        """Make one call on behalf of a place."""

    async def close(self) -> None:
        """Release connections."""


class Calls:
    """Makes calls with one bot token and raises DeliveryError, and nothing else, when they fail."""

    def __init__(self, token: Secret, api_url: str | None, clock: Clock, *, proxy: str | None, timeout: float) -> None:
        self._client = web_client(token.reveal(), api_url, proxy=proxy, timeout=timeout)
        self._clock = clock
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._refusal: DeliveryError | None = None
        self._refused_at = 0.0

    async def close(self) -> None:
        """Release connections."""
        if self._session is not None:
            await self._session.close()

    async def make(self, place: Place, effect: Effect, call: Call) -> Json:
        """Make one call. A refused token is remembered, so that the calls waiting behind it do not fail one by one."""
        if self._refusal is not None and self._clock.monotonic() - self._refused_at < REFUSED_PAUSE:
            raise DeliveryError(str(place), self._refusal.reason, self._refusal.detail, code=self._refusal.code)
        if self._session is None or self._session.closed:
            self._session = self._client.session = http_session(self._timeout)
        try:
            answer = await call(self._client)
            data = answer.data
        except Exception as error:  # the port promises DeliveryError and nothing else
            failure = delivery_error(str(place), error, effect)
            if failure.reason is DeliveryReason.TOKEN_REFUSED:
                self._refusal, self._refused_at = failure, self._clock.monotonic()
            raise failure from error
        self._refusal = None
        if not isinstance(data, dict):
            raise delivery_error(str(place), ValueError("no JSON object"), effect)
        return data


class CallsByWorkspace:
    """Makes each call with the token of the place's workspace.

    A token that is refused concerns that workspace alone, so its channels are parked and no others.
    """

    def __init__(
        self, workspaces: Workspaces, api_url: str | None, clock: Clock, *, proxy: str | None, timeout: float
    ) -> None:
        self._workspaces = workspaces
        self._settings = (api_url, clock)
        self._proxy = proxy
        self._timeout = timeout
        self._calls: dict[str, tuple[str, Calls]] = {}

    async def close(self) -> None:
        """Release connections."""
        for _, calls in self._calls.values():
            await calls.close()
        self._calls.clear()

    async def make(self, place: Place, effect: Effect, call: Call) -> Json:
        """Make one call. Raises DeliveryError(CHANNEL_GONE) where the app is not, or no longer, installed."""
        calls = await self._of(place)
        try:
            return await calls.make(place, effect, call)
        except DeliveryError as error:
            if error.reason is not DeliveryReason.TOKEN_REFUSED:
                raise
            detail = f"the app was removed from the workspace {place.workspace}; install it there again"
            raise DeliveryError(str(place), DeliveryReason.CHANNEL_GONE, detail, code=error.code) from error

    async def _of(self, place: Place) -> Calls:
        found = await self._workspaces.find(place.workspace)
        if found is None:
            detail = f"the app is not installed in the workspace {place.workspace}; open /slack/install"
            raise DeliveryError(str(place), DeliveryReason.CHANNEL_GONE, detail)
        token = found.token.reveal()
        known = self._calls.get(place.workspace)
        if known is not None and known[0] == token:
            return known[1]
        if known is not None:
            await known[1].close()
        calls = Calls(found.token, *self._settings, proxy=self._proxy, timeout=self._timeout)
        self._calls[place.workspace] = (token, calls)
        return calls


async def make_as_member(calls: Caller, place: Place, effect: Effect, call: Call) -> Json:
    """Make a call that only members may make, joining the channel first if need be.

    Posting to a public channel takes no membership; reading it and uploading to it do.
    """
    try:
        return await calls.make(place, effect, call)
    except DeliveryError as error:
        if error.code != NOT_IN_CHANNEL:
            raise
    await calls.make(place, Effect.HARMLESS, lambda api: api.conversations_join(channel=place.channel))
    return await calls.make(place, effect, call)
