"""``tocsin feeds parse``: what the parser makes of feed files, one answer a file; no network, no database."""

from __future__ import annotations

import asyncio
import json
import stat
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from adapters.feeds.parse import TIMEOUT, PooledParser
from adapters.http import MAX_BODY
from bot.errors import ParseError
from rules.wording import count as in_number

AHEAD = 8  # files in work at once; answers come in the order of the arguments


async def answers(paths: Sequence[str], *, workers: int = 2) -> AsyncIterator[dict[str, Any]]:
    """Yield ``{"path", "entries", "title", "lang", "problems"}`` for each path, in order; never raises for a file."""
    parser = PooledParser(workers=workers, total=TIMEOUT + 0.2)
    slots = asyncio.Semaphore(workers)  # waiting for a free child is not part of a file's deadline
    waiting: deque[asyncio.Task[dict[str, Any]]] = deque()
    left = iter(paths)
    try:
        while True:
            while len(waiting) < AHEAD and (path := next(left, None)) is not None:
                waiting.append(asyncio.create_task(_answer(parser, slots, path)))
            if not waiting:
                return
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await parser.close()


async def _answer(parser: PooledParser, slots: asyncio.Semaphore, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"path": path, "entries": 0, "title": "", "lang": None, "problems": []}
    try:
        body = await asyncio.to_thread(_read, path)
        async with slots:
            feed = await parser.parse("", body)
    except ParseError as error:
        return answer | {"error": error.reason.value, "problems": [error.detail]}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return answer | {"error": "unreadable", "problems": [f"cannot be read: {reason}"]}
    return answer | {
        "entries": len(feed.entries),
        "title": feed.title,
        "lang": feed.lang,
        "problems": list(feed.problems),
    }


def _read(path: str) -> bytes:
    if path == "-":
        body = sys.stdin.buffer.read(MAX_BODY + 1)
    else:
        place = Path(path)
        if not stat.S_ISREG(place.stat().st_mode):
            raise ValueError("it is not a regular file")
        with place.open("rb") as file:
            body = file.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise ValueError(f"it is larger than {MAX_BODY // 1024 // 1024} MiB, the most that is taken of a feed")
    return body


async def print_answers(paths: Sequence[str], *, is_json: bool) -> int:
    """Print every answer; return 1 when a file could not be read at all."""
    unreadable = 0
    async for answer in answers(paths):
        unreadable += answer.get("error") == "unreadable"
        sys.stdout.write((_dump(answer) if is_json else _plain(answer)) + "\n")
        sys.stdout.flush()
    return 1 if unreadable else 0


def _dump(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False)
    return line if line.isprintable() and _is_encodable(line) else json.dumps(answer)


def _is_encodable(line: str) -> bool:
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _plain(answer: dict[str, Any]) -> str:
    head = f"{answer['path']}: {in_number(answer['entries'], 'entry', 'entries')}" + (
        f', "{answer["title"]}"' if answer["title"] else ""
    )
    lines = [head, *(f"    {problem}" for problem in answer["problems"])]
    encoding = sys.stdout.encoding or "utf-8"
    return "\n".join(lines).encode(encoding, "backslashreplace").decode(encoding)
