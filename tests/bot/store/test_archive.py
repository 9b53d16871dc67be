"""The archive as backtests and the scorecard read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.cli.main import main
from bot.store import alerts, archive, ledger, schema
from bot.store.db import Database
from rules.backtest import PastItem
from rules.model import Development, ItemId, Match, Novelty, Severity, StoryId
from tests.databases import open_database
from tests.rules.builders import FIGURE, development, figure

NOW = datetime.now(UTC).replace(microsecond=0)  # the command asks the real clock
TEXT = "Washington will withdraw 40,000 to 70,000 troops from Europe."
RULES = """version: 1
topic: t
title: T
owner: o
rules:
  - {id: figures, title: Figures, figure: {unit: troops}}
  - {id: words, title: Words, match: troops}
  - {id: silent, title: Silent, match: elephants}
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        database.write(_fill)
        yield database


def _fill(connection: Connection) -> None:
    connection.execute(insert(schema.feed).values(id=1, url="https://f", next_due=NOW, added_at=NOW))
    connection.execute(insert(schema.story).values(id=1, title="S", opened_at=NOW, last_item_at=NOW))
    for number, days in enumerate((40, 3, 3, 2, 1), 1):
        values = {
            "feed_id": 1,
            "identity": str(number),
            "url": "",
            "outlet": "The Courier",
            "lang": "en",
            "title": f"Item {number}",
            "lead": "",
            "text": TEXT,
            "text_from": "content",
            "content_hash": b"x",
            "published": None if number == 5 else NOW - timedelta(days=days),
            "fetched": NOW - timedelta(days=days),
            "baseline": number == 4,
            "story_id": 1,
            "chain": [],
            "trace": [],
        }
        connection.execute(insert(schema.item).values(id=number, **values))
    stored = ledger.add_developments(connection, [_of_item(2)], {}, NOW)
    match = Match(rule="figures", topic="t", title="Figures", severity=Severity.URGENT)
    for days in (2, 200):
        alerts.add(
            connection,
            story=StoryId(1),
            item_id=ItemId(2),
            matches=[match],
            developments=stored,
            kind="new",
            severity=Severity.URGENT,
            sentence="s",
            at=NOW - timedelta(days=days),
        )


def _of_item(number: int) -> Development:
    plain = development(figure(end=len(TEXT)))
    return replace(plain, mention=replace(plain.mention, item=ItemId(number), story=StoryId(1)))


def read_all(db: Database, since: datetime, size: int = archive.PAGE) -> list[PastItem]:
    found: list[PastItem] = []
    after: tuple[datetime, int] | None = None
    while True:
        page = db.write(partial(archive.page, since=since, after=after, size=size))
        found += page.items
        after = page.after
        if after is None:
            return found


def test_items_come_in_the_order_of_time_without_the_baseline(db: Database) -> None:
    found = read_all(db, NOW - timedelta(days=30))
    assert [past.item.id for past in found] == [2, 3, 5]
    assert [past.item.id for past in read_all(db, NOW - timedelta(days=50))] == [1, 2, 3, 5]
    assert found[0].story == StoryId(1)
    assert db.write(lambda connection: archive.count(connection, NOW - timedelta(days=30))) == 3


def test_pages_go_on_where_the_last_one_ended(db: Database) -> None:
    assert [past.item.id for past in read_all(db, NOW - timedelta(days=50), size=1)] == [1, 2, 3, 5]


def test_each_item_brings_what_was_new_in_it(db: Database) -> None:
    found = {past.item.id: past.developments for past in read_all(db, NOW - timedelta(days=30))}
    (first,) = found[ItemId(2)]
    assert (first.novelty, first.mention.claim.quote) == (Novelty.NEW, FIGURE.quote)
    assert found[ItemId(3)] == ()


def test_rules_are_counted_and_their_last_alert_is_known(db: Database) -> None:
    records = db.write(lambda connection: archive.rule_records(connection, NOW - timedelta(days=30)))
    assert list(records) == ["figures"]
    assert (records["figures"].alerts, records["figures"].last_rang) == (1, NOW - timedelta(days=2))


def test_backtest_and_scorecard_read_the_archive(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.yaml").write_text(RULES, encoding="utf-8")
    Path("tocsin.yaml").write_text("version: 1\nrules: [rules.yaml]\ndatabase: tocsin.db\n", encoding="utf-8")
    assert main(["rules", "backtest", "--since", "30d", "--json"]) == 0
    records = {record["rule"]: record for record in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {rule: (record["total"], record["held"]) for rule, record in records.items()} == {
        "figures": (1, 0),
        "words": (1, 2),  # once a story
        "silent": (0, 0),
    }
    assert main(["rules", "scorecard"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("watch   figures  1 alert in 30d, last ") for line in lines)
    assert any("silent  0 alerts in 30d, never rang: it is younger" in line for line in lines)
