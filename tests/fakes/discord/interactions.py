"""One interaction as the fake sees it: what was answered, in what order, and whether it may be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.world import Json, RefusalError, World, now, user

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SLASH, COMPONENT, AUTOCOMPLETE, SUBMISSION = 2, 3, 4, 5
MODAL = 9  # the kind of answer
ADMINISTRATOR, MANAGE_GUILD, MANAGE_CHANNELS = 1 << 3, 1 << 5, 1 << 4
SEND_MESSAGES, SEND_IN_THREADS = 1 << 11, 1 << 38
SELECT, FILE_UPLOAD = 3, 19
PATIENCE = 5.0  # seconds


class Interaction:
    """A command, press or completion of a user's, and the answers to it."""

    def __init__(self, world: World, kind: int, payload: Json) -> None:
        self.kind = kind
        self.id: str = payload["id"]
        self.token: str = payload["token"]
        self.payload = payload
        self.acknowledgements: list[Json] = []
        self.edits: list[Json] = []
        self.follow_ups: list[Json] = []
        self.original: Json | None = None
        self._world = world
        self._changed = asyncio.Event()

    @property
    def is_ephemeral(self) -> bool:
        data = self.acknowledgements[0].get("data") or {}
        return bool(int(data.get("flags") or 0) & 64)

    @property
    def modal(self) -> Json:
        """Return the form that was shown."""
        assert self.acknowledgements[0]["type"] == MODAL
        data: Json = self.acknowledgements[0]["data"]
        return data

    @property
    def choices(self) -> list[str]:
        """Return the values that a completion was answered with."""
        return [choice["value"] for choice in self.acknowledgements[0]["data"]["choices"]]

    def acknowledge(self, body: Json, files: list[Json]) -> None:
        if self.acknowledgements:
            raise RefusalError(40060, 400, "Interaction has already been acknowledged.")
        self.acknowledgements.append(body)
        if body["type"] in (4, 5):
            self.original = self._message(body.get("data") or {}, files)
        self._changed.set()

    def edit(self, body: Json, files: list[Json]) -> Json:
        if self.original is None:
            raise RefusalError(10015, 404, "Unknown Webhook")
        self.edits.append(body)
        changed = self._message(body, files)
        self.original.update({key: changed[key] for key in ("content", "embeds", "components", "attachments")})
        self._changed.set()
        return self.original

    def follow_up(self, body: Json, files: list[Json]) -> Json:
        """Accept a follow-up; the first one after a deferral edits the original, as at Discord."""
        if self.acknowledgements and self.acknowledgements[0]["type"] == 5 and not self.edits:
            return self.edit(body, files)
        message = self._message(body, files)
        self.follow_ups.append(message)
        self._changed.set()
        return message

    async def until(self, ready: Callable[[Interaction], Any]) -> Interaction:
        """Wait until ``ready`` holds."""
        async with asyncio.timeout(PATIENCE):
            while not ready(self):
                self._changed.clear()
                await self._changed.wait()
        return self

    async def answered(self) -> Interaction:
        """Wait until the user sees an answer: an immediate one, or the edit after a deferral."""
        return await self.until(lambda each: each.edits or (each.acknowledgements and not each.is_deferred))

    @property
    def is_deferred(self) -> bool:
        return bool(self.acknowledgements) and self.acknowledgements[0]["type"] == 5

    @property
    def shown(self) -> str:
        """Return all text of the answer, as it was sent."""
        message = self.original or {}
        parts = [message.get("content", "")]
        for embed in message.get("embeds", []):
            parts += [embed.get("title", ""), embed.get("description", "")]
        return "\n".join(part for part in parts if part)

    def _message(self, body: Json, files: list[Json]) -> Json:
        message = self._world.new_message(self.payload["channel_id"], body, files)
        return {**message, "webhook_id": self._world.application_id, "application_id": self._world.application_id}


def filled(modal: Json, values: dict[str, Any]) -> Json:
    """Return the data of a submitted modal; what is not given stays as it was shown. A file is a dict."""
    components = [
        {"type": label["type"], "id": number, "component": _filled(label["component"], number, values)}
        for number, label in enumerate(modal["components"], start=1)
    ]
    files = {about["id"]: about for about in values.values() if isinstance(about, dict)}
    return {"custom_id": modal["custom_id"], "components": components, "resolved": {"attachments": files}}


def _filled(component: Json, number: int, values: dict[str, Any]) -> Json:
    name = component["custom_id"]
    own = {"type": component["type"], "id": 100 + number, "custom_id": name}
    if component["type"] == FILE_UPLOAD:
        return own | {"values": [values[name]["id"]] if name in values else []}
    if component["type"] != SELECT:
        return own | {"value": values.get(name, component.get("value") or "")}
    shown = [option["value"] for option in component["options"]]
    chosen = (
        [values[name]] if name in values else [each["value"] for each in component["options"] if each.get("default")]
    )
    assert set(chosen) <= set(shown), f"{chosen} is none of {shown}"
    return own | {"values": chosen}


def payload(
    world: World,
    kind: int,
    channel: Json,
    data: Json,
    *,
    permissions: int,
    name: str,
    roles: Sequence[str] = (),
    **more: Any,
) -> Json:
    """Return INTERACTION_CREATE's data."""
    guild = world.guilds[channel["guild_id"]]
    person = user(str(700_000_000_000_000_000 + len(name)), name)
    member: Json = {
        "user": person,
        "nick": None,
        "roles": list(roles),
        "joined_at": now(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(permissions),
    }
    return {
        "id": world.snowflake(),
        "application_id": world.application_id,
        "type": kind,
        "token": f"token-{world.snowflake()}",
        "version": 1,
        "guild_id": guild["id"],
        "guild": {"id": guild["id"], "locale": "en-US", "features": []},
        "channel_id": channel["id"],
        "channel": channel,
        "member": member,
        "app_permissions": str(SEND_MESSAGES | SEND_IN_THREADS),
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 0,
        "attachment_size_limit": 10485760,
        "data": data,
        **more,
    }
