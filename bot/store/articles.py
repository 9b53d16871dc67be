"""Many items at once, as rules and filters read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select

from bot.store.schema import item
from rules.model import Item, ItemId

BATCH = 250
_NAMES = ("id", "outlet", "title", "text", "url", "published", "fetched", "lead", "lang", "tier")


def read(connection: Connection, keys: Collection[ItemId]) -> Iterator[Item]:
    """Yield these items as they stand now, in no order."""
    wanted = sorted(keys)
    columns = [item.c[name] for name in _NAMES]
    for start in range(0, len(wanted), BATCH):
        rows = connection.execute(select(*columns).where(item.c.id.in_(wanted[start : start + BATCH])))
        yield from (Item(**row) for row in rows.mappings())
