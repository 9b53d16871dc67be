"""Polling against lemon24/reader: CPU a feed and feeds a second, in the same run on the same feeds.

    python benchmarks/polling.py [--feeds 400] [--rounds 3] [--peer DIR]

``--peer`` is a folder with reader installed (``pip install --target DIR reader sgmllib3k``), so that it need not share
an environment with Tocsin; without it, one that can be imported is taken, and without that only Tocsin is measured. The
rounds of both are interleaved; the median is shown. CPU is that of the process and its parser children, not the
server's. ``gap`` is how long the loop did not come back, ``ours`` the same without the time that it waited for a core
(``gaps.py``). The last part measures one tick over 100,000 feeds, and a list with slow, broken and huge feeds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from operator import methodcaller
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import Connection, insert, update

from adapters.feeds.parse import PooledParser
from adapters.http import HttpFetcher
from benchmarks.gaps import Gaps
from bot import heap
from bot.feeds.identity import Verdict
from bot.feeds.poller import Poller, PollerSettings
from bot.feeds.polling import FeedRow, FeedSpec, IngestResult, PollReason, PollUpdate
from bot.grouped import Grouped
from bot.ports import Clock, ParsedFeed
from bot.store import feeds, polls, schema
from bot.store.db import Database

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
STEPS = (*[("unchanged", 0.0)] * 3, ("10 % changed", 0.1), ("all changed", 1.0))  # the first connects anew


class SteppedClock:
    """The machine's clock, moved on by hand between rounds so that every feed is due again."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the shifted moment."""
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


class Store:
    """An ingest that stores items as the pipeline does, without reading claims out of them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._store = Grouped(db.tx, clock)

    async def __call__(self, row: FeedRow, parsed: ParsedFeed, poll: PollUpdate) -> IngestResult:
        """Store the new entries and the poll in one transaction."""
        new = [found for found in poll.entries if found.verdict is Verdict.NEW]
        values: list[dict[str, Any]] = [
            {"feed_id": row.id, "identity": found.identity, "url": found.url, "outlet": row.name, "lang": "en",
             "title": found.entry.title, "lead": found.entry.summary, "text": found.entry.content,
             "text_from": "summary", "content_hash": found.content_hash, "published": found.entry.published,
             "fetched": poll.row.polled_at, "chain": [], "trace": []}
            for found in new
        ]  # fmt: skip

        def work(connection: Connection) -> None:
            if values:
                connection.execute(insert(schema.item), values)
            polls.save_poll(connection, poll)

        await self._store(work)
        return IngestResult(new=len(new))


def cpu_of_children() -> float:
    """Return the CPU time of this process's living children."""
    me = os.getpid()
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in _OTHERS:
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == me:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


_OTHERS: set[int] = set()  # children that are no part of what is measured


@contextmanager
def world(count: int, script: str = "feedworld.py") -> Iterator[str]:
    """Start a feed server; gives its address."""
    command = [sys.executable, str(HERE / script), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        _OTHERS.add(server.pid)
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def control(base: str, *, share: float = 0.0, hard: bool = False, new: int = 1) -> None:
    """Change the world."""
    with urlopen(f"{base}/control?share={share}&hard={int(hard)}&new={new}") as answer:
        answer.read()


class Tocsin:
    """Our poller on a database of its own."""

    def __init__(self, folder: Path, base: str, count: int) -> None:
        self.db = Database(folder / "tocsin.db")
        self.db.open()
        self.clock = SteppedClock()
        self.fetcher = HttpFetcher(user_agent="b", allow_private=["127.0.0.1"], per_host=64, connections=64)
        self.parser = PooledParser(workers=2)
        settings = PollerSettings(workers=64, per_host=64)
        self.poller = Poller(
            self.db, self.fetcher, self.parser, Store(self.db, self.clock), self.clock, settings=settings
        )
        now = self.clock.now()
        specs = [FeedSpec(url=f"{base}/feed/{number}") for number in range(count)]
        self.db.write(lambda connection: feeds.sync(connection, specs, now))
        heap.settle()  # as the running bot does

    async def round(self, gaps: Gaps) -> tuple[float, float, dict[PollReason, int]]:
        """Poll everything once; returns CPU seconds, wall seconds and what came of it."""
        self.clock.ahead += timedelta(hours=1, minutes=15)
        children, cpu, started = cpu_of_children(), time.process_time(), time.perf_counter()
        async with gaps.watching():
            summary = await self.poller.run_due()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - started
        return cpu + cpu_of_children() - children, wall, dict(summary.counts)

    async def close(self) -> None:
        """Close everything."""
        await self.poller.close()
        await self.parser.close()
        await self.fetcher.close()
        self.db.close()


class Peer:
    """lemon24/reader in a process of its own; commands and answers are lines."""

    def __init__(self, where: str, folder: Path, base: str, count: int) -> None:
        command = [
            sys.executable,
            str(HERE / "polling.py"),
            "--as-peer",
            where,
            str(folder / "reader.db"),
            base,
            str(count),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _OTHERS.add(self._process.pid)

    def round(self) -> tuple[float, float]:
        """Update all feeds once; returns CPU and wall seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        cpu, wall = json.loads(self._process.stdout.readline())
        return cpu, wall

    def close(self) -> None:
        """End the peer."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def run_peer(where: str, database: str, base: str, count: int) -> None:
    """Be the peer: one update of all feeds for each line that comes in."""
    if where:
        sys.path.insert(0, where)
    from reader import make_reader

    reader = make_reader(database)
    for number in range(count):
        reader.add_feed(f"{base}/feed/{number}")
    for _ in sys.stdin:
        cpu, started = time.process_time(), time.perf_counter()
        reader.update_feeds(scheduled=False)
        print(json.dumps([time.process_time() - cpu, time.perf_counter() - started]), flush=True)


async def compare(base: str, folder: Path, count: int, rounds: int, peer_at: str | None) -> list[dict[str, Any]]:
    """Measure first poll and all steps, interleaved; returns a row a step."""
    tocsin = Tocsin(folder, base, count)
    peer = Peer(peer_at, folder, base, count) if peer_at is not None else None
    samples: dict[str, list[tuple[float, float]]] = {}
    theirs: dict[str, list[tuple[float, float]]] = {}
    gaps: dict[str, Gaps] = {}

    async def measure(name: str) -> None:
        cpu, wall, counts = await tocsin.round(gaps.setdefault(name, Gaps()))
        assert sum(counts.values()) == count, counts
        samples.setdefault(name, []).append((cpu, wall))
        if peer is not None:
            theirs.setdefault(name, []).append(peer.round())

    await measure("first poll")
    for _ in range(rounds):
        for name, share in STEPS:
            control(base, share=share)
            await measure(name)
    await tocsin.close()
    if peer is not None:
        peer.close()
    return [_row(name, count, samples[name], theirs.get(name), gaps[name]) for name in samples]


def _row(
    name: str, count: int, ours: list[tuple[float, float]], theirs: list[tuple[float, float]] | None, gaps: Gaps
) -> dict[str, Any]:
    cpu = median(sample[0] for sample in ours) / count * 1000
    wall = median(sample[1] for sample in ours)
    row: dict[str, Any] = {"step": name, "cpu ms/feed": cpu, "feeds/s": count / wall}
    if theirs:
        peer_cpu = median(sample[0] for sample in theirs) / count * 1000
        row |= {"reader cpu": peer_cpu, "cpu ratio": peer_cpu / cpu}
        row |= {"wall ratio": median(sample[1] for sample in theirs) / wall}
    return row | gaps.row()


async def hard_list(folder: Path) -> dict[str, Any]:
    """Poll 200 feeds among which are slow, broken and huge ones; the slowest server takes 2 s."""
    with world(200) as base:
        tocsin = Tocsin(folder, base, 200)
        control(base, hard=True)
        await tocsin.round(Gaps())
        control(base, share=0.1, hard=True)
        gaps = Gaps()
        cpu, wall, counts = await tocsin.round(gaps)
        await tocsin.close()
    outcomes = {str(key): value for key, value in counts.items()}
    return {"step": "hard list", "seconds": wall, "cpu s": cpu, **gaps.row(), "outcomes": outcomes}


def big_tick(folder: Path) -> dict[str, Any]:
    """Claim from 100,000 feeds: 500 due, and none due."""
    db = Database(folder / "big.db")
    db.open()
    now = datetime.now(UTC)
    rows = [{"url": f"u{n}", "added_at": now, "next_due": now + timedelta(seconds=n - 500)} for n in range(100_000)]
    db.write(lambda connection: connection.execute(insert(schema.feed), rows))
    claims = []
    for _ in range(5):
        late = update(schema.feed).where(schema.feed.c.id <= 500).values(next_due=now)
        db.write(methodcaller("execute", late))
        claims.append(_timed(lambda: db.write(lambda connection: polls.claim_due(connection, now, 500))))
    due = median(claims)
    idle = min(_timed(lambda: db.write(lambda connection: polls.claim_due(connection, now, 500))) for _ in range(9))
    db.write(lambda connection: connection.execute(update(schema.feed).values(next_due=now)))
    flood = _timed(lambda: db.write(lambda connection: polls.claim_due(connection, now, 500)))
    db.close()
    return {"step": "100,000 feeds", "tick, 500 due ms": due, "tick, none due ms": idle, "tick, all due ms": flood}


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def show(row: dict[str, Any]) -> None:
    """Print a row."""
    cells = (f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items())
    print("  ".join(cells), flush=True)


def main() -> None:
    """Run the benchmark."""
    if sys.argv[1:2] == ["--as-peer"]:
        run_peer(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", help="a folder with reader installed")
    args = parser.parse_args()
    peer_at = "" if args.peer is None and find_spec("reader") else args.peer
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with world(args.feeds) as base:
            for row in asyncio.run(compare(base, folder, args.feeds, args.rounds, peer_at)):
                show(row)
        (folder / "hard").mkdir()
        show(asyncio.run(hard_list(folder / "hard")))
        show(big_tick(folder))


if __name__ == "__main__":
    main()
