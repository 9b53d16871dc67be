"""An alert's messages into a channel's lane: a parent with details, an update, a message alone; or merged with others.

Runs inside the transaction of the pipeline. Thread modes: ``broadcast`` (updates in the thread, state changes in the
channel as well), ``thread``, ``channel`` (every message stands alone), ``edit`` (the parent only).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from bot.message import Message
from bot.ringing.occasion import Occasion, Target
from bot.store import alerts, shown, waiting
from bot.store.alerts import Thread, Told
from bot.store.outbox import delivery_key, enqueue
from bot.telling import falling, heads, merging, summary
from bot.telling.alerts import STATE_CHANGES, Alert
from bot.telling.background import Background, Summarise
from rules.ledger import Policy

__all__ = ["Summarise", "Teller"]


class Teller:
    """Writes outbox rows and threads. ``tier_of`` gives the weight of a listed outlet, None for any other."""

    def __init__(
        self, summarise: Summarise, policy: Policy, tier_of: Callable[[str], int | None] = lambda _outlet: None
    ) -> None:
        self._background = Background(summarise, policy, tier_of)

    def post(self, connection: Connection, occasion: Occasion, to: Target, alert: Alert) -> None:
        """Tell a channel of an alert in messages of its own."""
        messages = shown.messages(connection, to.lane, occasion.story, alert.id)
        alert = self._background.complete(connection, occasion.story, alert, {**messages, alert.id: alert.id})
        if to.is_alone:
            self._tell_alone(connection, occasion, to, alert)
        elif to.thread is None:
            self._start(connection, occasion, to, alert)
        else:
            self._continue(connection, occasion, to, to.thread, alert)

    def opening(self, connection: Connection, occasion: Occasion, to: Target, alert: Alert) -> list[Message]:
        """Make what opens a story's thread in a channel that was told nothing of it: the head, and what goes below."""
        alert = self._background.complete(connection, occasion.story, alert, {alert.id: alert.id})
        return self._opening(occasion, to, alert, summary.parent(alert))

    def _opening(self, occasion: Occasion, to: Target, alert: Alert, head: Message) -> list[Message]:
        alert = replace(alert, excerpts=self._background.excerpts(occasion.item, alert.fresh))
        return [to.address(head), *(summary.details(alert) if to.threads != "edit" else ())]

    def merge(self, connection: Connection, occasion: Occasion, to: Target, alert: Alert, told: Told) -> str:
        """Put an alert into a message that is not on the platform yet; return words for ``why``, or none."""
        thread = to.thread
        if thread is None:
            return ""
        found = waiting.find(connection, thread.lane, occasion.story, None if to.is_alone else thread.id)
        into = found.parent or found.update
        if into is None or (into is found.update and not merging.has_claims(told, (into.alert, alert.id))):
            return ""
        messages = shown.messages(connection, to.lane, occasion.story, alert.id)
        combined = self._background.complete(connection, occasion.story, alert, {**messages, alert.id: into.alert})
        if found.parent is not None:
            self._rewrite_parent(connection, occasion, to, thread, combined, found)
            return f"merged into the message of alert {found.parent.alert}, which still waited"
        if found.update is None:
            return ""
        broadcast = found.update.broadcast or (to.threads == "broadcast" and combined.kind in STATE_CHANGES)
        waiting.rewrite(connection, found.update, to.address(summary.update(combined)), broadcast=broadcast)
        if not to.is_alone:
            first = found.update.alert
            history = [row for row in found.details if row.alert >= first]
            wanted = self._background.history(connection, combined)
            merging.replace_details(connection, thread, history, wanted, alert.id, occasion.now)
            heads.edit(connection, occasion, thread, combined, first)
        alerts.touch_thread(connection, thread.id, occasion.now)
        return f"merged into the update of alert {found.update.alert}, which still waited"

    def refresh(self, connection: Connection, occasion: Occasion, thread: Thread, alert: Alert) -> None:
        """Bring a parent up to date, on the platform or while it waits."""
        messages = shown.messages(connection, thread.lane, occasion.story, alert.id)
        alert = self._background.complete(connection, occasion.story, alert, messages)
        parent = waiting.find(connection, thread.lane, occasion.story, thread.id).parent
        if parent is None:
            heads.refresh(connection, occasion, thread, alert, messages.get(alert.id, alert.id))
        else:
            waiting.rewrite(connection, parent, heads.head(connection, thread, alert))

    def _rewrite_parent(
        self,
        connection: Connection,
        occasion: Occasion,
        to: Target,
        thread: Thread,
        alert: Alert,
        found: waiting.Waiting,
    ) -> None:
        if found.parent is None:
            return
        head = heads.head(connection, thread, alert)
        waiting.rewrite(connection, found.parent, to.address(head))
        alert = replace(alert, excerpts=self._background.excerpts(occasion.item, alert.fresh))
        details = () if to.threads in {"channel", "edit"} else summary.details(alert)
        merging.replace_details(connection, thread, found.details, details, alert.id, occasion.now)
        alerts.touch_thread(connection, thread.id, occasion.now)

    def _start(self, connection: Connection, occasion: Occasion, to: Target, alert: Alert) -> None:
        earlier = alerts.last_thread(connection, to.lane, occasion.story)
        key = alerts.start_thread(
            connection,
            to.lane,
            occasion.story,
            alert.id,
            occasion.now,
            previous=earlier.id if earlier else None,
        )
        head = heads.make(connection, to.lane, occasion.story, key, alert)
        for number, message in enumerate(self._opening(occasion, to, alert, head)):
            enqueue(
                connection,
                lane=to.lane,
                op="reply" if number else "post",
                message=message,
                thread_id=key,
                alert_id=alert.id,
                key=delivery_key("alert", to.lane, alert.id, number),
                now=occasion.now,
                not_before=to.not_before,
            )

    def _continue(self, connection: Connection, occasion: Occasion, to: Target, thread: Thread, alert: Alert) -> None:
        if to.threads != "edit":
            enqueue(
                connection,
                lane=thread.lane,
                op="reply",
                message=to.address(summary.update(alert)),
                thread_id=thread.id,
                alert_id=alert.id,
                broadcast=to.threads == "broadcast" and alert.kind in STATE_CHANGES,
                key=delivery_key("alert", thread.lane, alert.id, 0),
                now=occasion.now,
                not_before=to.not_before,
            )
            for message in self._background.history(connection, alert):
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
        falling.tell(connection, occasion, thread, alert)
        heads.edit(connection, occasion, thread, alert, alert.id)
        alerts.touch_thread(connection, thread.id, occasion.now)

    def _tell_alone(self, connection: Connection, occasion: Occasion, to: Target, alert: Alert) -> None:
        """Post a message of its own. Its thread row only tells a story's first message from the later ones."""
        if to.thread is None:
            alerts.start_thread(connection, to.lane, occasion.story, alert.id, occasion.now, is_alone=True)
        else:
            alerts.touch_thread(connection, to.thread.id, occasion.now)
        enqueue(
            connection,
            lane=to.lane,
            op="post",
            message=to.address(summary.parent(alert) if to.thread is None else summary.update(alert)),
            alert_id=alert.id,
            key=delivery_key("alert", to.lane, alert.id, 0),
            now=occasion.now,
            not_before=to.not_before,
        )
