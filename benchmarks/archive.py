"""A made-up archive of a million articles, written with SQLite's own means and kept for the next run.

Words follow Zipf's law, so that common ones have hundreds of thousands of hits. One article in four makes a claim
about one of some thousand subjects, one in forty rang. What matters for reading is real: the schema, the indexes, the
bodies of claims and messages; what does not (traces, raw pages) is short.
"""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.codec import encode
from bot.store import links, migrate
from bot.store.db import Database
from bot.store.wordtables import marked
from rules.ledger import claim_key
from rules.model import Action, Bound, Figure, Status

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
YEARS = 2
ITEMS_A_STORY = 5
CLAIM_EVERY = 4
ALERT_EVERY = 40
WORDS = 60  # of an article
BATCH = 20_000
OUTLETS = tuple(f"Outlet {number}" for number in range(300))
ACTORS = ("United States", "Germany", "France", "Poland", "Ukraine", "NATO", "China", "Japan", "Italy", "Spain")
PLACES = ("Europe", "Poland", "Ukraine", "Germany", "Mali", "Estonia", "Latvia", "Niger", "Syria", "Iraq")
COMMON = ("troops", "withdraw", "government", "minister", "europe", "mandate", "sanctions", "billion", "aid", "border")
TOPICS = ("us-forces-europe", "un-mandate-peacekeeping")
RULE = "us-withdrawal-figure"


def prepared(items: int, folder: Path | None = None) -> Path:
    """Return the archive with so many articles, made if there is none of this schema yet."""
    home = folder or Path(tempfile.gettempdir()) / "tocsin-benchmarks"
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"archive-{items}-{migrate.newest()}.db"
    if path.exists():
        return path
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    database = Database(draft)
    database.open()
    database.close()
    _fill(draft, items)
    draft.rename(path)
    return path


def _fill(path: Path, items: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    chance = random.Random(7)
    connection.execute("BEGIN")
    _add_feeds(connection)
    _add_stories(connection, items)
    for start in range(1, items + 1, BATCH):
        numbers = range(start, min(start + BATCH, items + 1))
        texts = [made_text(chance) for _ in numbers]
        _insert(connection, "item", (_item(number, items, text) for number, text in zip(numbers, texts, strict=True)))
        connection.executemany(
            "INSERT INTO item_search (rowid, words) VALUES (?, ?)",
            [(number, marked(number, _title(text), text)) for number, text in zip(numbers, texts, strict=True)],
        )
        claims = [number for number in numbers if number % CLAIM_EVERY == 0]
        _insert(connection, "mention", (_mention(number, items, chance) for number in claims))
        _insert(connection, "development", (_development(number, items) for number in claims))
        rang = [number for number in numbers if number % ALERT_EVERY == 0]
        _insert(connection, "alert", (_alert(number, items) for number in rang))
        _insert(connection, "rule_match", (_match(number) for number in rang))
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = ", ".join(f'"{name}"' for name in first)
    marks = ", ".join("?" for _ in first)
    values = (tuple(row.values()) for row in itertools.chain([first], rows))
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


def _add_feeds(connection: sqlite3.Connection) -> None:
    rows = (
        {
            "id": number,
            "url": f"https://outlet-{number}.example/feed",
            "outlet": outlet,
            "title": outlet,
            "lang": "en",
            "next_due": _moment(NOW),
            "added_at": _moment(NOW),
        }
        for number, outlet in enumerate(OUTLETS, start=1)
    )
    _insert(connection, "feed", rows)


def _add_stories(connection: sqlite3.Connection, items: int) -> None:
    rows = (
        {
            "id": number,
            "title": f"Story {number}",
            "opened_at": _said(number * ITEMS_A_STORY - ITEMS_A_STORY + 1, items),
            "last_item_at": _said(min(number * ITEMS_A_STORY, items), items),
        }
        for number in range(1, items // ITEMS_A_STORY + 2)
    )
    _insert(connection, "story", rows)


def _item(number: int, items: int, text: str) -> dict[str, Any]:
    feed = number * 7919 % len(OUTLETS)
    return {
        "id": number,
        "feed_id": feed + 1,
        "identity": f"i{number}",
        "url": _url(number),
        "outlet": OUTLETS[feed],
        "lang": "en",
        "title": _title(text),
        "lead": "",
        "text": text,
        "text_from": "content",
        "content_hash": number.to_bytes(8, "big"),
        "link": links.mark(_url(number)),
        "published": _counted(number, items),
        "published_text": "",
        "fetched": _counted(number, items),
        "story_id": _story(number),
        "story_reason": "joined by its words",
        "origin": OUTLETS[feed],
        "chain": "[]",
        "trace": '[{"stage":"fetched","outcome":"200","reason":"polled"}]',
    }


def _mention(number: int, items: int, chance: random.Random) -> dict[str, Any]:
    low = chance.choice((1000, 2000, 5000, 10_000, 40_000))
    quote = f"{low:,} troops"
    subject = number // CLAIM_EVERY % 2000
    claim = Figure(
        low=low,
        high=low,
        bound=Bound.EXACT,
        unit=("troops", "usd", "eur", "tanks")[subject % 4],
        actor=ACTORS[subject % len(ACTORS)],
        action=list(Action)[subject % len(Action)],
        place=PLACES[subject // len(ACTORS) % len(PLACES)],
        of_total=None,
        status=Status.FACT,
        source_cited=None,
        quote=quote,
        start=0,
        end=len(quote),
    )
    return {
        "id": number // CLAIM_EVERY,
        "item_id": number,
        "story_id": _story(number),
        "kind": "figure",
        "key": claim_key(claim),
        "body": json.dumps(encode(claim)),
        "passage": f"They said {quote} would move.",
        "outlet": OUTLETS[number % len(OUTLETS)],
        "origin": OUTLETS[number % 40],
        "url": _url(number),
        "as_of": _said(number, items),
        "live": 1,
    }


def _development(number: int, items: int) -> dict[str, Any]:
    mention = number // CLAIM_EVERY
    return {
        "id": mention,
        "mention_id": mention,
        "novelty": "new",
        "reason": "first report",
        "origins": 1,
        "at": _said(number, items),
    }


def _alert(number: int, items: int) -> dict[str, Any]:
    return {
        "id": number // ALERT_EVERY,
        "story_id": _story(number),
        "item_id": number,
        "kind": "new",
        "severity": ("notice", "important", "urgent")[number // ALERT_EVERY % 3],
        "sentence": f"Figure of article {number}",
        "at": _said(number, items),
    }


def _match(number: int) -> dict[str, Any]:
    return {
        "id": number // ALERT_EVERY,
        "alert_id": number // ALERT_EVERY,
        "rule": RULE,
        "topic": TOPICS[number // ALERT_EVERY % 2],
        "title": "Figures",
        "severity": "important",
        "spans": "[]",
        "developments": f"[{number // CLAIM_EVERY}]",
    }


def made_text(chance: random.Random) -> str:
    """Return words, the n-th most frequent of them n times rarer than the first."""
    picked = (int(20_000 ** chance.random()) - 1 for _ in range(WORDS))
    return " ".join(COMMON[word] if word < len(COMMON) else f"w{word}x" for word in picked)


def _title(text: str) -> str:
    return text[:60].rpartition(" ")[0] or text[:60]


def _url(number: int) -> str:
    return f"https://outlet-{number % len(OUTLETS)}.example/a/{number}"


def _story(number: int) -> int:
    return (number - 1) // ITEMS_A_STORY + 1


def _said(number: int, items: int) -> str:
    return _moment(_at(number, items))


def _counted(number: int, items: int) -> int:
    return int(_at(number, items).timestamp() * 1_000)


def _at(number: int, items: int) -> datetime:
    return NOW - timedelta(days=365 * YEARS) * (items - number) / items


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
