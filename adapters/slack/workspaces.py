"""Which bot token belongs to which workspace: one given by the operator, or one for each that installed the app.

The latter are in ``adapters.slack.installations``: what keeps them is slow to load, and few want it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import web_client
from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from bot.errors import DeliveryError, DeliveryReason
from bot.secret import Secret

CALL_TIMEOUT = 10.0  # seconds for auth.test and the look-up of a caller's role


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The app in one workspace. ``home`` are the ids of the workspace and, on Enterprise Grid, the organisation."""

    token: Secret
    bot_id: str = ""
    bot_user: str = ""
    home: frozenset[str] = frozenset()


class Workspaces(Protocol):
    """The workspaces that Tocsin is installed in."""

    async def identify(self) -> None:
        """Find out who we are where that takes a call. Raises DeliveryError."""

    async def find(self, workspace: str) -> Installed | None:
        """Return the app in a workspace; None where it is not installed."""

    async def forget(self, workspace: str) -> bool:
        """Note that the app was removed from a workspace; False where that is nobody's business here."""


class OneWorkspace:
    """The one token that the operator gave."""

    def __init__(self, token: Secret, api_url: str | None, *, proxy: str | None = None) -> None:
        self._client = web_client(token.reveal(), api_url, proxy=proxy, timeout=CALL_TIMEOUT)
        self._token = token
        self._found: Installed | None = None

    async def identify(self) -> None:
        """Ask once who we are, so that nothing stands between a command and its acknowledgement later."""
        if self._found is not None:
            return
        try:
            answer = await self._client.auth_test()
        except CALL_FAILURES as error:
            raise refusal(error, "bot token (TOCSIN_SLACK_BOT_TOKEN)") from error
        data = dict(answer.data) if isinstance(answer.data, dict) else {}
        home = (data.get("team_id"), data.get("enterprise_id"))
        self._found = Installed(
            token=self._token,
            bot_id=str(data.get("bot_id") or ""),
            bot_user=str(data.get("user_id") or ""),
            home=frozenset(str(each) for each in home if each),
        )

    async def find(self, workspace: str) -> Installed | None:
        """Return the app; every workspace that can reach us is served by the one token."""
        return self._found or Installed(token=self._token)

    async def forget(self, workspace: str) -> bool:
        """Leave it to the next call to be refused: then the platform is paused and the operator told."""
        return False


async def client_of(
    workspaces: Workspaces, workspace: str, api_url: str | None, proxy: str | None
) -> AsyncWebClient | None:
    """Return a client that speaks for the app in a workspace; None where it is not installed."""
    found = await workspaces.find(workspace)
    if found is None:
        return None
    return web_client(found.token.reveal(), api_url, proxy=proxy, timeout=CALL_TIMEOUT)


def refusal(error: Exception, token: str) -> DeliveryError:
    """Return what a failed call means; a refused token is named."""
    failure = delivery_error("slack", error, Effect.HARMLESS)
    if failure.reason is not DeliveryReason.TOKEN_REFUSED:
        return failure
    return DeliveryError("slack", failure.reason, f"the {token} is refused: {failure.detail}")
