"""Where the tests' files go: into memory where there is room for them, since every commit of a database waits for its
disk (``synchronous=FULL``). A kill loses nothing there either; only a power cut would, and none is tested.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import Kind, databases_are, on_every_kind

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes
ON_EVERY_KIND = (
    "tests.bot.store",
    "tests.bot.test_pipeline",
    "tests.bot.feeds.test_poller",
    "tests.bot.rulebook.test_news_of_rules",
)


settings.register_profile("tocsin", deadline=None)  # how fast an example runs says how busy the machine is
settings.load_profile("tocsin")


def pytest_configure() -> None:
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    if has_room:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module that opens databases on each kind of them: of all such modules in `make torture`, else
    of those that speak to the database most.
    """
    is_meant = metafunc.module.__name__.startswith(ON_EVERY_KIND) or bool(os.environ.get("TOCSIN_TORTURE"))
    if hasattr(metafunc.module, "open_database") and "tmp_path" in metafunc.fixturenames and is_meant:
        on_every_kind(metafunc)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Iterator[Kind]:
    """The kind of the databases that the test opens."""
    kind = Kind(request.param)
    with databases_are(kind):
        yield kind
