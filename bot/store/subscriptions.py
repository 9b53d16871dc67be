"""Channels and what they are subscribed to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from bot.ports import Place
from bot.ringing.routing import PLAIN, Mode, Wishes
from bot.store import driver
from bot.store.schema import alert, audit, channel, outbox, rule_match, subscription, thread
from rules.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A topic in a channel. ``state`` is the channel's: active, or parked for ``state_reason``.

    ``wishes`` are the mode, the mention and the filter.
    """

    place: Place
    topic: str
    severity: Severity
    threads: str
    state: str
    state_reason: str
    added_by: str
    added_at: datetime
    configured: bool
    wishes: Wishes = PLAIN

    @property
    def words(self) -> str:
        """The subscription in words, for the audit."""
        return f"{self.topic} {in_words(self.severity, self.threads, self.wishes)}"


def in_words(severity: Severity, threads: str | None, wishes: Wishes) -> str:
    """Say how a channel hears of a topic."""
    told = [f"from {severity}"] + ([f"threads {threads}"] if threads else [])
    told += [wishes.mode] if wishes.mode is not Mode.REALTIME else []
    told += [f"mention {wishes.mention} from {wishes.mention_from}"] if wishes.mention else []
    told += [f"filter {wishes.filter}"] if wishes.filter else []
    told += [f"only {', '.join(wishes.rules)}"] if wishes.rules else []
    return ", ".join(told)


def for_topics(connection: Connection, topics: Collection[str]) -> tuple[Subscription, ...]:
    """Return every subscription to one of ``topics``, ordered by channel."""
    return _find(connection, subscription.c.topic.in_(sorted(topics)))


def of_channel(connection: Connection, place: Place) -> tuple[Subscription, ...]:
    """Return a channel's subscriptions, by topic."""
    return of_lane(connection, str(place))


def of_lane(connection: Connection, lane: str) -> tuple[Subscription, ...]:
    """Return the subscriptions of the channel whose lane this is."""
    return tuple(_subscription(*row) for row in driver.rows(connection, _OF_LANE, lane=lane))


_COLUMNS = (
    channel.c.platform,
    channel.c.workspace,
    channel.c.channel,
    channel.c.threads,
    channel.c.state,
    channel.c.state_reason,
    subscription.c.topic,
    subscription.c.severity,
    subscription.c.added_by,
    subscription.c.added_at,
    subscription.c.configured,
    subscription.c.mode,
    subscription.c.mention,
    subscription.c.mention_from,
    subscription.c.filter,
    subscription.c.rules,
)


_OF_LANE = (
    select(*_COLUMNS)
    .join(channel, channel.c.lane == subscription.c.lane)
    .where(subscription.c.lane == driver.given(subscription.c.lane))
    .order_by(subscription.c.topic)
)


def _find(connection: Connection, condition: ColumnElement[bool]) -> tuple[Subscription, ...]:
    rows = connection.execute(
        select(*_COLUMNS)
        .join(channel, channel.c.lane == subscription.c.lane)
        .where(condition)
        .order_by(subscription.c.lane, subscription.c.topic)
    )
    return tuple(_subscription(*row) for row in rows)


def _subscription(
    platform: str,
    workspace: str,
    name: str,
    threads: str,
    state: str,
    reason: str | None,
    topic: str,
    severity: str,
    added_by: str,
    added_at: datetime,
    configured: bool,
    *wishes: Any,
) -> Subscription:
    return Subscription(
        place=Place(platform=platform, workspace=workspace, channel=name),
        topic=topic,
        severity=_SEVERITIES[severity],
        threads=threads,
        state=state,
        state_reason=reason or "",
        added_by=added_by,
        added_at=added_at,
        configured=configured,
        wishes=PLAIN if wishes == _PLAIN_COLUMNS else _wishes(*wishes),
    )


def find(connection: Connection, place: Place, topic: str) -> Subscription | None:
    """Return a channel's subscription to a topic."""
    found = _find(connection, and_(subscription.c.lane == str(place), subscription.c.topic == topic))
    return found[0] if found else None


def subscribe(
    connection: Connection,
    place: Place,
    topic: str,
    *,
    severity: Severity,
    threads: str | None,
    by: str,
    at: datetime,
    configured: bool = False,
    wishes: Wishes | None = None,
) -> bool:
    """Subscribe a channel, or change its subscription. Returns whether it is a new one.

    ``threads`` is the channel's way to show updates; None leaves it as it is, and so does None for ``wishes``.
    """
    lane = str(place)
    old = find(connection, place, topic)
    wishes = wishes or (PLAIN if old is None else old.wishes)
    _keep_channel(connection, place, threads, at)
    if old is None or not configured:  # tocsin.yaml says the same again at every start
        _reopen(connection, lane, topic)
    if old is None:
        connection.execute(
            insert(subscription).values(
                lane=lane,
                topic=topic,
                severity=severity.value,
                added_by=by,
                added_at=at,
                configured=configured,
                **_columns(wishes),
            )
        )
    else:
        connection.execute(
            update(subscription)
            .where(subscription.c.lane == lane, subscription.c.topic == topic)
            .values(severity=severity.value, configured=configured, **_columns(wishes))
        )
    new = f"{topic} {in_words(severity, threads or (old.threads if old else None), wishes)}"
    if old is None or old.words != new:
        _note(connection, lane, by, "subscribe", None if old is None else old.words, new, at)
    return old is None


def _columns(wishes: Wishes) -> dict[str, Any]:
    return {
        "mode": wishes.mode.value,
        "mention": wishes.mention,
        "mention_from": wishes.mention_from.value if wishes.mention else None,
        "filter": wishes.filter,
        "rules": list(wishes.rules) or None,
    }


_PLAIN_COLUMNS = (Mode.REALTIME.value, None, None, None, None)
_SEVERITIES = {one.value: one for one in Severity}


def _wishes(
    mode: str | None, mention: str | None, mention_from: str | None, query: str | None, rules: Sequence[str] | None
) -> Wishes:
    return Wishes(
        mode=Mode(mode or Mode.REALTIME),
        mention=mention,
        mention_from=Severity(mention_from) if mention_from else PLAIN.mention_from,
        filter=query,
        rules=tuple(rules or ()),
    )


def _keep_channel(connection: Connection, place: Place, threads: str | None, at: datetime) -> None:
    lane = str(place)
    exists = connection.execute(select(channel.c.lane).where(channel.c.lane == lane)).scalar()
    if exists is None:
        connection.execute(
            insert(channel).values(
                lane=lane,
                platform=place.platform,
                workspace=place.workspace,
                channel=place.channel,
                threads=threads or "broadcast",
                added_at=at,
            )
        )
        return
    values = {"state": "active", "state_reason": None} | ({"threads": threads} if threads else {})
    connection.execute(update(channel).where(channel.c.lane == lane).values(values))


def _reopen(connection: Connection, lane: str, topic: str) -> None:
    """Let stories of a topic be told again whose message was deleted: who subscribes wants to hear of them."""
    rang = (
        select(alert.c.story_id)
        .join(rule_match, rule_match.c.alert_id == alert.c.id)
        .where(rule_match.c.topic == topic)
    )
    connection.execute(
        update(thread)
        .where(thread.c.lane == lane, thread.c.state == "gone", thread.c.story_id.in_(rang))
        .values(state="closed", link="")
    )


def unsubscribe(connection: Connection, place: Place, topic: str, *, by: str, at: datetime) -> bool:
    """End a subscription. Returns whether there was one."""
    known = find(connection, place, topic)
    if known is None:
        return False
    connection.execute(delete(subscription).where(subscription.c.lane == str(place), subscription.c.topic == topic))
    _note(connection, str(place), by, "unsubscribe", known.words, None, at)
    return True


def drop_unlisted(connection: Connection, listed: Collection[tuple[str, str]], at: datetime) -> int:
    """End the subscriptions that once stood in tocsin.yaml and no longer do. Returns how many."""
    rows = connection.execute(
        select(subscription.c.id, subscription.c.lane, subscription.c.topic).where(subscription.c.configured)
    ).all()
    stale = [row for row in rows if (row.lane, row.topic) not in listed]
    for row in stale:
        connection.execute(delete(subscription).where(subscription.c.id == row.id))
        _note(connection, row.lane, "tocsin.yaml", "unsubscribe", row.topic, None, at)
    return len(stale)


def activity(connection: Connection, place: Place, since: datetime) -> tuple[int, datetime | None]:
    """Return how many alerts a channel got since then, and when the last one ever was."""
    row = connection.execute(
        select(func.count(), func.max(alert.c.at))
        .select_from(outbox.join(alert, alert.c.id == outbox.c.alert_id))
        .where(outbox.c.lane == str(place), outbox.c.op != "edit")
    ).one()
    recent = connection.execute(
        select(func.count(func.distinct(outbox.c.alert_id)))
        .select_from(outbox.join(alert, alert.c.id == outbox.c.alert_id))
        .where(outbox.c.lane == str(place), alert.c.at >= since)
    ).scalar_one()
    return int(recent), row[1]


def _note(
    connection: Connection, lane: str, user: str, what: str, old: str | None, new: str | None, at: datetime
) -> None:
    connection.execute(insert(audit).values(at=at, lane=lane, user=user, what=what, old=old, new=new))
