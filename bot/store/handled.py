"""Which commands and button presses were handled: a platform delivers some twice, also to a new process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from bot.store.schema import handled

KEY = 200  # characters


def add(connection: Connection, key: str, at: datetime) -> bool:
    """Note an event by the platform's own id; tell whether it is new."""
    row = {"key": key[:KEY], "at": at}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return connection.execute(postgresql.insert(handled).on_conflict_do_nothing(), row).rowcount == 1
    return connection.execute(sqlite.insert(handled).on_conflict_do_nothing(), row).rowcount == 1
