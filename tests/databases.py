"""Databases for tests: migrated once in each process, copied for every test that wants an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.db import Database


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        database = Database(path)
        database.open()
        database.close()
        return path.read_bytes()


def blank_database(path: Path) -> Path:
    """Write an empty database with every table to ``path`` and return it; migrating one takes five times as long."""
    path.write_bytes(_blank())
    return path


@contextmanager
def open_database(folder: Path) -> Iterator[Database]:
    """Open a new database in ``folder``."""
    database = Database(blank_database(folder / "tocsin.db"))
    database.open()
    try:
        yield database
    finally:
        database.close()
