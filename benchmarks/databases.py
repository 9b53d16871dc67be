"""SQLite and PostgreSQL side by side: what the busy statements cost at a size, through our own store.

``python benchmarks/databases.py [ITEMS]``; PostgreSQL is that of TOCSIN_TEST_POSTGRES, else the one of the tests, both
with fsync as they are set. Medians of several runs; the machine's other work shows in them.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert, update

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.store import ledger, polls, schema, search
from bot.store.db import Database
from bot.store.search import Narrowing
from bot.store.searchtext import TextSearch, read
from tests.databases import Kind, databases_are, open_database

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
WORDS = [f"{first}{last}" for first in "bdfgklmnprst" for last in ("ane", "olo", "ira", "uge", "esta", "ondo", "ivel")]
BATCH = 500
RUNS = 9


def main() -> None:
    """Print one table."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found: dict[str, list[str]] = {}
    for kind in Kind:
        with ExitStack() as stack:
            stack.enter_context(databases_are(kind))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database = stack.enter_context(open_database(folder))
            for name, told in measure(database, items):
                found.setdefault(name, []).append(told)
    print(f"{items:,} items, as many feeds; " + ", ".join(Kind))
    for name, both in found.items():
        print(f"{name:<44} " + "  ".join(f"{one:>14}" for one in both))


def measure(database: Database, items: int) -> Iterator[tuple[str, str]]:
    """Yield each figure by name."""
    chance = random.Random(1)
    rows = [_feed(number) for number in range(items)]
    database.write(lambda c: c.execute(insert(schema.feed), rows))
    took = sum(_timed(partial(database.write, partial(_add, chance, first))) for first in range(0, items, BATCH))
    yield "items stored with their words, a second", f"{items / took:,.0f}"
    yield "one write transaction", _ms(lambda: database.write(lambda c: c.execute(update(schema.lane).values(epoch=1))))
    yield "claim of 500 feeds that are due", _ms(lambda: database.write(lambda c: polls.claim_due(c, NOW, BATCH)))
    for name, query in (("a rare pair of words", f"{WORDS[0]} {WORDS[1]}"), ("a word in half of them", "common")):
        yield f"newest 20 of a search: {name}", _ms(partial(database.write, partial(_search, read(query))))
    keys = [f"figure|{number}" for number in range(10)]
    yield "what the ledger knows of 10 claims", _ms(lambda: database.write(lambda c: ledger.known(c, keys)))


def _search(wanted: TextSearch, connection: Connection) -> None:
    search.index_of(connection).search(connection, wanted, Narrowing(), page=1, size=20)


def _feed(number: int) -> dict[str, object]:
    return {"id": number + 1, "url": f"https://f{number}", "next_due": NOW - timedelta(seconds=number), "added_at": NOW}


def _add(chance: random.Random, first: int, connection: Connection) -> None:
    for number in range(first, first + BATCH):
        words = chance.choices(WORDS, k=200) + ["common"] * (number % 2)
        title = " ".join(chance.choices(WORDS, k=8))
        values = {
            "feed_id": number + 1,
            "identity": str(number),
            "url": "",
            "outlet": "o",
            "lang": "en",
            "title": title,
            "lead": "",
            "text": " ".join(words),
            "text_from": "content",
            "content_hash": b"x",
            "published": NOW,
            "fetched": NOW,
            "chain": [],
            "trace": [],
        }
        key = connection.execute(insert(schema.item).values(values).returning(schema.item.c.id)).scalar_one()
        search.add(connection, key, title, " ".join(words))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ms(work: Callable[[], object]) -> str:
    return f"{statistics.median(_timed(work) for _ in range(RUNS)) * 1000:.2f} ms"


if __name__ == "__main__":
    main()
