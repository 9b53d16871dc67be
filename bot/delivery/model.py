"""The shapes of delivery: a lane, a row of the outbox, the thread it belongs to, and a claim on all three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.message import Message
from bot.ports import Further, Place


class Op(StrEnum):
    """What a row asks of the platform."""

    POST = "post"  # the parent of a thread, or a message of its own
    REPLY = "reply"
    EDIT = "edit"  # of the thread's parent


class RowState(StrEnum):
    """How far a row is. READY and SENDING are pending; the others are final until an operator steps in."""

    READY = "ready"
    SENDING = "sending"  # handed to the platform, or about to be: only the platform knows
    SENT = "sent"
    DEAD = "dead"  # given up; the platform does not have it
    UNKNOWN = "unknown"  # the platform may have it and cannot be asked
    DROPPED = "dropped"  # left out on purpose, with a reason


class ThreadState(StrEnum):
    """Whether a thread still takes messages."""

    OPEN = "open"
    CLOSED = "closed"
    ALONE = "alone"  # a story told in messages that stand alone: there is no parent
    GONE = "gone"  # the parent was deleted, or the thread is locked


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadHandle:
    """Where a row's thread stands; ``root`` and ``handle`` are None until the parent is posted."""

    id: int
    state: ThreadState
    root: str | None
    handle: str | None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox as the courier needs it. ``plain`` means: the platform refused the full form once."""

    id: int
    key: str
    lane: str
    op: Op
    state: RowState
    message: Message
    created_at: datetime
    thread: ThreadHandle | None = None
    alert_id: int | None = None
    broadcast: bool = False
    plain: bool = False
    attempts: int = 0  # failed calls so far; being throttled is no attempt
    sending_at: datetime | None = None
    due_at: datetime | None = None  # since when it could go out; None for an edit, which nobody waits for
    part: int = 0  # of a message that one post does not hold: the next to go out, those before are there
    first: str | None = None  # what the platform calls part 0
    under: str | None = None  # where the further parts go
    lost: str | None = None  # what the platform did not take of it so far

    @property
    def place(self) -> Place:
        """The channel of the lane."""
        return place_of(self.lane)

    @property
    def further(self) -> Further | None:
        """Which later part is to go out; None for the message itself."""
        return None if self.part == 0 or self.first is None else Further(part=self.part, first=self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to move one lane until ``lease``; a write with an older ``epoch`` is refused."""

    lane: str
    epoch: int
    lease: datetime
    delivery: Delivery


def place_of(lane: str) -> Place:
    """Read a lane's key (``platform:workspace:channel``) back. Raises ValueError when it is none."""
    platform, workspace, channel = lane.split(":", 2)
    return Place(platform=platform, workspace=workspace, channel=channel)
