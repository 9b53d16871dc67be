"""Statements handed to the driver give what SQLAlchemy gives, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store import driver, schema
from bot.store.db import Database
from tests.databases import open_database

NOW = datetime(2026, 9, 1, 8, 30, 0, 7, tzinfo=UTC)
LANES = schema.channel.c
ADDED = insert(schema.channel).values(
    {name: driver.given(LANES[name]) for name in ("lane", "platform", "workspace", "channel", "added_at", "pace")}
)
MOVED = (
    update(schema.channel).where(LANES.lane == driver.given(LANES.lane, "key")).values(pace=driver.given(LANES.pace))
)
FOUND = select(LANES.lane, LANES.added_at, LANES.pace, LANES.state_reason).where(
    LANES.platform == driver.given(LANES.platform), LANES.state.not_in(["parked", "gone"])
)
OPENED = (
    insert(schema.story)
    .values({name: driver.given(schema.story.c[name]) for name in ("title", "opened_at", "last_item_at")})
    .returning(schema.story.c.id)
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def lane(key: str, **values: object) -> dict[str, object]:
    return {
        "lane": key,
        "platform": "console",
        "workspace": "-",
        "channel": key,
        "added_at": NOW,
        "pace": None,
    } | values


def test_values_go_in_and_come_out_as_the_columns_have_them(db: Database) -> None:
    def work(connection: Connection) -> None:
        elsewhere = NOW.astimezone(timezone(timedelta(hours=5)))
        driver.do(connection, ADDED, lane("a", added_at=elsewhere, pace={"cap": 3, "words": ["é"]}), lane("b"))
        found = driver.rows(connection, FOUND, platform="console")
        assert sorted(found) == [("a", NOW, {"cap": 3, "words": ["é"]}, None), ("b", NOW, None, None)]
        seen = connection.execute(select(LANES.lane, LANES.added_at, LANES.pace, LANES.state_reason)).all()
        assert sorted(found) == sorted(tuple(row) for row in seen)

    db.write(work)


def test_a_statement_with_one_value_works_like_the_others(db: Database) -> None:
    def work(connection: Connection) -> None:
        assert driver.first(connection, FOUND, platform="console") is None
        driver.do(connection, ADDED, lane("a"))
        driver.do(connection, MOVED, {"key": "a", "pace": {"cap": 1}})
        assert driver.first(connection, FOUND, platform="console") == ("a", NOW, {"cap": 1}, None)

    db.write(work)


def test_an_insert_gives_the_new_row_s_id(db: Database) -> None:
    def work(connection: Connection) -> list[int]:
        values = {"title": "t", "opened_at": NOW, "last_item_at": NOW}
        return [driver.add(connection, OPENED, values) for _ in range(2)]

    first, second = db.write(work)
    assert second == first + 1


def test_what_fails_is_told_as_sqlalchemy_tells_it(db: Database) -> None:
    with pytest.raises(IntegrityError):
        db.write(lambda connection: driver.do(connection, ADDED, lane("a"), lane("a")))
    assert db.write(lambda connection: driver.rows(connection, FOUND, platform="console")) == []


def test_who_watches_the_statements_sees_these_too(db: Database) -> None:
    def work(connection: Connection) -> None:
        seen: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *call: seen.append(call[2]))
        driver.do(connection, ADDED, lane("a"), lane("b"))
        assert len(driver.rows(connection, FOUND, platform="console")) == 2
        assert [statement.split()[0] for statement in seen] == ["INSERT", "SELECT"]

    db.write(work)
