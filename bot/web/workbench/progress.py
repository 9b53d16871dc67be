"""Work that somebody waits for: told how far it has come, bounded in time, and ended when nobody waits any more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.rulebook.works import Watch
from bot.web.drawing import Drawing
from bot.web.workbench.results import Result

LONGEST = 30.0  # seconds that a backtest may take; what was found until then is shown
LOOK = 0.25  # seconds between two looks
_drawing = Drawing()


async def watched(
    work: asyncio.Task[Result], watch: Watch, is_awaited: Callable[[], Awaitable[bool]], longest: float = LONGEST
) -> Result:
    """Wait for a piece of work, and stop it when its time is up or nobody waits any more."""
    loop = asyncio.get_running_loop()
    end = loop.time() + longest
    try:
        while not work.done():
            await asyncio.wait([work], timeout=LOOK)
            if loop.time() > end or not (work.done() or await is_awaited()):
                watch.is_stopped = True
    finally:
        watch.is_stopped = True
    return work.result()


async def wait(request: web.Request, work: asyncio.Task[Result], watch: Watch) -> Result:
    """Wait without telling anything, for as long as the browser does."""

    async def is_awaited() -> bool:
        return request.transport is not None and not request.transport.is_closing()

    return await watched(work, watch, is_awaited)


async def report(request: web.Request, work: asyncio.Task[Result], watch: Watch) -> web.StreamResponse:
    """Send how far it has come, a JSON line each time, and the drawn result as the last one."""
    reply = web.StreamResponse(headers={"Content-Type": "application/x-ndjson; charset=utf-8"})
    await reply.prepare(request)

    async def is_awaited() -> bool:
        return await _sent(reply, {"done": watch.done, "total": watch.total})

    result = await watched(work, watch, is_awaited)
    html = await asyncio.to_thread(_drawing.draw, "workbench/part.html", {"result": result})
    if await _sent(reply, {"html": html}):
        await reply.write_eof()
    return reply


async def _sent(reply: web.StreamResponse, record: dict[str, object]) -> bool:
    """Send a line; return whether there is anybody to take it."""
    try:
        await reply.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    except ConnectionResetError:
        return False
    return True
