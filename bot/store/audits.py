"""One row of the audit: who changed what, from what to what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.schema import audit


def note(
    connection: Connection, lane: str, user: str, what: str, old: str | None, new: str | None, at: datetime
) -> None:
    """Keep that somebody changed something; None is nothing before, or nothing any more."""
    connection.execute(insert(audit).values(at=at, lane=lane, user=user, what=what, old=old, new=new))
