"""What the tables have in common: how they are named, ids, references, and moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, TypeDecorator
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowid semantics (and so auto-increment) to INTEGER PRIMARY KEY only, never to BIGINT.
Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; a naive one is refused, since it would be wrong by hours."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps fixed-width text, which sorts like time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's text its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SMALLEST = timedelta(milliseconds=1)


class ItemMoment(TypeDecorator[datetime]):
    """A moment of an item, in milliseconds: what ``UtcDateTime`` is, but SQLite keeps their number since 1970.

    There are millions of them, in rows and in indexes; such a number takes 6 bytes, the text 26.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database keeps."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Convert to UTC, or to a number; what is smaller than a millisecond is left out everywhere."""
        if value is None:
            return None
        return count(value) if dialect.name == "sqlite" else counted(count(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Convert back."""
        if value is None:
            return None
        return counted(value) if isinstance(value, int) else value.astimezone(UTC)


def count(moment: datetime) -> int:
    """Return whole milliseconds since the beginning of 1970. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a naive datetime cannot be stored: {moment!r}")
    return (moment - _BEGINNING) // _SMALLEST


def counted(milliseconds: int) -> datetime:
    """Return the moment so many milliseconds after the beginning of 1970."""
    return _BEGINNING + timedelta(milliseconds=milliseconds)


def own_id() -> Column[Any]:
    """Return a key that the database counts up."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def ref(name: str, target: str) -> Column[Any]:
    """Return a column that names a row without which its own row goes, too."""
    return Column(name, Id, ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)
