"""The fake's server: routes, faults, and the websocket of Socket Mode."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack import payloads
from tests.fakes.slack.behaviour import Behaviour, accept
from tests.fakes.slack.rules import response_violations, violations
from tests.fakes.slack.views import METHODS, view_violations
from tests.fakes.slack.workspace import TEAM, Channel, Workspace

Json = dict[str, Any]

WAIT = 20.0  # seconds that a test waits for something to arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came in."""

    method: str
    body: Json
    token: str


class FakeSlack:
    """See the package's docstring. ``calls`` holds the Web API requests, ``answers`` the posts to response_urls."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.workspace = Workspace(now)
        self.calls: list[Call] = []
        self.answers: list[Json] = []
        self.acks: dict[str, Json] = {}
        self.violations: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.downloads: list[str] = []  # what each carried as its Authorization
        self.may_read_files = True
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0
        self.handshake_status: deque[int] = deque()
        self.answer_status: deque[int] = deque()
        self._queues: dict[str, deque[Behaviour]] = defaultdict(deque)
        self._lasting: dict[str, Behaviour] = {}
        self._changed = asyncio.Event()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    # set-up and faults

    @property
    def api_url(self) -> str:
        """Return what goes into ``slack.api_url``."""
        return f"{self.workspace.url}/api/"

    def add_channel(self, channel: str, **state: Any) -> Channel:
        """Add a channel; ``is_member`` and ``is_archived`` may be changed on the returned object later."""
        self.workspace.channels[channel] = Channel(channel, **state)
        return self.workspace.channels[channel]

    def channel(self, channel: str) -> Channel:
        """Return a channel's state."""
        return self.workspace.channels[channel]

    def remove_channel(self, channel: str) -> None:
        """Delete a channel."""
        del self.workspace.channels[channel]

    def delete_message(self, channel: str, ts: str) -> None:
        """Delete a message as a moderator would."""
        del self.workspace.channels[channel].messages[ts]

    def next(self, method: str, *behaviours: Behaviour) -> None:
        """Queue what becomes of the next calls of ``method``; afterwards it works again."""
        self._queues[method].extend(behaviours)

    def always(self, method: str, behaviour: Behaviour) -> None:
        """Let every call of ``method`` end like this once its queue is empty."""
        self._lasting[method] = behaviour

    # what was seen

    def called(self, method: str) -> list[Json]:
        """Return the bodies of the calls of ``method``, in order."""
        return [call.body for call in self.calls if call.method == method]

    def messages(self, channel: str = "C0GENERAL", thread: str | None = None) -> list[Json]:
        """Return the messages of a channel, oldest first: the roots, or the replies of a thread."""
        stored = sorted(self.workspace.channels[channel].messages.values(), key=lambda message: message["ts"])
        if thread is None:
            return [message for message in stored if message.get("thread_ts", message["ts"]) == message["ts"]]
        return [message for message in stored if message.get("thread_ts") == thread and message["ts"] != thread]

    async def wait_for(self, condition: Callable[[], Any]) -> None:
        """Wait until ``condition`` holds; it is asked after everything that arrives. Raises TimeoutError."""
        async with asyncio.timeout(WAIT):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    # life

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files/{id}", self._download)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Let go of everything that hangs, and close."""
        self._released.set()
        for socket in list(self.sockets):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await _body(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = str(body.pop("token", "")) or token
        self.calls.append(Call(method=method, body=body, token=token))
        behaviour = self._queues[method].popleft() if self._queues[method] else self._lasting.get(method, accept())
        answer = self._answer(method, body, token) if behaviour.takes_effect else {"ok": False, "error": behaviour.code}
        self._changed.set()
        if behaviour.hangs:
            await self._released.wait()
        if behaviour.cuts_connection or behaviour.hangs:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after is not None else {}
        if behaviour.body is not None:
            kind = "application/json" if behaviour.body.startswith("{") else "text/html"
            return web.Response(status=behaviour.status, text=behaviour.body, content_type=kind, headers=headers)
        return web.json_response(answer, status=behaviour.status, headers=headers)

    def _answer(self, method: str, body: Json, token: str) -> Json:
        body = {key: value for key, value in body.items() if key != "team_id"}  # Bolt's client adds it to every call
        found = view_violations(method, body) if method in METHODS else violations(method, body)
        if found:
            self.violations += found
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": found}}
        return self.workspace.answer(method, body, token)

    # uploads and response_urls

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads[request.match_info["id"]] = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        """Give a file to whoever has a token; anybody else sees the page for signing in."""
        self.downloads.append(request.headers.get("Authorization", ""))
        if self.downloads[-1].removeprefix("Bearer ") not in self.workspace.tokens or not self.may_read_files:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        _, content = self.workspace.files[request.match_info["id"]]
        return web.Response(body=content, content_type="application/octet-stream")

    async def _response(self, request: web.Request) -> web.Response:
        body = await request.json()
        status = self.answer_status.popleft() if self.answer_status else 200
        if status == 200:
            self.answers.append({"to": request.match_info["id"], **body})
        self.violations += response_violations(body)
        self._changed.set()
        return web.Response(status=status, text="ok" if status == 200 else "expired_url")

    # Socket Mode

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        status = self.handshake_status.popleft() if self.handshake_status else 101
        ticket = request.query.get("ticket", "")
        if status != 101 or ticket not in self.workspace.tickets:
            return web.Response(status=status if status != 101 else 403)
        self.workspace.tickets.discard(ticket)  # an address serves one connection
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0"}})
        self.sockets.append(socket)
        self._changed.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    ack = json.loads(message.data)
                    self.acks[ack["envelope_id"]] = ack
                    self.violations += ack_violations(ack.get("payload") or {})
                    self._changed.set()
        finally:
            self.sockets.remove(socket)
            self._changed.set()
        return socket

    async def send(self, kind: str, payload: Json, *, attempt: int = 0) -> str:
        """Send an envelope over the newest connection (waiting for one) and return its id."""
        await self.wait_for(lambda: self.sockets)
        envelope = f"env-{next(self.workspace.numbers)}"
        await self.sockets[-1].send_json(
            {
                "envelope_id": envelope,
                "type": kind,
                "accepts_response_payload": True,
                "payload": payload,
                "retry_attempt": attempt,
            }
        )
        return envelope

    def command(self, text: str, *, user: str = "U0ANA", channel: str = "C0GENERAL", team: str = TEAM) -> Json:
        """Return the payload of ``/tocsin TEXT``."""
        number = self._trigger()
        return payloads.command(number, self.workspace.url, text, team=team, user=user, channel=channel)

    def press(
        self,
        action_id: str,
        value: str,
        *,
        message: Json,
        user: str = "U0ANA",
        channel: str = "C0GENERAL",
        team: str = TEAM,
    ) -> Json:
        """Return the payload of a press on a button of ``message``."""
        action = {"action_id": action_id, "value": value}
        number = self._trigger()
        return payloads.press(number, self.workspace.url, action, message, team=team, user=user, channel=channel)

    def press_in_view(self, action_id: str, value: str, view: Json, *, user: str = "U0ANA") -> Json:
        """Return the payload of a press on a button of a modal."""
        action = {"action_id": action_id, "value": value}
        return payloads.press_in_view(self._trigger(), action, view, team=TEAM, user=user)

    def shortcut(self, name: str, message: Json | None = None, *, user: str = "U0ANA") -> Json:
        """Return the payload of a shortcut: of a message's menu, or without one the global kind."""
        number, channel = self._trigger(), "C0GENERAL"
        if message is None:
            return payloads.global_shortcut(number, name, team=TEAM, user=user)
        url = self.workspace.url
        return payloads.message_shortcut(number, url, name, message, team=TEAM, user=user, channel=channel)

    def submission(self, view: Json, *, user: str = "U0ANA", **values: str) -> Json:
        """Return the payload of a modal that somebody filled in; what is not given stays as it was shown."""
        return payloads.submission(self._trigger(), view, values, team=TEAM, user=user)

    def event(self, kind: str, *, team: str = TEAM, **inner: Any) -> Json:
        """Return an event."""
        return payloads.event(next(self.workspace.numbers), {"type": kind, **inner}, team=team)

    async def opened(self) -> Json:
        """Wait for the modal that was opened last, and take it away."""
        await self.wait_for(lambda: self.workspace.opened)
        return self.workspace.opened.pop()

    def _trigger(self) -> int:
        number = next(self.workspace.numbers)
        self.workspace.triggers.add(f"{number}.trigger")
        return number

    async def acked(self, envelope: str) -> Json:
        """Wait for the acknowledgement of an envelope."""
        await self.wait_for(lambda: envelope in self.acks)
        return self.acks[envelope]

    async def refresh(self) -> None:
        """Ask the client to change over to a new connection, as Slack does every few hours."""
        await self.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """Cut every connection without a word."""
        for socket in list(self.sockets):
            await socket.close()


_NUMBERS = frozenset({"limit", "length"})
_TRUTHS = frozenset({"include_all_metadata", "inclusive", "exclude_archived"})


def ack_violations(payload: Json) -> list[str]:
    """Return what Slack would refuse in an acknowledgement that carries something."""
    if payload.get("response_action") != "update":
        return [f"acknowledged with {payload}"] if payload else []
    unknown = [f"ack: unknown key {key}" for key in payload.keys() - {"response_action", "view"}]
    return [*unknown, *view_violations("views.update", {"view_id": "V", "view": payload["view"]})]


async def _body(request: web.Request) -> Json:
    """Merge JSON, form and query as Slack does, and read what the SDK sends as text back into its type."""
    body: Json = dict(request.query)
    if request.content_type == "application/json":
        body |= await request.json()
        return body
    body |= dict(await request.post())
    for key, value in body.items():
        if key in _NUMBERS:
            body[key] = int(value)
        elif key in _TRUTHS:
            body[key] = value in {"1", "true"}
        elif key == "files":
            body[key] = json.loads(value)
    return body
