"""What Slack tells without being asked: the App Home was opened, a channel came or went, the app was removed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answering import called
from adapters.slack.errors import CALL_FAILURES
from adapters.slack.homeview import home_view
from adapters.slack.limits import Json
from adapters.slack.listener import Listener
from adapters.slack.payload import Actor, Origin
from adapters.slack.workspaces import Workspaces
from bot.ports import HomePage, Place, PlaceChange, PlaceHandler

GONE: Mapping[str, str] = {
    "channel_archive": "the channel was archived",
    "group_archive": "the channel was archived",
    "channel_deleted": "the channel was deleted",
    "group_deleted": "the channel was deleted",
    "group_left": "Tocsin was removed from the channel",
}
BACK: Mapping[str, str] = {
    "channel_unarchive": "the channel was unarchived",
    "group_unarchive": "the channel was unarchived",
    "member_joined_channel": "Tocsin was invited",
}
REMOVED = ("app_uninstalled", "tokens_revoked")
EVENTS = ("app_home_opened", *GONE, *BACK, *REMOVED)
PAGE = 200  # channels that Slack names at once
PAGES = 5

logger = logging.getLogger(__name__)


class Events:
    """Answers events. The work after the acknowledgement runs in the listener's tasks."""

    def __init__(
        self, listener: Listener, workspaces: Workspaces, *, home: HomePage | None, on_places: PlaceHandler | None
    ) -> None:
        self._listener = listener
        self._workspaces = workspaces
        self._home = home
        self._on_places = on_places

    def register(self, app: AsyncApp) -> None:
        """Hang the listeners into the app; Bolt acknowledges events by itself."""
        for name in EVENTS:
            app.event(name)(self._event)

    async def _event(self, body: Json, client: AsyncWebClient) -> None:
        if not await self._listener.once.is_new(str(body.get("event_id") or "")):
            return
        event: Json = body.get("event") or {}
        workspace = str(body.get("team_id") or "")
        name = str(event.get("type") or "")
        if name == "app_home_opened":
            if event.get("tab") == "home":
                self._listener.start(self._show_home(client, workspace, str(event.get("user") or "")))
        elif name in REMOVED:
            self._listener.start(self._removed(workspace, event))
        else:
            self._listener.start(self._moved(workspace, name, event))

    async def _show_home(self, client: AsyncWebClient, workspace: str, user: str) -> None:
        if self._home is None:
            return
        caller = await self._listener.caller(Actor(user=user, name=""), Origin(workspace=workspace))
        page = await self._home(caller, await _channels_of(client, user))
        failure = await called(client, "views.publish", {"user_id": user, "view": home_view(page)})
        if failure:
            logger.warning("slack home not shown: %s", failure)

    async def _moved(self, workspace: str, name: str, event: Json) -> None:
        """Tell of a channel that came or went; that somebody else joined one is no news."""
        if name == "member_joined_channel":
            installed = await self._workspaces.find(workspace)
            if installed is None or event.get("user") != installed.bot_user:
                return
        channel = event.get("channel")
        number = str(channel.get("id") if isinstance(channel, dict) else channel or "")
        if not number:
            return
        change = PlaceChange.GONE if name in GONE else PlaceChange.BACK
        await self._tell(Place(platform="slack", workspace=workspace, channel=number), change, {**GONE, **BACK}[name])

    async def _removed(self, workspace: str, event: Json) -> None:
        """Delete the tokens of a workspace that removed the app, and let its channels rest."""
        is_ours = event.get("type") == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))
        if is_ours and await self._workspaces.forget(workspace):
            whole = Place(platform="slack", workspace=workspace, channel="")
            await self._tell(whole, PlaceChange.GONE, "Tocsin was removed from the workspace")

    async def _tell(self, place: Place, change: PlaceChange, detail: str) -> None:
        if self._on_places is not None:
            await self._on_places((place,), change, detail)


async def _channels_of(client: AsyncWebClient, user: str) -> frozenset[str]:
    """Return the channels that a person is in, as far as the app may see them; none when Slack does not say."""
    found: set[str] = set()
    options: dict[str, Any] = {"user": user, "types": "public_channel,private_channel", "exclude_archived": True}
    for _ in range(PAGES):
        try:
            answer = await client.users_conversations(limit=PAGE, **options)
        except CALL_FAILURES as error:
            logger.warning("slack home without channels: %s", type(error).__name__)
            return frozenset()
        found |= {str(channel.get("id")) for channel in answer.get("channels") or ()}
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
        options["cursor"] = cursor
    return frozenset(found)
