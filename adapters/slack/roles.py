"""Who may do what: Slack's own roles as Tocsin's, asked on every call and remembered for a minute.

workspace owner or admin, or granted in tocsin.yaml     admin
creator of the channel, or granted in tocsin.yaml       editor
anyone else, and every guest                            reader
Slack does not answer                                   reader (fails closed)
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import CALL_FAILURES, Effect, delivery_error
from adapters.slack.limits import Json
from adapters.slack.workspaces import Workspaces, client_of
from bot.commands.spec import Role
from bot.ports import Clock, Grants, Place

RoleOf = Callable[[Place, str], Awaitable[Role]]
"""Takes the place and the user's id."""

REMEMBERED = 60.0  # seconds
CAPACITY = 10_000
GROUP = "S"  # the ids of user groups begin with it
_NEVER_MORE = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted")  # guests are "restricted"

logger = logging.getLogger(__name__)


class SlackRoles:
    """The default mapping. Needs the scopes users:read and channels:read or groups:read; grants to groups
    usergroups:read.

    ``grants`` are by workspace.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        clock: Clock,
        *,
        grants: Mapping[str, Grants] | None = None,
        api_url: str | None = None,
        proxy: str | None = None,
    ) -> None:
        self._workspaces = workspaces
        self._clock = clock
        self._grants = dict(grants or {})
        self._api_url = api_url
        self._proxy = proxy
        self._known: dict[tuple[str, str, str], tuple[float, Role]] = {}
        self._members: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}

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
        client = await client_of(self._workspaces, place.workspace, self._api_url, self._proxy)
        if client is None:
            return Role.READER
        found: Json = (await client.users_info(user=user)).get("user") or {}
        if await self._is_foreign(place, found) or any(found.get(flag) for flag in _NEVER_MORE):
            return Role.READER
        if found.get("is_admin") or found.get("is_owner") or found.get("is_primary_owner"):
            return Role.ADMIN
        return await self._granted(client, place, user) or await self._as_creator(client, place, user)

    async def _granted(self, client: AsyncWebClient, place: Place, user: str) -> Role | None:
        """Return what tocsin.yaml gives the user in this workspace, alone or as a member of a user group."""
        grants = self._grants.get(place.workspace, Grants())
        if await self._is_among(client, place.workspace, grants.admins, user):
            return Role.ADMIN
        return Role.EDITOR if await self._is_among(client, place.workspace, grants.editors, user) else None

    async def _is_among(self, client: AsyncWebClient, workspace: str, ids: Iterable[str], user: str) -> bool:
        names = frozenset(ids)
        if user in names:
            return True
        groups = sorted(name for name in names if name.startswith(GROUP))
        return any([user in await self._members_of(client, workspace, group) for group in groups])

    async def _members_of(self, client: AsyncWebClient, workspace: str, group: str) -> frozenset[str]:
        """Return who is in a user group; nobody when Slack does not say, so that a grant is never guessed."""
        key, now = (workspace, group), self._clock.monotonic()
        asked, members = self._members.get(key, (now - REMEMBERED, frozenset[str]()))
        if now - asked < REMEMBERED:
            return members
        try:
            answer = await client.usergroups_users_list(usergroup=group)
        except CALL_FAILURES as error:
            failure = delivery_error(f"slack:{workspace}", error, Effect.HARMLESS)
            logger.warning("slack user group %s unknown, its grant does not count: %s", group, failure)
            return frozenset()
        members = frozenset(str(each) for each in answer.get("users") or ())
        self._members[key] = (now, members)
        return members

    async def _as_creator(self, client: AsyncWebClient, place: Place, user: str) -> Role:
        if not place.channel:
            return Role.READER
        channel: Json = (await client.conversations_info(channel=place.channel)).get("channel") or {}
        return Role.EDITOR if channel.get("creator") == user else Role.READER

    async def _is_foreign(self, place: Place, found: Json) -> bool:
        installed = await self._workspaces.find(place.workspace)
        home = installed.home if installed is not None else frozenset()
        teams = {found.get("team_id"), *((found.get("enterprise_user") or {}).get("teams") or ())} - {None}
        return bool(found.get("is_stranger")) or bool(home and teams and not teams & home)
