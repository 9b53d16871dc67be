"""What runs in a killable child: reads jobs from stdin, answers on stdout, ends when stdin ends.

A frame is a four-byte big-endian length and so many bytes. A job is two frames, a JSON header and a body; its answer
is one frame of JSON. The first answer, ``{"ready": true}``, is sent unasked once the libraries are loaded.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
Job = Callable[[dict[str, Any], bytes], dict[str, Any]]


def main(task: str, memory: int) -> None:
    """Serve jobs of one kind (``feed`` or ``article``) with at most ``memory`` bytes of address space."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    jobs, answers = _private_pipes()
    warnings.simplefilter("ignore")
    job = _load(task)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(answers, {"ready": True})
    while (header := _receive(jobs)) is not None:
        body = _receive(jobs)
        if body is None:
            return
        _send(answers, _answer(job, json.loads(header), body))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take stdin and stdout for ourselves, so that nothing a library prints can be mistaken for an answer."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(silence, standard)
    return jobs, answers


def _load(task: str) -> Job:
    job: Job = import_module(f"adapters.feeds.{task}job").run
    return job


def _answer(job: Job, header: dict[str, Any], body: bytes) -> dict[str, Any]:
    # If the parent dies while a job hangs, nobody would kill this process: the alarm does.
    signal.setitimer(signal.ITIMER_REAL, float(header.get("deadline", 10.0)) + 1.0)
    try:
        return job(header, body)
    except MemoryError:
        return {"error": "crashed", "text": "needs more memory than a feed may take", "spent": True}
    except Exception as error:  # noqa: BLE001 - the child answers, whatever a library does
        return {"error": "crashed", "text": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _receive(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


def _send(pipe: BinaryIO, value: dict[str, Any]) -> None:
    data = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    pipe.write(LENGTH.pack(len(data)) + data)
    pipe.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
