"""What Slack's payloads say, read in one place: who acts, where, and what about."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from adapters.slack.limits import Json
from bot.ports import Place

_LINK = re.compile(r"<(https?://[^>|\s]+)(?:\|[^>]*)?>")
MOST_METADATA = 3_000  # characters of a modal's private metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts."""

    user: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was asked, and so where the answer goes. ``url`` is a response_url, empty where there is none."""

    workspace: str
    channel: str = ""
    thread: str = ""
    url: str = ""

    @property
    def place(self) -> Place:
        """The channel as the application knows it."""
        return Place(platform="slack", workspace=self.workspace, channel=self.channel)

    def pack(self) -> str:
        """Return it as a modal's private metadata."""
        whole = json.dumps([self.workspace, self.channel, self.thread, self.url])
        return whole if len(whole) <= MOST_METADATA else json.dumps([self.workspace, self.channel, self.thread, ""])

    @staticmethod
    def unpack(text: str, workspace: str) -> Origin:
        """Read a modal's private metadata; one that is not ours leaves the workspace only."""
        try:
            found = json.loads(text)
            its, channel, thread, url = (str(each) for each in found)
        except (ValueError, TypeError):
            return Origin(workspace=workspace)
        if its != workspace:
            return Origin(workspace=workspace)
        return Origin(workspace=workspace, channel=channel, thread=thread, url=url)


def of_command(body: Json) -> tuple[Actor, Origin]:
    """Read the payload of a slash command."""
    actor = Actor(user=str(body.get("user_id")), name=str(body.get("user_name") or ""))
    origin = Origin(
        workspace=str(body.get("team_id")),
        channel=str(body.get("channel_id") or ""),
        url=str(body.get("response_url") or ""),
    )
    return actor, origin


def of_interaction(body: Json) -> tuple[Actor, Origin]:
    """Read the payload of a button, a shortcut or a modal."""
    user, team = body.get("user") or {}, body.get("team") or {}
    actor = Actor(user=str(user.get("id")), name=str(user.get("name") or user.get("username") or ""))
    workspace = str(team.get("id") or user.get("team_id") or "")
    view = body.get("view") or {}
    if view and not body.get("channel"):
        return actor, Origin.unpack(str(view.get("private_metadata") or ""), workspace)
    message = body.get("message") or {}
    thread = message.get("thread_ts")
    return actor, Origin(
        workspace=workspace,
        channel=str((body.get("channel") or {}).get("id") or ""),
        thread="" if thread is None or thread == message.get("ts") else str(thread),
        url=str(body.get("response_url") or ""),
    )


def words_about(body: Json, own_bot: str) -> str:
    """Return the command that explains the message of a shortcut: our own as an alert, another by the link in it."""
    message, channel = body.get("message") or {}, body.get("channel") or {}
    is_ours = bool(own_bot) and message.get("bot_id") == own_bot
    link = None if is_ours else _LINK.search(str(message.get("text") or ""))
    if link is not None:
        return f'why url:"{link[1].replace("&amp;", "&")}"'
    domain = str((body.get("team") or {}).get("domain") or "app")
    stamp = str(body.get("message_ts") or message.get("ts") or "").replace(".", "")
    return f'why alert:"https://{domain}.slack.com/archives/{channel.get("id")}/p{stamp}"'
