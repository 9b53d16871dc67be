"""Which lanes got rows in a transaction: noted while it runs, taken at its end."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

_NOTED = "tocsin.lanes"


def note(connection: Connection, lane: str) -> None:
    """Remember that a lane got a row."""
    connection.info.setdefault(_NOTED, set()).add(lane)


def take(connection: Connection) -> AbstractSet[str]:
    """Return the lanes noted since the last call, also those of a transaction that failed."""
    found: AbstractSet[str] = connection.info.pop(_NOTED, frozenset())
    return found
