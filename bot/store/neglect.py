"""What rules are looked after by: the alerts of each, and who follows what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.schema import alert, channel, rule_match, subscription
from rules.hygiene import Follow


def alerts_by_rule(connection: Connection, since: datetime) -> Mapping[str, set[int]]:
    """Return by rule the alerts since then."""
    rows = connection.execute(
        select(rule_match.c.rule, rule_match.c.alert_id)
        .join(alert, alert.c.id == rule_match.c.alert_id)
        .where(alert.c.at >= since)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for rule, key in rows:
        found[rule].add(key)
    return found


def follows(connection: Connection, workspace: tuple[str, str] | None = None) -> tuple[Follow, ...]:
    """Return what all channels follow; with a ``workspace`` (platform and id), those of others are not named."""
    rows = connection.execute(
        select(channel.c.platform, channel.c.workspace, channel.c.channel, subscription.c.topic, subscription.c.rules)
        .join(subscription, subscription.c.lane == channel.c.lane)
        .order_by(channel.c.lane, subscription.c.topic)
    )
    return tuple(
        Follow(
            topic=topic,
            rules=tuple(rules or ()),
            where=f"{platform} channel {name}" if workspace in {None, (platform, team)} else "another workspace",
        )
        for platform, team, name, topic, rules in rows
    )
