"""From matches to what each channel hears: one alert, routed, then posted, merged with what waits, or held back.

Runs inside the transaction of the pipeline. Every channel that was asked leaves a row with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import crowd, following, gatekeeping, summary
from bot.alerts import Alert, Telling, present
from bot.digest import Entry
from bot.duration import in_words
from bot.gatekeeping import Waits
from bot.holding import Fate, Holding, HoldReason
from bot.routing import Mode, Route, RouteReason, route
from bot.silencing import Silencer
from bot.store import alerts, channels, fanout, held, stories, subscriptions
from bot.store.alerts import Told
from bot.store.channels import ChannelPace
from bot.store.outbox import delivery_key, enqueue
from bot.telling import Occasion, Summarise, Target, Teller
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
        self._window = story_window
        self._teller = Teller(summarise, policy or Policy(), tier_of)
        self._waits = waits or Waits()
        self._admin = tuple(admin)

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
        occasion = Occasion(item=item, story=story, now=now)
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
        told = self._tell_crowd(connection, occasion, alert_id, routes, {match.topic for match in matches})
        few = [one for one in routes if not told or str(one.place) not in told]
        settled = tuple(self._settle(connection, occasion, alert_id, one) for one in few)
        self._tell_followers(connection, occasion, alert_id)
        for one in settled:
            alerts.add_route(connection, alert_id, str(one.place), one.reason.value, one.detail, now)
        return (*settled, *(one for one in routes if told and str(one.place) in told))

    def _tell_crowd(
        self,
        connection: Connection,
        occasion: Occasion,
        alert_id: int,
        routes: Sequence[Route],
        topics: Collection[str],
    ) -> frozenset[str]:
        """Tell channels that hear of the story for the first time and want the same all at once; return their lanes."""
        if occasion.kept:
            return frozenset()
        done: set[str] = set()
        for group in crowd.gather(connection, occasion.story, routes, topics, occasion.now):
            titles = {topic: self.topics.get(topic, topic) for topic in group.floors}
            told = alerts.tellings(connection, occasion.story, titles, group.floors)
            if told is None or told.alert != alert_id:
                continue
            alert, lane = _compose(connection, occasion.story, told), group.lanes[0]
            verdict = gatekeeping.admit(
                connection, lane, alert, ChannelPace(), self._waits, occasion.now, is_first=True
            )
            if verdict.fate is not Fate.POST:
                continue
            like = group.like
            target = Target(lane=lane, threads=like.threads, thread=None, mention=like.mention)
            fanout.tell(
                connection,
                group.lanes,
                self._teller.opening(connection, occasion, target, alert),
                key=occasion.story,
                alert_id=alert_id,
                detail=_with_wait(like, verdict, occasion.now).detail,
                reason=like.reason.value,
                now=occasion.now,
                not_before=verdict.not_before,
            )
            done.update(group.lanes)
        return frozenset(done)

    def _tell_followers(self, connection: Connection, occasion: Occasion, alert_id: int) -> None:
        """Tell those who follow the story themselves, of every topic: they asked for the story, not for a channel."""
        found = () if occasion.kept else following.followers_of(connection, occasion.story)
        if not found:
            return
        every = dict.fromkeys(self.topics, Severity.NOTICE)
        told = alerts.tellings(connection, occasion.story, self.topics, every)
        alert = None if told is None or told.alert != alert_id else _compose(connection, occasion.story, told)
        if alert is not None and following.is_told(alert):
            following.tell(connection, occasion, alert, found)

    def refresh(self, connection: Connection, item: Item, story: StoryId, now: datetime) -> None:
        """Bring the counts of a story's parents up to date after an item that brought nothing new."""
        occasion = Occasion(item=item, story=story, now=now)
        for thread in alerts.threads_of(connection, story):
            told = self._told(connection, story, thread.lane)
            if told is not None:
                self._teller.refresh(connection, occasion, thread, _compose(connection, story, told))

    def _settle(self, connection: Connection, occasion: Occasion, alert_id: int, to: Route) -> Route:
        """Do what was decided for a channel; return the decision with what came of it."""
        if to.reason is RouteReason.SILENCED:  # the digest counts it
            entry = Entry(topic="", novelty=Novelty.NEW, sentence="", url="", held=HoldReason.SILENCED)
            held.add(connection, str(to.place), alert_id, entry, is_listed=False, at=occasion.now)
        if to.reason is not RouteReason.DELIVERED:
            return to
        told = self._told(connection, occasion.story, str(to.place))
        if told is None:
            raise AssertionError(f"{to.place} is routed an alert of which it may see nothing")
        settled = self._tell(connection, occasion, to, told)
        if to.mode is Mode.BOTH and settled.reason is RouteReason.DELIVERED:
            entry = _entry(occasion, _compose(connection, occasion.story, told), None)
            held.add(connection, str(to.place), told.alert, entry, is_listed=True, at=occasion.now)
        return settled

    def _tell(self, connection: Connection, occasion: Occasion, to: Route, told: Told) -> Route:
        """Bring an alert to a channel: with what waits there already, now, later, or in its digest."""
        lane = str(to.place)
        alert = _compose(connection, occasion.story, told)
        if occasion.kept is not None:
            return self._hold(connection, occasion, to, alert, occasion.kept)
        if alerts.was_deleted(connection, lane, occasion.story):
            why = "the story's message was deleted in the channel; subscribe again to hear of it"
            return replace(to, reason=RouteReason.THREAD_GONE, detail=why)
        thread = alerts.open_thread(connection, lane, occasion.story, occasion.now, self._window)
        if to.threads != "channel" and thread is not None and thread.is_alone:
            thread = None  # the channel changed its way: the story gets a parent
        if to.mode is Mode.DIGEST:
            wanted = Holding(fate=Fate.DIGEST, reason=HoldReason.DIGEST_ONLY, detail="subscribed for the digest only")
            return self._hold(connection, occasion, to, alert, wanted)
        target = Target(lane=lane, threads=to.threads, thread=thread, mention=to.mention)
        merged = self._teller.merge(connection, occasion, target, alert, told)
        if merged:
            return replace(to, detail=f"{to.detail}; {merged}")
        if thread is not None and to.threads == "edit":  # an edit rings nobody
            self._teller.post(connection, occasion, target, alert)
            return to
        pace = channels.pace_of(connection, lane)
        verdict = gatekeeping.admit(connection, lane, alert, pace, self._waits, occasion.now, is_first=thread is None)
        if verdict.fate is not Fate.POST:
            return self._hold(connection, occasion, to, alert, verdict)
        self._teller.post(connection, occasion, replace(target, not_before=verdict.not_before), alert)
        return _with_wait(to, verdict, occasion.now)

    def _hold(self, connection: Connection, occasion: Occasion, to: Route, alert: Alert, verdict: Holding) -> Route:
        """Keep an alert for the channel's digest."""
        lane = str(to.place)
        entry = _entry(occasion, alert, verdict.reason)
        held.add(connection, lane, alert.id, entry, is_listed=verdict.fate is Fate.DIGEST, at=occasion.now)
        if verdict.reason is HoldReason.RATE_CAP:
            self._tell_of_cap(connection, occasion, lane, alert)
        detail = "; ".join(part for part in (to.detail, verdict.detail) if part)
        return replace(to, reason=RouteReason(verdict.reason.value), detail=detail)

    def _tell_of_cap(self, connection: Connection, occasion: Occasion, lane: str, alert: Alert) -> None:
        """Say once an hour, in the channel and to the admins, that the rest waits for the digest."""
        message = gatekeeping.cap_notice(lane, channels.pace_of(connection, lane), alert.rule_titles)
        hour = int(occasion.now.timestamp() // 3600)
        for to in dict.fromkeys((lane, *self._admin)):
            key = delivery_key("cap", lane, to, hour)
            enqueue(connection, lane=to, op="post", message=message, key=key, now=occasion.now)

    def _told(self, connection: Connection, story: StoryId, lane: str) -> Told | None:
        """Return what a channel may see of a story: of each topic that it follows, from the severity that it wants."""
        heard = subscriptions.of_lane(connection, lane)
        topics = {one.topic: self.topics.get(one.topic, one.topic) for one in heard}
        return alerts.tellings(connection, story, topics, {one.topic: one.severity for one in heard})


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


def _entry(occasion: Occasion, alert: Alert, reason: HoldReason | None) -> Entry:
    """Return what a digest says of an alert; without a reason it was posted as well."""
    sentence = summary.in_one_line(alert.fresh[0]) if alert.fresh else alert.item.title
    return Entry(
        topic=alert.fresh[0].topic if alert.fresh else alert.topics[0],
        novelty=alert.kind,
        sentence=f"{sentence} ({occasion.kept.detail})" if occasion.kept else sentence,
        url=alert.item.url,
        held=reason,
    )


def _with_wait(to: Route, verdict: Holding, now: datetime) -> Route:
    """Say in the decision how long a message waits, and for what."""
    if verdict.not_before is None:
        return to
    wait = in_words((verdict.not_before - now).total_seconds())
    return replace(to, detail=f"{to.detail}; {verdict.reason.value.replace('_', ' ')}: {wait} at most")


def _strongest(matches: Sequence[Match]) -> Telling | None:
    """Return what a reader must see first of what rings; None where only keywords do."""
    ringing = [
        Telling(development=one, claim=0, alert=0, rule_title=match.title, topic=match.topic, severity=match.severity)
        for match in matches
        for one in match.developments
    ]
    return min(ringing, key=lambda telling: telling.order, default=None)


def _compose(connection: Connection, story: StoryId, told: Told) -> Alert:
    """Collect what a channel is to see of the story now: the state of its claims as of the newest alert."""
    fresh = sorted((one for one in told.tellings if one.alert == told.alert), key=lambda telling: telling.order)
    every = stories.items(connection, story)
    return Alert(
        id=told.alert,
        story=story,
        story_title=stories.title(connection, story),
        severity=told.severity,
        topics=told.topics,
        rule_titles=told.rules,
        tellings=present(told.tellings),
        fresh=tuple(fresh),
        items=every,
        item=next((one for one in every if one.id == told.item), every[-1]),  # it may have been moved by hand
        origins=len({one.origin for one in every if one.origin}),
    )
