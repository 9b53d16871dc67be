"""Reads from the tables how the bot is, for ``bot.pages``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.pages import Vitals
from bot.polling import FeedState
from bot.reload import RuleWatcher
from bot.secret import without_secrets
from bot.store import feeds, held, lanes, outbox
from bot.store import schema as tables


def collect(connection: Connection, watcher: RuleWatcher, now: datetime) -> Vitals:
    """Look at everything once."""
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
        ruleset=watcher.applied.ruleset.hash if watcher.applied is not None else "",
        rules_refused=watcher.refused is not None,
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
