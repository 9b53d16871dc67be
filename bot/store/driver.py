"""Statements handed to the database's driver as text, for those that run for every item or every poll.

Written with SQLAlchemy once, at import, so that they are the same for all databases; compiled once for each. Building
a statement and going through SQLAlchemy's results takes ten times as long as the database needs for it.

``rows`` and ``do`` take and give Python values, as the columns' types have them. ``run`` leaves values as the driver
has them (``moments``, ``moment``), for the few statements whose conversions would cost more than they do.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from json import JSONEncoder
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Float,
    Insert,
    LargeBinary,
    Select,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    insert,
    text,
)
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import CompoundSelect
from sqlalchemy.sql.selectable import TextualSelect
from sqlalchemy.types import TypeEngine

from bot.store.schema.columns import ItemMoment, UtcDateTime, count, counted

AsStored = Callable[[datetime | None], object]
Statement = Select[Any] | CompoundSelect[Any] | TextualSelect | Insert | Update | Delete
_Convert = Callable[[Any], Any]
_encode = JSONEncoder().encode
SIZES = (1, 4, 16, 64)  # values of one look-up: few fixed sizes, so that each is prepared once


def rows(connection: Connection, statement: Statement, **values: object) -> list[Any]:
    """Run a statement (one that lives as long as the program) and return the rows that it finds: named tuples."""
    prepared = _prepare(connection, statement)
    return prepared.read(_execute(connection, prepared.text, [prepared.stored(values)]))


def first(connection: Connection, statement: Statement, **values: object) -> Any:
    """Return the first row that a statement finds, or None."""
    found = rows(connection, statement, **values)
    return found[0] if found else None


def among(
    connection: Connection, made: Callable[[int], Statement], wanted: Iterable[object], **others: object
) -> list[Any]:
    """Return the rows of a statement about several values, with one look-up for up to sixty-four of them.

    ``made`` returns the statement for so many places (``one_of``), always the same one for a number; ``others`` are
    its further values.
    """
    values, found = list(wanted), list[Any]()
    for start in range(0, len(values), SIZES[-1]):
        some = values[start : start + SIZES[-1]]
        size = next(size for size in SIZES if size >= len(some))
        some += some[-1:] * (size - len(some))
        placed = {f"value_{number}": value for number, value in enumerate(some)}
        found += rows(connection, made(size), **placed, **others)
    return found


def do(connection: Connection, statement: Statement, *each: Mapping[str, object]) -> None:
    """Run a statement once for each set of values."""
    prepared = _prepare(connection, statement)
    _execute(connection, prepared.text, [prepared.stored(values) for values in each])


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows that name every column."""
    do(connection, _whole_row(table), *rows)


def add(connection: Connection, statement: Statement, values: Mapping[str, object]) -> int:
    """Insert a row with a statement that returns its id; return that."""
    prepared = _prepare(connection, statement)
    ((key,),) = _execute(connection, prepared.text, [prepared.stored(values)])
    return int(key)


def run(connection: Connection, statement: Statement, *each: dict[str, object]) -> Iterable[Sequence[Any]]:
    """Run a statement once for each set of the driver's values; returns what the last one finds, as it comes."""
    prepared = _prepare(connection, statement)
    return _execute(connection, prepared.text, [prepared.in_order(values) for values in each])


def given(column: Column[Any], name: str = "") -> BindParameter[Any]:
    """Return the place in a statement for a value of a column; it goes by the column's name unless another is given."""
    return bindparam(name or column.name, required=False, type_=column.type)


def one_of(column: Column[Any], size: int) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values of ``among``."""
    return column.in_([given(column, f"value_{number}") for number in range(size)])


def listed(connection: Connection, ids: Iterable[int]) -> dict[str, object]:
    """Return the value of ``listed_in``: ids of rows, all in one, since thousands would take longer to bind."""
    found = sorted(ids)
    return {"ids": str(found) if connection.dialect.name == "sqlite" else found}


def listed_in(dialect: str, column: Column[int]) -> ColumnElement[bool]:
    """Return the condition that a column has one of the ids that ``listed`` gives."""
    if dialect == "sqlite":
        return column.in_(text("SELECT value FROM json_each(:ids)").bindparams(bindparam("ids", type_=Text)))
    return column == any_(bindparam("ids", required=False, type_=ARRAY(BigInteger)))


def moments(connection: Connection) -> AsStored:
    """Return how the driver takes a moment: SQLite's as text of one width, which sorts like time."""
    return _sortable if connection.dialect.name == "sqlite" else _as_it_is


def moment(value: Any) -> Any:
    """Return the moment that a driver gave, or None: SQLite's gives text, and a number where it is an item's."""
    if value.__class__ is str:
        return datetime.fromisoformat(value + "Z")
    return counted(value) if value.__class__ is int else value


def _sortable(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime cannot be stored: {value!r}")
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")[:26]


def _counted(value: datetime | None) -> int | None:
    return None if value is None else count(value)


def _as_json(value: object) -> str:
    return "[]" if value == [] else _encode(value)  # most are empty, and the encoder needs some time to begin


def _as_it_is(value: datetime | None) -> datetime | None:
    return value


def _execute(connection: Connection, text: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """Ask the driver itself, and return the rows. What fails is told as SQLAlchemy tells it."""
    if connection.dispatch.before_cursor_execute:  # somebody watches the statements
        result = connection.exec_driver_sql(text, values if len(values) > 1 else values[0])
        return result.fetchall() if result.returns_rows else []
    cursor = connection.connection.cursor()
    base = connection.dialect.loaded_dbapi.Error
    try:
        if len(values) == 1:
            cursor.execute(text, values[0])
        else:
            cursor.executemany(text, values)
        return cursor.fetchall() if cursor.description else []
    except base as error:
        raise DBAPIError.instance(text, None, error, base, dialect=connection.dialect) from error


class _Prepared:
    """A statement's text, its values in the order or by the names that the driver wants, and what converts them."""

    def __init__(self, source: Statement, name: str) -> None:
        dialect = registry.load(name)()
        compiled: Any = source.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._names: tuple[str, ...] | None = compiled.positiontup and tuple(compiled.positiontup)
        convert = dict(_processors((name, _binding(bind.type, dialect)) for bind, name in compiled.bind_names.items()))
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._fixed = {name: convert[name](value) if name in convert else value for name, value in fixed.items()}
        self._binds = tuple((name, one) for name, one in convert.items() if name not in fixed)
        columns = source.exported_columns
        names = [str(name) for name in columns.keys()]  # noqa: SIM118 - a collection of columns iterates over these
        self._row = _row_of(names)
        self._results = _processors(
            (at, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for at, column in enumerate(columns)
            if not isinstance(column.type, Float)  # every driver gives our floats as they are
        )
        self._pick = itemgetter(*self._names) if self._names and len(self._names) > 1 else None

    def stored(self, values: Mapping[str, object]) -> Any:
        """Return Python values as the driver takes them."""
        found = {**self._fixed, **values}
        for name, convert in self._binds:
            found[name] = convert(found[name])
        return self._picked(found)

    def in_order(self, values: dict[str, object]) -> Any:
        """Return the driver's values as it takes them."""
        return self._picked(self._fixed | values)

    def read(self, found: Sequence[Any]) -> list[Any]:
        """Return the driver's rows with Python values."""
        if not self._results:
            return [self._row(row) for row in found]
        converted = []
        for row in found:
            cells = list(row)
            for at, convert in self._results:
                cells[at] = convert(cells[at])
            converted.append(self._row(cells))
        return converted

    def _picked(self, found: dict[str, object]) -> Any:
        if self._pick is not None:
            return self._pick(found)
        return found if self._names is None else tuple(found[name] for name in self._names)


@cache
def _whole_row(table: Table) -> Insert:
    return insert(table).values({column.name: given(column) for column in table.columns})


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    """Return what makes the driver's value of ours: the type's own way, or a short cut that comes to the same."""
    if dialect.name == "sqlite" and isinstance(kind, JSON):
        return _as_json
    if dialect.name == "sqlite" and isinstance(kind, UtcDateTime):
        return _sortable
    if dialect.name == "sqlite" and isinstance(kind, ItemMoment):
        return _counted
    if dialect.name == "sqlite" and isinstance(kind, Boolean | LargeBinary):
        return None  # the driver takes these as they are
    found: _Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _row_of(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    make: Any = namedtuple  # noqa: PYI024 - of names that a statement gives, which no class could spell out
    return cast("Callable[[Iterable[Any]], Any]", make("row", names, rename=True)._make)


def _processors(found: Iterable[tuple[Any, _Convert | None]]) -> tuple[tuple[Any, _Convert], ...]:
    return tuple((key, convert) for key, convert in found if convert is not None)


def _prepare(connection: Connection, source: Statement) -> _Prepared:
    dialect = connection.dialect
    return _prepared(source, f"{dialect.name}.{dialect.driver}")


@cache
def _prepared(source: Statement, dialect: str) -> _Prepared:
    return _Prepared(source, dialect)
