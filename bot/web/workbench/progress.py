"""Work that somebody waits for: told how far it has come, bounded in time, and ended when nobody waits any more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from aiohttp import web

from bot.ruleworks import Watch
from bot.web.drawing import Drawing
from bot.web.workbench.results import Result

LONGEST = 30.0  # seconds that a backtest may take; what was found until then is shown
LOOK = 0.25  # seconds between two looks
_drawing = Drawing()


def is_gone(request: web.Request) -> bool:
    """Tell whether the browser has hung up."""
    return request.transport is None or request.transport.is_closing()


async def watched(
    work: asyncio.Task[Result], watch: Watch, is_over: Callable[[], bool], longest: float = LONGEST
) -> None:
    """Wait for a piece of work; stop it when its time is up or nobody waits any more."""
    loop = asyncio.get_running_loop()
    end = loop.time() + longest
    while not work.done():
        await asyncio.wait([work], timeout=LOOK)
        watch.is_stopped = watch.is_stopped or is_over() or loop.time() > end


async def report(request: web.Request, work: asyncio.Task[Result], watch: Watch) -> web.StreamResponse:
    """Send how far it has come, a JSON line each time, and the drawn result as the last one."""
    reply = web.StreamResponse(headers={"Content-Type": "application/x-ndjson; charset=utf-8"})
    await reply.prepare(request)
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST
    try:
        while not work.done():
            await asyncio.wait([work], timeout=LOOK)
            watch.is_stopped = watch.is_stopped or loop.time() > end
            if not work.done():
                await _send(reply, {"done": watch.done, "total": watch.total})
        result = await work
        html = _drawing.draw("workbench/part.html", {"result": result})
        await _send(reply, {"html": html})
        await reply.write_eof()
    except ConnectionResetError:
        pass
    finally:
        watch.is_stopped = True
        await asyncio.wait([work])
    return reply


async def _send(reply: web.StreamResponse, record: dict[str, object]) -> None:
    await reply.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
