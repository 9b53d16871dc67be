"""Which pages of items that rang are looked at again, and since when one of them is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from bot.store.schema import alert, item, revisit
from rules.model import ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page to look at. ``looks`` counts those before; ``missing_since`` is None while the page was always there."""

    item: ItemId
    url: str
    told_at: datetime
    looks: int
    missing_since: datetime | None


def enlist(connection: Connection, since: datetime, first_after: timedelta) -> None:
    """List the items that rang since then and are not listed yet; each is due ``first_after`` its first alert."""
    told = (
        select(alert.c.item_id, func.min(alert.c.at).label("at")).where(alert.c.at >= since).group_by(alert.c.item_id)
    )
    new = told.subquery()
    rows = connection.execute(
        select(new.c.item_id, new.c.at)
        .join(item, item.c.id == new.c.item_id)
        .where(item.c.url != "", new.c.item_id.not_in(select(revisit.c.item_id)))
    ).all()
    for row in rows:
        values = {"item_id": row.item_id, "told_at": row.at, "next_at": row.at + first_after, "looks": 0}
        connection.execute(insert(revisit).values(values))


def due(connection: Connection, now: datetime, limit: int) -> list[Visit]:
    """Return the pages whose time has come, the longest due first."""
    rows = connection.execute(
        select(revisit, item.c.url)
        .join(item, item.c.id == revisit.c.item_id)
        .where(revisit.c.next_at <= now)
        .order_by(revisit.c.next_at)
        .limit(limit)
    )
    return [
        Visit(
            item=ItemId(row.item_id),
            url=row.url,
            told_at=row.told_at,
            looks=row.looks,
            missing_since=row.missing_since,
        )
        for row in rows
    ]


def save(connection: Connection, visit: Visit, next_at: datetime | None, missing_since: datetime | None) -> None:
    """Note a look, and when the next one is due (None: never again)."""
    connection.execute(
        update(revisit)
        .where(revisit.c.item_id == visit.item)
        .values(looks=visit.looks + 1, next_at=next_at, missing_since=missing_since)
    )
