"""Named points where a test may make the process fail; in production every call returns at once.

A test arms one or more points through the environment, read when ``arm`` is called by the test's own child
process: ``TOCSIN_FAULTS="outbox.accepted:kill:3"`` kills the process with SIGKILL at the third call of that point.
Actions: ``kill``, ``raise`` (FaultInjected), ``hang`` (the calling thread, for ever) and ``delay`` (so many seconds:
``delay=0.5``). ``TOCSIN_FAULTS_LOG`` names a file that gets one line for every fault that fires.
"""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SPEC = "TOCSIN_FAULTS"
LOG = "TOCSIN_FAULTS_LOG"
_CALL = re.compile(r"\bfault\(\"([a-z.]+)\"\)")


class FaultInjected(Exception):  # noqa: N818 - not an error of the program
    """A test asked for this failure."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at the ``nth`` call of a point."""

    name: str
    action: str
    nth: int
    seconds: float = 0.0


class _Armed:
    def __init__(self, faults: tuple[Fault, ...], log: Path | None) -> None:
        self._faults = faults
        self._log = log
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def reach(self, name: str) -> None:
        with self._lock:
            self._calls[name] += 1
            nth = self._calls[name]
        for fault in self._faults:
            if (fault.name, fault.nth) == (name, nth):
                self._note(fault)
                _fire(fault)

    def _note(self, fault: Fault) -> None:
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{fault.name}:{fault.action}:{fault.nth}\n")


class _Switch:
    """Off (None) unless a test arms it."""

    armed: _Armed | None = None


def fault(name: str) -> None:
    """Mark a point that tests can make fail."""
    if _Switch.armed is not None:
        _Switch.armed.reach(name)


def named(source: str) -> tuple[str, ...]:
    """Return the points that a module's source names."""
    return tuple(_CALL.findall(source))


def arm(environment: Mapping[str, str]) -> None:
    """Arm what ``environment`` asks for; nothing when it asks for nothing. Raises ValueError for a bad request."""
    spec = environment.get(SPEC, "")
    log = environment.get(LOG)
    faults = tuple(_parse(part) for part in spec.split(",") if part)
    _Switch.armed = _Armed(faults, Path(log) if log else None) if faults else None


def _parse(text: str) -> Fault:
    name, action, nth = text.split(":")
    action, _, seconds = action.partition("=")
    if action not in {"kill", "raise", "hang", "delay"}:
        raise ValueError(f"{text}: {action} is no action (kill, raise, hang, delay)")
    return Fault(name, action, int(nth), float(seconds or 0))


def _fire(fault: Fault) -> None:
    match fault.action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise FaultInjected(fault.name)
        case "hang":
            threading.Event().wait()
        case _:
            time.sleep(fault.seconds)
