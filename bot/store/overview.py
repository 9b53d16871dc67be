"""How the whole is doing, and who changed what: figures for ``status``, rows for ``audit``, settings of a channel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from bot.codec import decode_message
from bot.message import Message
from bot.ports import Place
from bot.ringing.routing import RouteReason
from bot.store.schema import audit, channel, item, outbox, route, rule_match

SAMPLE = 200  # newest posts whose delay is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came and went since some moment. ``held`` counts what did not go out, by reason."""

    items: int
    delivered: int
    held: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One change. ``lane`` is None for a change of the whole."""

    at: datetime
    lane: str | None
    user: str
    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel is set. ``reason`` says why it is parked."""

    threads: str
    state: str
    reason: str


def day(connection: Connection, since: datetime) -> Day:
    """Count items and routes since then."""
    items = connection.execute(select(func.count()).select_from(item).where(item.c.fetched >= since)).scalar_one()
    rows = connection.execute(
        select(route.c.reason, func.count())
        .where(route.c.at >= since)
        .group_by(route.c.reason)
        .order_by(route.c.reason)
    ).all()
    counts = {reason: int(number) for reason, number in rows}
    delivered = counts.pop(RouteReason.DELIVERED.value, 0)
    return Day(items=int(items), delivered=delivered, held=tuple(counts.items()))


def delays(connection: Connection) -> tuple[timedelta, ...]:
    """Return how long the newest posted messages took to the platform once they could go out, shortest first."""
    rows = connection.execute(
        select(outbox.c.created_at, outbox.c.not_before, outbox.c.sent_at)
        .where(outbox.c.state == "sent", outbox.c.sent_at.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(SAMPLE)
    )
    starts = ((max(row.created_at, row.not_before or row.created_at), row.sent_at) for row in rows)
    return tuple(sorted(max(sent - start, timedelta(0)) for start, sent in starts))


def channel_state(connection: Connection, lane: str) -> ChannelState | None:
    """Return how a channel is set, or None where it has never been subscribed to anything."""
    row = connection.execute(select(channel).where(channel.c.lane == lane)).first()
    return None if row is None else ChannelState(threads=row.threads, state=row.state, reason=row.state_reason or "")


def newest_card(connection: Connection, topics: Collection[str], rule: str | None = None) -> Message | None:
    """Return the newest alert under these topics, or by a rule, as it was put together for some channel."""
    rang = select(rule_match.c.alert_id).where(rule_match.c.topic.in_(sorted(topics)))
    rang = rang if rule is None else rang.where(rule_match.c.rule == rule)
    body = connection.execute(
        select(outbox.c.body)
        .where(outbox.c.op == "post", outbox.c.alert_id.in_(rang), outbox.c.lane.in_(select(channel.c.lane)))
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).scalar()
    return None if body is None else decode_message(body)


def changes(
    connection: Connection, place: Place, since: datetime, *, user: str | None, limit: int, skip: int
) -> tuple[tuple[AuditLine, ...], int]:
    """Return changes in the workspace of a channel and of the whole, newest first, and how many there are."""
    workspace = f"{place.platform}:{place.workspace}:"
    wanted = and_(
        audit.c.at >= since,
        or_(audit.c.lane.is_(None), audit.c.lane.startswith(workspace, autoescape=True)),
    )
    if user is not None:
        wanted = and_(wanted, func.lower(audit.c.user) == user.lower())
    total = connection.execute(select(func.count()).select_from(audit).where(wanted)).scalar_one()
    rows = connection.execute(select(audit).where(wanted).order_by(audit.c.id.desc()).limit(limit).offset(skip))
    found = tuple(
        AuditLine(at=row.at, lane=row.lane, user=row.user, what=row.what, old=row.old, new=row.new) for row in rows
    )
    return found, int(total)
