"""Pure decisions of delivery: what to do with the head row of a lane, and what an answer means for it.

    plan(row)              -> Task       root | reply | part | edit | ask | drop | bury
    next_step(row, error)  -> Decision   retry | ask | plain | reroot | skip | park | pause | drop | dead | unknown
    after_look(row, found) -> Decision   sent | ask | retry | dead

The rule behind the tables: what surely was not accepted may be sent again, what may have been accepted is
looked for first, and what can neither be sent nor found ends where a person sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from bot.delivery.model import Delivery, Op, RowState, ThreadState
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message, MessageKind, Paragraph, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of delivery, in seconds unless said otherwise."""

    gap: float = 1.0  # between two posts in one channel (Slack: about one a second)
    gaps: Mapping[str, float] = field(default_factory=dict)  # by platform, instead of ``gap``
    lease: float = 30.0  # how long a claim holds; must exceed ``call_timeout`` (ENGINE: 30 s against frozen workers)
    call_timeout: float = 20.0  # a platform that is silent for so long counts as ambiguous
    settle: float = 5.0  # before "not found" is believed: the request may still be on its way, or being stored
    first_wait: float = 1.0
    longest_wait: float = 300.0
    max_attempts: int = 300  # with waits of up to five minutes: about a day
    max_age: timedelta = timedelta(hours=24)  # older rows go into one digest instead of ringing late

    def gap_of(self, platform: str) -> float:
        """Return the pause between two posts in one channel of ``platform``."""
        return self.gaps.get(platform, self.gap)


class Task(StrEnum):
    """What the head row needs next."""

    ROOT = "root"  # post it in the channel; it becomes its thread's parent where it has a thread
    REPLY = "reply"
    PART = "part"  # a further one of a message whose first is there
    EDIT = "edit"
    ASK = "ask"  # it may have been accepted: look for it
    DROP = "drop"
    BURY = "bury"  # nothing to hang it on: dead


class Verdict(StrEnum):
    """What becomes of a row."""

    SENT = "sent"
    RETRY = "retry"
    ASK = "ask"
    PLAIN = "plain"
    REROOT = "reroot"
    SKIP = "skip"  # this further part is left out; the message itself is there
    PARK = "park"
    PAUSE = "pause"
    DROP = "drop"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a row was planned or decided as it was; stored in words and shown to the operator."""

    IN_ORDER = "in_order"
    INTERRUPTED = "interrupted"  # found in state sending
    PARENT_LOST = "parent_lost"
    NO_ROOT = "no_root"
    ROOT_DELETED = "root_deleted"
    THREAD_CONTINUED = "thread_continued"
    THREAD_LOCKED = "thread_locked"
    PROMOTED = "promoted"  # the parent never appeared, so this update opens the thread
    ACCEPTED = "accepted"
    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_FOUND_YET = "not_found_yet"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    AMBIGUOUS = "ambiguous"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - not a password
    CHANNEL_GONE = "channel_gone"
    NO_PERMISSION = "no_permission"
    REJECTED = "rejected"
    REJECTED_TWICE = "rejected_twice"
    PART_LOST = "part_lost"
    EDIT_LIMIT = "edit_limit"
    GAVE_UP = "gave_up"
    CANNOT_ASK = "cannot_ask"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next task and why it is that one."""

    task: Task
    reason: Reason = Reason.IN_ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a row. ``wait`` holds the whole lane back, in seconds; ``counts``: this was an attempt."""

    verdict: Verdict
    reason: Reason
    wait: float = 0.0
    counts: bool = False
    detail: str = ""
    has_more: bool = False  # a further part is to follow


def plan(delivery: Delivery) -> Plan:
    """Decide what the head row of a lane needs; everything before it in the lane is settled."""
    thread = delivery.thread
    if delivery.state is RowState.SENDING and delivery.op is not Op.EDIT:
        return Plan(task=Task.ASK, reason=Reason.INTERRUPTED)
    if delivery.part:
        return Plan(task=Task.PART)
    if thread is not None and thread.state is ThreadState.GONE:
        return Plan(task=Task.DROP, reason=Reason.ROOT_DELETED)
    if delivery.op is Op.EDIT:
        has_root = thread is not None and thread.root is not None
        return Plan(task=Task.EDIT) if has_root else Plan(task=Task.DROP, reason=Reason.NO_ROOT)
    if thread is None:
        return Plan(task=Task.ROOT)
    if thread.handle is not None:
        return Plan(task=Task.REPLY)
    if delivery.op is Op.POST:
        return Plan(task=Task.ROOT)
    if delivery.message.kind is MessageKind.DETAIL:
        return Plan(task=Task.BURY, reason=Reason.PARENT_LOST)
    return Plan(task=Task.ROOT, reason=Reason.PROMOTED)


def next_step(delivery: Delivery, task: Task, error: DeliveryError, policy: Policy) -> Decision:
    """Decide what a failed call means for the row that it was made for."""
    decided = _asking(delivery, error, policy) if task is Task.ASK else _sending(delivery, task, error, policy)
    return _of_part(delivery, replace(decided, detail=error.detail))


def after_look(delivery: Delivery, policy: Policy, now: datetime, *, found: bool) -> Decision:
    """Decide what the platform's answer to "do you have it?" means; an early "no" is not believed yet."""
    if found:
        return Decision(verdict=Verdict.SENT, reason=Reason.FOUND)
    if delivery.sending_at is not None:
        sure_in = policy.settle - max(0.0, (now - delivery.sending_at).total_seconds())
        if sure_in > 0:
            return Decision(verdict=Verdict.ASK, reason=Reason.NOT_FOUND_YET, wait=sure_in)
    if delivery.attempts + 1 >= policy.max_attempts:
        return _of_part(delivery, Decision(verdict=Verdict.DEAD, reason=Reason.GAVE_UP, counts=True))
    return Decision(verdict=Verdict.RETRY, reason=Reason.NOT_FOUND, counts=True)


def after_surprise(delivery: Delivery, task: Task, detail: str, policy: Policy) -> Decision:
    """Decide after an error that no messenger may raise: a mistake of ours, so the next try is the simplest form."""
    if task is Task.EDIT:
        return Decision(verdict=Verdict.DEAD, reason=Reason.REJECTED, detail=detail)
    if task is Task.ASK or delivery.plain:
        return _of_part(delivery, Decision(verdict=Verdict.UNKNOWN, reason=Reason.CANNOT_ASK, detail=detail))
    wait = backoff(delivery, policy)
    return Decision(verdict=Verdict.ASK, reason=Reason.REJECTED, wait=wait, counts=True, detail=detail)


def backoff(delivery: Delivery, policy: Policy) -> float:
    """Return seconds to wait: doubling from the first wait to the longest, spread by a tenth either way.

    The spread comes from the row's key, so that lanes which failed together do not return together.
    """
    doubled = policy.first_wait * 2.0 ** min(delivery.attempts, 32)
    digest = blake2b(f"{delivery.key}:{delivery.attempts}".encode(), digest_size=2).digest()
    spread = 0.9 + 0.2 * int.from_bytes(digest) / 0xFFFF
    return min(doubled, policy.longest_wait) * spread


def is_stale(delivery: Delivery, now: datetime, policy: Policy) -> bool:
    """Tell whether a row is too old to ring; edits never are, since they only bring a parent up to date."""
    is_untouched = delivery.state is RowState.READY and delivery.part == 0
    return is_untouched and delivery.op is not Op.EDIT and now - delivery.created_at > policy.max_age


def plain_text(message: Message) -> Message:
    """Return the message in its simplest form: its heading and the one-sentence fallback, no buttons, no mention."""
    return Message(
        kind=message.kind,
        heading=message.heading,
        fallback=message.fallback,
        blocks=(Paragraph((Text(message.fallback),)),),
        severity=message.severity,
    )


_CLOSED = {DeliveryReason.THREAD_GONE, DeliveryReason.THREAD_LOCKED, DeliveryReason.THREAD_DELETED}
_ENDS = {Verdict.DEAD, Verdict.UNKNOWN, Verdict.PLAIN, Verdict.REROOT, Verdict.DROP}


def _of_part(delivery: Delivery, decision: Decision) -> Decision:
    """Let what would end a message end only the further part that it is about."""
    if delivery.part == 0 or decision.verdict not in _ENDS:
        return decision
    return replace(decision, verdict=Verdict.SKIP, reason=Reason.PART_LOST, wait=0.0)


def _sending(delivery: Delivery, task: Task, error: DeliveryError, policy: Policy) -> Decision:
    match error.reason:
        case DeliveryReason.THROTTLED:
            return Decision(verdict=Verdict.RETRY, reason=Reason.THROTTLED, wait=_told_wait(delivery, error, policy))
        case DeliveryReason.AMBIGUOUS if task is not Task.EDIT:
            wait = backoff(delivery, policy)
            return Decision(verdict=Verdict.ASK, reason=Reason.AMBIGUOUS, wait=wait, counts=True)
        case DeliveryReason.TOKEN_REFUSED:
            return Decision(verdict=Verdict.PAUSE, reason=Reason.TOKEN_REFUSED)
        case DeliveryReason.CHANNEL_GONE | DeliveryReason.NO_PERMISSION:
            return Decision(verdict=Verdict.PARK, reason=Reason(error.reason.value))
        case DeliveryReason.EDIT_LIMIT if task is Task.EDIT:
            return Decision(verdict=Verdict.DROP, reason=Reason.EDIT_LIMIT)
        case DeliveryReason.THREAD_LOCKED if task is Task.EDIT:  # the parent is there: nobody took it away
            return Decision(verdict=Verdict.DROP, reason=Reason.THREAD_LOCKED)
        case reason if reason in _CLOSED and task is not Task.ROOT:
            return _thread_gone(delivery, task, reason)
        case reason if reason in _CLOSED or reason is DeliveryReason.REJECTED:
            return _rejected(delivery, task)
        case _:
            return _again_later(delivery, error, policy)


def _asking(delivery: Delivery, error: DeliveryError, policy: Policy) -> Decision:
    match error.reason:
        case DeliveryReason.THROTTLED:
            return Decision(verdict=Verdict.ASK, reason=Reason.THROTTLED, wait=_told_wait(delivery, error, policy))
        case DeliveryReason.TOKEN_REFUSED:
            return Decision(verdict=Verdict.PAUSE, reason=Reason.TOKEN_REFUSED)
        case DeliveryReason.CHANNEL_GONE:
            return Decision(verdict=Verdict.PARK, reason=Reason.CHANNEL_GONE)
        case reason if reason in _CLOSED:
            return _thread_gone(delivery, Task.REPLY, reason)
        case DeliveryReason.UNAVAILABLE if delivery.attempts + 1 < policy.max_attempts:
            return Decision(verdict=Verdict.ASK, reason=Reason.UNAVAILABLE, wait=backoff(delivery, policy), counts=True)
        case _:  # it may not be read, or the messenger itself cannot tell: asking again changes nothing
            return Decision(verdict=Verdict.UNKNOWN, reason=Reason.CANNOT_ASK)


def _again_later(delivery: Delivery, error: DeliveryError, policy: Policy) -> Decision:
    if delivery.attempts + 1 >= policy.max_attempts:
        return Decision(verdict=Verdict.DEAD, reason=Reason.GAVE_UP, counts=True)
    wait = max(backoff(delivery, policy), error.retry_after or 0.0)
    return Decision(verdict=Verdict.RETRY, reason=Reason.UNAVAILABLE, wait=wait, counts=True)


def _thread_gone(delivery: Delivery, task: Task, reason: DeliveryReason) -> Decision:
    is_deleted = task is Task.EDIT or reason is DeliveryReason.THREAD_DELETED  # only a deleted parent refuses an edit
    if is_deleted:  # somebody did not want it here: nothing of this story is posted there again
        return Decision(verdict=Verdict.DROP, reason=Reason.ROOT_DELETED)
    if delivery.message.kind is MessageKind.DETAIL:
        return Decision(verdict=Verdict.DROP, reason=Reason.PARENT_LOST)
    return Decision(verdict=Verdict.REROOT, reason=Reason.THREAD_CONTINUED)


def _rejected(delivery: Delivery, task: Task) -> Decision:
    if delivery.plain or task is Task.EDIT:
        return Decision(verdict=Verdict.DEAD, reason=Reason.REJECTED_TWICE if delivery.plain else Reason.REJECTED)
    return Decision(verdict=Verdict.PLAIN, reason=Reason.REJECTED, counts=True)


def _told_wait(delivery: Delivery, error: DeliveryError, policy: Policy) -> float:
    """Return the platform's own wait, to the letter; only where it named none, ours."""
    return backoff(delivery, policy) if error.retry_after is None else error.retry_after
