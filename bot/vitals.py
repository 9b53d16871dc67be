"""Reads from the tables how the bot is, for ``bot.pages``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.feeds.polling import FeedState
from bot.pages import RuleState, Vitals
from bot.rulebook.reload import RuleWatcher
from bot.secret import without_secrets
from bot.store import feeds, held, lanes, outbox
from bot.store import schema as tables


def collect(connection: Connection, watcher: RuleWatcher, failing: Mapping[str, int], now: datetime) -> Vitals:
    """Look at everything once. ``failing`` counts, by rule, the articles on which matching it raised."""
    known = feeds.list_feeds(connection)
    due = [row.next_due for row in known if row.state is FeedState.ACTIVE]
    depth = outbox.depth(connection)
    return Vitals(
        poll_lag=max((max(0.0, (now - moment).total_seconds()) for moment in due), default=0.0),
        outbox={state.value: count for state, count in depth.by_state.items()},
        oldest_pending=_age(depth.oldest, now),
        held=held.count_untold(connection),
        feeds={without_secrets(row.url): _age(row.ok_at, now) for row in known},
        destinations=_destinations(connection, now),
        standing_still=dict(lanes.standing_still(connection)),
        rules=rule_state(watcher, failing, now),
    )


def rule_state(watcher: RuleWatcher, failing: Mapping[str, int], now: datetime) -> RuleState:
    """Say which rules are in force, since when, and what is the matter with them."""
    applied, refused = watcher.applied, watcher.refused
    return RuleState(
        hash=applied.ruleset.hash if applied is not None else "",
        age=_age(applied.at if applied is not None else None, now),
        refused_for=_age(refused.since if refused is not None else None, now),
        faults=tuple(str(fault) for fault in refused.faults) if refused is not None else (),
        failing=dict(failing),
        unrecorded=watcher.unrecorded,
    )


def _destinations(connection: Connection, now: datetime) -> dict[str, float | None]:
    """Return how long ago each channel got its last message."""
    sent = func.max(tables.outbox.c.sent_at)
    rows = connection.execute(
        select(tables.channel.c.lane, sent.label("at"))
        .select_from(tables.channel.outerjoin(tables.outbox, tables.outbox.c.lane == tables.channel.c.lane))
        .group_by(tables.channel.c.lane)
        .order_by(tables.channel.c.lane)
    )
    return {row.lane: _age(row.at, now) for row in rows}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
