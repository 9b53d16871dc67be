"""The workspaces that installed the app through OAuth, each with a bot token of its own.

Installations are kept by Slack's own SDK, in a SQLite file that only its owner can read (mode 0600).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Collection
from pathlib import Path

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore

from adapters.slack.client import sdk_logger
from adapters.slack.workspaces import Installed
from bot.errors import StoreError
from bot.secret import Secret

STATE_SECONDS = 600  # how long somebody may take on Slack's consent page
PRIVATE = 0o600


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
