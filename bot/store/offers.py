"""What a button can take up later: a change that was prepared, or one that can be taken back. Survives a restart.

An offer is taken once, in its own channel, and until its time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.schema import offer

UNDO_WITHIN = timedelta(minutes=10)
CHOOSE_WITHIN = timedelta(days=1)


class OfferKind(StrEnum):
    """What is offered."""

    SUBSCRIBE = "subscribe"  # a subscription that was only shown
    RESUBSCRIBE = "resubscribe"  # one that was ended, to be had back
    IMPORT = "import"  # the feeds of a list
    ARCHIVE = "archive"  # what an archive holds of a workspace
    TUNE = "tune"  # terms for the unless of a rule


class OfferState(StrEnum):
    """Whether an offer can be taken."""

    OPEN = "open"
    TAKEN = "taken"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer; ``body`` is what its kind needs."""

    id: int
    kind: OfferKind
    lane: str
    user: str
    body: Mapping[str, Any]
    until: datetime


def make(
    connection: Connection,
    kind: OfferKind,
    *,
    lane: str,
    user: str,
    body: Mapping[str, Any],
    now: datetime,
    within: timedelta = CHOOSE_WITHIN,
) -> int:
    """Keep an offer and return its number."""
    values = {"kind": kind.value, "lane": lane, "user": user, "body": dict(body), "made_at": now, "until": now + within}
    (key,) = connection.execute(insert(offer).values(values)).inserted_primary_key or (0,)
    return int(key)


def find(connection: Connection, key: int, lane: str, now: datetime) -> tuple[OfferState, Offer | None]:
    """Return whether a channel's offer can be taken, and the offer where it can."""
    row = connection.execute(select(offer).where(offer.c.id == key, offer.c.lane == lane)).first()
    if row is None:
        return OfferState.UNKNOWN, None
    if row.taken_at is not None:
        return OfferState.TAKEN, None
    if row.until < now:
        return OfferState.LATE, None
    found = Offer(
        id=row.id, kind=OfferKind(row.kind), lane=row.lane, user=row.user, body=dict(row.body), until=row.until
    )
    return OfferState.OPEN, found


def take(connection: Connection, key: int, now: datetime) -> bool:
    """Use an offer up; False where somebody was faster."""
    done = connection.execute(
        update(offer).where(offer.c.id == key, offer.c.taken_at.is_(None)).values(taken_at=now)
    ).rowcount
    return done == 1


def rewrite(connection: Connection, key: int, body: Mapping[str, Any]) -> None:
    """Change what is offered."""
    connection.execute(update(offer).where(offer.c.id == key).values(body=dict(body)))
