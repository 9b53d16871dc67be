"""The archive as a backtest reads it: items in the order of time, with the developments that were found in each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from bot.store import ledger
from bot.store.schema import alert, development, item, mention, rule_match
from rules.backtest import PastItem
from rules.model import Development, Item, ItemId, StoryId
from rules.scorecard import Record

PAGE = 200
"""Items read in one transaction: a running Tocsin waits for a page, never for a backtest."""

_time = func.coalesce(item.c.published, item.c.fetched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some items, and the place to go on from (None: that was the last page)."""

    items: tuple[PastItem, ...]
    after: tuple[datetime, int] | None


def count(connection: Connection, since: datetime) -> int:
    """Count the items that ``page`` gives from ``since`` on."""
    query = select(func.count()).select_from(item).where(_time >= since, ~item.c.baseline)
    found = connection.execute(query).scalar_one()
    return int(found)


def page(connection: Connection, since: datetime, after: tuple[datetime, int] | None, size: int = PAGE) -> Page:
    """Return the items that come next; baseline items are left out, as they never ring."""
    query = select(item).where(_time >= since, ~item.c.baseline)
    if after is not None:
        when, key = after
        query = query.where(or_(_time > when, and_(_time == when, item.c.id > key)))
    rows = connection.execute(query.order_by(_time, item.c.id).limit(size)).all()
    developments = _developments(connection, [row.id for row in rows])
    items = tuple(_past(row, developments.get(row.id, ())) for row in rows)
    last = rows[-1] if len(rows) == size else None
    return Page(items=items, after=None if last is None else (last.published or last.fetched, last.id))


def newest_texts(connection: Connection, limit: int) -> list[str]:
    """Return the texts of the items that came last."""
    return list(connection.execute(select(item.c.text).order_by(item.c.id.desc()).limit(limit)).scalars())


def rule_records(connection: Connection, since: datetime) -> dict[str, Record]:
    """Return by rule the alerts since then, and when it last rang at all."""
    recent = func.sum(case((alert.c.at >= since, 1), else_=0))
    rows = connection.execute(
        select(rule_match.c.rule, recent, func.max(alert.c.at))
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .group_by(rule_match.c.rule)
    )
    return {rule: Record(alerts=int(alerts), last_rang=last) for rule, alerts, last in rows}


def _past(row: Any, developments: tuple[Development, ...]) -> PastItem:
    shown = Item(
        id=ItemId(row.id),
        outlet=row.outlet,
        title=row.title,
        text=row.text,
        url=row.url,
        published=row.published,
        fetched=row.fetched,
        lead=row.lead,
        lang=row.lang,
        tier=row.tier,
    )
    story = None if row.story_id is None else StoryId(row.story_id)
    return PastItem(item=shown, developments=developments, story=story)


def _developments(connection: Connection, items: list[int]) -> dict[int, tuple[Development, ...]]:
    rows = connection.execute(
        select(development.c.id, mention.c.item_id)
        .join(mention, mention.c.id == development.c.mention_id)
        .where(mention.c.item_id.in_(items))
        .order_by(development.c.id)
    ).all()
    found = ledger.developments(connection, [row.id for row in rows])
    by_item: dict[int, list[Development]] = defaultdict(list)
    for row in rows:
        by_item[row.item_id].append(found[row.id][0])
    return {key: tuple(each) for key, each in by_item.items()}
