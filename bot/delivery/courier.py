"""Moves one lane by one row, so that a crash at any moment neither loses nor repeats a message.

claim lane (epoch + 1, lease)  |  one transaction: the head row is committed as "sending"
head row -> plan               |
call the platform with the row's key; an interrupted row is looked for first
decide what the answer means (bot.delivery.decisions)
record it, fenced by the epoch |  one transaction: row, thread, lane, notices
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy import Connection

from bot.delivery import decisions, quieting
from bot.delivery.decisions import Decision, Plan, Policy, Reason, Task, Verdict
from bot.delivery.model import Claim, Delivery, Op, RowState
from bot.delivery.recording import Recorder
from bot.errors import DeliveryError, DeliveryReason, StoreError
from bot.faults import FaultInjected, fault
from bot.message import Message
from bot.ports import Clock, Messenger, Place, Posted
from bot.store import lanes, outbox
from bot.store.db import Database
from bot.store.grouping import GroupedWriter

log = structlog.get_logger("tocsin.delivery")


class StepResult(StrEnum):
    """What became of one step on a lane."""

    IDLE = "idle"  # nothing due, or another worker has the lane
    MOVED = "moved"
    STOPPED = "stopped"  # the channel is parked or the platform paused
    FENCED = "fenced"  # the lane was taken from us while we worked; nothing was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One finished step, for logs and metrics, in seconds. ``took`` is the platform's call; ``waited`` runs from when
    the row could go out to the answer, None for an edit.
    """

    delivery: Delivery
    task: Task
    decision: Decision
    took: float
    waited: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """The result of a step, and the outcome where a row was dealt with."""

    result: StepResult
    outcome: Outcome | None = None


class Courier:
    """Carries rows; holds no state between steps."""

    def __init__(
        self,
        db: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        *,
        policy: Policy,
        admin_lanes: Sequence[Place] = (),
        sole_owner: bool = True,
    ) -> None:
        self._writer = GroupedWriter(db)
        self._messengers = dict(messengers)
        self._clock = clock
        self._policy = policy
        self._sole_owner = sole_owner
        self._owner = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._recorder = Recorder(policy=policy, admin_lanes=tuple(str(place) for place in admin_lanes))

    def add(self, name: str, messenger: Messenger) -> None:
        """Carry to a further platform from now on."""
        self._messengers[name] = messenger

    async def step(self, lane: str) -> StepReport:
        """Move the lane by at most one row. Raises StoreError when the database cannot record; never DeliveryError."""
        started = self._clock.monotonic()
        claimed = await self._writer.tx(lambda connection: self._claim(connection, lane))
        fault("outbox.claimed")
        if claimed is None:
            return StepReport(result=StepResult.IDLE)
        claim, plan = claimed
        try:
            return await self._settle(claim, plan, started)
        except BaseException:
            await self._give_back(claim)
            raise

    async def _settle(self, claim: Claim, plan: Plan, started: float) -> StepReport:
        decision, posted = await self._carry_out(claim, plan, started)
        fault("outbox.answered")
        now = self._clock.now()
        kept = await self._writer.tx(lambda c: self._recorder.record(c, claim, plan.task, decision, posted, now))
        fault("outbox.recorded")
        if not kept:
            return StepReport(result=StepResult.FENCED)
        took = self._clock.monotonic() - started
        due_at = claim.delivery.due_at
        waited = None if due_at is None else max(0.0, (now - due_at).total_seconds())
        outcome = Outcome(delivery=claim.delivery, task=plan.task, decision=decision, took=took, waited=waited)
        stopped = decision.verdict in {Verdict.PARK, Verdict.PAUSE}
        return StepReport(result=StepResult.STOPPED if stopped else StepResult.MOVED, outcome=outcome)

    async def _give_back(self, claim: Claim) -> None:
        """Free the lane after a failure, so that the row is looked for soon; if that fails too, the lease runs out."""
        with contextlib.suppress(StoreError):
            await self._writer.tx(lambda c: lanes.release(c, claim.lane, claim.epoch, not_before=None))

    def _claim(self, connection: Connection, lane: str) -> tuple[Claim, Plan] | None:
        """Take the lane and its head row and decide what it needs; None when there is nothing to do."""
        now = self._clock.now()
        lease = now + timedelta(seconds=self._policy.lease)
        epoch = lanes.claim(connection, lane, owner=self._owner, lease=lease, now=now, sole_owner=self._sole_owner)
        if epoch is None:
            return None
        head = quieting.find_head(connection, lane, now)
        if head is not None and decisions.is_stale(head, now, self._policy):
            self._recorder.collapse_stale(connection, lane, now)
            head = quieting.find_head(connection, lane, now)
        if head is None:
            lanes.release(connection, lane, epoch, not_before=None)
            return None
        claim = Claim(lane=lane, epoch=epoch, lease=lease, delivery=head)
        plan = decisions.plan(head)
        if plan.task in {Task.ROOT, Task.REPLY, Task.PART, Task.EDIT}:
            outbox.mark_sending(connection, head.id, now)
            claim = replace(claim, delivery=replace(head, state=RowState.SENDING, sending_at=now))
        fault("outbox.claiming")
        return claim, plan

    async def _carry_out(self, claim: Claim, plan: Plan, started: float) -> tuple[Decision, Posted | None]:
        delivery = claim.delivery
        if plan.task is Task.DROP:
            return Decision(verdict=Verdict.DROP, reason=plan.reason), None
        if plan.task is Task.BURY:
            return Decision(verdict=Verdict.DEAD, reason=plan.reason), None
        if self._is_late(claim, started):  # frozen between the claim and now: somebody else may have the lane
            return Decision(verdict=Verdict.ASK, reason=Reason.INTERRUPTED), None
        try:
            async with asyncio.timeout(self._policy.call_timeout):
                decision, posted = await self._call(delivery, plan.task)
        except DeliveryError as error:
            decision, posted = decisions.next_step(delivery, plan.task, error, self._policy), None
        except TimeoutError:
            silent = f"no answer in {self._policy.call_timeout:g} s"
            reason = DeliveryReason.UNAVAILABLE if plan.task is Task.ASK else DeliveryReason.AMBIGUOUS
            unsure = DeliveryError(str(delivery.place), reason, silent)
            decision, posted = decisions.next_step(delivery, plan.task, unsure, self._policy), None
        except FaultInjected:
            raise
        except Exception as error:  # noqa: BLE001 - a messenger's mistake must not stop the lane for ever
            detail = f"{type(error).__name__}: {error}"
            decision, posted = decisions.after_surprise(delivery, plan.task, detail, self._policy), None
        if decision.verdict in {Verdict.SENT, Verdict.SKIP}:
            decision = replace(decision, has_more=await self._has_more(delivery))
        return decision, posted

    async def _call(self, delivery: Delivery, task: Task) -> tuple[Decision, Posted | None]:
        if task is Task.ASK:
            return await self._look(delivery)
        messenger, message = self._messengers[delivery.place.platform], _shown(delivery)
        if task is Task.EDIT:
            await messenger.edit(delivery.place, _parent(delivery), message)
            return Decision(verdict=Verdict.SENT, reason=Reason.ACCEPTED), _parent(delivery)
        posted = await messenger.post(
            delivery.place,
            message,
            key=_key(delivery),
            thread=None if task is Task.ROOT else _home(delivery),
            broadcast=_is_broadcast(delivery),
            further=delivery.further,
        )
        return Decision(verdict=Verdict.SENT, reason=Reason.ACCEPTED), posted

    async def _look(self, delivery: Delivery) -> tuple[Decision, Posted | None]:
        """Ask the platform for what may have been accepted."""
        messenger = self._messengers[delivery.place.platform]
        first_try = delivery.sending_at if delivery.attempts == 0 else None
        since = first_try or delivery.created_at  # an earlier try may have been accepted late
        found = await messenger.find(
            delivery.place, _key(delivery), thread=_home(delivery), since=since, further=delivery.further
        )
        fault("outbox.found")
        return decisions.after_look(delivery, self._policy, self._clock.now(), found=found is not None), found

    async def _has_more(self, delivery: Delivery) -> bool:
        """Tell whether a further part has to follow what was just accepted."""
        if delivery.op is Op.EDIT:
            return False
        messenger = self._messengers[delivery.place.platform]
        try:
            parts = await messenger.parts(_shown(delivery), broadcast=_is_broadcast(delivery))
        except Exception:  # what is there must be recorded, whatever becomes of the rest
            log.exception("parts of a message not counted", lane=delivery.lane, key=delivery.key)
            return False
        return parts > delivery.part + 1

    def _is_late(self, claim: Claim, started: float) -> bool:
        waited = self._clock.monotonic() - started
        return waited >= self._policy.lease or self._clock.now() >= claim.lease


def _shown(delivery: Delivery) -> Message:
    return decisions.plain_text(delivery.message) if delivery.plain else delivery.message


def _key(delivery: Delivery) -> str:
    """Return the key of what goes out next: each further part has its own."""
    return outbox.delivery_key(delivery.key, delivery.part) if delivery.part else delivery.key


def _home(delivery: Delivery) -> str | None:
    """Return the thread that it goes to; None for what stands in the channel."""
    if delivery.part:
        return delivery.under
    return None if delivery.thread is None else delivery.thread.handle


def _is_broadcast(delivery: Delivery) -> bool:
    """Tell whether a reply is shown in the channel too."""
    thread = delivery.thread
    is_reply = thread is not None and thread.handle is not None and thread.root != delivery.first
    return is_reply and (delivery.broadcast or delivery.op is Op.POST)


def _parent(delivery: Delivery) -> Posted:
    thread = delivery.thread
    if thread is None or thread.root is None:
        raise ValueError(f"delivery {delivery.key} edits a thread without a parent")
    return Posted(message=thread.root, thread=thread.handle, link=thread.link)
