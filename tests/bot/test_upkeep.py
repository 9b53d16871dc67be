"""Rules that change while Tocsin runs, and feeds that people have to hear about: told once, never half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.codec import decode_message
from bot.errors import StoreError
from bot.feeds.polling import FeedSpec
from bot.ports import Place
from bot.rulebook.edit import Edit
from bot.rulebook.history import Entry, FileHistory, folder_beside
from bot.rulebook.inforce import Applied
from bot.rulebook.reload import RuleWatcher
from bot.store import feeds, schema
from bot.store.db import Database
from bot.upkeep import Upkeep
from rules.load import load
from rules.ruleset import RuleSet
from tests.databases import open_database
from tests.fakes.manual_clock import ManualClock
from tests.rules.fakes import FakeVocabulary

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
ADMIN = Place(platform="console", workspace="", channel="admin")
RULES = """version: 1
topic: un-mandates
title: UN mandates
rules:
  - id: {id}
    title: A mandate is named
    match: mandate
    tests:
      - {{name: rings, text: 'A mandate was granted.', expect: {{alert: new}}}}
"""


class Bench:
    """An Upkeep over a real database and real files, with a clock that stands still until told otherwise."""

    def __init__(self, folder: Path, db: Database, admin: tuple[Place, ...] = (ADMIN,)) -> None:
        self.clock = ManualClock(START)
        self.db = db
        self.file = folder / "rules" / "mandates.yaml"
        self.file.parent.mkdir()
        self.write("first")
        self.in_force: list[RuleSet] = []
        self.woken = 0
        watcher = RuleWatcher(
            ["rules"], folder, lambda texts: load(texts, FakeVocabulary()), FileHistory(folder_beside(db.path))
        )
        watcher.start(self.clock.now())
        watcher.keep_start()
        self.upkeep = Upkeep(db, self.clock, watcher, self.in_force.append, admin, self.wake)

    def wake(self) -> None:
        self.woken += 1

    def write(self, rule: str) -> None:
        self.file.write_text(RULES.format(id=rule), encoding="utf-8")

    def history(self) -> list[Entry]:
        return list(FileHistory(folder_beside(self.db.path)).entries())

    async def settle(self) -> None:
        """Let the files be quiet for long enough, as the ticks would."""
        await self.upkeep.reload()
        self.clock.advance(3)
        await self.upkeep.reload()

    async def told(self) -> list[str]:
        rows = await self.db.read(lambda c: c.execute(select(schema.outbox.c.body).order_by(schema.outbox.c.id)).all())
        return [decode_message(row.body).fallback for row in rows]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def bench(tmp_path: Path, db: Database) -> Bench:
    return Bench(tmp_path, db)


async def test_a_good_change_comes_into_force_and_is_told_and_kept(bench: Bench) -> None:
    bench.write("second-rule")
    await bench.settle()
    assert [[rule.id for rule in one.rules] for one in bench.in_force] == [["second-rule"]]
    (text,) = await bench.told()
    assert "+ second-rule" in text
    assert "- first" in text
    kept = bench.history()
    assert [line.changes for line in kept] == [("+ second-rule", "- first"), ("+ first",)]
    assert bench.woken == 1


async def test_looks_at_the_same_time_tell_and_record_a_change_once(bench: Bench) -> None:
    bench.write("second-rule")
    await bench.upkeep.reload()
    bench.clock.advance(3)
    await asyncio.gather(*(bench.upkeep.reload() for _ in range(5)))
    rows = await bench.db.read(lambda c: c.execute(select(schema.audit.c.new)).all())
    assert len(rows) == len(await bench.told()) == 1


async def test_a_broken_edit_keeps_the_rules_and_is_told_once_with_its_place(bench: Bench) -> None:
    bench.file.write_text("version: 1\ntopic: x\nrulez: []\n", encoding="utf-8")
    for _ in range(3):
        await bench.settle()
    assert bench.in_force == []
    (text,) = await bench.told()
    assert "mandates.yaml:1:1" in text
    assert "and 2 more" in text
    assert "last good ones stay in force" in text
    assert bench.upkeep.watcher.refused is not None


async def test_an_earlier_set_can_be_brought_back(bench: Bench) -> None:
    bench.write("second-rule")
    await bench.settle()
    first = bench.history()[-1].hash
    bench.clock.advance(60)
    back = await _in_thread(lambda: bench.upkeep.watcher.rollback(first[:10], bench.clock.now(), "ana"))
    assert back is not None
    assert [rule.id for rule in back.ruleset.rules] == ["first"]
    assert bench.history()[0].author == "ana"


async def test_a_start_with_the_same_rules_is_no_change(tmp_path: Path, bench: Bench) -> None:
    watcher = RuleWatcher(
        ["rules"], tmp_path, lambda texts: load(texts, FakeVocabulary()), FileHistory(folder_beside(bench.db.path))
    )
    await _in_thread(lambda: watcher.start(bench.clock.now()))
    assert len(bench.history()) == 1


async def test_a_failing_feed_is_told_once_and_its_recovery_once(bench: Bench) -> None:
    row = await bench.db.tx(
        lambda c: feeds.add(c, FeedSpec(url="https://example.org/f", outlet="The Example"), now=START)
    )
    await _set(bench, row.id, failures=3, failing_since=START, error_code="timeout", error_text="no answer in 15 s")
    await bench.upkeep.tell_of_feeds()
    await bench.upkeep.tell_of_feeds()
    await _set(bench, row.id, failures=0, failing_since=None, error_code=None, error_text=None)
    bench.clock.advance(60)
    await bench.upkeep.tell_of_feeds()
    await bench.upkeep.tell_of_feeds()
    failing, works = await bench.told()
    assert "The Example: failing (timeout): no answer in 15 s" in failing
    assert works == "The Example: works again"


async def test_without_an_admin_channel_it_goes_to_the_log(
    tmp_path: Path, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(tmp_path, db, admin=())
    bench.write("second-rule")
    await bench.settle()
    assert await bench.told() == []
    assert "+ second-rule" in capsys.readouterr().out + capsys.readouterr().err


async def _in_thread(work: Callable[[], Applied | None]) -> Applied | None:
    """The watcher blocks on the database, so it never runs on the loop."""
    return await asyncio.to_thread(work)


async def _set(bench: Bench, feed_id: int, **values: object) -> None:
    await bench.db.tx(lambda c: c.execute(update(schema.feed).where(schema.feed.c.id == feed_id).values(**values)))


class Busy:
    """A database that refuses the next transaction, as a locked one does after its patience."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._refuses = True

    async def tx(self, work: Callable[..., object]) -> object:
        if self._refuses:
            self._refuses = False
            raise StoreError("the database is locked by another process")
        return await self._db.tx(work)


async def test_what_could_not_be_told_is_told_with_the_next_tick_and_only_once(bench: Bench) -> None:
    bench.upkeep._db = Busy(bench.db)  # type: ignore[assignment]
    bench.file.write_text("rulez: []\n", encoding="utf-8")
    await bench.upkeep.reload()
    bench.clock.advance(3)
    with pytest.raises(StoreError):
        await bench.upkeep.reload()
    assert await bench.told() == []
    for _ in range(3):
        await bench.settle()
    assert len(await bench.told()) == 1


async def test_a_rule_that_fails_on_articles_is_told_once_for_as_long_as_its_set_is_in_force(bench: Bench) -> None:
    failing = {"first": 1}
    bench.upkeep.failing = lambda: failing
    for _ in range(3):
        await bench.settle()
        failing["first"] += 1
    (text,) = await bench.told()
    assert text.startswith("The rule first failed on an article: a fault of Tocsin's")


async def test_a_change_by_command_is_in_force_told_and_audited_at_once(bench: Bench) -> None:
    assert bench.upkeep.watcher.applied is not None
    first = bench.upkeep.watcher.applied.short
    applied = await bench.upkeep.change(Edit(write={"rules/mandates.yaml": RULES.format(id="second")}), "ana (slack)")
    assert [one.hash for one in bench.in_force] == [applied.ruleset.hash]
    (text,) = await bench.told()
    assert text == "Rules changed by ana (slack): + second; - first"
    (row,) = await bench.db.read(lambda c: c.execute(select(schema.audit)).all())
    assert (row.user, row.what, row.old, row.lane) == ("ana (slack)", "rules", first, None)
    assert row.new == f"{applied.short} (+ second; - first)"
    await bench.upkeep.rollback(first, "ben (discord)")
    assert bench.file.read_text(encoding="utf-8") == RULES.format(id="first")
    assert (await bench.told())[-1] == "Rules changed by ben (discord): + first; - second"


async def test_a_change_in_the_files_is_audited_with_their_owner(bench: Bench) -> None:
    bench.write("second")
    await bench.settle()
    (row,) = await bench.db.read(lambda c: c.execute(select(schema.audit)).all())
    assert row.what == "rules"
    assert row.user
