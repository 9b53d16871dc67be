"""Several workers on one PostgreSQL: what they get done together, and how soon one's work is taken over.

    python benchmarks/cluster.py [--hosts 1,2,4,8] [--reading 20] [--items 240] [--rounds 3] [--takeovers 15]

1. Two workers beside one, really reading articles of 600 words, on the cores of this machine. Extraction-bound;
   goal 1.7. They share the cores with PostgreSQL and with whatever else runs: look at the load that is printed.
2. The same with the reading replaced by a wait of ``--reading`` milliseconds, as if each worker had a host of its own:
   what the shared database makes of it, and where its write lock ends the growth.
3. A worker killed in the middle of posting: from its last post to the next one in the same lane, by another worker.
   Goal: the lease and half a second.
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
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog
from sqlalchemy import Connection, select

from benchmarks.newsworld import Entry, news
from benchmarks.storage import claimed_polls, ingest, pipeline_on
from bot.clock import SystemClock
from bot.cluster.jobs import install
from bot.message import Message, MessageKind
from bot.secret import Secret
from bot.store import outbox, schema
from bot.store.address import Server
from bot.store.db import Database
from rules.extract import Extractor
from tests.cluster.posting import LEASE
from tests.databases import Kind, blank_server_database, databases_are
from tests.e2e.platform import Platform

HERE = Path(__file__).resolve()
LONG = 8  # texts of news in one article: 600 words
TOGETHER = 16
LANE = "fake:T:one"
GOAL_RATIO, GOAL_LATE = 1.7, 0.5


def main() -> int:
    """Print three tables; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", default="1,2,4,8")
    parser.add_argument("--reading", type=float, default=20.0)
    parser.add_argument("--items", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--takeovers", type=int, default=15)
    parser.add_argument("--as-worker", nargs=3, metavar=("ADDRESS", "ITEMS", "READING"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if args.as_worker:
        address, items, reading = args.as_worker
        asyncio.run(_work(Server(Secret(address)), int(items), float(reading)))
        return 0
    hosts = [int(one) for one in args.hosts.split(",")]
    is_met = True
    with ExitStack() as stack:
        stack.enter_context(databases_are(Kind.POSTGRESQL))
        if args.items:
            ratio = _throughput([1, 2], args.items, args.rounds, 0.0, "really read, on these cores")
            told = f"read in {args.reading:g} ms elsewhere"
            _throughput(hosts, args.items, args.rounds, args.reading, told)
            is_met = ratio >= GOAL_RATIO
        if args.takeovers:
            late = asyncio.run(_takeovers(args.takeovers))
            is_met = is_met and late <= GOAL_LATE
    return 0 if is_met else 1


# -- throughput ----------------------------------------------------------------------------------------------------


def _throughput(hosts: Sequence[int], items: int, rounds: int, reading: float, told: str) -> float:
    """Print a line for each number of workers; return what the second of them does beside the first."""
    found: dict[int, list[float]] = {count: [] for count in hosts}
    for _ in range(rounds):
        for count in hosts:
            found[count].append(_together(count, items, reading))
    speeds = {count: statistics.median(each) for count, each in found.items()}
    first = speeds[hosts[0]]
    print(f"\nitems a second, {told}; median of {rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for count, speed in speeds.items():
        each = " ".join(f"{one:.0f}" for one in found[count])
        print(f"  {count:3} workers {speed:8.1f}   x {speed / first:.2f}   ({each})", flush=True)
    return speeds[hosts[1]] / first if len(hosts) > 1 else 1.0


def _together(count: int, items: int, reading: float) -> float:
    """Run so many workers on a new database; return items a second of all, each with ``items`` of its own."""
    with blank_server_database() as address, ExitStack() as stack:
        command = [sys.executable, str(HERE), "--as-worker", address.dsn.reveal(), str(items), str(reading)]
        workers = [stack.enter_context(_piped(command)) for _ in range(count)]
        for _, output in workers:
            _await_word(output, "ready")
        started = time.perf_counter()
        for begin, _ in workers:
            begin.write("go\n")
            begin.flush()
        for _, output in workers:
            _await_word(output, "done")
        return count * items / (time.perf_counter() - started)


def _await_word(output: IO[str], word: str) -> None:
    """Wait until a worker says this. One that fails says nothing, and must not count as fast."""
    said = output.readline().strip()
    if said != word:
        sys.exit(f"a worker ended before it was {word}; what went wrong stands above")


@contextmanager
def _piped(command: Sequence[str]) -> Iterator[tuple[IO[str], IO[str]]]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout
        process.stdin.close()
        process.wait(60)


async def _work(address: Server, items: int, reading: float) -> None:
    """Be a worker: get ready, wait for a line, read and store, say so."""
    database = Database(address)
    database.open()
    if reading:
        _read_elsewhere(reading / 1000)
    pipeline = pipeline_on(database)
    every = await claimed_polls(database, items, _made(1 if reading else LONG))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for start in range(0, len(every), TOGETHER):
        await asyncio.gather(*(ingest(pipeline, one) for one in every[start : start + TOGETHER]))
    print("done", flush=True)
    database.close()


def _made(length: int) -> Iterator[Entry]:
    """Yield news that differ between processes, each of the texts of so many."""
    made = islice(news(), os.getpid() % 89, None)
    while some := list(islice(made, length)):
        yield Entry(some[0].title, " ".join(entry.text for entry in some))


def _read_elsewhere(seconds: float) -> None:
    """Have every extraction of this process wait besides, one at a time, as on a core that is not ours.

    A reader of pages that waits would not do: polls take turns at pages, and are then stored all at once.
    """
    one_core, extract = threading.Lock(), Extractor.extract

    def waiting(self: Extractor, *args: Any, **options: Any) -> Any:
        with one_core:
            time.sleep(seconds)
        return extract(self, *args, **options)

    Extractor.extract = waiting  # type: ignore[method-assign]


# -- takeover ------------------------------------------------------------------------------------------------------


async def _takeovers(count: int) -> float:
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
