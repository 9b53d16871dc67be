"""A database of its own for every delivery test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.delivery.desk import Desk
from tests.databases import open_database


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_database(tmp_path) as db:
        yield Desk(db=db)
