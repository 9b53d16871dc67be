"""The processes that share a database: who is there, and who holds an office, which only one may at a time.

Called in write transactions, of which there is one at a time, so that looking and taking cannot be torn apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.schema import office, worker

SILENT = timedelta(seconds=30)  # without a sign of life after which a worker is called silent
FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process. ``offices`` are those that it holds now."""

    key: str
    host: str
    pid: int
    roles: tuple[str, ...]
    version: str
    started_at: datetime
    seen_at: datetime
    offices: tuple[str, ...] = ()

    def is_silent(self, now: datetime) -> bool:
        """Tell whether it has given no sign of life for long: killed, frozen, or cut off."""
        return now - self.seen_at > SILENT


def note(connection: Connection, one: Worker) -> None:
    """Record a sign of life."""
    seen = update(worker).where(worker.c.key == one.key).values(seen_at=one.seen_at)
    if connection.execute(seen).rowcount:
        return
    values = {name: getattr(one, name) for name in ("key", "host", "pid", "version", "started_at", "seen_at")}
    connection.execute(insert(worker).values(roles=" ".join(one.roles), **values))
    connection.execute(delete(worker).where(worker.c.seen_at < one.seen_at - FORGOTTEN))


def leave(connection: Connection, key: str) -> None:
    """Take a worker that ends off the list, and its offices from it."""
    connection.execute(delete(office).where(office.c.holder == key))
    connection.execute(delete(worker).where(worker.c.key == key))


def present(connection: Connection, now: datetime) -> tuple[Worker, ...]:
    """Return the workers of the last hour, silent ones too, longest-running first."""
    held: dict[str, list[str]] = {}
    for row in connection.execute(select(office).where(office.c.until > now).order_by(office.c.name)):
        held.setdefault(row.holder, []).append(row.name)
    rows = connection.execute(
        select(worker).where(worker.c.seen_at >= now - FORGOTTEN).order_by(worker.c.started_at, worker.c.key)
    )
    return tuple(
        Worker(
            key=row.key,
            host=row.host,
            pid=row.pid,
            roles=tuple(row.roles.split()),
            version=row.version,
            started_at=row.started_at,
            seen_at=row.seen_at,
            offices=tuple(held.get(row.key, ())),
        )
        for row in rows
    )


def take_office(connection: Connection, name: str, key: str, *, now: datetime, until: datetime) -> bool:
    """Take an office that is free or whose holder's time is over, or keep one's own; tell whether that went well."""
    row = connection.execute(select(office).where(office.c.name == name)).first()
    if row is None:
        connection.execute(insert(office).values(name=name, holder=key, until=until))
        return True
    if row.holder != key and row.until > now:
        return False
    connection.execute(update(office).where(office.c.name == name).values(holder=key, until=until))
    return True


def is_free(connection: Connection, name: str, now: datetime) -> bool:
    """Tell whether nobody holds an office."""
    row = connection.execute(select(office.c.until).where(office.c.name == name)).first()
    return row is None or row.until <= now


def leave_office(connection: Connection, name: str, key: str) -> None:
    """Give an office up, so that another takes it at once."""
    connection.execute(delete(office).where(office.c.name == name, office.c.holder == key))
