"""Alerts, their matches, and the threads in which they are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from bot.alerts import Telling
from bot.store import ledger
from bot.store.schema import alert, item, route, rule_match, thread
from rules.model import Development, ItemId, Match, Severity, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A story's thread in a channel. ``link`` is empty until its parent was posted."""

    id: int
    lane: str
    story: StoryId
    alert: int | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """An alert in one line, for ``latest``."""

    id: int
    at: datetime
    severity: Severity
    sentence: str
    outlet: str
    url: str
    topics: tuple[str, ...]


def add(
    connection: Connection,
    *,
    story: StoryId,
    item_id: ItemId,
    matches: Sequence[Match],
    developments: Mapping[int, Development],
    kind: str,
    severity: Severity,
    sentence: str,
    at: datetime,
) -> int:
    """Store an alert with its matches and return its id. ``developments`` are the stored ones by id."""
    values = {
        "story_id": story,
        "item_id": item_id,
        "kind": kind,
        "severity": severity.value,
        "sentence": sentence,
        "at": at,
    }
    (key,) = connection.execute(insert(alert).values(values)).inserted_primary_key or (0,)
    ids = {id(one): number for number, one in developments.items()}
    for match in matches:
        connection.execute(
            insert(rule_match).values(
                alert_id=key,
                rule=match.rule,
                topic=match.topic,
                title=match.title,
                severity=match.severity.value,
                spans=[list(span) for span in match.spans],
                developments=[ids[id(one)] for one in match.developments],
            )
        )
    return int(key)


def has_rung(connection: Connection, story: StoryId, rule: str) -> bool:
    """Tell whether a rule has rung for a story before."""
    found = connection.execute(
        select(rule_match.c.id)
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .where(alert.c.story_id == story, rule_match.c.rule == rule)
        .limit(1)
    ).scalar()
    return found is not None


def tellings(
    connection: Connection, story: StoryId, topics: Mapping[str, str], floor: Severity
) -> tuple[tuple[Telling, ...], tuple[str, ...]]:
    """Return what was told of a story under ``topics`` (id -> title) from ``floor`` on, and the rules' titles."""
    rows = [
        row
        for row in connection.execute(
            select(rule_match)
            .join(alert, alert.c.id == rule_match.c.alert_id)
            .where(alert.c.story_id == story, rule_match.c.topic.in_(sorted(topics)))
            .order_by(rule_match.c.id)
        )
        if Severity(row.severity).rank >= floor.rank
    ]
    stored = ledger.developments(connection, {number for row in rows for number in row.developments})
    told: dict[tuple[int, int], Telling] = {}
    for row in rows:
        for number in row.developments:
            one, claim = stored[number]
            telling = Telling(
                development=one,
                claim=claim,
                alert=row.alert_id,
                rule_title=row.title,
                topic=topics[row.topic],
                severity=Severity(row.severity),
            )
            known = told.get((row.alert_id, number))
            if known is None or telling.severity.rank > known.severity.rank:
                told[row.alert_id, number] = telling
    return tuple(told.values()), tuple(dict.fromkeys(row.title for row in rows))


def open_thread(connection: Connection, lane: str, story: StoryId, now: datetime, window: timedelta) -> Thread | None:
    """Return the channel's thread of a story while its window lasts."""
    row = connection.execute(
        select(thread)
        .where(thread.c.lane == lane, thread.c.story_id == story, thread.c.state == "open")
        .order_by(thread.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    if row.last_at < now - window:
        connection.execute(update(thread).where(thread.c.id == row.id).values(state="closed"))
        return None
    return Thread(id=row.id, lane=lane, story=story, alert=row.alert_id, link=row.link)


def last_thread(connection: Connection, lane: str, story: StoryId) -> Thread | None:
    """Return the newest thread of a story in a channel, closed ones included."""
    row = connection.execute(
        select(thread).where(thread.c.lane == lane, thread.c.story_id == story).order_by(thread.c.id.desc()).limit(1)
    ).first()
    if row is None:
        return None
    return Thread(id=row.id, lane=lane, story=story, alert=row.alert_id, link=row.link)


def start_thread(
    connection: Connection, lane: str, story: StoryId, alert_id: int, now: datetime, previous: int | None = None
) -> int:
    """Insert a thread whose parent is yet to be posted, and return its id."""
    values = {
        "lane": lane,
        "story_id": story,
        "opened_at": now,
        "last_at": now,
        "alert_id": alert_id,
        "previous_id": previous,
    }
    (key,) = connection.execute(insert(thread).values(values)).inserted_primary_key or (0,)
    return int(key)


def touch_thread(connection: Connection, key: int, now: datetime) -> None:
    """Note that a thread was added to."""
    connection.execute(update(thread).where(thread.c.id == key).values(last_at=now))


def threads_of(connection: Connection, story: StoryId) -> tuple[Thread, ...]:
    """Return the open threads of a story in all channels."""
    rows = connection.execute(select(thread).where(thread.c.story_id == story, thread.c.state == "open"))
    return tuple(Thread(id=row.id, lane=row.lane, story=story, alert=row.alert_id, link=row.link) for row in rows)


def add_route(connection: Connection, alert_id: int, lane: str, reason: str, detail: str, at: datetime) -> None:
    """Record why an alert went, or did not go, to a channel."""
    connection.execute(insert(route).values(alert_id=alert_id, lane=lane, reason=reason, detail=detail, at=at))


def latest(connection: Connection, topics: Collection[str], count: int) -> tuple[AlertLine, ...]:
    """Return the newest alerts under ``topics``, newest first."""
    rows = connection.execute(
        select(alert, item.c.outlet, item.c.url)
        .join(item, item.c.id == alert.c.item_id)
        .where(alert.c.id.in_(select(rule_match.c.alert_id).where(rule_match.c.topic.in_(sorted(topics)))))
        .order_by(alert.c.id.desc())
        .limit(count)
    ).all()
    by_alert: dict[int, list[str]] = {row.id: [] for row in rows}
    for row in connection.execute(
        select(rule_match.c.alert_id, rule_match.c.topic).where(rule_match.c.alert_id.in_(by_alert))
    ):
        by_alert[row.alert_id].append(row.topic)
    return tuple(
        AlertLine(
            id=row.id,
            at=row.at,
            severity=Severity(row.severity),
            sentence=row.sentence,
            outlet=row.outlet,
            url=row.url,
            topics=tuple(dict.fromkeys(by_alert[row.id])),
        )
        for row in rows
    )
