"""What a workspace holds, and what each Web API method does to it."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT_TOKEN = "xoxb-canary-bot-token"
APP_TOKEN = "xapp-canary-app-token"
BOT_ID = "B0TOCSIN"
BOT_USER = "U0TOCSIN"
TEAM = "T0WORK"


@dataclass(slots=True)
class Channel:
    """A channel and its messages by ts, threads included."""

    id: str
    is_member: bool = True
    is_private: bool = False
    takes_strangers: bool = True  # the app has chat:write.public
    is_archived: bool = False
    creator: str = "U0CREATOR"
    team: str = TEAM
    members: set[str] = field(default_factory=set)  # beside the app
    messages: dict[str, Json] = field(default_factory=dict)


class RefusedError(Exception):
    """The call is answered with ``ok: false``."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


class Workspace:
    """Channels, messages, users and websocket tickets. ``url`` is where the server listens."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.url = ""
        self.page_size = 200
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, Json] = defaultdict(dict)
        self.tickets: set[str] = set()
        self.numbers = count(1)
        self.file_names: dict[str, str] = {}
        self.files: dict[str, tuple[Json, bytes]] = {}  # uploaded by people: what files.info says, and the content
        self.tokens: dict[str, str] = {BOT_TOKEN: TEAM}  # the workspace of each bot token
        self.codes: dict[str, tuple[str, str]] = {}  # of OAuth: workspace and token that each stands for
        self.secrets = ("", "")  # client id and secret of the app
        self.groups: dict[str, list[str]] = {}
        self.triggers: set[str] = set()
        self.views: dict[str, Json] = {}
        self.opened: list[Json] = []  # modals, newest last
        self.homes: dict[str, Json] = {}
        self.whispers: list[Json] = []  # chat.postEphemeral
        self._team, self._token = TEAM, ""
        self._now = now
        self._last = 0

    def answer(self, method: str, body: Json, token: str) -> Json:
        """Carry out one call and return Slack's answer."""
        handler = _METHODS.get(method)
        if handler is None:
            return {"ok": False, "error": "unknown_method"}
        if method == "apps.connections.open":
            is_known = token == APP_TOKEN
        else:
            is_known = token in self.tokens or method == "oauth.v2.access"
        if not is_known:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        self._team, self._token = self.tokens.get(token, TEAM), token
        try:
            return {"ok": True, **handler(self, body)}
        except RefusedError as refused:
            return {"ok": False, "error": refused.code, **refused.extra}

    def _open_channel(self, body: Json) -> Channel:
        channel = self.channels.get(body.get("channel") or body.get("channel_id") or "")
        if channel is None or channel.team != self._team or (channel.is_private and not channel.is_member):
            raise RefusedError("channel_not_found")
        return channel

    def _readable(self, body: Json) -> Channel:
        channel = self._open_channel(body)
        if not channel.is_member:
            raise RefusedError("not_in_channel")
        return channel

    def _writable(self, body: Json) -> Channel:
        channel = self._open_channel(body)
        if channel.is_archived:
            raise RefusedError("is_archived")
        if not channel.is_member and not channel.takes_strangers:
            raise RefusedError("not_in_channel")
        return channel

    def _open_direct(self, body: Json) -> Json:
        """Open the direct messages with one user; a name that begins with U0GONE takes none."""
        user = str(body["users"])
        if user.startswith("U0GONE"):
            raise RefusedError("user_disabled")
        number = f"D{user[1:]}"
        self.channels.setdefault(number, Channel(id=number, team=self._team, is_private=True, is_member=True))
        return {"channel": {"id": number}}

    def _join(self, body: Json) -> Json:
        channel = self._open_channel(body)
        channel.is_member = True
        return {"channel": {"id": channel.id}}

    def _stamp(self) -> str:
        self._last = max(self._last + 1, int(self._now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def _post_message(self, body: Json) -> Json:
        channel = self._writable(body)
        message: Json = {"type": "message", "ts": self._stamp(), "bot_id": BOT_ID, "user": BOT_USER}
        message |= {key: body[key] for key in ("text", "blocks", "metadata") if key in body}
        thread = body.get("thread_ts")
        if thread in channel.messages:
            channel.messages[thread].setdefault("thread_ts", thread)
            message["thread_ts"] = thread
            if body.get("reply_broadcast"):
                message["subtype"] = "thread_broadcast"
        channel.messages[message["ts"]] = message  # a reply to a deleted message lands in the channel, as in Slack
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _update(self, body: Json) -> Json:
        channel = self._writable(body)
        message = channel.messages.get(body["ts"])
        if message is None:
            raise RefusedError("message_not_found")
        message |= {key: body[key] for key in ("text", "blocks", "metadata") if key in body}
        return {"channel": channel.id, "ts": body["ts"], "text": message["text"]}

    def _delete(self, body: Json) -> Json:
        if self._writable(body).messages.pop(body["ts"], None) is None:
            raise RefusedError("message_not_found")
        return {"channel": body["channel"], "ts": body["ts"]}

    def _permalink(self, body: Json) -> Json:
        ts = body["message_ts"]
        if ts not in self._open_channel(body).messages:
            raise RefusedError("message_not_found")
        return {"permalink": f"https://work.slack.com/archives/{body['channel']}/p{ts.replace('.', '')}"}

    def _history(self, body: Json) -> Json:
        channel = self._readable(body)
        shown = [
            message
            for message in channel.messages.values()
            if message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"
        ]
        return self._page(sorted(shown, key=lambda message: message["ts"], reverse=True), body)

    def _replies(self, body: Json) -> Json:
        channel = self._readable(body)
        if body["ts"] not in channel.messages:
            raise RefusedError("thread_not_found")
        root = channel.messages[body["ts"]]
        replies = [message for message in channel.messages.values() if message.get("thread_ts") == body["ts"]]
        rest = sorted((each for each in replies if each is not root), key=lambda message: message["ts"])
        page = self._page(rest, body)
        return page if body.get("cursor") else page | {"messages": [root, *page["messages"]]}

    def _page(self, messages: list[Json], body: Json) -> Json:
        newer = [message for message in messages if float(message["ts"]) > float(body.get("oldest") or 0)]
        start = int(body.get("cursor") or 0)
        end = start + min(int(body.get("limit") or 100), self.page_size)
        hidden = () if body.get("include_all_metadata") else ("metadata",)
        shown = [{key: value for key, value in each.items() if key not in hidden} for each in newer[start:end]]
        cursor = str(end) if end < len(newer) else ""
        return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    def _upload_url(self, body: Json) -> Json:
        name = f"F{next(self.numbers)}"
        self.file_names[name] = body["filename"]
        return {"upload_url": f"{self.url}/upload/{name}", "file_id": name}

    def _complete_upload(self, body: Json) -> Json:
        self._readable(body)
        channel = self._writable(body)
        files = [{**each, "name": self.file_names.get(each["id"], "")} for each in body["files"]]
        message: Json = {"type": "message", "ts": self._stamp(), "bot_id": BOT_ID, "text": "", "files": files}
        if body.get("thread_ts") in channel.messages:
            message["thread_ts"] = body["thread_ts"]
        channel.messages[message["ts"]] = message
        return {"files": [{"id": each["id"], "title": each.get("title")} for each in files]}

    def put_file(self, name: str, content: bytes, *, user: str = "U0ANA", **said: Any) -> str:
        """Upload a file as somebody does, and return its id; ``said`` is what Slack says of it besides."""
        number = f"F0{next(self.numbers):03d}X"
        about = {
            "id": number,
            "name": name,
            "size": len(content),
            "user": user,
            "channels": [],
            "groups": [],
            "ims": [],
        }
        about["url_private_download"] = f"{self.url}/files/{number}"
        self.files[number] = ({**about, **said}, content)
        return number

    def _file(self, body: Json) -> Json:
        if body["file"] not in self.files:
            raise RefusedError("file_not_found")
        return {"file": self.files[body["file"]][0]}

    def _auth_test(self, body: Json) -> Json:
        return {
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "team_id": self._team,
            "url": "https://work.slack.com/",
            "user": "tocsin",
        }

    def _user(self, body: Json) -> Json:
        return {"user": {"id": body["user"], **self.users[body["user"]]}}

    def _channel_info(self, body: Json) -> Json:
        channel = self._open_channel(body)
        return {"channel": {"id": channel.id, "creator": channel.creator, "is_archived": channel.is_archived}}

    def _connect(self, body: Json) -> Json:
        ticket = f"ticket-{next(self.numbers)}"
        self.tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws')}/socket?ticket={ticket}"}

    def _whisper(self, body: Json) -> Json:
        channel = self._open_channel(body)
        if not channel.is_member:
            raise RefusedError("not_in_channel")
        self.whispers.append(body)
        return {"message_ts": self._stamp()}

    def _open_view(self, body: Json) -> Json:
        if body["trigger_id"] not in self.triggers:
            raise RefusedError("expired_trigger_id")
        self.triggers.discard(body["trigger_id"])  # it serves once
        view = {**body["view"], "id": f"V{next(self.numbers)}"}
        self.views[view["id"]] = view
        self.opened.append(view)
        return {"view": view}

    def _update_view(self, body: Json) -> Json:
        if body["view_id"] not in self.views:
            raise RefusedError("not_found")
        self.views[body["view_id"]] = view = {**body["view"], "id": body["view_id"]}
        return {"view": view}

    def _publish_view(self, body: Json) -> Json:
        self.homes[body["user_id"]] = body["view"]
        return {"view": body["view"]}

    def _conversations(self, body: Json) -> Json:
        mine = [one for one in self.channels.values() if body["user"] in one.members and one.team == self._team]
        seen = [{"id": one.id} for one in mine if one.is_member or not one.is_private]
        return {"channels": seen, "response_metadata": {"next_cursor": ""}}

    def _group(self, body: Json) -> Json:
        if body["usergroup"] not in self.groups:
            raise RefusedError("no_such_subteam")
        return {"users": self.groups[body["usergroup"]]}

    def _install(self, body: Json) -> Json:
        if self._token != f"Basic {b64encode(':'.join(self.secrets).encode()).decode()}":
            raise RefusedError("bad_client_secret")
        if body.get("code") not in self.codes:
            raise RefusedError("invalid_code")
        team, token = self.codes.pop(body["code"])
        self.tokens[token] = team
        return {
            "access_token": token, "token_type": "bot", "scope": "commands,chat:write", "bot_user_id": BOT_USER,
            "app_id": "A0", "team": {"id": team, "name": "Other desk"}, "enterprise": None,
            "authed_user": {"id": "U0INSTALLER"}, "is_enterprise_install": False,
        }  # fmt: skip


_METHODS: dict[str, Callable[[Workspace, Json], Json]] = {
    "apps.connections.open": Workspace._connect,
    "auth.test": Workspace._auth_test,
    "chat.delete": Workspace._delete,
    "chat.getPermalink": Workspace._permalink,
    "chat.postEphemeral": Workspace._whisper,
    "chat.postMessage": Workspace._post_message,
    "chat.update": Workspace._update,
    "conversations.history": Workspace._history,
    "conversations.info": Workspace._channel_info,
    "conversations.join": Workspace._join,
    "conversations.open": Workspace._open_direct,
    "conversations.replies": Workspace._replies,
    "files.completeUploadExternal": Workspace._complete_upload,
    "files.getUploadURLExternal": Workspace._upload_url,
    "files.info": Workspace._file,
    "oauth.v2.access": Workspace._install,
    "usergroups.users.list": Workspace._group,
    "users.conversations": Workspace._conversations,
    "users.info": Workspace._user,
    "views.open": Workspace._open_view,
    "views.publish": Workspace._publish_view,
    "views.update": Workspace._update_view,
}
