"""Jobs: made with the rows or not at all, done by one worker at a time, and again where a worker falls silent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from sqlalchemy import Connection, text

from bot.clock import SystemClock
from bot.cluster import jobs as job_module
from bot.cluster.jobs import DELIVER, PROCESS, Handlers, Jobs, install
from bot.message import Message, MessageKind
from bot.store import outbox
from bot.store.address import Server
from bot.store.db import Database

PATIENCE = 20.0


@pytest.fixture
def jobs(db: Database, address: Server) -> Iterator[Jobs]:
    db.write(install)
    found = Jobs(address)
    db.on_rows = found.defer_lanes
    yield found
    db.on_rows = None


def enqueue(connection: Connection, lane: str = "fake:T:one", number: int = 0) -> None:
    outbox.enqueue(
        connection,
        lane=lane,
        op="post",
        message=Message(kind=MessageKind.ALERT, heading="h", fallback="f"),
        key=outbox.delivery_key(lane, number),
        now=SystemClock().now(),
    )


@contextlib.asynccontextmanager
async def running(jobs: Jobs, handlers: Handlers) -> AsyncIterator[None]:
    task = asyncio.create_task(jobs.run(handlers))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_lane_s_job_is_committed_with_its_rows_or_not_at_all(db: Database, jobs: Jobs) -> None:
    def fails(connection: Connection) -> None:
        enqueue(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.tx(fails)
    assert await db.read(lambda c: jobs.count(c, DELIVER)) == 0

    def works(connection: Connection) -> None:
        for number in range(3):
            enqueue(connection, number=number)

    await db.tx(works)
    assert await db.read(lambda c: jobs.count(c, DELIVER)) == 1
    assert await db.read(lambda c: jobs.waiting(c, DELIVER)) == {"fake:T:one"}


async def test_lanes_run_side_by_side_and_each_in_one_worker_at_a_time(
    db: Database, jobs: Jobs, address: Server
) -> None:
    busy: set[str] = set()
    seen: list[str] = []
    together = 0
    done = asyncio.Event()

    async def deliver(lane: str) -> None:
        nonlocal together
        assert lane not in busy
        busy.add(lane)
        together = max(together, len(busy))
        await asyncio.sleep(0.02)
        busy.discard(lane)
        seen.append(lane)
        if len(seen) == 12:
            done.set()

    for number in range(4):
        for lane in ("a", "b", "c"):
            await db.tx(partial(enqueue, lane=f"fake:T:{lane}", number=number))
    async with running(jobs, {DELIVER: deliver}), running(Jobs(address), {DELIVER: deliver}):
        async with asyncio.timeout(PATIENCE):
            await done.wait()
    assert together > 1
    assert sorted(seen) == sorted(f"fake:T:{lane}" for lane in "abc" for _ in range(4))


async def test_a_silent_worker_s_job_goes_to_another(db: Database, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    await db.tx(enqueue)

    def be_taken(connection: Connection) -> None:  # as by a worker that was killed a minute ago
        connection.exec_driver_sql(f"SET LOCAL search_path TO {job_module.SCHEMA}")
        (worker,) = connection.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id")
        ).one()
        connection.execute(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :id"), {"id": worker})

    await db.tx(be_taken)
    done = asyncio.Event()

    async def deliver(lane: str) -> None:
        done.set()

    async with running(jobs, {DELIVER: deliver}):
        await asyncio.sleep(0)
        assert await db.tx(jobs.requeue_stalled) == 1
        async with asyncio.timeout(PATIENCE):
            await done.wait()
    assert await db.tx(jobs.requeue_stalled) == 0


def test_tables_of_another_version_are_made_anew(db: Database, jobs: Jobs) -> None:
    db.write(enqueue)
    db.write(install)
    assert db.write(lambda c: jobs.count(c, DELIVER)) == 1
    db.write(lambda c: c.exec_driver_sql(f"COMMENT ON SCHEMA {job_module.SCHEMA} IS 'procrastinate 0'"))
    db.write(install)
    assert db.write(lambda c: (jobs.count(c, DELIVER), jobs.count(c, PROCESS))) == (0, 0)
    db.write(lambda c: enqueue(c, number=2))
    assert db.write(lambda c: jobs.count(c, DELIVER)) == 1
