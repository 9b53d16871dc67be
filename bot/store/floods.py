"""Rules that ring far beyond what a channel takes, and feeds that nobody polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.feeds.polling import FeedState
from bot.ringing.holding import HoldReason, SilenceTarget
from bot.store import channels, silences
from bot.store.schema import feed, held, rule_match


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """A rule that alone filled a channel's cap several times over."""

    lane: str
    rule: str
    title: str
    alerts: int  # held by the cap


def find(connection: Connection, *, since: datetime, times: int, now: datetime) -> list[Flood]:
    """Return the rules of which a cap held back ``times`` as many alerts as it lets through; not the silenced ones."""
    count = func.count(func.distinct(held.c.alert_id))
    counted = connection.execute(
        select(held.c.lane, rule_match.c.rule, func.max(rule_match.c.title).label("title"), count.label("alerts"))
        .join(rule_match, rule_match.c.alert_id == held.c.alert_id)
        .where(held.c.reason == HoldReason.RATE_CAP.value, held.c.at > since)
        .group_by(held.c.lane, rule_match.c.rule)
        .order_by(held.c.lane, rule_match.c.rule)
    ).all()
    found = []
    for row in counted:
        cap = channels.pace_of(connection, row.lane).cap
        if row.alerts >= times * cap and not _is_silent(connection, row.lane, row.rule, now):
            found.append(Flood(lane=row.lane, rule=row.rule, title=row.title, alerts=int(row.alerts)))
    return found


def most_overdue(connection: Connection) -> datetime | None:
    """Return since when the feed that waits longest should have been polled; None without active feeds."""
    due: datetime | None = connection.execute(
        select(func.min(feed.c.next_due)).where(feed.c.state == FeedState.ACTIVE.value)
    ).scalar()
    return due


def _is_silent(connection: Connection, lane: str, rule: str, now: datetime) -> bool:
    return any(
        one.silence.target is SilenceTarget.RULE and one.silence.value == rule
        for one in silences.active(connection, [lane], now)
    )
