"""A made-up web behind the benchmarks: a process of its own, so that serving is not what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.Response]]


async def serve(control: Answer, feed: Answer) -> None:
    """Serve ``/control`` and ``/feed/{number}`` until the process is ended; prints the port."""
    app = web.Application()
    app.router.add_get("/control", control)
    app.router.add_get("/feed/{number}", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
