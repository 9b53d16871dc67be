"""Storing items with their words: the batched way, beside the driver alone; and the whole pipeline.

    python benchmarks/storage.py [--items 20000] [--rounds 5] [--news 900]

1. Rows and words in transactions of 500, as ``tocsin db copy``, a rebuilt index and a full poll write them, beside the
   least that SQLite needs for such rows (``sqlite3`` alone, the same table and index). 60 words an item. Goals of
   SQLite: 12,000 items a second of CPU, at least 0.75 of the driver alone; 700 bytes an item of 40 words.
2. News through the pipeline: stories, ledger, rules; with what a transaction holds the write lock for, and how many
   statements that are. The lock is what all workers of a cluster share.

CPU is this process's; wall time shows what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog
from sqlalchemy import Connection, Engine, event, insert

from benchmarks import archive
from benchmarks.newsworld import Entry as Made
from benchmarks.newsworld import news
from bot import config, heap
from bot.clock import SystemClock
from bot.feeds.identity import Identified, Verdict, content_hash, identity_of
from bot.feeds.polling import FeedSpec, PollReason, PollUpdate
from bot.intake import build_pipeline
from bot.pipeline import Pipeline
from bot.ports import Entry, ParsedFeed
from bot.resources import load_lexicon
from bot.ringing.gatekeeping import Waits
from bot.rulebook.files import read_rule_files
from bot.rulebook.tested import RuleLoader
from bot.store import driver, feeds, links, schema, search
from bot.store.address import Address
from bot.store.db import Database
from bot.store.search import Indexed
from rules.load import load
from tests.databases import Kind, databases_are, open_database

BATCH = 500
WORDS = 60
POLL = 3  # new items of one poll
TOGETHER = 16  # polls in progress
PACKS = ("pack:us-forces-europe", "pack:un-mandate-peacekeeping")
_EMPTY = {column.name: None for column in schema.item.columns} | {
    "baseline": False,
    "anonymous": False,
    "published_text": "",
}
GOAL_SPEED, GOAL_SHARE, GOAL_BYTES = 12_000, 0.75, 700
T = TypeVar("T")


def main() -> int:
    """Print both tables; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--news", type=int, default=900)
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    is_met = _batched(args.items, args.rounds)
    for kind in Kind:
        with ExitStack() as stack:
            asyncio.run(_news(kind, _metered(kind, stack), args.news))
    return 0 if is_met else 1


def _opened(kind: Kind, stack: ExitStack) -> Database:
    stack.enter_context(databases_are(kind))
    return stack.enter_context(open_database(Path(stack.enter_context(tempfile.TemporaryDirectory()))))


# -- rows and words ------------------------------------------------------------------------------------------------


def _batched(items: int, rounds: int) -> bool:
    """Measure each way in turns, on a new database each time; tell whether the goals are met."""
    ways: dict[str, Callable[[list[dict[str, Any]]], tuple[float, float]]] = {
        "sqlite3 alone": _alone,
        "Tocsin on sqlite": lambda rows: _ours(Kind.SQLITE, rows),
        "Tocsin on postgresql": lambda rows: _ours(Kind.POSTGRESQL, rows),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    rows = list(_rows(items, WORDS))
    heap.settle()  # as the running bot does; else what is measured first is the garbage collector
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way(rows))
    print(f"{items:,} items of {WORDS} words in transactions of {BATCH}, median of {rounds} rounds: items a second")
    speeds = {}
    for name, times in found.items():
        cpu, wall = (items / statistics.median(one) for one in zip(*times, strict=True))
        speeds[name] = cpu
        print(f"  {name:<22} {cpu:8,.0f} of CPU {wall:8,.0f} of wall time")
    share = speeds["Tocsin on sqlite"] / speeds["sqlite3 alone"]
    size = _bytes_an_item()
    print(f"  share of the driver alone {share:.2f} (goal {GOAL_SHARE}); {size:.0f} bytes an item (goal {GOAL_BYTES})")
    return speeds["Tocsin on sqlite"] >= GOAL_SPEED and share >= GOAL_SHARE and size <= GOAL_BYTES


def _rows(count: int, words: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(3)
    for number in range(count):
        text = " ".join(archive.made_text(chance).split()[:words])
        yield {
            "feed_id": 1,
            "identity": f"i{number}",
            "url": f"https://n.example/{number}",
            "link": links.mark(f"https://n.example/{number}"),
            "outlet": "Outlet",
            "lang": "en",
            "title": text[:60],
            "lead": "",
            "text": text,
            "text_from": "content",
            "content_hash": number.to_bytes(8, "big"),
            "published": archive.NOW,
            "fetched": archive.NOW,
            "chain": [],
            "trace": [],
        }


def _ours(kind: Kind, rows: list[dict[str, Any]]) -> tuple[float, float]:
    with ExitStack() as stack:
        database = _opened(kind, stack)
        return _timed(lambda: _store(database, rows))


def _store(database: Database, rows: list[dict[str, Any]]) -> None:
    feed = {"id": 1, "url": "https://f.example", "next_due": archive.NOW, "added_at": archive.NOW}
    database.write(lambda c: c.execute(insert(schema.feed), [feed]).rowcount)
    for start in range(0, len(rows), BATCH):
        database.write(partial(_add, rows=rows[start : start + BATCH], start=start))


def _add(connection: Connection, rows: list[dict[str, Any]], start: int) -> None:
    numbered = [{**_EMPTY, "id": start + at, **row} for at, row in enumerate(rows, start=1)]
    driver.put(connection, schema.item, numbered)
    search.index_of(connection).index(connection, [Indexed(row["id"], row["title"], row["text"]) for row in numbered])


def _alone(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Store the same rows with the driver, in the same table, with the same indexes and words."""
    with ExitStack() as stack:
        database = _opened(Kind.SQLITE, stack)
        path = database.path
        database.close()
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("INSERT INTO feed (id, url, next_due, added_at) VALUES (1, 'f', '', '')")
        names = list(rows[0])
        at = int(archive.NOW.timestamp()) * 1_000
        stored = [
            tuple("[]" if value == [] else at if value is archive.NOW else value for value in row.values())
            for row in rows
        ]
        statement = f"INSERT INTO item ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"

        def work() -> None:
            for start in range(0, len(rows), BATCH):
                some = range(start + 1, min(start + BATCH, len(rows)) + 1)
                raw.execute("BEGIN IMMEDIATE")
                raw.executemany(statement, stored[start : start + BATCH])
                raw.executemany(
                    "INSERT INTO item_search (rowid, words) VALUES (?, ?)",
                    [(one, f"{rows[one - 1]['title']} {rows[one - 1]['text']}") for one in some],
                )
                raw.execute("COMMIT")

        found = _timed(work)
        raw.close()
        return found


def _bytes_an_item() -> float:
    """Return what an item of 40 words takes in the file, all indexes included."""
    rows = list(_rows(20_000, 40))
    with ExitStack() as stack:
        database = _opened(Kind.SQLITE, stack)
        empty = database.path.stat().st_size
        _store(database, rows)
        path = database.path
        database.close()
        return (path.stat().st_size - empty) / len(rows)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of CPU and of wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


# -- the pipeline --------------------------------------------------------------------------------------------------


class Metered(Database):
    """Counts what the transactions that store items take: wall and CPU seconds with the lock, and all statements."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.wall = self.cpu = 0.0
        self.transactions = self.statements = 0

    async def storing(self, work: Callable[[Connection], T]) -> T:
        """Do what the database does, and look at the clocks meanwhile."""

        def measured(connection: Connection) -> T:
            started = time.perf_counter(), time.thread_time()
            try:
                return work(connection)
            finally:
                self.wall += time.perf_counter() - started[0]
                self.cpu += time.thread_time() - started[1]
                self.transactions += 1

        return await super().storing(measured)

    def count(self, *_any: object) -> None:
        """Count a statement."""
        self.statements += 1


def _metered(kind: Kind, stack: ExitStack) -> Metered:
    blank = _opened(kind, stack)
    blank.close()
    database = Metered(blank.address)
    stack.callback(database.close)
    database.open()
    return database


async def _news(kind: Kind, database: Metered, items: int) -> None:
    """Print what items of made news cost."""
    pipeline = pipeline_on(database)
    every = await claimed_polls(database, items, news())
    event.listen(Engine, "before_cursor_execute", database.count)
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(0, len(every), TOGETHER):
        await asyncio.gather(*(ingest(pipeline, one) for one in every[start : start + TOGETHER]))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    event.remove(Engine, "before_cursor_execute", database.count)
    count = len(every) * POLL
    print(
        f"news on {kind}: {count / cpu:,.0f} items a second of CPU, {count / wall:,.0f} of wall time; with the lock"
        f" {database.cpu / count * 1000:.2f} ms of CPU an item, {database.wall / count * 1000:.2f} of wall time;"
        f" {database.statements / count:.1f} statements an item,"
        f" {count / database.transactions:.0f} items a transaction"
    )


def pipeline_on(database: Database) -> Pipeline:
    """Build the pipeline with the shipped rules; pages are not fetched."""
    lexicon = load_lexicon()
    ruleset = load(read_rule_files(PACKS, Path()), lexicon)
    return build_pipeline(
        config.check(b"{version: 1}", "tocsin.yaml"),
        lexicon,
        RuleLoader(lexicon).matcher(ruleset),
        database,
        SystemClock(),
        articles=None,
        waits=Waits(),
        admin=(),
    )


async def ingest(pipeline: Pipeline, poll: PollUpdate) -> None:
    """Store what a poll brought."""
    await pipeline.ingest(poll.row, ParsedFeed(title="", entries=(), total_entries=POLL, seen=frozenset()), poll)


async def claimed_polls(database: Database, items: int, made: Iterator[Made]) -> list[PollUpdate]:
    """Return polls of feeds made for it, with what is new in each."""
    now = SystemClock().now()
    mark = now.timestamp()  # other processes make feeds, too
    specs = [FeedSpec(url=f"https://f{number}.example/{mark}") for number in range(items // POLL)]
    rows = await database.tx(lambda c: [feeds.add(c, spec, now=now, by="benchmark") for spec in specs])
    found = []
    for row in rows:
        entries = []
        for number, one in enumerate(islice(made, POLL)):
            url = f"https://news.example/{row.id}/{number}"
            at = now - timedelta(hours=1) + timedelta(seconds=row.id)
            entry = Entry(guid=url, url=url, title=one.title, summary=one.text, content="", published=at)
            key, words = identity_of(entry), content_hash(entry)
            entries.append(Identified(entry=entry, identity=key, url=url, content_hash=words, verdict=Verdict.NEW))
        found.append(PollUpdate(row=row, reason=PollReason.STORED, entries=tuple(entries)))
    return found


if __name__ == "__main__":
    sys.exit(main())
