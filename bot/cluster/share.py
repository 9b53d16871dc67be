"""What of the work a process does: all of it, or what its roles in a cluster give it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A part of the work, as ``tocsin worker --roles`` names it."""

    POLL = "poll"
    PROCESS = "process"
    DELIVER = "deliver"


Task = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``poll`` sees to the feeds that are due, at every tick; ``tasks`` run as long as the process does.

    ``keeps_house``: digests, notices, pruning; ``revisits``: pages once more.
    """

    poll: Task | None
    tasks: tuple[Task, ...]
    keeps_house: bool = True
    revisits: bool = True
