"""Names of feeds that contain what somebody types: the database looks, since there may be a hundred thousand."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from bot.secret import without_secrets
from bot.store.schema import feed


def containing(connection: Connection, typed: str, most: int) -> tuple[str, ...]:
    """Return the names, by name, of feeds whose name contains ``typed``, in whatever case."""
    name = func.coalesce(func.nullif(feed.c.outlet, ""), func.nullif(feed.c.title, ""), feed.c.url)
    fitting = or_(func.lower(name).contains(typed.casefold(), autoescape=True), name.contains(typed, autoescape=True))
    rows = connection.execute(select(name).where(fitting).order_by(func.lower(name), feed.c.id).limit(most)).scalars()
    return tuple(dict.fromkeys(without_secrets(one) if "://" in one else one for one in rows))
