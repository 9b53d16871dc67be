"""Statements handed to the database's driver as text, for the few that run thousands of times a minute.

Through SQLAlchemy's own conversions a row takes five times as long, and the event loop waits meanwhile. The statement
is still written with SQLAlchemy, so that it is one for all databases; values go in and come out as the driver has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import registry

AsStored = Callable[[datetime | None], object]


def run(connection: Connection, statement: ClauseElement, *rows: dict[str, object]) -> Iterable[Sequence[Any]]:
    """Run a statement (best one that lives as long as the program) once for each row; returns what the last one finds.

    A row holds the values of the statement's parameters by name, moments as ``moments`` gives them.
    """
    dialect = connection.dialect
    return _prepared(statement, f"{dialect.name}.{dialect.driver}").run(connection, rows)


def moments(connection: Connection) -> AsStored:
    """Return how the driver takes a moment: SQLite's as text of one width, which sorts like time."""
    return _sortable if connection.dialect.name == "sqlite" else _as_it_is


def moment(value: Any) -> Any:
    """Return the moment that a driver gave, or None: SQLite's gives text."""
    return datetime.fromisoformat(value + "Z") if isinstance(value, str) else value


def _sortable(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _as_it_is(value: datetime | None) -> datetime | None:
    return value


class _Statement:
    """A statement's text, and its values in the order or by the names that the driver wants."""

    def __init__(self, source: ClauseElement, dialect: str) -> None:
        compiled: Any = source.compile(dialect=registry.load(dialect)(), compile_kwargs={"render_postcompile": True})
        names = compiled.positiontup
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._in_order: Callable[[dict[str, object]], Any] = dict if names is None else itemgetter(*names)

    def run(self, connection: Connection, rows: Sequence[dict[str, object]]) -> Iterable[Sequence[Any]]:
        values = [self._in_order(self._fixed | row) for row in rows]
        return connection.exec_driver_sql(self._text, values if len(values) > 1 else values[0])


@cache
def _prepared(source: ClauseElement, dialect: str) -> _Statement:
    return _Statement(source, dialect)
