from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.resources import load_lexicon
from bot.store.db import Database
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database: migrating once is enough."""
    path = tmp_path_factory.mktemp("migrated") / "tocsin.db"
    database = Database(path)
    database.open()
    database.close()
    return path


@pytest.fixture
def room(tmp_path: Path, lexicon: Lexicon, migrated: Path) -> Iterator[Newsroom]:
    shutil.copy(migrated, tmp_path / "tocsin.db")
    newsroom = Newsroom(tmp_path / "tocsin.db", lexicon)
    yield newsroom
    newsroom.db.close()
