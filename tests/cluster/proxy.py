"""A wire to the PostgreSQL of the tests that can be cut, as a network or a server that goes away."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Coroutine
from urllib.parse import parse_qsl, urlsplit

from bot.secret import Secret
from bot.store.address import Server


class Wire:
    """Forwards bytes until it is cut; in a thread of its own, since opening a database blocks the event loop."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        parts = urlsplit(server.dsn.reveal())
        self._folder = dict(parse_qsl(parts.query)).get("host", "")
        self._host, self._port = parts.hostname or "", parts.port or 5432
        self._name, self._user = parts.path, parts.username or "postgres"
        self._open: set[asyncio.StreamWriter] = set()
        self._listener: asyncio.Server | None = None
        self._at = 0

    @property
    def address(self) -> Server:
        """The database at the near end."""
        return Server(Secret(f"postgresql://{self._user}@127.0.0.1:{self._at}{self._name}"))

    async def join(self) -> None:
        """Let connections through, on the same port as before."""
        await self._there(self._join())

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        await self._there(self._cut())

    async def _there(self, work: Coroutine[None, None, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _join(self) -> None:
        self._listener = await asyncio.start_server(self._forward, "127.0.0.1", self._at)
        self._at = self._listener.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        assert self._listener is not None
        self._listener.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._folder:
            far = await asyncio.open_unix_connection(f"{self._folder}/.s.PGSQL.{self._port}")
        else:
            far = await asyncio.open_connection(self._host, self._port)
        self._open |= {writer, far[1]}
        try:
            await asyncio.gather(_pump(reader, far[1]), _pump(far[0], writer))
        finally:
            for one in (writer, far[1]):
                self._open.discard(one)
                one.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    with contextlib.suppress(ConnectionError, RuntimeError):
        target.close()


@contextlib.asynccontextmanager
async def wired(server: Server) -> AsyncIterator[Wire]:
    """Lay a wire to a server's database."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    wire = Wire(server, loop)
    await wire.join()
    try:
        yield wire
    finally:
        await wire.cut()
        await asyncio.sleep(0.1)  # what was cut ends
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
