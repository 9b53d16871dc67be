"""Warm child processes that do one job each at a time and are killed at a deadline.

A regular expression inside a parser can run for minutes and holds the interpreter all the while; no thread can be
stopped, a process can. Children are started when first needed, kept, replaced when they die or are worn out.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Any

from adapters.feeds.child import LENGTH

START_TIMEOUT = 60.0  # seconds; importing is not part of a job's deadline
JOBS_PER_CHILD = 5_000  # then a fresh one: whatever a library leaks is given back
ANSWER_LIMIT = 64 * 1024 * 1024  # bytes; more is a fault
_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.insert(0, {root!r}); from adapters.feeds.child import main; main({task!r}, {memory})"


class TooSlowError(Exception):
    """The job was not done by its deadline; its child has been killed."""


class DiedError(Exception):
    """The child ended in the middle of the job."""


class _Child:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs = 0

    @property
    def is_fit(self) -> bool:
        return self._process.returncode is None and self.jobs < JOBS_PER_CHILD

    async def ask(self, header: dict[str, Any], body: bytes) -> dict[str, Any]:
        self.jobs += 1
        stdin = self._process.stdin
        assert stdin is not None
        head = json.dumps(header).encode()
        stdin.write(b"".join((LENGTH.pack(len(head)), head, LENGTH.pack(len(body)), body)))
        await stdin.drain()
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        stdout = self._process.stdout
        assert stdout is not None
        (length,) = LENGTH.unpack(await stdout.readexactly(LENGTH.size))
        if length > ANSWER_LIMIT:
            raise DiedError(f"the answer has {length:,} bytes")
        answer = json.loads(await stdout.readexactly(length))
        assert isinstance(answer, dict)
        return answer

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()


class ChildPool:
    """At most ``workers`` children for one kind of job. ``memory`` is a limit of address space in bytes."""

    def __init__(self, task: str, *, workers: int, timeout: float, memory: int) -> None:
        self._task = task
        self._timeout = timeout
        self._memory = memory
        self._slots = asyncio.Semaphore(workers)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self.killed = 0  # children that did not end by themselves; for metrics

    async def run(self, header: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Do one job. Raises TooSlowError or DiedError; waiting for a free child is not part of the deadline."""
        async with self._slots:
            child = await self._take()
            self._busy.add(child)
            is_fit = False
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await child.ask({**header, "deadline": self._timeout}, body)
                is_fit = not answer.get("spent", False)
            except TimeoutError as error:
                self.killed += 1
                raise TooSlowError(f"not done within {self._timeout:g} s") from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise DiedError("the parser process ended") from error
            finally:
                self._busy.discard(child)
                if is_fit and child.is_fit:
                    self._idle.append(child)
                else:
                    await child.end()
            return answer

    async def close(self) -> None:
        """Kill all children and wait for their end."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(child.end() for child in (*idle, *self._busy)))

    async def _take(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.is_fit:
                return child
            await child.end()
        return await self._start()

    async def _start(self) -> _Child:
        code = _START.format(root=_ROOT, task=self._task, memory=self._memory)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-X", "utf8", "-c", code, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        child = _Child(process)
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await child.answer()
        except BaseException as error:
            await child.end()
            if isinstance(error, asyncio.IncompleteReadError | TimeoutError):
                raise DiedError("a parser process could not be started") from error
            raise
        return child
