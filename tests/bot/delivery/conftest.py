"""A database of its own for every delivery test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.db import Database
from tests.bot.delivery.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    db = Database(tmp_path / "tocsin.db")
    db.open()
    yield Desk(db=db)
    db.close()
