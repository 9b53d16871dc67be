"""Answers monitors over HTTP: three addresses, read only, on the loopback interface unless told otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.pages import Page

Ask = Callable[[], Awaitable[Page]]


class WebServer:
    """Serves pages by path. ``start`` raises OSError when the port is taken."""

    def __init__(self, pages: Mapping[str, Ask], *, host: str, port: int) -> None:
        self._host = host
        self._port = port
        application = web.Application()
        for path, ask in pages.items():
            application.router.add_get(path, _handler(ask))
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> int:
        """Listen, and return the port; with port 0 the system chooses one."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()


def _handler(ask: Ask) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_request: web.Request) -> web.Response:
        page = await ask()
        return web.Response(status=page.status, text=page.text, headers={"Content-Type": page.content_type})

    return handle
