from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.resources import load_lexicon
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import Browser, fill, serving


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def room(tmp_path: Path, lexicon: Lexicon) -> Iterator[Newsroom]:
    found = Newsroom(tmp_path / "tocsin.db", lexicon)
    yield found
    found.db.close()


@pytest.fixture
async def stranger(room: Newsroom) -> AsyncIterator[Browser]:
    """A browser that is not signed in, and a server with an empty database."""
    async with serving(room) as browser:
        yield browser


@pytest.fixture
async def reader(room: Newsroom) -> AsyncIterator[Browser]:
    """A browser that is signed in, and a server with something to read."""
    await fill(room)
    async with serving(room) as browser:
        await browser.sign_in()
        yield browser
