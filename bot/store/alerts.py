"""Alerts, their matches, and the threads in which they are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Table, exists, insert, select, update

from bot.ringing.routing import Route, RouteReason
from bot.store import driver, ledger, stories
from bot.store.items import Stage
from bot.store.schema import alert, item, route, rule_match, thread
from bot.telling.alerts import StoryItem, Telling
from rules.ledger import claim_key
from rules.model import Claim, Development, ItemId, Match, Severity, StoryId

_LIVE = ("open", "alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A story's thread in a channel. ``link`` is empty until its parent was posted.

    ``is_alone`` marks a story told in messages that stand alone: there is no parent to reply to or to edit.
    """

    id: int
    lane: str
    story: StoryId
    alert: int | None
    link: str
    is_alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a channel heard of a story: tellings in order, titles of topics and rules.

    ``alert`` and ``item`` are those of the newest alert, ``severity`` is the highest of that alert.
    """

    alert: int
    item: ItemId
    severity: Severity
    tellings: tuple[Telling, ...]
    topics: tuple[str, ...]
    rules: tuple[str, ...]


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
    key = driver.add(connection, _ADD, values)
    ids = {id(one): number for number, one in developments.items()}
    for match in matches:
        found = {
            "alert_id": key,
            "rule": match.rule,
            "topic": match.topic,
            "title": match.title,
            "severity": match.severity.value,
            "spans": [list(span) for span in match.spans],
            "developments": [ids[id(one)] for one in match.developments],
        }
        driver.do(connection, _ADD_MATCH, found)
    return key


_NEWEST = 100  # alerts of a rule that are looked through for its last value: a figure that rang before those is old
_KEPT = exists().where(
    route.c.alert_id == alert.c.id, route.c.reason.in_([RouteReason.TOO_OLD.value, RouteReason.COOLDOWN.value])
)


def has_rung(connection: Connection, story: StoryId, rule: str) -> bool:
    """Tell whether a rule has rung for a story before. What was for digests only does not count."""
    return driver.first(connection, _HAS_RUNG, story_id=story, rule=rule) is not None


def last_rang(connection: Connection, rule: str) -> datetime | None:
    """Return when a rule rang last, of whatever story; what was for digests only does not count."""
    return connection.execute(
        select(alert.c.at)
        .join(rule_match, rule_match.c.alert_id == alert.c.id)
        .where(rule_match.c.rule == rule, ~_KEPT)
        .order_by(alert.c.id.desc())
        .limit(1)
    ).scalar()


def last_rung(connection: Connection, rule: str, of: Development) -> Claim | None:
    """Return the claim for which a rule rang last, of those that a development is about, among its newest alerts."""
    rows = connection.execute(
        select(rule_match.c.developments)
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .where(rule_match.c.rule == rule, ~_KEPT)
        .order_by(rule_match.c.id.desc())
        .limit(_NEWEST)
    ).scalars()
    wanted = {number for developments in rows for number in developments}
    return ledger.newest_claim(connection, wanted, claim_key(of.mention.claim))


def tellings(
    connection: Connection, story: StoryId, topics: Mapping[str, str], floors: Mapping[str, Severity]
) -> Told | None:
    """Return what was told of a story under ``topics`` (id -> title), each from its own severity on, or None."""
    rows = [
        row
        for row in driver.rows(connection, _MATCHED, story_id=story)
        if row.topic in topics and Severity(row.severity).rank >= floors[row.topic].rank
    ]
    if not rows:
        return None
    stored = ledger.developments(connection, {number for row in rows for number in row.developments})
    told: dict[tuple[int, int], Telling] = {}
    for row in rows:
        for number in row.developments:
            telling = _telling(row, stored[number], topics)
            known = told.get((row.alert_id, number))
            if known is None or telling.severity.rank > known.severity.rank:
                told[row.alert_id, number] = telling
    newest = max(rows, key=lambda row: int(row.alert_id))
    severities = [Severity(row.severity) for row in rows if row.alert_id == newest.alert_id]
    return Told(
        alert=newest.alert_id,
        item=ItemId(newest.item_id),
        severity=max(severities, key=lambda one: one.rank),
        tellings=tuple(told.values()),
        topics=tuple(dict.fromkeys(topics[row.topic] for row in rows)),
        rules=tuple(dict.fromkeys(row.title for row in rows)),
    )


def _telling(row: Any, stored: tuple[Development, int], topics: Mapping[str, str]) -> Telling:
    one, claim = stored
    return Telling(
        development=one,
        claim=claim,
        alert=row.alert_id,
        rule_title=row.title,
        topic=topics[row.topic],
        severity=Severity(row.severity),
        at=row.at,
    )


def open_thread(connection: Connection, lane: str, story: StoryId, now: datetime, window: timedelta) -> Thread | None:
    """Return the channel's thread of a story while its window lasts."""
    row = _newest_thread(connection, lane, story)
    if row is None or row.state not in _LIVE:
        return None
    if row.last_at < now - window:
        connection.execute(update(thread).where(thread.c.id == row.id).values(state="closed"))
        return None
    return _thread(row)


def last_thread(connection: Connection, lane: str, story: StoryId) -> Thread | None:
    """Return the newest thread of a story in a channel, closed ones included."""
    row = _newest_thread(connection, lane, story)
    return None if row is None else _thread(row)


def was_deleted(connection: Connection, lane: str, story: StoryId) -> bool:
    """Tell whether somebody deleted the story's message in a channel, and nothing took its place."""
    row = _newest_thread(connection, lane, story)
    return row is not None and row.state == "gone"


def _newest_thread(connection: Connection, lane: str, story: StoryId) -> Any:
    return driver.first(connection, _NEWEST_THREAD, lane=lane, story_id=story)


def _thread(row: Any) -> Thread:
    return Thread(
        id=row.id,
        lane=row.lane,
        story=StoryId(row.story_id),
        alert=row.alert_id,
        link=row.link,
        is_alone=row.state == "alone",
    )


def start_thread(
    connection: Connection,
    lane: str,
    story: StoryId,
    alert_id: int,
    now: datetime,
    *,
    previous: int | None = None,
    is_alone: bool = False,
) -> int:
    """Insert a thread whose parent is yet to be posted, and return its id."""
    values = {
        "lane": lane,
        "story_id": story,
        "opened_at": now,
        "last_at": now,
        "alert_id": alert_id,
        "previous_id": previous,
        "state": "alone" if is_alone else "open",
    }
    return driver.add(connection, _START, values)


def touch_thread(connection: Connection, key: int, now: datetime) -> None:
    """Note that a thread was added to."""
    driver.do(connection, _TOUCH, {"key": key, "last_at": now})


def threads_of(connection: Connection, story: StoryId) -> tuple[Thread, ...]:
    """Return the open threads of a story in all channels, those without a parent left out."""
    found = driver.rows(connection, _OPEN, story_id=story)
    return tuple(
        Thread(id=key, lane=lane, story=story, alert=told, link=link, is_alone=False) for key, lane, told, link in found
    )


def told_of(connection: Connection, some: Collection[StoryId]) -> frozenset[StoryId]:
    """Return those of some stories that have an open thread somewhere."""
    return frozenset(StoryId(found) for (found,) in driver.among(connection, _with_threads, some))


def link_before(connection: Connection, key: int) -> str:
    """Return the link of the thread that a thread continues, or an empty string."""
    found = driver.first(connection, _BEFORE, key=key)
    return "" if found is None else str(found.link)


def add_routes(connection: Connection, alert_id: int, routes: Sequence[Route], at: datetime) -> None:
    """Record why an alert went, or did not go, to each channel that was asked."""
    if routes:
        rows = (
            {"alert_id": alert_id, "lane": str(one.place), "reason": one.reason.value, "detail": one.detail, "at": at}
            for one in routes
        )
        driver.do(connection, _ADD_ROUTE, *rows)


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


def sources(connection: Connection, alert_id: int) -> tuple[StoryItem, ...]:
    """Return the items of the story that an alert is about, earliest first; nothing for an unknown alert."""
    story = connection.execute(select(alert.c.story_id).where(alert.c.id == alert_id)).scalar()
    return () if story is None else stories.items(connection, story)


def stages(connection: Connection, alert_id: int) -> tuple[Stage, ...]:
    """Return the way of the item that rang, stage by stage; nothing for an unknown alert."""
    found = connection.execute(
        select(item.c.trace).join(alert, alert.c.item_id == item.c.id).where(alert.c.id == alert_id)
    ).scalar()
    return tuple(found or ())


def _of(table: Table, *names: str) -> dict[str, BindParameter[Any]]:
    return {name: driver.given(table.c[name]) for name in names}


_STORY = alert.c.story_id == driver.given(alert.c.story_id)
_KEY = driver.given(thread.c.id, "key")
_ADD = (
    insert(alert).values(_of(alert, "story_id", "item_id", "kind", "severity", "sentence", "at")).returning(alert.c.id)
)
_ADD_MATCH = insert(rule_match).values(
    _of(rule_match, "alert_id", "rule", "topic", "title", "severity", "spans", "developments")
)
_ADD_ROUTE = insert(route).values(_of(route, "alert_id", "lane", "reason", "detail", "at"))
_MATCHED = (
    select(rule_match, alert.c.item_id, alert.c.at)
    .join(alert, alert.c.id == rule_match.c.alert_id)
    .where(_STORY)
    .order_by(rule_match.c.id)
)
_HAS_RUNG = (
    select(rule_match.c.id)
    .join(alert, alert.c.id == rule_match.c.alert_id)
    .where(_STORY, rule_match.c.rule == driver.given(rule_match.c.rule), ~_KEPT)
    .limit(1)
)
_START = (
    insert(thread)
    .values(_of(thread, "lane", "story_id", "opened_at", "last_at", "alert_id", "previous_id", "state"))
    .returning(thread.c.id)
)
_TOUCH = update(thread).where(thread.c.id == _KEY).values(_of(thread, "last_at"))
_NEWEST_THREAD = (
    select(thread)
    .where(thread.c.lane == driver.given(thread.c.lane), thread.c.story_id == driver.given(thread.c.story_id))
    .order_by(thread.c.id.desc())
    .limit(1)
)
_BEFORE = select(thread.c.link).where(
    thread.c.id == select(thread.c.previous_id).where(thread.c.id == _KEY).scalar_subquery()
)
_OPEN = select(thread.c.id, thread.c.lane, thread.c.alert_id, thread.c.link).where(
    thread.c.story_id == driver.given(thread.c.story_id), thread.c.state == "open"
)


@cache
def _with_threads(size: int) -> Select[Any]:
    return select(thread.c.story_id).where(driver.one_of(thread.c.story_id, size), thread.c.state == "open").distinct()
