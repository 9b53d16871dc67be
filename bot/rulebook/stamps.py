"""When rule files changed last, and whether they are quiet: looked at on every tick, so it reads no file."""

from __future__ import annotations

import pwd
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from bot.rulebook.files import PACK_PREFIX, rule_paths

SETTLE = timedelta(seconds=2)
"""How long files have to be quiet: editors write in several steps, and a copy of many files takes a moment."""

Stamp = Mapping[str, tuple[int, int, int]]
"""File name to modification time (ns), size and inode."""


class Decision(StrEnum):
    """What to do about the files now."""

    NOTHING = "nothing"
    WAIT = "wait"  # they change right now
    LOAD = "load"


def decide(now: datetime, current: Stamp, handled: Stamp, seen: Stamp, seen_at: datetime) -> Decision:
    """Decide, from the stamps now, when last loaded or refused, and when last seen (since when)."""
    if current == handled:
        return Decision.NOTHING
    if current != seen or now - seen_at < SETTLE:
        return Decision.WAIT
    return Decision.LOAD


class Stamps:
    """The stamps of the files that sources name."""

    def __init__(self, sources: Sequence[str], base: Path) -> None:
        self._sources = tuple(sources)
        self._base = base

    def stamp(self) -> Stamp:
        """Look at every file once."""
        found: dict[str, tuple[int, int, int]] = {}
        for path in self._paths():
            try:
                stat = path.stat()
            except OSError:  # gone between listing and looking: the next poll sees it gone
                continue
            found[str(path)] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        return found

    def _paths(self) -> list[Path]:
        paths: list[Path] = []
        for source in self._sources:
            if source.startswith(PACK_PREFIX):
                continue  # shipped: changes only with a new version of Tocsin
            path = self._base / source
            paths += rule_paths(path) if path.is_dir() else [path]
        return paths

    def author(self) -> str:
        """Return the owner of the file that changed last."""
        newest: tuple[int, Path] | None = None
        for name, (modified, _size, _inode) in self.stamp().items():
            if newest is None or modified > newest[0]:
                newest = (modified, Path(name))
        if newest is None:
            return ""
        try:
            return pwd.getpwuid(newest[1].stat().st_uid).pw_name
        except (OSError, KeyError):
            return ""
