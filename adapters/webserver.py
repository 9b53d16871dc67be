"""Listens over HTTP: what monitors ask, and the web page beside it; on the loopback interface unless told otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.pages import Page

Ask = Callable[[], Awaitable[Page]]


class WebServer:
    """Serves an application, which is built when it starts. ``start`` raises OSError when the port is taken."""

    def __init__(self, build: Callable[[], web.Application], *, host: str, port: int) -> None:
        self._build = build
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{self._port}/"

    async def start(self) -> int:
        """Listen, and return the port; with port 0 the system chooses one."""
        application = await asyncio.to_thread(self._build)  # loads what nothing else needs; the loop goes on
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=3.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening; requests that are being answered get three seconds."""
        if self._runner is not None:
            await self._runner.cleanup()


def routes(pages: Mapping[str, Ask]) -> list[web.RouteDef]:
    """Return the routes of pages that need nothing but to be asked."""
    return [web.get(path, _handler(ask)) for path, ask in pages.items()]


def _handler(ask: Ask) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_request: web.Request) -> web.Response:
        page = await ask()
        return web.Response(status=page.status, text=page.text, headers={"Content-Type": page.content_type})

    return handle
