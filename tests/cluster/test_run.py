"""The whole bot on a database of a server: the demonstration's newsroom, from the feeds to the threads."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console

from bot import config, demo
from bot.errors import ConfigError
from bot.store.db import Database
from bot.store.outbox import depth
from tests.databases import Kind, databases_are, server_database

NUMBERS = re.compile(r"127\.0\.0\.1:\d+")


async def told(environment: dict[str, str]) -> str:
    """Play the demonstration and return what the terminal showed."""
    shown = StringIO()
    await demo.run(Console(file=shown, width=100), environment)
    return NUMBERS.sub("127.0.0.1", shown.getvalue())


async def test_the_demonstration_tells_the_same_on_both_databases() -> None:
    with databases_are(Kind.POSTGRESQL), server_database() as address:
        on_server = await told({"TOCSIN_DATABASE": address.dsn.reveal()})
        database = Database(address)
        database.open()
        counted = await database.read(depth)
        database.close()
    assert "40,000" in on_server
    assert counted.pending == 0
    assert on_server == await told({})


@pytest.mark.parametrize(
    "address", ["postgresql://me:hush@db/tocsin", "postgres://me@db/tocsin?password=hush"], ids=["in front", "behind"]
)
def test_a_password_in_tocsin_yaml_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigError, match=r"password does not belong here.*TC164") as caught:
        config.check(f"{{version: 1, database: '{address}'}}".encode(), "tocsin.yaml")
    assert "hush" not in str(caught.value)
