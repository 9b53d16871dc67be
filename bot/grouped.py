"""Many askers, one transaction: what is asked for while one runs is done together in the next.

A commit waits for the disk, and the way to the database's thread and back costs more than most of what is asked there.
All or nothing still holds for each: when a group fails, all of it is rolled back and each is done again alone, so a
work may run twice and must leave nothing behind but what is in the database.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from bot.ports import Clock

T = TypeVar("T")
_Asked = tuple[Callable[[Connection], Any], asyncio.Future[Any]]
MOST = 200  # works of one transaction
PAUSE = 0.01  # seconds in which works are gathered before a transaction begins
LONGEST = 0.05  # seconds after which a transaction takes up no further work, so that others get their turn


class Transact(Protocol):
    """``Database.tx`` or ``Database.read``."""

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Run ``work`` in one transaction."""


class Grouped:
    """Runs works in shared transactions, in the order in which they were asked for."""

    def __init__(
        self, transact: Transact, clock: Clock, *, after_failure: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._transact = transact
        self._clock = clock
        self._after_failure = after_failure
        self._waiting: deque[_Asked] = deque()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Return what ``work`` returns once it is committed; raise what it raises once it is rolled back."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        return await future

    async def _serve(self) -> None:
        while self._waiting:
            await asyncio.sleep(PAUSE)
            taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            group = [(work, future) for work, future in taken if not future.done()]  # who was cancelled asks no more
            try:
                await self._together(group)
            except Exception as error:  # noqa: BLE001 - what had to follow a failure failed too
                for _, future in group:
                    _settle(future, error=error)

    async def _together(self, group: Sequence[_Asked]) -> None:
        try:
            results = await self._transact(lambda connection: self._do(connection, group))
        except Exception as error:  # noqa: BLE001 - whose fault it is shows when each is done alone
            await self._recover()
            if len(group) == 1:
                _settle(group[0][1], error=error)
                return
            for work, future in group:
                await self._together([(work, future)])
            return
        for (_, future), result in zip(group, results, strict=False):
            _settle(future, result)
        self._waiting.extendleft(reversed(group[len(results) :]))

    def _do(self, connection: Connection, group: Sequence[_Asked]) -> list[Any]:
        started = self._clock.monotonic()
        results: list[Any] = []
        for work, _ in group:
            results.append(work(connection))
            if self._clock.monotonic() - started > LONGEST:
                break
        return results

    async def _recover(self) -> None:
        if self._after_failure is not None:
            await self._after_failure()


def _settle(future: asyncio.Future[Any], result: object = None, *, error: Exception | None = None) -> None:
    if future.done():  # nobody waits for it any more
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
