"""What comes of an alert in one channel: posted, merged with what waits there, or held back for the digest.

Runs inside the transaction of the pipeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.duration import in_words
from bot.ringing import gatekeeping
from bot.ringing.gatekeeping import Waits
from bot.ringing.holding import Fate, Holding, HoldReason
from bot.ringing.occasion import Occasion, Target
from bot.ringing.routing import Mode, Route, RouteReason
from bot.store import alerts, channels, held, stories, subscriptions
from bot.store.alerts import Told
from bot.store.outbox import delivery_key, enqueue
from bot.telling import summary
from bot.telling.alerts import Alert, present
from bot.telling.digest import Entry
from bot.telling.threads import Teller
from rules.model import Novelty, StoryId


class Settler:
    """Does what was decided for a channel. ``admin`` are the lanes that hear of a channel's rate cap."""

    def __init__(self, teller: Teller, waits: Waits, *, window: timedelta, admin: Sequence[str]) -> None:
        self._teller = teller
        self._waits = waits
        self._window = window
        self._admin = tuple(admin)

    def settle(self, connection: Connection, occasion: Occasion, alert_id: int, to: Route) -> Route:
        """Do what was decided for a channel; return the decision with what came of it."""
        if to.reason is RouteReason.SILENCED:  # the digest counts it
            entry = Entry(topic="", novelty=Novelty.NEW, sentence="", url="", held=HoldReason.SILENCED)
            held.add(connection, str(to.place), alert_id, entry, is_listed=False, at=occasion.now)
        if to.reason is not RouteReason.DELIVERED:
            return to
        told = told_to(connection, occasion, str(to.place))
        if told is None:
            raise AssertionError(f"{to.place} is routed an alert of which it may see nothing")
        settled = self._tell(connection, occasion, to, told)
        if to.mode is Mode.BOTH and settled.reason is RouteReason.DELIVERED:
            entry = _entry(occasion, compose(connection, occasion.story, told), None)
            held.add(connection, str(to.place), told.alert, entry, is_listed=True, at=occasion.now)
        return settled

    def _tell(self, connection: Connection, occasion: Occasion, to: Route, told: Told) -> Route:
        """Bring an alert to a channel: with what waits there already, now, later, or in its digest."""
        lane = str(to.place)
        pace = channels.pace_of(connection, lane)
        alert = replace(compose(connection, occasion.story, told), layout=pace.layout)
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
        verdict = gatekeeping.admit(connection, lane, alert, pace, self._waits, occasion.now, is_first=thread is None)
        if verdict.fate is not Fate.POST:
            return self._hold(connection, occasion, to, alert, verdict)
        self._teller.post(connection, occasion, replace(target, not_before=verdict.not_before), alert)
        return with_wait(to, verdict, occasion.now)

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


def told_to(connection: Connection, occasion: Occasion, lane: str) -> Told | None:
    """Return what a channel may see of the story: of each topic that it follows, from the severity that it wants."""
    heard = subscriptions.of_lane(connection, lane)
    floors = {one.topic: one.severity for one in heard}
    return alerts.tellings(connection, occasion.story, occasion.titles(floors), floors)


def compose(connection: Connection, story: StoryId, told: Told) -> Alert:
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
    )


def with_wait(to: Route, verdict: Holding, now: datetime) -> Route:
    """Say in the decision how long a message waits, and for what."""
    if verdict.not_before is None:
        return to
    wait = in_words((verdict.not_before - now).total_seconds())
    return replace(to, detail=f"{to.detail}; {verdict.reason.value.replace('_', ' ')}: {wait} at most")


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
