from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.resources import load_lexicon
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.databases import blank_database


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def room(tmp_path: Path, lexicon: Lexicon) -> Iterator[Newsroom]:
    newsroom = Newsroom(blank_database(tmp_path / "tocsin.db"), lexicon)
    yield newsroom
    newsroom.db.close()
