"""Keeps every rule set that was in force as a file, newest last: to show who changed what, and to go back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from bot.rulebook.edit import write_whole
from bot.rulebook.inforce import SHORT, Applied, Refused
from rules.errors import Fault, TocsinError

KEPT = 100
SHORTEST = 4  # characters of a hash that name a set
_REFUSED = "refused.json"
_SETS = "2*.json"  # they begin with the year


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One set of the past. ``changes`` are lines such as ``+ rule-id``."""

    hash: str
    at: datetime
    author: str
    changes: tuple[str, ...]
    path: Path

    @property
    def short(self) -> str:
        """The hash as people are shown it."""
        return self.hash[:SHORT]


class UnknownSetError(TocsinError):
    """No set of the history is meant, or more than one."""


def folder_beside(database: Path) -> Path:
    """Return where the history of the Tocsin with this database is kept."""
    return database.with_name("rules-history")


class FileHistory:
    """A folder with one JSON file for each applied set; the oldest of more than a hundred are deleted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def record(self, applied: Applied) -> None:
        """Write one more; a set that is in force already (a restart) is not written again."""
        newest = next(self.entries(), None)
        if newest is not None and newest.hash == applied.ruleset.hash:
            return
        record = {
            "hash": applied.ruleset.hash,
            "at": applied.at.isoformat(),
            "author": applied.author,
            "changes": list(applied.changes.lines()),
            "documents": dict(applied.documents),
        }
        path = self.folder / f"{applied.at:%Y%m%dT%H%M%S%f}-{applied.ruleset.hash}.json"
        write_whole(path, json.dumps(record, ensure_ascii=False, indent=1))
        for old in sorted(self.folder.glob(_SETS))[:-KEPT]:
            old.unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """Yield what is kept, newest first; a file that somebody damaged is passed over."""
        for path in sorted(self.folder.glob(_SETS), reverse=True):
            record = _read(path)
            if record is not None:
                yield Entry(
                    hash=str(record["hash"]),
                    at=datetime.fromisoformat(str(record["at"])),
                    author=str(record["author"]),
                    changes=tuple(map(str, record["changes"])),
                    path=path,
                )

    def find(self, digest: str) -> Entry:
        """Return the newest entry of the set whose hash begins so. Raises UnknownSetError."""
        entries = list(self.entries())
        wanted = digest.strip().lower()
        found = [entry for entry in entries if len(wanted) >= SHORTEST and entry.hash.startswith(wanted)]
        if not found:
            known = ", ".join(dict.fromkeys(entry.short for entry in entries[:5]))
            listed = f"the newest ones: {known}" if known else "none is recorded yet"
            raise UnknownSetError(f'no rule set of the history begins with "{digest[:80]}"; {listed}')
        if len({entry.hash for entry in found}) > 1:
            raise UnknownSetError(f'"{digest[:80]}" begins more than one rule set; give more of its hash')
        return found[0]

    def documents(self, entry: Entry) -> Mapping[str, str]:
        """Return the files of an entry. Raises UnknownSetError when it has gone meanwhile."""
        record = _read(entry.path)
        if record is None:
            raise UnknownSetError(f"the rule set {entry.short} is not kept any more")
        return {str(name): str(text) for name, text in record["documents"].items()}

    def difference(self, entry: Entry) -> Iterator[str]:
        """Yield the lines by which the files of an entry differ from the set before it, as ``diff -u`` writes them."""
        earlier = next((each for each in self.entries() if each.path.name < entry.path.name), None)
        before = self.documents(earlier) if earlier is not None else {}
        yield from difference(before, self.documents(entry))

    def keep_unrecorded(self, files: Mapping[str, Path], at: datetime) -> Path | None:
        """Copy files that are about to be replaced and that no set of the history has; return where to."""
        known = {(name, text) for entry in self.entries() for name, text in self.documents(entry).items()}
        lost = {name: path for name, path in files.items() if (name, _text(path)) not in known and path.is_file()}
        if not lost:
            return None
        folder = self.folder / "replaced" / f"{at:%Y%m%dT%H%M%S%f}"
        for name, path in lost.items():
            target = folder / Path(*(part for part in Path(name).parts if part not in ("..", "/")))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        return folder

    def note_refusal(self, refused: Refused | None) -> None:
        """Leave a note for ``tocsin status``, which is another process; None takes it away."""
        path = self.folder / _REFUSED
        if refused is None:
            path.unlink(missing_ok=True)
            return
        faults = [asdict(fault) for fault in refused.faults]
        write_whole(
            path, json.dumps({"since": refused.since.isoformat(), "author": refused.author, "faults": faults}, indent=1)
        )

    def refusal(self) -> Refused | None:
        """Return why the running bot does not use the files on disk; None when it does."""
        try:
            record = json.loads((self.folder / _REFUSED).read_text(encoding="utf-8"))
            faults = tuple(Fault(**fault) for fault in record["faults"])
            return Refused(faults=faults, since=datetime.fromisoformat(record["since"]), author=str(record["author"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines by which rule files differ, as ``diff -u`` writes them, file by file."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        sides = ("/dev/null" if old is None else name, "/dev/null" if new is None else name)
        yield from unified_diff((old or "").splitlines(), (new or "").splitlines(), *sides, lineterm="", n=2)


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    keys = {"hash", "at", "author", "changes", "documents"}
    return record if isinstance(record, dict) and keys <= record.keys() else None
