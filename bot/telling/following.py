"""A story's followers hear of each change of its state, in a direct message of its own, through the outbox.

Runs inside the transaction of the pipeline. Whoever cannot be reached any more (account gone, direct messages refused)
has stood still since their last message; their follows end here, so that nothing piles up.
"""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import Connection, select

from bot.delivery.model import RowState
from bot.message import Button, Context, Message, Text
from bot.ringing.occasion import Occasion
from bot.store import follows, lanes, outbox
from bot.store.follows import Follow
from bot.store.outbox import delivery_key, enqueue
from bot.store.schema import lane as lane_rows
from bot.store.schema import outbox as rows
from bot.telling import summary
from bot.telling.alerts import STATE_CHANGES, Alert
from rules.model import StoryId

log = structlog.get_logger("tocsin.following")
UNREACHED = "could not be reached"


def is_told(alert: Alert) -> bool:
    """Tell whether an alert changes the state of its story."""
    return alert.kind in STATE_CHANGES


def tell(connection: Connection, occasion: Occasion, alert: Alert, followers: tuple[Follow, ...]) -> int:
    """Put the news into the direct messages of a story's followers; return how many there are."""
    reached, lost = _apart(connection, followers)
    for one in lost:
        _give_up(connection, occasion, one)
    for one in reached:
        enqueue(
            connection,
            lane=one.lane,
            op="post",
            message=_letter(alert, one),
            alert_id=alert.id,
            key=delivery_key("follow", one.lane, alert.id),
            now=occasion.now,
        )
    follows.count_told(connection, reached)
    return len(reached)


def followers_of(connection: Connection, story: StoryId) -> tuple[Follow, ...]:
    """Return who follows a story, each place once."""
    return tuple({one.lane: one for one in follows.of_story(connection, story)}.values())


def _letter(alert: Alert, to: Follow) -> Message:
    news = summary.update(alert)
    note = Context((Text(f"You follow story {to.story}: {to.title}"),))
    unfollow = Button(action="run", label="Unfollow", value=f"unfollow {to.story}")
    return replace(news, blocks=(*news.blocks, note), buttons=(*summary.buttons(alert)[:2], unfollow))


def _apart(connection: Connection, followers: tuple[Follow, ...]) -> tuple[list[Follow], list[Follow]]:
    named = [one.lane for one in followers]
    wanted = select(lane_rows.c.key).where(lane_rows.c.key.in_(named), lane_rows.c.paused.is_not(None))
    still = set(connection.execute(wanted).scalars())
    return [one for one in followers if one.lane not in still], [one for one in followers if one.lane in still]


def _give_up(connection: Connection, occasion: Occasion, one: Follow) -> None:
    everything = follows.of_user(connection, one.lane.partition(":")[0], one.user)
    follows.end(connection, everything, UNREACHED, occasion.now)
    waiting = select(rows.c.id).where(rows.c.lane == one.lane, outbox.IS_PENDING)
    ids = list(connection.execute(waiting).scalars())
    outbox.mark_final(connection, ids, RowState.DROPPED, f"follow ended: the follower {UNREACHED}")
    lanes.unpark(connection, one.lane)
    log.info("follower lost", lane=one.lane, story=one.story, dropped=len(ids))
