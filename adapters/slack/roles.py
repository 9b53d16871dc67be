"""Who may do what: Slack's own roles as Tocsin's, asked on every call and remembered for a minute.

workspace owner or admin      admin
creator of the channel        editor
anyone else, and every guest  reader
Slack does not answer         reader (fails closed)
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from adapters.slack.limits import Json
from bot.commands.spec import Role
from bot.ports import Clock, Place

RoleOf = Callable[[Place, str], Awaitable[Role]]
"""Takes the place and the user's id."""

REMEMBERED = 60.0  # seconds
CAPACITY = 10_000
_NEVER_MORE = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted")  # guests are "restricted"

logger = logging.getLogger(__name__)


class SlackRoles:
    """The default mapping. Needs the scopes users:read and channels:read or groups:read.

    ``home`` are the ids of the workspace and, on Enterprise Grid, the organisation that the app is installed in.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.home: frozenset[str] = frozenset()
        self._client = client
        self._clock = clock
        self._known: dict[tuple[str, str, str], tuple[float, Role]] = {}

    async def __call__(self, place: Place, user: str) -> Role:
        """Return the role of ``user`` in ``place``."""
        key = (place.workspace, place.channel, user)
        now = self._clock.monotonic()
        asked, role = self._known.get(key, (now - REMEMBERED, Role.READER))
        if now - asked < REMEMBERED:
            return role
        try:
            role = await self._ask(place, user)
        except CALL_FAILURES as error:
            logger.warning(
                "slack role unknown, taken as reader: %s", delivery_error(str(place), error, Effect.HARMLESS)
            )
            return Role.READER
        if len(self._known) >= CAPACITY:
            self._known.clear()
        self._known[key] = (now, role)
        return role

    async def _ask(self, place: Place, user: str) -> Role:
        found: Json = (await self._client.users_info(user=user)).get("user") or {}
        if self._is_foreign(found) or any(found.get(flag) for flag in _NEVER_MORE):
            return Role.READER
        if found.get("is_admin") or found.get("is_owner") or found.get("is_primary_owner"):
            return Role.ADMIN
        channel: Json = (await self._client.conversations_info(channel=place.channel)).get("channel") or {}
        return Role.EDITOR if channel.get("creator") == user else Role.READER

    def _is_foreign(self, found: Json) -> bool:
        teams = {found.get("team_id"), *((found.get("enterprise_user") or {}).get("teams") or ())} - {None}
        return bool(found.get("is_stranger")) or bool(self.home and teams and not teams & self.home)
