"""A real web server on 127.0.0.1 whose paths answer as a small language of behaviours says.

server.at("/feed", Ok(b"<rss/>", etag='"1"'))        200, and 304 to a matching If-None-Match
server.at("/feed", Status(429, {"Retry-After": "60"}))
server.at("/a", Redirect("/b", 301))                 a relative or absolute target
server.at("/feed", GzipBomb(64 * MIB))               a small body that decodes to so many bytes
server.at("/feed", Endless())                        never stops sending
server.at("/feed", Drip(b"abc", every=0.05))         a byte at a time
server.at("/feed", Silent())                         accepts and never answers
server.at("/feed", Raw(b"HTTP/1.1 200 OK\\r\\n..."))   any bytes, then closes the connection
server.at("/feed", Sequence(Ok(b"1"), Status(500)))  one behaviour per request, the last one stays
"""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

MIB = 1024 * 1024


class Behaviour(Protocol):
    """Answers one request."""

    async def answer(self, request: web.Request) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class Ok:
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = "application/rss+xml"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.delay)
        headers = {"Content-Type": self.content_type, **self.headers}
        if self.etag:
            headers["ETag"] = self.etag
        if self.last_modified:
            headers["Last-Modified"] = self.last_modified
        is_same = (self.etag and request.headers.get("If-None-Match") == self.etag) or (
            self.last_modified and request.headers.get("If-Modified-Since") == self.last_modified
        )
        return web.Response(status=304, headers=headers) if is_same else web.Response(body=self.body, headers=headers)


@dataclass(frozen=True, slots=True)
class Status:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True)
class Redirect:
    target: str
    status: int = 302

    async def answer(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=self.status, headers={"Location": self.target})


class GzipBomb:
    def __init__(self, decoded: int) -> None:
        self._body = gzip.compress(bytes(decoded))  # here, since compressing takes longer than a client waits

    async def answer(self, request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=self._body, headers={"Content-Encoding": "gzip", "Content-Type": "application/rss+xml"}
        )


@dataclass(frozen=True, slots=True)
class Endless:
    chunk: bytes = b" " * 65536

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(self.chunk)
        except ConnectionError:
            return response


@dataclass(frozen=True, slots=True)
class Drip:
    body: bytes
    every: float

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for at in range(len(self.body)):
                await response.write(self.body[at : at + 1])
                await asyncio.sleep(self.every)
        except ConnectionError:
            pass
        return response


@dataclass(frozen=True, slots=True)
class Silent:
    async def answer(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError("nobody waits that long")


@dataclass(frozen=True, slots=True)
class Raw:
    data: bytes

    async def answer(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self.data)
        transport.close()
        return web.Response()


class Sequence:
    def __init__(self, *behaviours: Behaviour) -> None:
        self._left = list(behaviours)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        behaviour = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        return await behaviour.answer(request)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]


class FeedServer:
    """Use as an async context manager; ``url(path)`` gives addresses on it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._behaviours: dict[str, Behaviour] = {}
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.at_once = 0  # requests in progress now
        self.most_at_once = 0

    def at(self, path: str, behaviour: Behaviour) -> str:
        """Let ``path`` behave so from now on; returns its address."""
        self._behaviours[path] = behaviour
        return self.url(path)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._port}{path}"

    def count(self) -> Counter[str]:
        """Requests by path."""
        return Counter(asked.path for asked in self.asked)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._guarded)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _guarded(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.path_qs
        self.asked.append(Asked(path, {name.lower(): value for name, value in request.headers.items()}))
        behaviour = self._behaviours.get(path) or self._behaviours.get(request.path)
        if behaviour is None:
            return web.Response(status=404)
        return await behaviour.answer(request)
