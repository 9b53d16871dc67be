"""Which bot token belongs to which workspace: one given by the operator, or one for each that installed the app.

Installations are kept by Slack's own SDK, in a SQLite file that only its owner can read (mode 0600).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import sdk_logger, web_client
from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from bot.errors import DeliveryError, DeliveryReason, StoreError
from bot.secret import Secret

STATE_SECONDS = 600  # how long somebody may take on Slack's consent page
PRIVATE = 0o600
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


class InstalledWorkspaces:
    """The workspaces that installed the app through OAuth. ``allowed`` are the only ones that may, where given."""

    def __init__(self, path: Path, client_id: str, *, allowed: Collection[str] = ()) -> None:
        """Open or make the file. Raises StoreError when it cannot be made private."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
            path.chmod(PRIVATE)
        except OSError as error:
            raise StoreError(f"{path}: the installations of Slack cannot be kept there: {error.strerror}") from error
        self.store = _Store(str(path), client_id, frozenset(allowed))
        self.states = SQLite3OAuthStateStore(database=str(path), expiration_seconds=STATE_SECONDS, logger=sdk_logger())

    async def identify(self) -> None:
        """Do nothing: each installation says who it is."""

    async def find(self, workspace: str) -> Installed | None:
        """Return the newest installation of a workspace."""
        if not workspace:
            return None
        bot = await asyncio.to_thread(self.store.find_bot, enterprise_id=None, team_id=workspace)
        if bot is None or not bot.bot_token:
            return None
        return Installed(
            token=Secret(bot.bot_token), bot_id=bot.bot_id, bot_user=bot.bot_user_id, home=frozenset({workspace})
        )

    async def forget(self, workspace: str) -> bool:
        """Delete the tokens of a workspace that removed the app."""
        await asyncio.to_thread(self.store.delete_all, enterprise_id=None, team_id=workspace)
        return True


class _Store(SQLite3InstallationStore):
    """The SDK's store, keyed by the workspace alone: an alert names no organisation."""

    def __init__(self, path: str, client_id: str, allowed: frozenset[str]) -> None:
        super().__init__(database=path, client_id=client_id, logger=sdk_logger())
        self._allowed = allowed

    def connect(self) -> sqlite3.Connection:
        """Open the file so that what is deleted from it is overwritten: they are tokens."""
        connection = super().connect()
        connection.execute("pragma secure_delete = on")
        return connection

    def save(self, installation: Installation) -> None:
        """Keep an installation. Raises BoltError for one that is not wanted, or cannot be kept."""
        if installation.is_enterprise_install or not installation.team_id:
            raise BoltError("Tocsin is installed in workspaces, not in a whole organisation")
        if self._allowed and installation.team_id not in self._allowed:
            raise BoltError("this workspace is not among slack.workspaces in tocsin.yaml")
        installation.enterprise_id = None
        try:
            super().save(installation)
        except sqlite3.Error as error:
            raise BoltError("the installation cannot be kept") from error


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


__all__ = ["Installed", "InstalledWorkspaces", "OneWorkspace", "Workspaces", "client_of", "refusal"]
