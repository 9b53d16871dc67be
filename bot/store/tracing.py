"""The way of one item through Tocsin, as far as the tables tell it: what ``why`` shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.feeds.identity import url_key
from bot.store import items, ledger, links
from bot.store.items import Stage
from bot.store.schema import alert, development, feed, item, mention, outbox, route, rule_match
from rules.model import Development, Item, ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """A rule that rang, with the words of the text that satisfied it (none once the text was edited)."""

    rule: str
    title: str
    topic: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """What was decided for one channel."""

    lane: str
    reason: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """What became of one message. ``why`` is the last error or the reason of its end, else empty."""

    lane: str
    op: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTrace:
    """What followed from an item that rang."""

    id: int
    at: datetime
    severity: str
    sentence: str
    rules: tuple[RuleHit, ...]
    routes: tuple[RouteRow, ...]
    deliveries: tuple[DeliveryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTrace:
    """An item with the stages that it passed. ``alert`` is None when it did not ring."""

    item: Item
    story: int | None
    feed: str
    revised: datetime | None
    stages: tuple[Stage, ...]
    alert: AlertTrace | None


def items_at(connection: Connection, url: str) -> tuple[int, ...]:
    """Return the items whose address this is, give or take scheme, ``www.`` and a final slash; newest first."""
    link = links.mark(url)
    if link is None:
        return ()
    found = connection.execute(select(item.c.id, item.c.url).where(item.c.link == link).order_by(item.c.id.desc()))
    return tuple(key for key, address in found if url_key(address) == url_key(url))


def alert_of_message(connection: Connection, lanes: Collection[str], remote: str) -> int | None:
    """Return the alert that a message in one of these channels told of; ``remote`` is the platform's id of it."""
    found = connection.execute(
        select(outbox.c.alert_id)
        .where(outbox.c.lane.in_(sorted(lanes)), outbox.c.remote == remote, outbox.c.alert_id.is_not(None))
        .order_by(outbox.c.id.desc())
    ).scalar()
    return None if found is None else int(found)


def newest_alert(connection: Connection, lane: str) -> int | None:
    """Return the newest alert that was routed to a channel, or None."""
    found = connection.execute(
        select(func.max(outbox.c.alert_id)).where(outbox.c.lane == lane, outbox.c.op != "edit")
    ).scalar()
    return None if found is None else int(found)


def recent_alerts(connection: Connection, lane: str, count: int) -> tuple[tuple[int, str], ...]:
    """Return the newest alerts told in a channel: number and sentence."""
    told = select(outbox.c.alert_id).where(outbox.c.lane == lane, outbox.c.alert_id.is_not(None))
    rows = connection.execute(
        select(alert.c.id, alert.c.sentence).where(alert.c.id.in_(told)).order_by(alert.c.id.desc()).limit(count)
    )
    return tuple((row.id, row.sentence) for row in rows)


def item_of_alert(connection: Connection, alert_id: int) -> int | None:
    """Return the item that rang, or None for an unknown alert."""
    found = connection.execute(select(alert.c.item_id).where(alert.c.id == alert_id)).scalar()
    return None if found is None else int(found)


def trace(connection: Connection, item_id: int, alert_id: int | None = None) -> ItemTrace:
    """Collect an item's way; with the alert asked for, else with its newest."""
    row = connection.execute(
        select(item, feed.c.url.label("feed_url")).join(feed, feed.c.id == item.c.feed_id).where(item.c.id == item_id)
    ).one()
    wanted = select(alert).where(alert.c.item_id == item_id)
    if alert_id is not None:
        wanted = wanted.where(alert.c.id == alert_id)
    rang = connection.execute(wanted.order_by(alert.c.id.desc()).limit(1)).first()
    return ItemTrace(
        item=items.get(connection, ItemId(item_id)),
        story=row.story_id,
        feed=row.feed_url,
        revised=row.revised,
        stages=tuple(row.trace),
        alert=None if rang is None else _alert(connection, rang, row),
    )


def developments(connection: Connection, item_id: int) -> tuple[Development, ...]:
    """Return what was found to be new, or not, in an item's claims."""
    ids = connection.execute(
        select(development.c.id)
        .join(mention, mention.c.id == development.c.mention_id)
        .where(mention.c.item_id == item_id, mention.c.live)
        .order_by(development.c.id)
    )
    return tuple(one for one, _ in ledger.developments(connection, list(ids.scalars())).values())


def _alert(connection: Connection, rang: Any, of: Any) -> AlertTrace:
    is_edited = of.revised is not None and of.revised > rang.at
    matched = connection.execute(select(rule_match).where(rule_match.c.alert_id == rang.id).order_by(rule_match.c.id))
    routes = connection.execute(select(route).where(route.c.alert_id == rang.id).order_by(route.c.id))
    sent = connection.execute(select(outbox).where(outbox.c.alert_id == rang.id).order_by(outbox.c.id))
    return AlertTrace(
        id=rang.id,
        at=rang.at,
        severity=rang.severity,
        sentence=rang.sentence,
        rules=tuple(
            RuleHit(
                rule=row.rule,
                title=row.title,
                topic=row.topic,
                words=() if is_edited else tuple(dict.fromkeys(of.text[start:end] for start, end in row.spans)),
            )
            for row in matched
        ),
        routes=tuple(RouteRow(lane=row.lane, reason=row.reason, detail=row.detail, at=row.at) for row in routes),
        deliveries=tuple(
            DeliveryRow(
                lane=row.lane,
                op=row.op,
                state=row.state,
                attempts=row.attempts,
                created_at=row.created_at,
                sent_at=row.sent_at,
                why=row.error or "",
            )
            for row in sent
        ),
    )
