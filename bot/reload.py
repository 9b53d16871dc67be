"""Hot reload of rule files: all or nothing, once the files are quiet, and never without saying so.

    stamp of the files ─decide→ wait until quiet ─read, load, test→ applied  (recorded, with author and diff)
                                                                 └→ refused  (the last good set stays; told once)

``RuleWatcher.poll(now)`` is called on every tick and touches the disk only to look at file stamps until they change.
"""

from __future__ import annotations

import pwd
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.rulefiles import PACK_PREFIX, read_rule_files, rule_paths
from rules.changes import Changes, changes_between
from rules.errors import Fault, FaultsError
from rules.ruleset import RuleSet

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A rule set that came into force: enough to show it, and to bring it back."""

    ruleset: RuleSet
    documents: Mapping[str, str] = field(repr=False)
    at: datetime
    author: str  # who wrote the newest file, or who rolled back; empty when unknown
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Files that cannot be used. ``since`` is when it began; the set in force stays."""

    faults: tuple[Fault, ...]
    since: datetime
    author: str

    def sentence(self) -> str:
        """Say it for the admin channel."""
        first = self.faults[0]
        more = f" and {len(self.faults) - 1} more" if len(self.faults) > 1 else ""
        return f"The rules were changed but cannot be used, so the last good ones stay in force: {first}{more}"


Outcome = Applied | Refused | None
"""What a poll led to: None when nothing is to be told."""

Load = Callable[[Mapping[str, str]], RuleSet]
"""Texts to a checked rule set. Raises FaultsError; may run the rules' own tests and raise their failures too."""


class History(Protocol):
    """Where applied sets are kept."""

    def record(self, applied: Applied) -> None:
        """Keep one more."""

    def documents(self, digest: str) -> Mapping[str, str] | None:
        """Return the files of the set with this hash, or None."""


class RuleWatcher:
    """Holds the rule set in force. ``refused`` is set while the files on disk cannot be used; show it in status."""

    def __init__(self, sources: Sequence[str], base: Path, load: Load, history: History | None = None) -> None:
        self._sources = tuple(sources)
        self._base = base
        self._load = load
        self._history = history
        self._handled: Stamp = {}
        self._seen: Stamp = {}
        self._seen_at: datetime | None = None
        self.applied: Applied | None = None
        self.refused: Refused | None = None
        self.reloads = 0
        self.failures = 0

    def start(self, now: datetime) -> Applied:
        """Load for the first time. Raises FaultsError: without any rules there is nothing to serve."""
        self._handled = self._seen = self._stamp()
        self._seen_at = now
        documents = read_rule_files(self._sources, self._base)
        return self._apply(documents, now, self._author())

    def poll(self, now: datetime) -> Outcome:
        """Look at the files; return what is to be told, at most once for each state of the files."""
        current = self._stamp()
        if self._seen_at is None or current != self._seen:
            self._seen, self._seen_at = current, now
        if decide(now, current, self._handled, self._seen, self._seen_at) is not Decision.LOAD:
            return None
        self._handled = current
        return self._reload(now)

    def _reload(self, now: datetime) -> Outcome:
        author = self._author()
        try:
            documents = read_rule_files(self._sources, self._base)
            if self.applied is not None and documents == self.applied.documents:
                self.refused = None
                return None
            return self._apply(documents, now, author)
        except FaultsError as error:
            return self._refuse(error.faults, now, author)
        except Exception as error:  # noqa: BLE001 - a defect of ours must not take the rules in force down
            text = f"loading failed with {type(error).__name__}: {error}; please report this"
            return self._refuse([Fault(file=", ".join(self._sources), text=text, code="TC399")], now, author)

    def _refuse(self, faults: Sequence[Fault], now: datetime, author: str) -> Refused | None:
        before = self.refused
        self.failures += 1
        since = before.since if before is not None else now
        self.refused = Refused(faults=tuple(faults), since=since, author=author)
        return None if before is not None and before.faults == self.refused.faults else self.refused

    def _apply(self, documents: Mapping[str, str], now: datetime, author: str) -> Applied:
        ruleset = self._load(documents)
        before = self.applied.ruleset if self.applied is not None else None
        changes = changes_between(before, ruleset)
        applied = Applied(ruleset=ruleset, documents=dict(documents), at=now, author=author, changes=changes)
        self.applied, self.refused = applied, None
        self.reloads += 1
        if self._history is not None:
            self._history.record(applied)
        return applied

    def rollback(self, digest: str, now: datetime, author: str) -> Applied | None:
        """Bring an earlier set back into force, until the files change again; None when it is not kept.

        Raises FaultsError when today's lexicon no longer knows a name of it.
        """
        documents = self._history.documents(digest) if self._history is not None else None
        if documents is None:
            return None
        self._handled = self._stamp()
        return self._apply(documents, now, author)

    def _stamp(self) -> Stamp:
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

    def _author(self) -> str:
        """Return the owner of the file that changed last."""
        newest: tuple[int, Path] | None = None
        for name, (modified, _size, _inode) in self._stamp().items():
            if newest is None or modified > newest[0]:
                newest = (modified, Path(name))
        if newest is None:
            return ""
        try:
            return pwd.getpwuid(newest[1].stat().st_uid).pw_name
        except (OSError, KeyError):
            return ""
