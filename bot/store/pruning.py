"""What is deleted when it is old: deliveries and digests after three months, the ids of handled events after a day.

Items are kept by their own rule. What still has to go out, or waits for an operator's word, is never deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, delete, select

from bot.delivery.model import RowState
from bot.store.schema import digest, handled, held, outbox

DELIVERIES = timedelta(days=90)
EVENTS = timedelta(days=1)  # Slack and Discord repeat themselves within minutes
BATCH = 5_000  # rows of a table in one transaction


def prune(connection: Connection, now: datetime) -> int:
    """Delete one batch of what is too old and return how many rows that were; 0 when nothing is left."""
    then = now - DELIVERIES
    ended = outbox.c.state.in_([RowState.SENT.value, RowState.DROPPED.value])
    done = _delete_rows(connection, outbox.c.id, and_(ended, outbox.c.created_at < then))
    done += _delete_rows(connection, held.c.id, held.c.told_at < then)
    done += connection.execute(delete(digest).where(digest.c.made_at < then)).rowcount
    done += connection.execute(delete(handled).where(handled.c.at < now - EVENTS)).rowcount
    return done


def _delete_rows(connection: Connection, key: Column[Any], condition: ColumnElement[bool]) -> int:
    some = select(key).where(condition).limit(BATCH)
    return connection.execute(delete(key.table).where(key.in_(some))).rowcount
