"""A messenger in memory: keeps what was posted, and fails when told to. It passes the contract of all messengers."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Message
from bot.ports import Clock, Further, Place, Posted

if TYPE_CHECKING:
    from bot.ports import Messenger


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that the fake platform holds."""

    place: Place
    message: Message
    key: str
    posted: Posted
    thread: str | None
    is_broadcast: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What becomes of a call. ``is_accepted`` posts the message all the same: only the answer is lost."""

    reason: DeliveryReason
    is_accepted: bool = False
    retry_after: float | None = None


class FakePlatform:
    """What survives a restart of the application: messages, faults and the count of calls."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.sent: list[Sent] = []
        self.calls: list[str] = []
        self._failures: deque[Failure] = deque()
        self._lasting: Failure | None = None
        self._numbers = itertools.count(1)

    def fail_next(self, *failures: Failure | DeliveryReason) -> None:
        """Let the next calls end like this, one after the other."""
        self._failures.extend(_failure(each) for each in failures)

    def fail_always(self, failure: Failure | DeliveryReason | None) -> None:
        """Let every call end like this; None mends it."""
        self._lasting = None if failure is None else _failure(failure)

    def number(self) -> str:
        return f"m{next(self._numbers)}"

    def take(self, call: str) -> Failure | None:
        """Count a call and return what becomes of it."""
        self.calls.append(call)
        return self._failures.popleft() if self._failures else self._lasting

    def in_channel(self, place: Place) -> list[Sent]:
        """Return what is seen in the channel itself: roots and broadcast replies."""
        return [each for each in self.sent if each.place == place and (each.thread is None or each.is_broadcast)]

    def in_thread(self, thread: str) -> list[Sent]:
        return [each for each in self.sent if each.thread == thread]

    def delete(self, posted: Posted) -> None:
        """Delete a message as a moderator would."""
        self.sent = [each for each in self.sent if each.posted.message != posted.message]


class FakeMessenger:
    """Implements bot.ports.Messenger over a FakePlatform; like Slack, it does not know a key again by itself."""

    def __init__(self, platform_state: FakePlatform | None = None, *, platform: str = "fake") -> None:
        self.platform = platform
        self.state = platform_state or FakePlatform()
        self._is_refused = False

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        return 1

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        further: Further | None = None,
    ) -> Posted:
        failure = self._begin("post", place)
        if thread is not None and not any(each.posted.message == thread for each in self.state.sent):
            raise DeliveryError(str(place), DeliveryReason.THREAD_DELETED, "the root was deleted")
        number = self.state.number()
        posted = Posted(message=number, thread=thread or number, link=f"https://fake.example/{number}")
        sent = Sent(
            place=place,
            message=message,
            key=key,
            posted=posted,
            thread=thread,
            is_broadcast=broadcast,
            at=self.state.clock.now(),
        )
        if failure is None or failure.is_accepted:
            self.state.sent.append(sent)
        if failure is not None:
            self._fail(failure, place)
        return posted

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        failure = self._begin("edit", place)
        if failure is not None:
            self._fail(failure, place)
        for index, each in enumerate(self.state.sent):
            if each.posted.message == posted.message:
                self.state.sent[index] = replace(each, message=message)
                return
        raise DeliveryError(str(place), DeliveryReason.THREAD_DELETED, "the message was deleted")

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        failure = self._begin("find", place)
        if failure is not None:
            self._fail(failure, place)
        for each in self.state.sent:
            if each.place == place and each.key == key and each.thread == thread and each.at >= since:
                return each.posted
        return None

    def _begin(self, call: str, place: Place) -> Failure | None:
        if self._is_refused:
            raise DeliveryError(str(place), DeliveryReason.TOKEN_REFUSED, "the token is refused")
        return self.state.take(call)

    def _fail(self, failure: Failure, place: Place) -> None:
        self._is_refused = failure.reason is DeliveryReason.TOKEN_REFUSED
        raise DeliveryError(str(place), failure.reason, f"told to fail: {failure.reason}", failure.retry_after)


def _failure(given: Failure | DeliveryReason) -> Failure:
    return given if isinstance(given, Failure) else Failure(reason=given)


def _check(messenger: FakeMessenger) -> Messenger:
    """Let the type checker hold the fake to the port."""
    return messenger
