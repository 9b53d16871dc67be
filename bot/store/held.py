"""What was held back from a channel until its digest, and which digests were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select, update

from bot.ringing.holding import HoldReason
from bot.store.schema import alert, digest, held
from bot.telling.digest import Contents, Entry
from rules.model import Novelty, Severity


class DigestKind(StrEnum):
    """Why a digest is made."""

    DAILY = "daily"
    QUIET = "quiet"  # the quiet hours are over


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An alert that is in no digest yet. ``is_listed`` false: the digest counts it only."""

    id: int
    at: datetime
    reason: HoldReason
    is_listed: bool
    entry: Entry
    severity: Severity = Severity.URGENT


def add(connection: Connection, lane: str, alert_id: int, entry: Entry, *, is_listed: bool, at: datetime) -> None:
    """Keep an alert for a channel's next digest. An entry that is not ``held`` was posted, and is told there again."""
    connection.execute(
        insert(held).values(
            lane=lane,
            alert_id=alert_id,
            reason=(entry.held or HoldReason.NOW).value,
            listed=is_listed,
            at=at,
            topic=entry.topic,
            kind=entry.novelty.value,
            sentence=entry.sentence,
            url=entry.url,
        )
    )


def lanes(connection: Connection) -> tuple[str, ...]:
    """Return the channels with something that is in no digest yet."""
    return tuple(
        connection.execute(select(held.c.lane).where(held.c.told_at.is_(None)).distinct().order_by(held.c.lane))
        .scalars()
        .all()
    )


def untold(connection: Connection, lane: str) -> tuple[Held, ...]:
    """Return what is in none of a channel's digests yet, oldest first."""
    rows = connection.execute(
        select(held, alert.c.severity)
        .join(alert, alert.c.id == held.c.alert_id)
        .where(held.c.told_at.is_(None), held.c.lane == lane)
        .order_by(held.c.id)
    )
    return tuple(
        Held(
            id=row.id,
            at=row.at,
            reason=HoldReason(row.reason),
            is_listed=row.listed,
            severity=Severity(row.severity),
            entry=Entry(
                topic=row.topic,
                novelty=Novelty(row.kind),
                sentence=row.sentence,
                url=row.url,
                held=None if row.reason == HoldReason.NOW else HoldReason(row.reason),
            ),
        )
        for row in rows
    )


def mark_told(connection: Connection, told: Sequence[Held], at: datetime) -> None:
    """Note that these are in a digest."""
    connection.execute(update(held).where(held.c.id.in_([one.id for one in told])).values(told_at=at))


def count_untold(connection: Connection) -> dict[str, int]:
    """Count what is in no digest yet, by reason."""
    rows = connection.execute(
        select(held.c.reason, func.count())
        .where(held.c.told_at.is_(None), held.c.reason != HoldReason.NOW.value)
        .group_by(held.c.reason)
    )
    return {reason: int(number) for reason, number in rows}


def last_digest(connection: Connection, lane: str, kind: DigestKind) -> date | None:
    """Return the local date of a channel's newest digest of a kind."""
    found: date | None = connection.execute(
        select(func.max(digest.c.day)).where(digest.c.lane == lane, digest.c.kind == kind.value)
    ).scalar()
    return found


def mark_made(connection: Connection, lane: str, kind: DigestKind, day: date, at: datetime) -> None:
    """Note that a digest was made; a second one of a kind and day is refused by the table."""
    connection.execute(insert(digest).values(lane=lane, kind=kind.value, day=day, made_at=at))


def was_made(connection: Connection, lane: str, kind: DigestKind, day: date) -> bool:
    """Tell whether a digest was made."""
    wanted = select(digest.c.day).where(digest.c.lane == lane, digest.c.kind == kind.value, digest.c.day == day)
    return connection.execute(wanted).first() is not None


def contents(told: Sequence[Held], day: date, least: Severity) -> Contents:
    """Return what a digest is made of; what is weaker than ``least`` is only counted."""
    listed = [one.entry for one in told if one.is_listed and one.severity.rank >= least.rank]
    weak = sum(one.is_listed and one.severity.rank < least.rank for one in told)
    left_out = count_reasons([one for one in told if not one.is_listed])
    if weak:
        left_out = (*left_out, (HoldReason.BELOW_MINIMUM, weak))
    return Contents(day=day, entries=listed, left_out=left_out)


def count_reasons(rows: Sequence[Held]) -> tuple[tuple[HoldReason, int], ...]:
    """Count by reason, most frequent first."""
    counted = Counter(one.reason for one in rows)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
