"""Several workers on one PostgreSQL: what they get done together, and what an article costs each of them.

    python benchmarks/cluster.py [--hosts 1,2,4,8] [--reading 20] [--share 0.4] [--items 240] [--rounds 3]

1. Two workers beside one, really reading articles of 600 words, on the cores of this machine, with the CPU of an
   article in the workers (reading, and all else) and in the server. Extraction-bound; goal 1.7. Where workers and
   server need more than the cores there are, the growth ends at cores / CPU, which is printed as well.
2. The same with so much less of a core for each worker: after each text it stands still until reading took that share
   of the time, as on a slower core of its own. So the server and two workers have room on two cores.
3. The same with the reading replaced by a wait of ``--reading`` milliseconds, as if each worker had a host of its own:
   what the shared database makes of it, and where its write lock ends the growth.

They share the cores with whatever else runs: look at the load that is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog

from benchmarks.newsworld import Entry, news
from benchmarks.storage import claimed_polls, ingest, pipeline_on
from bot import heap
from bot.secret import Secret
from bot.store.address import Server
from bot.store.db import Database
from rules.extract import Extractor
from tests.databases import Kind, blank_server_database, databases_are

HERE = Path(__file__).resolve()
LONG = 8  # texts of news in one article: 600 words
TOGETHER = 16
GOAL_RATIO = 1.7
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave: articles a second, and milliseconds of CPU of each, by who spent them."""

    speed: float
    reading: float
    rest: float
    server: float

    @property
    def cpu(self) -> float:
        """Return all CPU of an article."""
        return self.reading + self.rest + self.server


def main() -> int:
    """Print three tables; return 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", default="1,2,4,8")
    parser.add_argument("--reading", type=float, default=20.0)
    parser.add_argument("--share", type=float, default=0.4)
    parser.add_argument("--items", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--as-worker", nargs=4, metavar=("ADDRESS", "ITEMS", "READING", "SHARE"), help=argparse.SUPPRESS
    )
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if args.as_worker:
        address, items, reading, share = args.as_worker
        asyncio.run(_work(Server(Secret(address)), int(items), Pace(float(reading) / 1000, float(share))))
        return 0
    hosts = [int(one) for one in args.hosts.split(",")]
    with databases_are(Kind.POSTGRESQL):
        ratio = _throughput([1, 2], args, 0.0, 1.0, "really read, on these cores")
        _throughput(
            [1, 2], args, 0.0, args.share, f"really read, with {args.share:.0%} of a core for the reading of each"
        )
        _throughput(hosts, args, args.reading, 1.0, f"read in {args.reading:g} ms elsewhere")
    return 0 if ratio >= GOAL_RATIO else 1


def _throughput(hosts: Sequence[int], args: argparse.Namespace, reading: float, share: float, told: str) -> float:
    """Print a line for each number of workers; return what the second of them does beside the first."""
    found: dict[int, list[Run]] = {count: [] for count in hosts}
    for _ in range(args.rounds):
        for count in hosts:
            found[count].append(_together(count, args.items, reading, share))
    print(f"\narticles a second, {told}; median of {args.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    speeds = {count: statistics.median(one.speed for one in each) for count, each in found.items()}
    for count, each in found.items():
        usual = sorted(each, key=lambda one: one.cpu)[len(each) // 2]
        print(
            f"  {count:3} workers {speeds[count]:8.1f}   x {speeds[count] / speeds[hosts[0]]:.2f}"
            f"   ({' '.join(f'{one.speed:.0f}' for one in each)});  CPU of an article: reading {usual.reading:.1f} ms,"
            f" worker besides {usual.rest:.1f}, server {usual.server:.1f};"
            f" {os.cpu_count()} cores are full at {(os.cpu_count() or 1) / usual.cpu * 1000:.0f}",
            flush=True,
        )
    return speeds[hosts[1]] / speeds[hosts[0]] if len(hosts) > 1 else 1.0


def _together(count: int, items: int, reading: float, share: float) -> Run:
    """Run so many workers on a new database, each with ``items`` of its own."""
    with blank_server_database() as address, ExitStack() as stack:
        command = [sys.executable, str(HERE), "--as-worker", address.dsn.reveal(), *map(str, (items, reading, share))]
        workers = [stack.enter_context(_piped(command)) for _ in range(count)]
        for _, output in workers:
            _await_word(output, "ready")
        started, server = time.perf_counter(), _cpu_of_server()
        for begin, _ in workers:
            begin.write("go\n")
            begin.flush()
        told = [_await_word(output, "done") for _, output in workers]
        wall, server = time.perf_counter() - started, _cpu_of_server() - server
    in_all, read = (sum(float(one[at]) for one in told) for at in (0, 1))
    made = count * items / 1000
    return Run(made * 1000 / wall, read / made, (in_all - read) / made, server / made)


def _cpu_of_server() -> float:
    """Return the seconds of CPU of all PostgreSQL processes here, those that have ended included."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = entry.read_text().partition("(")[2].rpartition(")")
            fields = rest.split()
            if name == "postgres":
                is_master = Path(f"/proc/{fields[1]}/comm").read_text().strip() != "postgres"
                ticks += sum(map(int, fields[11:15] if is_master else fields[11:13]))
    return ticks / TICKS


def _await_word(output: IO[str], word: str) -> list[str]:
    """Wait until a worker says this; return what it adds. One that fails says nothing, and must not count as fast."""
    said, *more = output.readline().split() or [""]
    if said != word:
        sys.exit(f"a worker ended before it was {word}; what went wrong stands above")
    return more


@contextmanager
def _piped(command: Sequence[str]) -> Iterator[tuple[IO[str], IO[str]]]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout
        process.stdin.close()
        process.wait(60)


class Pace:
    """How fast texts are read: with a wait for each besides, or with a share of a core. Counts the CPU of reading."""

    def __init__(self, wait: float, share: float) -> None:
        self.wait, self._share = wait, share
        self._one_core = threading.Lock()  # waits come one after another, as work on one core does
        self.read = 0.0

    def put_on(self) -> None:
        """Have every extraction of this process keep to it.

        A reader of pages that waits would not do: polls take turns at pages, and are then stored all at once.
        """
        extract = Extractor.extract

        def paced(extractor: Extractor, *args: Any, **options: Any) -> Any:
            started = time.thread_time()
            found = extract(extractor, *args, **options)
            took = time.thread_time() - started
            self.read += took
            with self._one_core:
                time.sleep(self.wait + took * (1 / self._share - 1))
            return found

        Extractor.extract = paced  # type: ignore[method-assign,assignment]


async def _work(address: Server, items: int, pace: Pace) -> None:
    """Be a worker: get ready, wait for a line, read and store, say so."""
    database = Database(address)
    database.open()
    pace.put_on()
    pipeline = pipeline_on(database)
    every = await claimed_polls(database, items, _made(1 if pace.wait else LONG))
    heap.settle()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    cpu, pace.read = time.process_time(), 0.0
    for start in range(0, len(every), TOGETHER):
        await asyncio.gather(*(ingest(pipeline, one) for one in every[start : start + TOGETHER]))
    print("done", time.process_time() - cpu, pace.read, flush=True)
    database.close()


def _made(length: int) -> Iterator[Entry]:
    """Yield news that differ between processes, each of the texts of so many."""
    made = islice(news(), os.getpid() % 89, None)
    while some := list(islice(made, length)):
        yield Entry(some[0].title, " ".join(entry.text for entry in some))


if __name__ == "__main__":
    sys.exit(main())
