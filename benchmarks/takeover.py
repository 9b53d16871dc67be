"""How soon a worker's lane goes on after the worker was killed in the middle of posting.

    python benchmarks/takeover.py [--times 15]

Two workers on one PostgreSQL; the one that has the lane is killed with ``kill -9``, and another started in its place.
Measured is the time from the kill to the next post in the same lane, by the other one. Goal: the lease and half a
second.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog
from sqlalchemy import Connection, select

from bot.clock import SystemClock
from bot.cluster.jobs import install
from bot.message import Message, MessageKind
from bot.store import outbox, schema
from bot.store.address import Server
from bot.store.db import Database
from tests.cluster.posting import LEASE
from tests.databases import Kind, blank_server_database, databases_are
from tests.e2e.platform import Platform

HERE = Path(__file__).resolve()
LANE = "fake:T:one"
GOAL_LATE = 0.5


def main() -> int:
    """Print a line; return 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with databases_are(Kind.POSTGRESQL):
        return 0 if asyncio.run(takeovers(args.times)) <= GOAL_LATE else 1


async def takeovers(count: int) -> float:
    """Print how long a lane stood still after each kill; return the longest beyond the lease, in seconds."""
    waits: list[float] = []
    with blank_server_database() as address, tempfile.TemporaryDirectory() as folder:
        database = Database(address)
        database.open()
        database.write(install)
        database.write(lambda c: _enqueue(c, 400 * count))
        async with Platform(Path(folder) / "journal", style="keys", answers_after=(0.02, 0.04)) as platform:
            workers = [_worker(address, platform.url) for _ in range(2)]
            try:
                for _ in range(count):
                    waits.append(await _kill_the_poster(database, platform, workers))
                    dead = next(at for at, one in enumerate(workers) if one.poll() is not None)
                    workers[dead] = _worker(address, platform.url)
                    await asyncio.sleep(3.0)  # it starts, and the jobs of the dead one are settled
            finally:
                for one in workers:
                    one.kill()
                    one.wait()
        database.close()
    waits.sort()
    late = waits[-1] - LEASE
    print(
        f"\ntakeover of a lane after kill -9, lease {LEASE:g} s, {count} times, load {os.getloadavg()[0]:.1f}:"
        f" {waits[0]:.2f} / {statistics.median(waits):.2f} / {waits[-1]:.2f} s (least, median, most)"
    )
    return late


async def _kill_the_poster(database: Database, platform: Platform, workers: Sequence[subprocess.Popen[bytes]]) -> float:
    """Kill the worker that has the lane; return the seconds from then until the next post."""
    before = len(platform.accepted)
    while len(platform.accepted) < before + 5:  # noqa: ASYNC110 - what changes is another process
        await asyncio.sleep(0.01)
    while True:
        owner = await database.read(
            lambda c: c.execute(select(schema.lane.c.owner).where(schema.lane.c.key == LANE)).scalar()
        )
        holder = next((one for one in workers if owner and owner.endswith(f":{one.pid}")), None)
        if holder is not None:
            break
    holder.send_signal(signal.SIGKILL)
    killed = time.perf_counter()
    holder.wait()
    seen = len(platform.accepted)
    while len(platform.accepted) <= seen:
        if time.perf_counter() - killed < LEASE / 2:
            seen = len(platform.accepted)  # what was on its way when it was killed
        await asyncio.sleep(0.005)
    return time.perf_counter() - killed


def _worker(address: Server, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.cluster.posting", address.dsn.reveal(), url]
    return subprocess.Popen(command, cwd=HERE.parents[1], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _enqueue(connection: Connection, count: int) -> None:
    now = SystemClock().now()
    for number in range(count):
        message = Message(kind=MessageKind.ALERT, heading=f"h{number}", fallback="f")
        key = outbox.delivery_key(LANE, number)
        outbox.enqueue(connection, lane=LANE, op="post", message=message, key=key, now=now)


if __name__ == "__main__":
    sys.exit(main())
