"""The state of the fake Discord: guilds, channels, threads, messages, nonces, in Discord's own JSON shapes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
EPOCH_MS = 1420070400000
TEXT, NEWS, THREAD, FORUM = 0, 5, 11, 15


class RefusalError(Exception):
    """A JSON error that a handler answers with."""

    def __init__(self, code: int, status: int, message: str = "refused") -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message


def now() -> str:
    return datetime.now(UTC).isoformat()


@dataclass
class World:
    """Everything that the fake remembers. ``everyone`` lists messages in the order in which they were accepted."""

    token: str
    guilds: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, dict[str, Json]] = field(default_factory=dict)  # by channel, then id
    nonces: dict[str, Json] = field(default_factory=dict)  # of the one author there is
    commands: list[Json] = field(default_factory=list)
    _last_id: int = 0

    def __post_init__(self) -> None:
        self.bot: Json = user(self.snowflake(), "Tocsin", is_bot=True)
        self.application_id = self.snowflake()

    def snowflake(self) -> str:
        """Return the next id: Discord's layout, so that clients read the time out of it."""
        wanted = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last_id = max(wanted, self._last_id + 1)
        return str(self._last_id)

    def add_guild(self, name: str = "Policy desk") -> Json:
        number = self.snowflake()
        everyone = role(number, "@everyone")
        member = {"user": self.bot, "roles": [], "joined_at": now(), "deaf": False, "mute": False, "flags": 0}
        guild: Json = {
            "id": number,
            "name": name,
            "owner_id": self.snowflake(),
            "roles": [everyone],
            "emojis": [],
            "stickers": [],
            "features": [],
            "members": [member],
            "member_count": 2,
            "large": False,
            "unavailable": False,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "preferred_locale": "en-US",
            "joined_at": now(),
        }
        self.guilds[number] = guild
        return guild

    def add_channel(self, guild: str, name: str, kind: int = TEXT, **more: Any) -> Json:
        channel = {
            "id": self.snowflake(),
            "type": kind,
            "guild_id": guild,
            "name": name,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "parent_id": None,
            "topic": None,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": 0,
            **({"available_tags": [], "default_forum_layout": 0, "default_sort_order": None} if kind == FORUM else {}),
            **more,
        }
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = {}
        return channel

    def open_direct(self, person: str) -> Json:
        """Return the direct messages with somebody, the same ones each time."""
        number = f"9{person[-17:]}"
        if number not in self.channels:
            recipient = {**user(person, "somebody"), "id": person}
            channel = {"id": number, "type": 1, "last_message_id": None, "flags": 0, "recipients": [recipient]}
            self.channels[number], self.messages[number] = channel, {}
        return self.channels[number]

    def add_thread(self, parent: Json, number: str, name: str, minutes: int) -> Json:
        thread = {
            "id": number,
            "type": THREAD,
            "guild_id": parent["guild_id"],
            "parent_id": parent["id"],
            "owner_id": self.bot["id"],
            "name": name,
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": 0,
            "thread_metadata": {
                "archived": False,
                "locked": False,
                "auto_archive_duration": minutes,
                "archive_timestamp": now(),
                "create_timestamp": now(),
            },
        }
        self.channels[number] = thread
        self.messages.setdefault(number, {})
        return thread

    def channel(self, number: str) -> Json:
        if number not in self.channels:
            raise RefusalError(10003, 404, "Unknown Channel")
        return self.channels[number]

    def message(self, channel: str, number: str) -> Json:
        self.channel(channel)
        try:
            return self.messages[channel][number]
        except KeyError:
            raise RefusalError(10008, 404, "Unknown Message") from None

    def guild_payload(self, number: str) -> Json:
        """Return a guild as GUILD_CREATE brings it, with its channels and active threads."""
        mine = [channel for channel in self.channels.values() if channel["guild_id"] == number]
        channels = [channel for channel in mine if channel["type"] != THREAD]
        return {**self.guilds[number], "channels": channels, "threads": self.active_threads(number)}

    def active_threads(self, guild: str) -> list[Json]:
        return [
            channel
            for channel in self.channels.values()
            if channel["guild_id"] == guild and channel["type"] == THREAD and not channel["thread_metadata"]["archived"]
        ]

    def post(self, channel: str, body: Json, files: list[Json], *, number: str | None = None) -> Json:
        """Accept a message; the same nonce with ``enforce_nonce`` gives the earlier one."""
        nonce = str(body.get("nonce") or "")
        if nonce and body.get("enforce_nonce") and nonce in self.nonces:
            return self.nonces[nonce]
        posted = self.new_message(channel, body, files, number=number)
        self.messages[channel][posted["id"]] = posted
        if nonce:
            posted["nonce"] = nonce
            self.nonces[nonce] = posted
        return posted

    def new_message(self, channel: str, body: Json, files: list[Json], *, number: str | None = None) -> Json:
        return {
            "id": number or self.snowflake(),
            "channel_id": channel,
            "author": self.bot,
            "content": body.get("content") or "",
            "timestamp": now(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": files,
            "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or []],
            "components": body.get("components") or [],
            "pinned": False,
            "type": 0,
            "flags": int(body.get("flags") or 0),
        }


def user(number: str, name: str, *, is_bot: bool = False) -> Json:
    return {
        "id": number,
        "username": name,
        "global_name": None if is_bot else name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": is_bot,
    }


def role(number: str, name: str) -> Json:
    return {
        "id": number,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": "0",
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
