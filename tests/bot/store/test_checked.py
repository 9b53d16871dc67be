"""What is checked when: a start that delivers looks at the tables that it posts from, and at the others soon after."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.delivering import TABLES
from bot.errors import StoreError
from bot.store.db import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tocsin.db"
    db = Database(made)
    db.open()
    db.close()
    return made


def damage(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_posted_from_a_damaged_table(path: Path, table: str) -> None:
    damage(path, table)
    with pytest.raises(StoreError, match=r"damaged.*tocsin db restore"):
        Database(path).open(TABLES)


@pytest.mark.parametrize("table", ["item", "mention", "story", "audit"])
def test_damage_elsewhere_is_found_by_the_check_that_follows(path: Path, table: str) -> None:
    damage(path, table)
    db = Database(path)
    db.open(TABLES)
    try:
        with pytest.raises(StoreError, match=r"damaged.*tocsin db restore"):
            db.check()
    finally:
        db.close()


@pytest.mark.parametrize("table", ["item", "mention", "story", "audit"])
def test_a_start_that_has_nothing_to_deliver_looks_at_all_at_once(path: Path, table: str) -> None:
    damage(path, table)
    with pytest.raises(StoreError, match=r"damaged.*tocsin db restore"):
        Database(path).open()


def test_a_sound_database_passes_while_it_is_written_to(path: Path) -> None:
    db = Database(path)
    db.open(TABLES)
    try:
        db.write(lambda connection: db.check())
    finally:
        db.close()
