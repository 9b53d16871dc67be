"""The gateway half of the fake: HELLO, IDENTIFY or RESUME, READY, guilds, events with numbers, and bad days."""

from __future__ import annotations

import asyncio
import json
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.world import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN = 4004


class Connection:
    """One websocket. Text is sent in one zlib stream when the client asked for it."""

    def __init__(self, socket: web.WebSocketResponse, *, is_compressed: bool) -> None:
        self.socket = socket
        self._deflate = zlib.compressobj() if is_compressed else None

    async def send(self, op: int, data: Any, *, seq: int | None = None, event: str | None = None) -> None:
        text = json.dumps({"op": op, "d": data, "s": seq, "t": event})
        if self._deflate is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH))


@dataclass
class Session:
    """What survives a lost connection: the events sent so far."""

    id: str
    events: list[tuple[str, Json]] = field(default_factory=list)


class Gateway:
    """Serves websockets. ``identified`` and ``resumed`` count how sessions began."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.url = url
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.refuse_connections = 0  # so many next connections are answered with 503
        self._sessions: dict[str, Session] = {}
        self._session: Session | None = None
        self._connection: Connection | None = None
        self._ready = asyncio.Event()
        self.identified_again = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_connections:
            self.refuse_connections -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, is_compressed=request.query.get("compress") == "zlib-stream")
        await connection.send(HELLO, {"heartbeat_interval": 41250})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            await self._receive(connection, json.loads(message.data))
        if self._connection is connection:
            self._connection = None
            self._ready.clear()
        return socket

    async def ready(self) -> None:
        """Wait until a client is connected and has its guilds."""
        async with asyncio.timeout(10):
            await self._ready.wait()

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event, and keep it for a RESUME."""
        session = self._session
        assert session is not None, "no client has identified"
        session.events.append((event, data))
        if self._connection is not None:
            with suppress(ConnectionError):  # a line that was just cut; RESUME brings the event
                await self._connection.send(DISPATCH, data, seq=len(session.events), event=event)

    async def ask_to_reconnect(self) -> None:
        """Send op 7."""
        assert self._connection is not None
        await self._connection.send(RECONNECT, None)

    async def invalidate(self) -> None:
        """Send op 9: the session cannot be resumed."""
        assert self._connection is not None
        self._sessions.clear()
        await self._connection.send(INVALID_SESSION, False)

    async def send_garbage(self) -> None:
        """Send an event that discord.py cannot read."""
        await self.dispatch("GUILD_ROLE_CREATE", {"guild_id": next(iter(self.world.guilds)), "role": {}})

    async def close(self, code: int = 1000) -> None:
        """End the present connection with a close code."""
        if self._connection is not None:
            await self._connection.socket.close(code=code)

    def cut(self) -> None:
        """Cut the present connection without a word."""
        assert self._connection is not None
        transport = self._connection.socket._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()

    async def _receive(self, connection: Connection, frame: Json) -> None:
        match frame["op"]:
            case 1:
                await connection.send(ACK, None)
            case 2:
                await self._identify(connection, frame["d"])
            case 6:
                await self._resume(connection, frame["d"])

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identified.append(data)
        if data["token"] != self.world.token:
            await connection.socket.close(code=BAD_TOKEN, message=b"Authentication failed.")
            return
        if len(self.identified) > 1:
            self.identified_again.set()
        self._session = Session(self.world.snowflake())
        self._sessions[self._session.id] = self._session
        self._connection = connection
        await self.dispatch("READY", self._ready_payload())
        for guild in self.world.guilds:
            await self.dispatch("GUILD_CREATE", self.world.guild_payload(guild))
        self._ready.set()

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumed.append(data)
        session = self._sessions.get(data["session_id"] or "")
        if session is None:
            await connection.send(INVALID_SESSION, False)
            return
        self._session, self._connection = session, connection
        missed = list(enumerate(session.events, start=1))[data["seq"] :]
        for number, (event, payload) in missed:
            await connection.send(DISPATCH, payload, seq=number, event=event)
        await self.dispatch("RESUMED", {})
        self._ready.set()

    def _ready_payload(self) -> Json:
        assert self._session is not None
        return {
            "v": 10,
            "user": self.world.bot,
            "guilds": [{"id": guild, "unavailable": True} for guild in self.world.guilds],
            "session_id": self._session.id,
            "resume_gateway_url": self.url,
            "application": {"id": self.world.application_id, "flags": 0},
        }
