"""Many small transactions as one: what waits while the disk is busy is committed together.

A piece of work that fails is undone alone, and none is told of success before the common commit. One fsync for
sixteen lanes instead of sixteen. Work may run twice, the first time undone, so it must do nothing but write rows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.store.db import Database

T = TypeVar("T")
Work = Callable[[Connection], Any]
LARGEST = 32


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Work
    done: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class GroupedWriter:
    """``tx`` with the promises of ``Database.posting``, sharing commits with whoever writes at the same time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None

    async def tx(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``; return when it is committed, raise what it raised, or why the commit failed."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return await done

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
            try:
                results = await self._db.posting(partial(_run, [one.work for one in group]))
            except Exception as error:  # noqa: BLE001 - handed to those who wait for it
                results = [_Failed(error)] * len(group)
            for waiting, result in zip(group, results, strict=True):
                _tell(waiting.done, result)


def _run(works: list[Work], connection: Connection) -> list[Any]:
    """Run all in one savepoint, since most groups succeed; where one fails, all again, each in its own."""
    if len(works) == 1:
        return [works[0](connection)]
    with contextlib.suppress(Exception), connection.begin_nested():
        return [work(connection) for work in works]
    return [_run_alone(work, connection) for work in works]


def _run_alone(work: Work, connection: Connection) -> Any:
    try:
        with connection.begin_nested():
            return work(connection)
    except Exception as error:  # noqa: BLE001 - one work's failure is not the others'
        return _Failed(error)


def _tell(done: asyncio.Future[Any], result: Any) -> None:
    if done.done():  # the one who asked was cancelled; the work is committed all the same
        return
    if isinstance(result, _Failed):
        done.set_exception(result.error)
    else:
        done.set_result(result)
