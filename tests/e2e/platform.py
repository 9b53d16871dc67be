"""A chat platform that survives its clients: every accepted post is on disk before the answer leaves.

``STYLES``: "keys" returns the earlier message for a key that it has (Discord's enforce_nonce), "history" stores a
second one, so that only looking first protects from it (Slack). Some answers are lost after the post was stored.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

STYLES = ("keys", "history")


@dataclass(slots=True)
class Platform:
    """An HTTP server on a loopback port; ``accepted`` and ``edits`` are what people see."""

    journal: Path
    style: str = "history"
    lost_answers: float = 0.0  # share of posts whose answer never arrives
    stores_after: float = 0.0  # seconds from the request to the stored message
    answers_after: tuple[float, float] = (0.0, 0.0)  # seconds from there to the answer
    seed: int = 1
    slow_channel: str = ""  # its posts take ``slow_seconds``
    slow_seconds: float = 1.0
    url: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)  # monotonic moments of accepted posts
    _by_key: dict[str, dict[str, Any]] = field(default_factory=dict)  # the first of each
    _runner: web.AppRunner | None = None
    _random: random.Random = field(default_factory=random.Random)

    async def __aenter__(self) -> Self:
        self._random.seed(self.seed)
        app = web.Application()
        app.add_routes([web.post("/post", self._post), web.post("/edit", self._edit), web.get("/find", self._find)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def headings(self, channel: str) -> list[str]:
        """Return what stands in a channel and its threads, in order."""
        return [post["heading"] for post in self.accepted if post["channel"] == channel]

    async def _post(self, request: web.Request) -> web.StreamResponse:
        post = await request.json()
        await asyncio.sleep(self.slow_seconds if post["channel"] == self.slow_channel else self.stores_after)
        known = self._by_key.get(post["key"])
        if known is None or self.style == "history":
            known = post | {"id": f"m{len(self.accepted) + 1}"}
            self._store(known)
        await asyncio.sleep(self._random.uniform(*self.answers_after))
        if self._random.random() < self.lost_answers and request.transport is not None:
            request.transport.close()
        return web.json_response({"id": known["id"]})

    async def _edit(self, request: web.Request) -> web.Response:
        self.edits.append(await request.json())
        return web.json_response({})

    async def _find(self, request: web.Request) -> web.Response:
        wanted = dict(request.query)
        found = self._by_key.get(wanted["key"])
        is_there = found is not None and all(found[name] == value for name, value in wanted.items())
        return web.json_response({"id": found["id"] if found is not None and is_there else None})

    def _store(self, post: dict[str, Any]) -> None:
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(post) + "\n")
            journal.flush()
            os.fsync(journal.fileno())
        self.accepted.append(post)
        self._by_key.setdefault(post["key"], post)
        self.arrivals.append(time.monotonic())
