"""The workers of a cluster in words, for ``status`` in the terminal and in chats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot import __version__
from bot.duration import in_words
from bot.store.workers import Worker


def line(one: Worker, now: datetime) -> str:
    """Say where a worker is, what it does, and what is the matter with it."""
    told = [f"{one.host}, process {one.pid}: {', '.join(one.roles) or 'nothing'}"]
    told += [f"has the {name.split(':')[1]} gateway" for name in one.offices if name.startswith("gateway:")]
    if one.version != __version__:
        told.append(f"is Tocsin {one.version}, not {__version__}")
    if one.is_silent(now):
        told.append(f"silent for {in_words((now - one.seen_at).total_seconds())}; others do its work")
    return "; ".join(told)


def summary(found: Iterable[Worker], now: datetime) -> str:
    """Count the workers, and those that are silent or of another version."""
    workers = list(found)
    silent = sum(one.is_silent(now) for one in workers)
    strange = sum(one.version != __version__ for one in workers)
    told = [str(len(workers) - silent)]
    told += [f"{silent} silent"] if silent else []
    told += [f"{strange} of another version"] if strange else []
    return ", ".join(told)
