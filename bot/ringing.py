"""From matches to outbox rows: one alert, one thread per story and channel, in the channel's own way.

Runs inside the transaction of the pipeline. Thread modes: ``broadcast`` (updates in the thread, state changes in the
channel as well), ``thread``, ``channel`` (every message stands alone), ``edit`` (the parent only).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import summary
from bot.alerts import STATE_CHANGES, Alert, Excerpt, StoryItem, Telling, present
from bot.routing import Route, RouteReason, route
from bot.store import alerts, stories, subscriptions
from bot.store.alerts import Thread
from bot.store.outbox import delivery_key, enqueue, enqueue_edit
from rules import wording
from rules.model import Claim, Development, Item, Match, Novelty, Severity, StoryId

Summarise = Callable[[str, str, Sequence[Claim]], Sequence[tuple[int, int]]]
"""Takes a text, its language and the claims that ring; returns the spans of the sentences to quote, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """What all channels have in common when an item rings or only joins."""

    item: Item
    story: StoryId
    alert: int
    now: datetime


class Ringer:
    """Writes alerts and their messages. ``topics`` maps topic ids to titles."""

    def __init__(self, topics: Mapping[str, str], summarise: Summarise, *, story_window: timedelta) -> None:
        self.topics = dict(topics)
        self._summarise = summarise
        self._window = story_window

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
    ) -> tuple[Route, ...]:
        """Store the alert and put its messages into every subscribed channel's lane."""
        ringing = [one for match in matches for one in match.developments]
        severity = max((match.severity for match in matches), key=lambda one: one.rank)
        alert_id = alerts.add(
            connection,
            story=story,
            item_id=item.id,
            matches=matches,
            developments=developments,
            kind=ringing[0].novelty.value if ringing else Novelty.NEW.value,
            severity=severity,
            sentence=wording.sentence(ringing[0].mention.claim) if ringing else item.title,
            at=now,
        )
        occasion = _Occasion(item=item, story=story, alert=alert_id, now=now)
        routes = route(matches, subscriptions.for_topics(connection, {match.topic for match in matches}))
        for one in routes:
            alerts.add_route(connection, alert_id, str(one.place), one.reason.value, one.detail, now)
            if one.reason is RouteReason.DELIVERED:
                self._tell(connection, occasion, one)
        return routes

    def refresh(self, connection: Connection, item: Item, story: StoryId, now: datetime) -> None:
        """Bring the counts of a story's parents up to date after an item that brought nothing new."""
        for thread in alerts.threads_of(connection, story):
            if thread.alert is None:
                continue
            occasion = _Occasion(item=item, story=story, alert=thread.alert, now=now)
            topics, floor = self._heard(connection, thread.lane)
            alert = self._compose(connection, occasion, topics, floor, is_update=False)
            if alert.tellings or alert.rule_titles:
                self._edit(connection, occasion, thread, alert)

    def _tell(self, connection: Connection, occasion: _Occasion, to: Route) -> None:
        lane = str(to.place)
        topics, floor = self._heard(connection, lane)
        alert = self._compose(connection, occasion, topics, floor, is_update=True)
        thread = alerts.open_thread(connection, lane, occasion.story, occasion.now, self._window)
        if to.threads == "channel":
            self._tell_alone(connection, occasion, lane, alert, is_first=thread is None)
        elif thread is None or thread.is_alone:
            self._start(connection, occasion, lane, alert, has_replies=to.threads != "edit")
        else:
            self._continue(connection, occasion, thread, alert, to.threads)

    def _start(
        self, connection: Connection, occasion: _Occasion, lane: str, alert: Alert, *, has_replies: bool
    ) -> None:
        earlier = alerts.last_thread(connection, lane, occasion.story)
        key = alerts.start_thread(
            connection,
            lane,
            occasion.story,
            occasion.alert,
            occasion.now,
            previous=earlier.id if earlier else None,
        )
        messages = [summary.parent(alert, continues=earlier.link if earlier else "")]
        messages += summary.details(alert) if has_replies else ()
        for number, message in enumerate(messages):
            enqueue(
                connection,
                lane=lane,
                op="reply" if number else "post",
                message=message,
                thread_id=key,
                alert_id=occasion.alert,
                key=delivery_key("alert", lane, occasion.alert, number),
                now=occasion.now,
            )

    def _continue(
        self, connection: Connection, occasion: _Occasion, thread: Thread, alert: Alert, threads: str
    ) -> None:
        if threads != "edit":
            enqueue(
                connection,
                lane=thread.lane,
                op="reply",
                message=summary.update(alert),
                thread_id=thread.id,
                alert_id=occasion.alert,
                broadcast=threads == "broadcast" and alert.kind in STATE_CHANGES,
                key=delivery_key("alert", thread.lane, occasion.alert, 0),
                now=occasion.now,
            )
        self._edit(connection, occasion, thread, alert)
        alerts.touch_thread(connection, thread.id, occasion.now)

    def _tell_alone(
        self, connection: Connection, occasion: _Occasion, lane: str, alert: Alert, *, is_first: bool
    ) -> None:
        """Post a message of its own. Its thread row only tells a story's first message from the later ones."""
        if is_first:
            alerts.start_thread(connection, lane, occasion.story, occasion.alert, occasion.now, is_alone=True)
        enqueue(
            connection,
            lane=lane,
            op="post",
            message=summary.parent(alert) if is_first else summary.update(alert),
            alert_id=occasion.alert,
            key=delivery_key("alert", lane, occasion.alert, 0),
            now=occasion.now,
        )

    def _edit(self, connection: Connection, occasion: _Occasion, thread: Thread, alert: Alert) -> None:
        enqueue_edit(
            connection,
            lane=thread.lane,
            thread_id=thread.id,
            message=summary.parent(alert),
            alert_id=occasion.alert,
            key=delivery_key("edit", thread.lane, thread.id, occasion.item.id, occasion.now.isoformat()),
            now=occasion.now,
        )

    def _heard(self, connection: Connection, lane: str) -> tuple[dict[str, str], Severity]:
        """Return the topics (id -> title) that a channel listens to, and its least severity."""
        heard = subscriptions.of_lane(connection, lane)
        floor = min((one.severity for one in heard), key=lambda one: one.rank, default=Severity.NOTICE)
        return {one.topic: self.topics.get(one.topic, one.topic) for one in heard}, floor

    def _compose(
        self,
        connection: Connection,
        occasion: _Occasion,
        topics: Mapping[str, str],
        floor: Severity,
        *,
        is_update: bool,
    ) -> Alert:
        """Collect what a channel is to see of the story now."""
        told = alerts.tellings(connection, occasion.story, topics, floor)
        fresh = sorted((one for one in told.tellings if one.alert == occasion.alert), key=lambda telling: telling.order)
        shown = present(told.tellings)
        every = stories.items(connection, occasion.story)
        return Alert(
            id=occasion.alert,
            story=occasion.story,
            story_title=stories.title(connection, occasion.story),
            severity=max((one.severity for one in fresh), key=lambda one: one.rank, default=told.severity),
            topics=told.topics,
            rule_titles=told.rules,
            tellings=shown,
            fresh=tuple(fresh) if is_update else (),
            items=every,
            item=_shown(occasion.item, every),
            excerpts=self._excerpts(occasion.item, fresh),
            origins=len({one.origin for one in every if one.origin}),
        )

    def _excerpts(self, item: Item, fresh: Sequence[Telling]) -> tuple[Excerpt, ...]:
        claims = [one.development.mention.claim for one in fresh if one.development.mention.item == item.id]
        spans = self._summarise(item.text, item.lang, claims)
        return tuple(Excerpt(text=item.text[start:end], outlet=item.outlet, url=item.url) for start, end in spans)


def _shown(item: Item, every: Sequence[StoryItem]) -> StoryItem:
    """Return the story's view of an item."""
    for one in every:
        if one.id == item.id:
            return one
    return StoryItem(id=item.id, outlet=item.outlet, url=item.url, title=item.title, at=item.time)
