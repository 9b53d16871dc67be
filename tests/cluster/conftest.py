"""A database on a server for every test of the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
import structlog

from bot.store.address import Server
from bot.store.db import Database
from tests.databases import Kind, blank_server_database, databases_are

collect_ignore_glob = [] if find_spec("procrastinate") and find_spec("psycopg") else ["test_*.py"]  # an extra


@pytest.fixture(autouse=True)
def _own_log() -> None:
    """Write the log where this test's output goes, whatever a command line before it has set up."""
    structlog.reset_defaults()


@pytest.fixture
def address() -> Iterator[Server]:
    with databases_are(Kind.POSTGRESQL), blank_server_database() as found:
        yield found


@pytest.fixture
def db(address: Server) -> Iterator[Database]:
    database = Database(address)
    database.open()
    yield database
    database.close()
