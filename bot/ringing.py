"""From matches to outbox rows: one alert, one thread per story and channel, in the channel's own way.

Runs inside the transaction of the pipeline. Thread modes: ``broadcast`` (updates in the thread, state changes in the
channel as well), ``thread``, ``channel`` (every message stands alone), ``edit`` (the parent only).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import summary
from bot.alerts import STATE_CHANGES, Alert, Excerpt, Telling, present
from bot.history import past
from bot.message import Message
from bot.routing import Route, RouteReason, route
from bot.silencing import Silencer
from bot.store import alerts, ledger, stories, subscriptions
from bot.store.alerts import Thread, Told
from bot.store.outbox import delivery_key, enqueue, enqueue_edit
from rules.ledger import Policy, claim_key, states
from rules.model import Claim, Development, Item, Match, Mention, Novelty, StoryId

Summarise = Callable[[str, str, Sequence[Claim]], Sequence[tuple[int, int]]]
"""Takes a text, its language and the claims that ring; returns the spans of the sentences to quote, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """What all channels have in common when an item rings or only joins."""

    item: Item
    story: StoryId
    now: datetime


class Ringer:
    """Writes alerts and their messages. ``topics`` maps topic ids to titles."""

    def __init__(
        self,
        topics: Mapping[str, str],
        summarise: Summarise,
        *,
        story_window: timedelta,
        policy: Policy | None = None,
    ) -> None:
        self.topics = dict(topics)
        self._summarise = summarise
        self._window = story_window
        self._policy = policy or Policy()

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
        first = _strongest(matches)
        alert_id = alerts.add(
            connection,
            story=story,
            item_id=item.id,
            matches=matches,
            developments=developments,
            kind=first.development.novelty.value if first else Novelty.NEW.value,
            severity=max((match.severity for match in matches), key=lambda one: one.rank),
            sentence=summary.in_one_line(first) if first else item.title,
            at=now,
        )
        occasion = _Occasion(item=item, story=story, now=now)
        subscribed = subscriptions.for_topics(connection, {match.topic for match in matches})
        silencer = Silencer.load(connection, {one.place for one in subscribed}, item, story, now)
        routes = route(matches, subscribed, silencer.stop)
        silencer.settle(connection)
        for one in routes:
            alerts.add_route(connection, alert_id, str(one.place), one.reason.value, one.detail, now)
            if one.reason is RouteReason.DELIVERED:
                self._tell(connection, occasion, one)
        return routes

    def refresh(self, connection: Connection, item: Item, story: StoryId, now: datetime) -> None:
        """Bring the counts of a story's parents up to date after an item that brought nothing new."""
        occasion = _Occasion(item=item, story=story, now=now)
        for thread in alerts.threads_of(connection, story):
            told = self._told(connection, story, thread.lane)
            if told is not None:
                self._edit(connection, occasion, thread, _compose(connection, story, told))

    def _tell(self, connection: Connection, occasion: _Occasion, to: Route) -> None:
        lane = str(to.place)
        told = self._told(connection, occasion.story, lane)
        if told is None:
            raise AssertionError(f"{lane} is routed an alert of which it may see nothing")
        alert = _compose(connection, occasion.story, told)
        thread = alerts.open_thread(connection, lane, occasion.story, occasion.now, self._window)
        if to.threads == "channel":
            self._tell_alone(connection, occasion, lane, alert, thread)
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
            alert.id,
            occasion.now,
            previous=earlier.id if earlier else None,
        )
        alert = replace(alert, excerpts=self._excerpts(occasion.item, alert.fresh))
        messages = [summary.parent(alert, continues=earlier.link if earlier else "")]
        messages += summary.details(alert) if has_replies else ()
        for number, message in enumerate(messages):
            enqueue(
                connection,
                lane=lane,
                op="reply" if number else "post",
                message=message,
                thread_id=key,
                alert_id=alert.id,
                key=delivery_key("alert", lane, alert.id, number),
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
                alert_id=alert.id,
                broadcast=threads == "broadcast" and alert.kind in STATE_CHANGES,
                key=delivery_key("alert", thread.lane, alert.id, 0),
                now=occasion.now,
            )
            self._add_history(connection, occasion, thread, alert)
        self._edit(connection, occasion, thread, alert)
        alerts.touch_thread(connection, thread.id, occasion.now)

    def _add_history(self, connection: Connection, occasion: _Occasion, thread: Thread, alert: Alert) -> None:
        """Put the past of the strongest changed claim below its update: a table, and a chart where it is long."""
        changed = next((one.development for one in alert.fresh if one.development.previous is not None), None)
        message = None if changed is None else self._past(connection, changed.mention)
        if message is None:
            return
        enqueue(
            connection,
            lane=thread.lane,
            op="reply",
            message=message,
            thread_id=thread.id,
            alert_id=alert.id,
            key=delivery_key("history", thread.lane, alert.id),
            now=occasion.now,
        )

    def _past(self, connection: Connection, mention: Mention) -> Message | None:
        known = ledger.known(connection, {claim_key(mention.claim)})
        found = (state for state in states(known.values(), self._policy) if mention in state.mentions)
        return next((past(state) for state in found), None)

    def _tell_alone(
        self, connection: Connection, occasion: _Occasion, lane: str, alert: Alert, thread: Thread | None
    ) -> None:
        """Post a message of its own. Its thread row only tells a story's first message from the later ones."""
        if thread is None:
            alerts.start_thread(connection, lane, occasion.story, alert.id, occasion.now, is_alone=True)
        else:
            alerts.touch_thread(connection, thread.id, occasion.now)
        enqueue(
            connection,
            lane=lane,
            op="post",
            message=summary.parent(alert) if thread is None else summary.update(alert),
            alert_id=alert.id,
            key=delivery_key("alert", lane, alert.id, 0),
            now=occasion.now,
        )

    def _edit(self, connection: Connection, occasion: _Occasion, thread: Thread, alert: Alert) -> None:
        enqueue_edit(
            connection,
            lane=thread.lane,
            thread_id=thread.id,
            message=summary.parent(alert, continues=alerts.link_before(connection, thread.id)),
            alert_id=alert.id,
            key=delivery_key("edit", thread.lane, thread.id, occasion.item.id, occasion.now.isoformat()),
            now=occasion.now,
        )

    def _told(self, connection: Connection, story: StoryId, lane: str) -> Told | None:
        """Return what a channel may see of a story: of each topic that it follows, from the severity that it wants."""
        heard = subscriptions.of_lane(connection, lane)
        topics = {one.topic: self.topics.get(one.topic, one.topic) for one in heard}
        return alerts.tellings(connection, story, topics, {one.topic: one.severity for one in heard})

    def _excerpts(self, item: Item, fresh: Sequence[Telling]) -> tuple[Excerpt, ...]:
        claims = [one.development.mention.claim for one in fresh if one.development.mention.item == item.id]
        spans = self._summarise(item.text, item.lang, claims)
        return tuple(Excerpt(text=item.text[start:end], outlet=item.outlet, url=item.url) for start, end in spans)


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
