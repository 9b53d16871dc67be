"""How often a topic rang, and what rang last: what a subscription would have meant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from bot.codec import decode_message
from bot.message import Message
from bot.store import articles
from bot.store.schema import alert, channel, outbox, rule_match, subscription
from rules.model import Item, ItemId, Severity

LOOKED_AT = 500  # newest alerts that a filter is tried on


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An alert of a topic with the highest severity that it had there."""

    id: int
    at: datetime
    item: ItemId


def rung(
    connection: Connection, topic: str, floor: Severity, since: datetime, rules: Collection[str] = ()
) -> tuple[Rung, ...]:
    """Return the alerts of a topic since then, of at least that severity, newest first; with ``rules`` only theirs."""
    severities = [one.value for one in Severity if one.rank >= floor.rank]
    wanted = and_(rule_match.c.topic == topic, rule_match.c.severity.in_(severities), alert.c.at >= since)
    if rules:
        wanted = and_(wanted, rule_match.c.rule.in_(sorted(rules)))
    rows = connection.execute(
        select(alert.c.id, alert.c.at, alert.c.item_id)
        .join(rule_match, rule_match.c.alert_id == alert.c.id)
        .where(wanted)
        .distinct()
        .order_by(alert.c.id.desc())
    )
    return tuple(Rung(id=row.id, at=row.at, item=ItemId(row.item_id)) for row in rows)


def fitting(connection: Connection, found: Collection[Rung], fits: Callable[[Item], bool]) -> tuple[Rung, ...]:
    """Return those whose item fits a filter; of very many the newest only."""
    tried = list(found)[:LOOKED_AT]
    fitting = {one.id for one in articles.read(connection, {one.item for one in tried}) if fits(one)}
    return tuple(one for one in tried if one.item in fitting)


def card(connection: Connection, alert_id: int) -> Message | None:
    """Return an alert as it was put together for some channel; None where no channel was told."""
    body = connection.execute(
        select(outbox.c.body)
        .where(outbox.c.op == "post", outbox.c.alert_id == alert_id, outbox.c.lane.in_(select(channel.c.lane)))
        .order_by(outbox.c.id)
        .limit(1)
    ).scalar()
    return None if body is None else decode_message(body)


def by_topic(connection: Connection, lane: str, since: datetime) -> dict[str, tuple[int, datetime | None]]:
    """Map a channel's topics to how many alerts it was told of them since then, and when the last one ever was."""
    told = (
        select(rule_match.c.topic, alert.c.id, alert.c.at)
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .join(outbox, outbox.c.alert_id == alert.c.id)
        .where(
            outbox.c.lane == lane,
            outbox.c.op != "edit",
            rule_match.c.topic.in_(select(subscription.c.topic).where(subscription.c.lane == lane)),
        )
        .distinct()
        .subquery()
    )
    last = connection.execute(select(told.c.topic, func.max(told.c.at).label("at")).group_by(told.c.topic)).all()
    recent = connection.execute(
        select(told.c.topic, func.count()).where(told.c.at >= since).group_by(told.c.topic)
    ).all()
    counts = {topic: int(number) for topic, number in recent}
    return {row.topic: (counts.get(row.topic, 0), row.at) for row in last}
