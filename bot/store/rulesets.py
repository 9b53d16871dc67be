"""Rule sets that were in force, whole: to show what changed, and to bring one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.reload import Applied
from bot.store.db import Database
from bot.store.schema import ruleset

KEPT = 50  # newest sets that history shows


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLine:
    """One rule set of the history, newest first."""

    hash: str
    at: datetime
    author: str
    changes: str


class RuleHistory:
    """The ``History`` of ``bot.reload`` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, applied: Applied) -> None:
        """Keep one more; a start with the rules that were in force last is no change and leaves no line."""
        self._db.write(lambda connection: add(connection, applied))

    def documents(self, digest: str) -> Mapping[str, str] | None:
        """Return the files of the newest set whose hash starts with ``digest``, or None."""
        return self._db.write(lambda connection: documents(connection, digest))


def add(connection: Connection, applied: Applied) -> None:
    """Store an applied set unless it is the newest one already."""
    newest = connection.execute(select(ruleset.c.hash).order_by(ruleset.c.id.desc()).limit(1)).scalar()
    if newest == applied.ruleset.hash:
        return
    connection.execute(
        insert(ruleset).values(
            hash=applied.ruleset.hash,
            at=applied.at,
            author=applied.author,
            changes=str(applied.changes),
            documents=dict(applied.documents),
        )
    )


def documents(connection: Connection, digest: str) -> dict[str, str] | None:
    """Return the files of the newest set whose hash starts with ``digest``, or None."""
    found = connection.execute(
        select(ruleset.c.documents)
        .where(ruleset.c.hash.startswith(digest, autoescape=True))
        .order_by(ruleset.c.id.desc())
        .limit(1)
    ).scalar()
    return None if found is None else dict(found)


def history(connection: Connection) -> tuple[AppliedLine, ...]:
    """Return what was in force, newest first."""
    rows = connection.execute(select(ruleset).order_by(ruleset.c.id.desc()).limit(KEPT))
    return tuple(AppliedLine(hash=row.hash, at=row.at, author=row.author, changes=row.changes) for row in rows)
