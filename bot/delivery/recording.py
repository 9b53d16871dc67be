"""Writes what was decided: the row, its thread, its lane and the notices, in one fenced transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.delivery import notices
from bot.delivery.decisions import Decision, Policy, Reason, Task, Verdict
from bot.delivery.model import Claim, Delivery, Op, RowState
from bot.faults import fault
from bot.message import MessageKind
from bot.ports import Posted
from bot.store import lanes, outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Carries decisions out in the database. Notices go to ``admin_lanes``, else to the channel concerned."""

    policy: Policy
    admin_lanes: tuple[str, ...] = ()

    def record(
        self, connection: Connection, claim: Claim, task: Task, decision: Decision, posted: Posted | None, now: datetime
    ) -> bool:
        """Write the decision and give the lane back. False, and nothing written, when the claim is no longer ours."""
        delivery = claim.delivery
        wait = max(decision.wait, self._pause(delivery, task, decision))
        not_before = now + timedelta(seconds=wait)  # also without a wait: it tells who was served last
        if not lanes.release(connection, claim.lane, claim.epoch, not_before=not_before):
            return False
        if decision.verdict in {Verdict.SENT, Verdict.SKIP}:
            self._sent(connection, delivery, task, decision, posted, now)
        elif decision.verdict in _FINAL:
            outbox.mark_final(connection, [delivery.id], _FINAL[decision.verdict], notices.explain(decision))
        else:
            self._goes_on(connection, delivery, task, decision, now)
        self._consequences(connection, delivery, task, decision, now)
        self._tell(connection, delivery, decision, now)
        fault("outbox.recording")
        return True

    def collapse_stale(self, connection: Connection, lane: str, now: datetime) -> None:
        """Put all rows of the lane that are too old to ring into one digest row, which goes out in their place."""
        rows = outbox.ready_before(connection, lane, now - self.policy.max_age)
        if not rows:
            return
        why = notices.explain(Decision(verdict=Verdict.DROP, reason=Reason.STALE))
        outbox.mark_final(connection, [row.id for row in rows], RowState.DROPPED, why)
        outbox.enqueue(
            connection,
            lane=lane,
            op=Op.POST,
            message=notices.stale_digest(rows, now),
            key=outbox.delivery_key("stale", *(row.key for row in rows)),
            now=now,
        )

    def _pause(self, delivery: Delivery, task: Task, decision: Decision) -> float:
        """Return the pace: a gap after what reached the channel, none after what was settled here."""
        reached = decision.verdict is Verdict.SENT and task is not Task.ASK  # a further part counts like a message
        return self.policy.gap_of(delivery.place.platform) if reached else 0.0

    def _sent(
        self,
        connection: Connection,
        delivery: Delivery,
        task: Task,
        decision: Decision,
        posted: Posted | None,
        now: datetime,
    ) -> None:
        first, under = delivery.first or "", delivery.under or ""
        if delivery.part == 0:
            if posted is None:
                raise ValueError(f"delivery {delivery.key} counts as sent without the platform's handle")
            first, under = posted.message, posted.thread or posted.message
            self._in_thread(connection, delivery, task, posted, now)
        lost = notices.explain(decision) if decision.verdict is Verdict.SKIP else delivery.lost
        if decision.has_more:
            # What was found, an earlier life posted: it may have gone further than this database knows.
            state = RowState.SENDING if task is Task.ASK and decision.verdict is Verdict.SENT else RowState.READY
            part = delivery.part + 1
            outbox.mark_part(connection, delivery.id, part, state=state, remote=first, under=under, error=lost)
        else:
            outbox.mark_sent(connection, delivery.id, first, now, lost)

    def _in_thread(self, connection: Connection, delivery: Delivery, task: Task, posted: Posted, now: datetime) -> None:
        thread = delivery.thread
        if thread is None:
            return
        if task is Task.EDIT:
            outbox.touch_thread(connection, thread.id, edited=1, now=now)
        elif thread.handle is None:
            handle = posted.thread or posted.message
            outbox.root_thread(connection, thread.id, root=posted.message, handle=handle, link=posted.link, now=now)
        else:
            outbox.touch_thread(connection, thread.id, edited=0, now=now)

    def _goes_on(
        self, connection: Connection, delivery: Delivery, task: Task, decision: Decision, now: datetime
    ) -> None:
        surely_not_there = decision.verdict in {Verdict.RETRY, Verdict.PLAIN, Verdict.REROOT}
        stays_open = decision.verdict is Verdict.ASK or (task is Task.ASK and not surely_not_there)
        outbox.mark_pending(
            connection,
            delivery.id,
            RowState.SENDING if stays_open else RowState.READY,
            attempts=delivery.attempts + (1 if decision.counts else 0),
            error=notices.explain(decision),
            sending_at=now if decision.verdict is Verdict.ASK and task is not Task.ASK else delivery.sending_at,
            plain=decision.verdict is Verdict.PLAIN or decision.reason is Reason.REJECTED,
        )

    def _consequences(
        self, connection: Connection, delivery: Delivery, task: Task, decision: Decision, now: datetime
    ) -> None:
        if decision.verdict is Verdict.PARK:
            lanes.park(connection, delivery.lane, decision.reason.value, decision.detail)
        elif decision.verdict is Verdict.PAUSE:
            lanes.pause_platform(connection, delivery.place.platform, decision.reason.value)
        elif decision.verdict is Verdict.REROOT and delivery.thread is not None:
            outbox.continue_thread(connection, delivery.thread.id, now)
            outbox.replace_message(connection, delivery.id, notices.continued(delivery.message, delivery.thread.link))
        elif decision.reason is Reason.ROOT_DELETED and delivery.thread is not None:
            outbox.mark_thread_gone(connection, delivery.thread.id)
        elif decision.reason is Reason.EDIT_LIMIT and not outbox.is_posted_too(connection, delivery):
            _post_instead(connection, delivery, now)

    def _tell(self, connection: Connection, delivery: Delivery, decision: Decision, now: datetime) -> None:
        message = notices.notice(delivery, decision)
        if message is None or delivery.message.kind is MessageKind.NOTICE:
            return  # a notice that cannot be delivered would only breed notices
        silent = delivery.place.platform if decision.verdict is Verdict.PAUSE else ""
        stopped = {delivery.lane} if decision.verdict is Verdict.PARK else set()
        own = () if decision.verdict in {Verdict.PARK, Verdict.PAUSE} else (delivery.lane,)
        for lane in self.admin_lanes or own:
            if lane in stopped or lane.split(":", 1)[0] == silent:
                continue
            key = outbox.delivery_key("notice", decision.verdict, delivery.key, now.isoformat(), lane)
            outbox.enqueue(connection, lane=lane, op=Op.POST, message=message, key=key, now=now)


def _post_instead(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Say in the thread what an edit alone was to say, since the platform takes no more edits of its head."""
    outbox.enqueue(
        connection,
        lane=delivery.lane,
        op=Op.REPLY,
        message=replace(delivery.message, kind=MessageKind.UPDATE),
        key=outbox.delivery_key("instead of an edit", delivery.key),
        now=now,
        thread_id=delivery.thread.id if delivery.thread is not None else None,
        alert_id=delivery.alert_id,
    )


_FINAL = {Verdict.DROP: RowState.DROPPED, Verdict.DEAD: RowState.DEAD, Verdict.UNKNOWN: RowState.UNKNOWN}
