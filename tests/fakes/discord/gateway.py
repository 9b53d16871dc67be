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
    shard: int = 0
    events: list[tuple[str, Json]] = field(default_factory=list)


class Gateway:
    """Serves websockets. ``identified`` and ``resumed`` count how sessions began."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.url = url
        self.identified: list[Json] = []
        self.resumed: list[Json] = []
        self.refuse_connections = 0  # so many next connections are answered with 503
        self.shards = 1  # so many connections are recommended, and awaited by ``ready``
        self._sessions: dict[str, Session] = {}
        self._current: dict[int, Session] = {}  # by shard
        self._connections: dict[int, Connection] = {}
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
        for shard in [shard for shard, each in self._connections.items() if each is connection]:
            del self._connections[shard]
            self._ready.clear()
        return socket

    @property
    def _connection(self) -> Connection | None:
        """The connection of the first shard, which is the only one there is unless a client asks for more."""
        return self._connections.get(0)

    def _shard_of(self, guild: str | None) -> int:
        return (int(guild or 0) >> 22) % self.shards

    async def ready(self) -> None:
        """Wait until a client is connected and has its guilds."""
        async with asyncio.timeout(10):
            await self._ready.wait()

    async def dispatch(self, event: str, data: Json, *, shard: int | None = None) -> None:
        """Send an event to the shard that its guild belongs to, and keep it for a RESUME."""
        if shard is None:
            shard = self._shard_of(data["id"] if event.startswith("GUILD_") and "id" in data else data.get("guild_id"))
        session = self._current.get(shard)
        assert session is not None, "no client has identified"
        session.events.append((event, data))
        if shard in self._connections:
            with suppress(ConnectionError):  # a line that was just cut; RESUME brings the event
                await self._connections[shard].send(DISPATCH, data, seq=len(session.events), event=event)

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
        self._transport().abort()

    def fall_silent(self) -> None:
        """Hear nothing more on the present connection, not even a goodbye, and keep it open."""
        self._transport().pause_reading()

    def _transport(self) -> asyncio.Transport:
        assert self._connection is not None
        request = self._connection.socket._req
        assert request is not None
        assert request.transport is not None
        return request.transport

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
        shard, count = data.get("shard") or (0, 1)
        assert count == self.shards, "the client does not take the recommended number of shards"
        session = Session(self.world.snowflake(), shard)
        self._sessions[session.id] = self._current[shard] = session
        self._connections[shard] = connection
        mine = [guild for guild in self.world.guilds if self._shard_of(guild) == shard]
        await self.dispatch("READY", self._ready_payload(session, mine), shard=shard)
        for guild in mine:
            await self.dispatch("GUILD_CREATE", self.world.guild_payload(guild), shard=shard)
        if len(self._connections) == self.shards:
            self._ready.set()

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumed.append(data)
        session = self._sessions.get(data["session_id"] or "")
        if session is None:
            await connection.send(INVALID_SESSION, False)
            return
        self._current[session.shard] = session
        self._connections[session.shard] = connection
        missed = list(enumerate(session.events, start=1))[data["seq"] :]
        for number, (event, payload) in missed:
            await connection.send(DISPATCH, payload, seq=number, event=event)
        await self.dispatch("RESUMED", {}, shard=session.shard)
        self._ready.set()

    def _ready_payload(self, session: Session, guilds: list[str]) -> Json:
        return {
            "v": 10,
            "user": self.world.bot,
            "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, self.shards],
            "application": {"id": self.world.application_id, "flags": 0},
        }
