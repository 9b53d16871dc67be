"""The whole bot on a database of a server: the demonstration's newsroom, from the feeds to the threads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from rich.console import Console
from sqlalchemy import Connection, Engine, event

from bot import config, demo
from bot.errors import ConfigError
from bot.store.db import Database
from bot.store.locks import LOCKS, Writing
from bot.store.outbox import depth
from tests.databases import Kind, databases_are, server_database

NUMBERS = re.compile(r"127\.0\.0\.1:\d+")
ON_ITS_WAY = re.compile(r"(?:FROM|JOIN|INTO|UPDATE) (?:outbox|lane|held)\b")


async def told(environment: dict[str, str]) -> str:
    """Play the demonstration and return what the terminal showed."""
    shown = StringIO()
    await demo.run(Console(file=shown, width=100), environment)
    return NUMBERS.sub("127.0.0.1", shown.getvalue())


@contextmanager
def watching(look: Callable[..., None]) -> Iterator[None]:
    """Have every statement looked at."""
    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)


class Watch:
    """Looks at every statement of every transaction: who touches what is on its way has to hold the outbox."""

    def __init__(self) -> None:
        self.kinds: set[Writing] = set()
        self.unheld: list[str] = []
        self._held: dict[object, bool] = {}

    def look(self, connection: Connection, _cursor: object, statement: str, *_others: object) -> None:
        transaction = connection.get_transaction()
        for kind, locks in LOCKS.items():
            if statement.endswith(locks):
                self.kinds.add(kind)
                self._held[transaction] = kind is not Writing.STORING
                return
        if statement == LOCKS[Writing.ALONE].rpartition("; ")[2]:
            self._held[transaction] = True
        elif ON_ITS_WAY.search(statement) and not self._held.get(transaction, True):
            self.unheld.append(statement)


async def test_the_demonstration_tells_the_same_on_both_databases() -> None:
    watch = Watch()
    with databases_are(Kind.POSTGRESQL), server_database() as address, watching(watch.look):
        on_server = await told({"TOCSIN_DATABASE": address.dsn.reveal()})
        database = Database(address)
        database.open()
        counted = await database.read(depth)
        database.close()
    assert "40,000" in on_server
    assert counted.pending == 0
    assert on_server == await told({})
    assert watch.kinds == set(Writing)
    assert watch.unheld == []


@pytest.mark.parametrize(
    "address", ["postgresql://me:hush@db/tocsin", "postgres://me@db/tocsin?password=hush"], ids=["in front", "behind"]
)
def test_a_password_in_tocsin_yaml_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigError, match=r"password does not belong here.*TC164") as caught:
        config.check(f"{{version: 1, database: '{address}'}}".encode(), "tocsin.yaml")
    assert "hush" not in str(caught.value)
