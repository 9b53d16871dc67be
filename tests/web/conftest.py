from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.resources import load_lexicon
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.databases import blank_database
from tests.web.desk import Browser, fill, serving


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def room(tmp_path: Path, lexicon: Lexicon) -> Iterator[Newsroom]:
    found = Newsroom(blank_database(tmp_path / "tocsin.db"), lexicon)
    yield found
    found.db.close()


@pytest.fixture
async def stranger(room: Newsroom) -> AsyncIterator[Browser]:
    """A browser that is not signed in, and a server with an empty database."""
    async with serving(room) as browser:
        yield browser


@pytest.fixture
async def editor(room: Newsroom) -> AsyncIterator[Browser]:
    """A browser that is signed in, and a server with something to read, for tests that change it."""
    await fill(room)
    async with serving(room) as browser:
        await browser.sign_in()
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def library(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> AsyncIterator[Browser]:
    """The same for all tests that only read."""
    room = Newsroom(blank_database(tmp_path_factory.mktemp("library") / "tocsin.db"), lexicon)
    await fill(room)
    async with serving(room) as browser:
        yield browser
    room.db.close()


@pytest_asyncio.fixture(loop_scope="session")
async def reader(library: Browser) -> Browser:
    """A browser that is signed in; a test that uses it has the session's loop, and changes nothing."""
    library.room.clock.advance(60)  # so that no limit is reached by many tests together
    library.client.cookie_jar.clear()
    await library.sign_in()
    return library
