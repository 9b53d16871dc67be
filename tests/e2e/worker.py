"""The process that gets killed: the real database and dispatcher, and a messenger that speaks to the fake platform.

``python -m tests.e2e.worker '{"db": ..., "url": ..., ...}'``, or ``main`` called in a forked child.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection

from bot import faults
from bot.clock import SystemClock
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.errors import DeliveryError, DeliveryReason, StoreError
from bot.faults import fault
from bot.message import Message
from bot.ports import Further, Place, Posted
from bot.store import outbox
from bot.store.db import Database
from tests.e2e import scenario

BACKLOG = 40  # rows that may wait before the stream pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one worker is to do. ``rows``: enqueue so many rows of the stream while serving."""

    db: str
    url: str
    platform: str = "fake"
    settle: float = 0.05
    rows: int = 0
    serve: bool = False  # run until told to stop, instead of draining once
    disk_full_at: int = 0  # bytes beyond which no file may grow, 0: no limit
    disk_full_for: float = 0.0  # seconds after which it may again, 0: for the whole run
    faults: str = ""
    faults_log: str = ""

    def to_json(self) -> str:
        """Write the job as one argument."""
        return json.dumps(asdict(self))


class HttpMessenger:
    """Speaks to the fake platform; tells a refused connection from a lost answer."""

    def __init__(self, platform: str, url: str, session: aiohttp.ClientSession) -> None:
        self.platform = platform
        self._url = url
        self._session = session

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        return message.fallback.count(scenario.NEXT_PART) + 1

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        further: Further | None = None,
    ) -> Posted:
        body = {"channel": place.channel, "thread": thread or "", "key": key, "heading": message.heading}
        if further is not None:
            body["heading"] += f" / {further.part}"
        fault("messenger.sending")
        answer = await self._ask("POST", "/post", json=body | {"broadcast": broadcast})
        fault("messenger.sent")
        return Posted(message=answer["id"], thread=thread or answer["id"])

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        fault("messenger.sending")
        await self._ask("POST", "/edit", json={"id": posted.message, "heading": message.heading})
        fault("messenger.sent")

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        params = {"channel": place.channel, "thread": thread or "", "key": key}
        answer = await self._ask("GET", "/find", params=params)
        return None if answer["id"] is None else Posted(message=answer["id"], thread=thread or answer["id"])

    async def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            async with self._session.request(method, self._url + path, **request) as answer:
                return dict(await answer.json())
        except aiohttp.ClientConnectorError as error:
            raise DeliveryError(path, DeliveryReason.UNAVAILABLE, str(error)) from error
        except aiohttp.ClientError as error:
            reason = DeliveryReason.UNAVAILABLE if method == "GET" else DeliveryReason.AMBIGUOUS
            raise DeliveryError(path, reason, str(error)) from error


def main(argument: str) -> None:
    """Do one job and end."""
    job = Job(**json.loads(argument))
    os.environ[faults.SPEC] = job.faults
    os.environ[faults.LOG] = job.faults_log
    faults.arm(os.environ)
    db = Database(Path(job.db))
    try:
        db.open()
        asyncio.run(_deliver(db, job))
    except StoreError as error:
        sys.exit(str(error))
    finally:
        db.close()


async def _deliver(db: Database, job: Job) -> None:
    policy = Policy(gap=0.0, settle=job.settle, first_wait=0.05)
    if job.disk_full_at:
        _fill_disk(job)
    async with aiohttp.ClientSession() as session:
        messenger = HttpMessenger(job.platform, job.url, session)
        dispatcher = Dispatcher(
            db, {job.platform: messenger}, SystemClock(), policy=policy, observe=lambda _outcome: None
        )
        if not job.serve:
            await dispatcher.drain()
            return
        serving = asyncio.create_task(_serve(db, dispatcher, job.rows))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def _fill_disk(job: Job) -> None:
    """Let every write past the limit fail like on a full disk; the kernel's signal for it is ignored by Python."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (job.disk_full_at, hard))
    if job.disk_full_for:
        asyncio.get_running_loop().call_later(
            job.disk_full_for, resource.setrlimit, resource.RLIMIT_FSIZE, (hard, hard)
        )


async def _serve(db: Database, dispatcher: Dispatcher, rows: int) -> None:
    producing = asyncio.create_task(_produce(db, dispatcher, rows))
    try:
        await dispatcher.run()
    finally:
        producing.cancel()
        await asyncio.gather(producing, return_exceptions=True)


async def _produce(db: Database, dispatcher: Dispatcher, rows: int) -> None:
    """Append the next rows of the stream, a few in each transaction, as the pipeline would."""
    clock = SystemClock()
    written = await db.read(lambda c: sum(outbox.depth(c).by_state.values()))
    while written < rows:
        first = written

        def work(connection: Connection, first: int = first) -> int:
            waiting = outbox.pending_count(connection)
            return 0 if waiting > BACKLOG else scenario.append_stream(connection, first, clock.now())

        written += await db.tx(work)
        dispatcher.wake()
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1])
