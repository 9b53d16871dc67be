"""One database carried over into another: whole, the same, resumed after an interruption, and never into a full one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.cli.main import main
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.store import copying, schema, search, workers
from bot.store.address import Server
from bot.store.db import Database
from bot.store.search import Narrowing
from bot.store.searchtext import read
from tests.bot.newsdesk import Newsdesk, report
from tests.cluster.test_commands import a_worker
from tests.databases import blank_database

NOW = SystemClock().now()


@pytest.fixture
async def full(tmp_path: Path) -> Path:
    """A file with a little of everything: threads, claims, messages, merged stories, and what needs care."""
    path = blank_database(tmp_path / "full.db")
    database = Database(path)
    database.open()
    desk = Newsdesk(database)
    desk.subscribe()
    for number in range(8):
        entry = report(str(number), f"Washington will withdraw {number + 3}000 troops from Germany.")
        await desk.feed(entry, outlet=f"Outlet {number % 3}")
    database.write(_needs_care)
    database.close()
    return path


def _needs_care(connection: Connection) -> None:
    stories = [
        connection.execute(
            insert(schema.story)
            .values(title=f"s{number}\0", opened_at=NOW, last_item_at=NOW)
            .returning(schema.story.c.id)
        ).scalar_one()
        for number in range(2)
    ]
    connection.execute(update(schema.story).where(schema.story.c.id == stories[0]).values(merged_into=stories[1]))
    for day in range(3):
        values = {"lane": "fake:T:one", "kind": "daily", "day": (NOW + timedelta(days=day)).date(), "made_at": NOW}
        connection.execute(insert(schema.digest).values(values))


@pytest.fixture
def source(full: Path) -> Iterator[Database]:
    database = Database(full)
    database.open()
    yield database
    database.close()


def silent(_step: str, _done: int, _total: int) -> None:
    pass


def test_everything_is_there_and_work_goes_on(source: Database, db: Database) -> None:
    sums = copying.copy(source, db, NOW, silent)
    assert sums["item"].rows == 8
    assert sums["mention"].rows
    assert sums["outbox"].rows
    titles = select(schema.story.c.title).order_by(schema.story.c.id)
    kept = source.write(lambda c: c.execute(titles).scalars().all())
    assert db.write(lambda c: c.execute(titles).scalars().all()) == [one.replace("\0", "") for one in kept]
    hits = db.write(lambda c: search.index_of(c).search(c, read("troops germany"), Narrowing(), page=1, size=20))
    assert hits.total == 8
    newest = max(source.write(lambda c: c.execute(select(schema.story.c.id)).scalars().all()))
    added = insert(schema.story).values(title="next", opened_at=NOW, last_item_at=NOW).returning(schema.story.c.id)
    assert db.write(lambda c: c.execute(added).scalar_one()) == newest + 1


def test_there_and_back_is_the_same(source: Database, db: Database, tmp_path: Path) -> None:
    there = copying.copy(source, db, NOW, silent)
    back = Database(tmp_path / "back.db")
    back.open()
    assert copying.copy(db, back, NOW, silent) == there
    back.close()


@pytest.mark.parametrize("step", ["item", "item links", "outbox", "search", "compare item"])
def test_an_interrupted_copy_goes_on_where_it_was(
    source: Database, db: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)
    steps: list[str] = []

    def kill(name: str, done: int, _total: int) -> None:
        steps.append(name)
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(source, db, NOW, kill)
    first, steps = steps, []
    copying.copy(source, db, NOW, lambda name, _done, _total: steps.append(name))
    if not step.startswith("compare"):
        assert "feed" not in steps  # it is not done twice
    assert first[-1] == step


def test_a_target_that_holds_something_is_refused(source: Database, db: Database) -> None:
    db.write(lambda c: c.execute(insert(schema.feed).values(url="https://f", next_due=NOW, added_at=NOW)))
    with pytest.raises(StoreError, match=r"is not empty \(it has rows in feed\); name an empty database"):
        copying.copy(source, db, NOW, silent)


def test_an_unfinished_copy_of_another_source_is_refused(source: Database, db: Database, tmp_path: Path) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(source, db, NOW, kill)
    other = Database(blank_database(tmp_path / "other.db"))
    other.open()
    with pytest.raises(StoreError, match=r"holds an unfinished copy of .*full\.db"):
        copying.copy(other, db, NOW, silent)
    other.close()


def test_nothing_is_copied_beside_a_running_worker(source: Database, db: Database) -> None:
    db.write(lambda c: workers.note(c, a_worker("north")))
    with pytest.raises(StoreError, match="north, process 7, uses it; stop every Tocsin first"):
        copying.copy(source, db, SystemClock().now(), silent)


def test_a_difference_is_found(source: Database, db: Database) -> None:
    copying.copy(source, db, NOW, silent)
    db.write(lambda c: c.execute(update(schema.item).where(schema.item.c.id == 3).values(title="changed")))
    with pytest.raises(StoreError, match=r"item: 8 rows in .*, 8 in .*, and not all alike"):
        copying.compare(source, db, silent)


def test_the_command_says_what_it_copied(
    full: Path, db: Database, address: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "copy", f"sqlite:///{full}", address.dsn.reveal()]) == 0
    out = capsys.readouterr().out
    assert "item                        8  " in out
    assert "the same as in" in out
    assert main(["db", "copy", str(full), address.dsn.reveal()]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert main(["db", "copy", str(full), str(full)]) == 1
