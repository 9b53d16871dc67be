"""Very many channels that hear of a story for the first time: what is the same for them is made once, not for each.

routes ─gather→ groups of channels with the same wishes ─Ringer→ one alert and its messages each ─fanout→ all lanes

Channels that differ in anything but their name (they know the story, have quiet hours, or are near their cap) are left
to the way of the few; both ways lead to the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.holding import RateCap
from bot.routing import Mode, Route, RouteReason
from bot.store import fanout
from rules.model import Severity, StoryId

LEAST = 50  # channels; fewer are told one by one as fast
_IN_THREADS = frozenset({"broadcast", "thread", "edit"})


@dataclass(slots=True, kw_only=True)
class Group:
    """Channels that are told the same. ``floors`` are the topics that they follow, each with its least severity."""

    like: Route  # one of them
    floors: dict[str, Severity]
    lanes: list[str] = field(default_factory=list)


def gather(
    connection: Connection, key: StoryId, routes: Sequence[Route], topics: Collection[str], now: datetime
) -> tuple[Group, ...]:
    """Return the channels that can be told together, in groups."""
    if len(routes) < LEAST:
        return ()
    cap = RateCap()
    apart = fanout.acquainted(connection, key, cap.posts, now - cap.window)
    wanted = fanout.wanting(connection, topics)
    groups: dict[tuple[object, ...], Group] = {}
    for one in routes:
        if one.reason is not RouteReason.DELIVERED or one.mode is not Mode.REALTIME or one.threads not in _IN_THREADS:
            continue
        lane = str(one.place)
        if lane in apart:
            continue
        follows = wanted.get(lane, ())
        same = (one.threads, one.mention, one.detail, follows)
        group = groups.get(same)
        if group is None:
            floors = {topic: Severity(least) for topic, least in follows}
            group = groups[same] = Group(like=one, floors=floors)
        group.lanes.append(lane)
    return tuple(groups.values())
