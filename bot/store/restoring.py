"""A database that was put back: what it still wants to send may be out long since, and its feeds have moved on.

    rows that wait      the platform is asked for each by its key before anything is sent
    feeds               a cold start: the next poll of each stores what it finds and rings nothing

So nothing is told twice; what happened between the copy and now is in the archive (``/tocsin latest``, ``search``).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, update

from bot.delivery.model import Op, RowState
from bot.store.schema import audit, feed, lane, outbox

_COLD = {"baselined": False, "etag": None, "last_modified": None, "body_hash": None, "seen": None}


def settle(connection: Connection, made_at: datetime, now: datetime) -> tuple[int, int]:
    """Treat the database as a copy of ``made_at``; return how many rows are asked for and how many feeds start cold."""
    waiting = (outbox.c.state == RowState.READY.value) & (outbox.c.op != Op.EDIT.value)
    asked = connection.execute(
        update(outbox)
        .where(waiting)
        .values(
            state=RowState.SENDING.value,
            sending_at=func.coalesce(outbox.c.sending_at, outbox.c.created_at, type_=outbox.c.created_at.type),
            not_before=None,
        )
    ).rowcount
    connection.execute(update(lane).values(owner=None, lease=None, not_before=None))
    cold = connection.execute(update(feed).where(feed.c.baselined.is_(True)).values(**_COLD)).rowcount
    what = f"restored a copy of {made_at:%Y-%m-%d %H:%M} UTC: {asked} messages looked for, {cold} feeds start cold"
    connection.execute(insert(audit).values(at=now, lane=None, user="Tocsin", what=what, old=None, new=None))
    return asked, cold
