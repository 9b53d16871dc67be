"""From matches to what each channel hears: one alert, stored and routed, then settled (``bot.ringing.settling``).

Runs inside the transaction of the pipeline. Every channel that was asked leaves a row with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.duration import in_words
from bot.ringing.crowd import Crowd
from bot.ringing.gatekeeping import Waits
from bot.ringing.holding import Fate, Holding, HoldReason
from bot.ringing.occasion import Occasion
from bot.ringing.routing import Route, RouteReason, route
from bot.ringing.settling import Settler, compose, told_to
from bot.ringing.silencing import Silencer
from bot.store import alerts, channels, subscriptions
from bot.telling import following, summary
from bot.telling.alerts import Telling
from bot.telling.threads import Summarise, Teller
from rules.ledger import Policy
from rules.model import Development, Item, Match, Novelty, Severity, StoryId

Narrow = Callable[[str], Callable[[Item], bool]]
"""Reads a query; returns what tells whether an item fits it. One that cannot be read any more fits everything."""


class Ringer:
    """Writes alerts and their messages. ``topics`` maps topic ids to titles.

    ``waits`` are the group wait and the update interval; ``admin`` are the lanes that hear of a channel's rate cap;
    ``tier_of`` gives the weight of a listed outlet; ``narrow`` reads the queries of subscriptions.
    """

    def __init__(
        self,
        topics: Mapping[str, str],
        summarise: Summarise,
        *,
        story_window: timedelta,
        policy: Policy | None = None,
        waits: Waits | None = None,
        admin: Sequence[str] = (),
        tier_of: Callable[[str], int | None] = lambda _outlet: None,
        narrow: Narrow = lambda _query: lambda _item: True,
    ) -> None:
        self._narrow = narrow
        self.topics = dict(topics)
        self._teller = Teller(summarise, policy or Policy(), tier_of)
        waits = waits or Waits()
        self._crowd = Crowd(self._teller, waits)
        self._settler = Settler(self._teller, waits, window=story_window, admin=admin)

    def without_repeats(self, connection: Connection, story: StoryId, matches: Sequence[Match]) -> tuple[Match, ...]:
        """Leave out rules without claims that have rung for this story before."""
        return tuple(
            match for match in matches if match.developments or not alerts.has_rung(connection, story, match.rule)
        )

    def ring(
        self,
        connection: Connection,
        item: Item,
        story: StoryId,
        matches: Sequence[Match],
        developments: Mapping[int, Development],
        now: datetime,
        *,
        too_old: str = "",
    ) -> tuple[Route, ...]:
        """Store the alert and put its messages into every subscribed channel's lane, or into its next digest.

        ``too_old`` says why the item came too late to ring. That, and what comes within its rule's cooldown, is for
        digests only, and without anybody who gets one nothing is stored.
        """
        occasion = Occasion(item=item, story=story, now=now, topics=self.topics)
        if too_old:
            late = Holding(fate=Fate.DIGEST, reason=HoldReason.TOO_OLD, detail=too_old)
            return self._ring(connection, replace(occasion, kept=late), matches, developments)
        cooling = {match.rule: why for match in matches if (why := _cooling(connection, match, now))}
        routes = self._ring(connection, occasion, [one for one in matches if one.rule not in cooling], developments)
        for match in matches:
            if match.rule in cooling:
                kept = Holding(fate=Fate.DIGEST, reason=HoldReason.COOLDOWN, detail=cooling[match.rule])
                routes += self._ring(connection, replace(occasion, kept=kept), [match], developments)
        return routes

    def _ring(
        self,
        connection: Connection,
        occasion: Occasion,
        matches: Sequence[Match],
        developments: Mapping[int, Development],
    ) -> tuple[Route, ...]:
        if not matches:
            return ()
        item, story, now = occasion.item, occasion.story, occasion.now
        subscribed = subscriptions.for_topics(connection, {match.topic for match in matches})
        silencer = Silencer.load(connection, {one.place for one in subscribed}, item, story, now)
        routes = route(matches, subscribed, silencer.stop, lambda query: self._narrow(query)(item))
        if occasion.kept and not any(one.reason is RouteReason.DELIVERED for one in routes):
            return ()
        silencer.settle(connection)
        alert_id = _store(connection, occasion, matches, developments)
        together = self._crowd.tell(connection, occasion, alert_id, routes)
        settled = [
            together.get(one.place) or self._settler.settle(connection, occasion, alert_id, one) for one in routes
        ]
        self._tell_followers(connection, occasion, alert_id)
        alerts.add_routes(connection, alert_id, settled, now)
        return tuple(settled)

    def _tell_followers(self, connection: Connection, occasion: Occasion, alert_id: int) -> None:
        """Tell those who follow the story themselves, of every topic: they asked for the story, not for a channel."""
        found = () if occasion.kept else following.followers_of(connection, occasion.story)
        if not found:
            return
        every = dict.fromkeys(self.topics, Severity.NOTICE)
        told = alerts.tellings(connection, occasion.story, self.topics, every)
        alert = None if told is None or told.alert != alert_id else compose(connection, occasion.story, told)
        if alert is not None and following.is_told(alert):
            following.tell(connection, occasion, alert, found)

    def refresh(self, connection: Connection, item: Item, story: StoryId, now: datetime) -> None:
        """Bring the counts of a story's parents up to date after an item that brought nothing new."""
        occasion = Occasion(item=item, story=story, now=now, topics=self.topics)
        for thread in alerts.threads_of(connection, story):
            told = told_to(connection, occasion, thread.lane)
            if told is not None:
                pace = channels.pace_of(connection, thread.lane)
                alert = replace(compose(connection, story, told), layout=pace.layout)
                self._teller.refresh(connection, occasion, thread, alert)


def _cooling(connection: Connection, match: Match, now: datetime) -> str:
    """Return until when a rule is silent after its last alert, or an empty string."""
    if match.cooldown is None:
        return ""
    last = alerts.last_rang(connection, match.rule)
    if last is None or now - last >= match.cooldown:
        return ""
    left = in_words((last + match.cooldown - now).total_seconds())
    return f"{match.title} rang {in_words((now - last).total_seconds())} ago; its cooldown ends in {left}"


def _store(
    connection: Connection, occasion: Occasion, matches: Sequence[Match], developments: Mapping[int, Development]
) -> int:
    first = _strongest(matches)
    return alerts.add(
        connection,
        story=occasion.story,
        item_id=occasion.item.id,
        matches=matches,
        developments=developments,
        kind=first.development.novelty.value if first else Novelty.NEW.value,
        severity=max((match.severity for match in matches), key=lambda one: one.rank),
        sentence=summary.in_one_line(first) if first else occasion.item.title,
        at=occasion.now,
    )


def _strongest(matches: Sequence[Match]) -> Telling | None:
    """Return what a reader must see first of what rings; None where only keywords do."""
    ringing = [
        Telling(development=one, claim=0, alert=0, rule_title=match.title, topic=match.topic, severity=match.severity)
        for match in matches
        for one in match.developments
    ]
    return min(ringing, key=lambda telling: telling.order, default=None)
