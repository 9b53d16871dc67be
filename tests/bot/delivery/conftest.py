"""A database of its own for every delivery test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.delivery.desk import Desk
from tests.databases import on_every_kind, open_database


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses the desk on each kind of database."""
    if "desk" in metafunc.fixturenames:
        on_every_kind(metafunc)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_database(tmp_path) as db:
        yield Desk(db=db)
