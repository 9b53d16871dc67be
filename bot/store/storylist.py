"""Lists of stories for people to choose from, and the alerts of one with what they told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from bot.store import ledger
from bot.store.schema import alert, item, rule_match, story
from rules.model import Development


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in one line. ``kind``, ``severity`` and ``sentence`` are its newest alert's, empty where none rang."""

    id: int
    title: str
    last_item_at: datetime
    items: int
    outlets: int
    alerts: int
    kind: str = ""
    severity: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an alert told: the item that rang, the rules and topics that it rang for, what was new."""

    item: int
    rules: tuple[str, ...]
    topics: tuple[str, ...]
    developments: tuple[Development, ...]


def told(connection: Connection, topic: str | None, *, limit: int, skip: int) -> tuple[StoryLine, ...]:
    """Return the stories that rang, perhaps under one topic, the one with the newest alert first."""
    wanted = select(alert.c.story_id, func.max(alert.c.id).label("newest")).group_by(alert.c.story_id)
    if topic is not None:
        wanted = wanted.where(alert.c.id.in_(select(rule_match.c.alert_id).where(rule_match.c.topic == topic)))
    rows = connection.execute(wanted.order_by(func.max(alert.c.id).desc()).limit(limit).offset(skip)).all()
    return _lines(connection, [row.story_id for row in rows])


def every(connection: Connection, *, limit: int, skip: int) -> tuple[StoryLine, ...]:
    """Return all stories, the one with the newest item first."""
    wanted = select(story.c.id).where(story.c.merged_into.is_(None))
    rows = connection.execute(wanted.order_by(story.c.last_item_at.desc(), story.c.id.desc()).limit(limit).offset(skip))
    return _lines(connection, list(rows.scalars()))


def what_was_told(connection: Connection, story_id: int) -> dict[int, Told]:
    """Return what the alerts of a story told, by alert."""
    matched = connection.execute(
        select(rule_match, alert.c.item_id)
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .where(alert.c.story_id == story_id)
        .order_by(rule_match.c.id)
    ).all()
    found = ledger.developments(connection, {number for row in matched for number in row.developments})
    of_alert: dict[int, list[int]] = {row.alert_id: [] for row in matched}
    for row in matched:
        of_alert[row.alert_id] += [number for number in row.developments if number not in of_alert[row.alert_id]]
    return {
        key: Told(
            item=next(row.item_id for row in matched if row.alert_id == key),
            rules=tuple(dict.fromkeys(row.title for row in matched if row.alert_id == key)),
            topics=tuple(dict.fromkeys(row.topic for row in matched if row.alert_id == key)),
            developments=tuple(found[number][0] for number in numbers if number in found),
        )
        for key, numbers in of_alert.items()
    }


def _lines(connection: Connection, ids: Sequence[int]) -> tuple[StoryLine, ...]:
    stories = {row.id: row for row in connection.execute(select(story).where(story.c.id.in_(ids)))}
    sizes = _by_story(connection, item.c.story_id, ids, func.count(item.c.id), func.count(item.c.outlet.distinct()))
    rang = _by_story(connection, alert.c.story_id, ids, func.count(alert.c.id), func.max(alert.c.id))
    newest = [last for _, last in rang.values()]
    heads = {row.story_id: row for row in connection.execute(select(alert).where(alert.c.id.in_(newest)))}
    found = []
    for key in ids:
        row, head = stories[key], heads.get(key)
        items, outlets = sizes.get(key, (0, 0))
        found.append(
            StoryLine(
                id=key,
                title=row.title,
                last_item_at=row.last_item_at,
                items=items,
                outlets=outlets,
                alerts=rang.get(key, (0, 0))[0],
                kind=head.kind if head else "",
                severity=head.severity if head else "",
                sentence=head.sentence if head else "",
            )
        )
    return tuple(found)


def _by_story(
    connection: Connection,
    column: ColumnElement[int],
    ids: Sequence[int],
    one: ColumnElement[int],
    other: ColumnElement[int],
) -> dict[int, tuple[int, int]]:
    """Return two figures of each story."""
    rows = connection.execute(select(column, one, other).where(column.in_(ids)).group_by(column))
    return {key: (int(first), int(second)) for key, first, second in rows}
