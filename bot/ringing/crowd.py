"""Very many channels that hear of a story for the first time: what is the same for them is made once, not for each.

routes ─_gather→ groups of channels with the same wishes ─Crowd→ one alert and its messages each ─fanout→ all lanes

Channels that differ in anything but their name (they know the story, have quiet hours, or are near their cap) are left
to the way of the few (``bot.ringing.settling``); both ways lead to the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.ports import Place
from bot.ringing import gatekeeping
from bot.ringing.gatekeeping import Waits
from bot.ringing.holding import Fate, RateCap
from bot.ringing.occasion import Occasion, Target
from bot.ringing.routing import Mode, Route, RouteReason
from bot.ringing.settling import compose, with_wait
from bot.store import alerts, fanout
from bot.store.channels import ChannelPace
from bot.telling.threads import Teller
from rules.model import Severity, StoryId

LEAST = 50  # channels; fewer are told one by one as fast
_IN_THREADS = frozenset({"broadcast", "thread", "edit"})


@dataclass(slots=True, kw_only=True)
class _Group:
    """Channels that are told the same. ``floors`` are the topics that they follow, each with its least severity."""

    floors: dict[str, Severity]
    routes: list[Route] = field(default_factory=list)


class Crowd:
    """Tells many channels at once."""

    def __init__(self, teller: Teller, waits: Waits) -> None:
        self._teller = teller
        self._waits = waits

    def tell(
        self, connection: Connection, occasion: Occasion, alert_id: int, routes: Sequence[Route]
    ) -> dict[Place, Route]:
        """Tell those of the channels that can be told together; return what came of it, for them only."""
        told: dict[Place, Route] = {}
        if occasion.kept is None and len(routes) >= LEAST:
            for group in _gather(connection, occasion.story, routes, occasion.now):
                told |= self._tell(connection, occasion, alert_id, group)
        return told

    def _tell(self, connection: Connection, occasion: Occasion, alert_id: int, group: _Group) -> dict[Place, Route]:
        told = alerts.tellings(connection, occasion.story, occasion.titles(group.floors), group.floors)
        if told is None or told.alert != alert_id:
            return {}
        alert, like = compose(connection, occasion.story, told), group.routes[0]
        lane = str(like.place)
        verdict = gatekeeping.admit(connection, lane, alert, ChannelPace(), self._waits, occasion.now, is_first=True)
        if verdict.fate is not Fate.POST:
            return {}
        target = Target(lane=lane, threads=like.threads, thread=None, mention=like.mention)
        fanout.tell(
            connection,
            [str(one.place) for one in group.routes],
            self._teller.opening(connection, occasion, target, alert),
            key=occasion.story,
            alert_id=alert_id,
            now=occasion.now,
            not_before=verdict.not_before,
        )
        return {one.place: with_wait(one, verdict, occasion.now) for one in group.routes}


def _gather(connection: Connection, key: StoryId, routes: Sequence[Route], now: datetime) -> tuple[_Group, ...]:
    """Return the channels that can be told together, in groups."""
    cap = RateCap()
    apart = fanout.acquainted(connection, key, cap.posts, now - cap.window)
    fresh = [one for one in routes if _is_plain(one) and str(one.place) not in apart]
    wanted = fanout.wanting(connection, {topic for one in fresh for topic in one.topics})
    groups: dict[tuple[object, ...], _Group] = {}
    for one in fresh:
        follows = wanted[str(one.place)]
        same = (one.threads, one.mention, one.detail, follows)
        if same not in groups:
            groups[same] = _Group(floors={topic: Severity(least) for topic, least in follows})
        groups[same].routes.append(one)
    return tuple(groups.values())


def _is_plain(one: Route) -> bool:
    return one.reason is RouteReason.DELIVERED and one.mode is Mode.REALTIME and one.threads in _IN_THREADS
