"""A small archive beside a large one, on both databases: the statements that must not grow with what is kept.

    python benchmarks/capacity.py [--large 1000000] [--rounds 15] [--folder DIR]

10,000 items and 1,000 feeds beside 1,000,000 items and 100,000 feeds. Archives are made once (some minutes each) and
kept; what is measured is rolled back. Times are medians of interleaved rounds, of CPU on SQLite and, since a server's
CPU is not ours, of wall time on PostgreSQL. The last column is what the goal is about: large against small, in the
same run. Goal: at most 3.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, func, insert, select

from benchmarks import archive, serverarchive
from bot.store import items, ledger, polls, schema, search
from bot.store.address import Address
from bot.store.db import Database
from bot.store.items import NewItem
from bot.store.later import settle
from bot.store.search import Narrowing
from bot.store.searchtext import read
from rules.model import Item, ItemId, Provenance
from tests.databases import Kind

SMALL = 10_000
ITEMS_A_FEED = 10
BATCH = 100  # items of one insert
CLAIMS, TOLD = 10, 20
KEYS = [f"figure|nowhere|send|thing {number}" for number in range(CLAIMS)]
QUERIES = {
    "search, a common word": "troops",
    "search, a word of 20 items": "zanzibar",
    "search, two words": "troops withdraw",
    "search, a phrase": '"government minister"',
    "search, a beginning": "sanction*",
}
GOAL = 3.0
CLOCKS = {Kind.SQLITE: time.thread_time, Kind.POSTGRESQL: time.perf_counter}
Measure = Callable[[Connection], object]


class _UndoneError(Exception):
    """Rolls a measured transaction back."""


def main() -> int:
    """Print one table for each database; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    missed = [name for kind in Kind for name in _compare(kind, args.large, args.rounds, args.folder)]
    print("all goals met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def _compare(kind: Kind, large: int, rounds: int, folder: Path | None) -> Iterator[str]:
    """Yield what grew by more than the goal."""
    with ExitStack() as stack:
        found = [stack.enter_context(_opened(kind, count, folder)) for count in (SMALL, large)]
        print(f"\n{kind}: {SMALL:,} items beside {large:,}; {ITEMS_A_FEED} items a feed")
        for name, measure in _measures().items():
            times: list[list[float]] = [[], []]
            for _ in range(rounds):
                for at, database in enumerate(found):
                    times[at].append(_timed(database, measure, CLOCKS[kind]))
            few, many = (statistics.median(one) * 1000 for one in times)
            print(f"{name:<34} {few:9.2f} ms {many:9.2f} ms   x {many / few:5.2f}", flush=True)
            if many / few > GOAL:
                yield f"{kind} {name} (x {many / few:.1f})"


def _measures() -> dict[str, Measure]:
    """Return what is measured, by name."""
    return {
        "tick: 500 due feeds claimed": lambda c: polls.claim_due(c, archive.NOW, 500),
        f"ledger: {CLAIMS} claims told {TOLD} times each": lambda c: ledger.known(c, KEYS),
        f"insert: {BATCH} items with words": _insert,
        **{name: partial(_search, query) for name, query in QUERIES.items()},
    }


def _search(query: str, connection: Connection) -> None:
    search.index_of(connection).search(connection, read(query), Narrowing(), page=1, size=20)


def _insert(connection: Connection) -> None:
    chance = random.Random(4)
    for number in range(BATCH):
        items.add(connection, new_item(f"new {number}", archive.made_text(chance)))
    settle(connection)


def new_item(identity: str, text: str) -> NewItem:
    """Return an item of the archive's kind that is not in it."""
    shown = Item(
        id=ItemId(0),
        outlet="Outlet 1",
        title=text[:60],
        text=text,
        url=f"https://new.example/{identity}",
        published=archive.NOW,
        fetched=archive.NOW,
        lead="",
        lang="en",
        tier=None,
    )
    return NewItem(
        item=shown,
        feed=1,
        identity=identity,
        content_hash=identity.encode(),
        text_from="content",
        published_text="",
        provenance=Provenance(chain=(), anonymous=False, origin=None),
        baseline=False,
        story=None,
        story_reason="",
        rewrite_of=None,
        trace=({"stage": "fetched", "outcome": "200", "reason": "polled"},),
    )


def _timed(database: Database, measure: Measure, clock: Callable[[], float]) -> float:
    took = 0.0

    def work(connection: Connection) -> None:
        nonlocal took
        started = clock()
        measure(connection)
        took = clock() - started
        raise _UndoneError

    with suppress(_UndoneError):
        database.write(work)
    return took


@contextmanager
def _opened(kind: Kind, count: int, folder: Path | None) -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="tocsin-capacity-", dir=folder) as copied:
        database = Database(_address(kind, count, folder, Path(copied)))
        database.open()
        try:
            _add_feeds(database, count // ITEMS_A_FEED)
            _add_claims(database, count)
            yield database
        finally:
            database.close()


def _address(kind: Kind, count: int, folder: Path | None, copied: Path) -> Address:
    if kind is Kind.POSTGRESQL:
        return serverarchive.prepared(count, folder)
    copy = copied / "tocsin.db"
    shutil.copyfile(archive.prepared(count, folder), copy)  # the archive itself stays as it is
    return copy


def _add_feeds(database: Database, wanted: int) -> None:
    """Fill up with feeds that came due one after another."""
    due = archive.NOW - timedelta(hours=1)

    def work(connection: Connection) -> None:
        known = connection.execute(select(func.count()).select_from(schema.feed)).scalar_one()
        rows: list[dict[str, Any]] = [
            {"url": f"https://f{number}.example", "next_due": due + timedelta(milliseconds=number), "added_at": due}
            for number in range(known, wanted)
        ]
        if rows:
            connection.execute(insert(schema.feed), rows)
            connection.exec_driver_sql("ANALYZE feed")

    database.write(work)


def _add_claims(database: Database, count: int) -> None:
    """Add claims that are told as often in every archive, by items from all over it."""
    columns = [column for column in schema.mention.columns if column.name not in {"id", "item_id", "story_id", "key"}]

    def work(connection: Connection) -> None:
        if connection.execute(select(schema.mention.c.id).where(schema.mention.c.key == KEYS[0])).first():
            return
        like = connection.execute(select(*columns).limit(1)).mappings().one()
        rows = [
            {**like, "key": key, "item_id": told * (count // TOLD) + 1, "story_id": told + 1}
            for key in KEYS
            for told in range(TOLD)
        ]
        connection.execute(insert(schema.mention), rows)
        for number in range(TOLD):
            items.add(connection, new_item(f"rare {number}", f"Cloves of Zanzibar, part {number}."))

    database.write(work)


if __name__ == "__main__":
    sys.exit(main())
