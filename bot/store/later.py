"""Writes that nothing else in their transaction waits for: gathered while it runs, done together at its end.

A row written alone costs a round trip to the server, and a batch hardly more. ``bot.store.db`` settles before each
commit; whoever reads such rows earlier in the same transaction settles first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

Write = Callable[[Connection, Sequence[Any]], None]
"""Writes all that was gathered for it, in order. A function of a module, so that it is the same one each time."""

_NOTED = "tocsin.later"


def later(connection: Connection, write: Write, one: object) -> None:
    """Have ``one`` written with its like at the end of the transaction."""
    connection.info.setdefault(_NOTED, {}).setdefault(write, []).append(one)


def settle(connection: Connection) -> None:
    """Write what was gathered; different kinds in the order in which each was asked for first."""
    gathered: dict[Write, list[Any]] = connection.info.pop(_NOTED, {})
    for write, each in gathered.items():
        write(connection, each)


def forget(connection: Connection) -> None:
    """Leave out what a transaction that failed had gathered."""
    connection.info.pop(_NOTED, None)
