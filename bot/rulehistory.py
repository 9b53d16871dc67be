"""Keeps every rule set that was in force as a file, newest last: to show who changed what, and to go back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.reload import Applied

KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One set of the past. ``changes`` are lines such as ``+ rule-id``."""

    hash: str
    at: datetime
    author: str
    changes: tuple[str, ...]
    path: Path


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
        self.folder.mkdir(parents=True, exist_ok=True)
        record = {
            "hash": applied.ruleset.hash,
            "at": applied.at.isoformat(),
            "author": applied.author,
            "changes": list(applied.changes.lines()),
            "documents": dict(applied.documents),
        }
        path = self.folder / f"{applied.at:%Y%m%dT%H%M%S%f}-{applied.ruleset.hash}.json"
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(path)
        for old in sorted(self.folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        """Yield what is kept, newest first; a file that somebody damaged is passed over."""
        for path in sorted(self.folder.glob("*.json"), reverse=True):
            record = _read(path)
            if record is not None:
                yield Entry(
                    hash=str(record["hash"]),
                    at=datetime.fromisoformat(str(record["at"])),
                    author=str(record["author"]),
                    changes=tuple(map(str, record["changes"])),
                    path=path,
                )

    def documents(self, digest: str) -> Mapping[str, str] | None:
        """Return the files of the newest set whose hash begins with ``digest``, or None."""
        found = next((entry for entry in self.entries() if digest and entry.hash.startswith(digest)), None)
        record = _read(found.path) if found is not None else None
        return None if record is None else {str(name): str(text) for name, text in record["documents"].items()}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    keys = {"hash", "at", "author", "changes", "documents"}
    return record if isinstance(record, dict) and keys <= record.keys() else None
