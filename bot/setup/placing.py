"""Puts planned files into a folder: all of them or none, and never over what somebody wrote.

Everything is written into a hidden folder beside its place first, then moved; when a move fails, those made before are
taken back. With ``force``, what was there is kept as NAME.old.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.setup.plan import PlannedFile
from rules.errors import TocsinError

STAGING = ".tocsin-init-"


def conflicts(folder: Path, files: Sequence[PlannedFile]) -> list[str]:
    """Return the paths where something else is already."""
    return [file.path for file in files if os.path.lexists(folder / file.path) and not _is_same(folder, file)]


def place(folder: Path, files: Sequence[PlannedFile], *, force: bool = False) -> list[Path]:
    """Write the files; return what older ones are called now. Raises TocsinError and then has changed nothing."""
    found = conflicts(folder, files)
    if found and not force:
        named = ", ".join(found)
        raise TocsinError(
            f"{folder}: {named} exist{'s' if len(found) == 1 else ''} already; nothing was written. Name another"
            " folder, or give --force, which keeps what is there as NAME.old"
        )
    undo: list[Callable[[], object]] = []
    try:
        return _place(folder, [file for file in files if not _is_same(folder, file)], undo)
    except BaseException as error:
        for step in reversed(undo):
            with suppress(OSError):
                step()
        if isinstance(error, OSError):
            where = error.filename or folder
            raise TocsinError(f"{where}: cannot be written: {error.strerror or error}; nothing was changed") from error
        raise


def _place(folder: Path, files: Sequence[PlannedFile], undo: list[Callable[[], object]]) -> list[Path]:
    _make(folder, undo)
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
    undo.append(lambda: shutil.rmtree(staging))
    for number, file in enumerate(files):
        _write(staging / str(number), file)
    kept = []
    for number, file in enumerate(files):
        target = folder / file.path
        _make(target.parent, undo)
        if os.path.lexists(target):
            kept.append(_set_aside(target, undo))
        (staging / str(number)).replace(target)
        undo.append(target.unlink)
    staging.rmdir()
    undo.clear()
    return kept


def _write(path: Path, file: PlannedFile) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(file.text)
        stream.flush()
        os.fsync(stream.fileno())


def _make(folder: Path, undo: list[Callable[[], object]]) -> None:
    """Make a folder with those above it, and remember to take back the ones that were not there."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        undo.append(one.rmdir)


def _set_aside(path: Path, undo: list[Callable[[], object]]) -> Path:
    names = (path.with_name(f"{path.name}.old{number or ''}") for number in range(1_000))
    kept = next(name for name in names if not os.path.lexists(name))
    path.rename(kept)
    undo.append(lambda: kept.rename(path))
    return kept


def _is_same(folder: Path, file: PlannedFile) -> bool:
    path = folder / file.path
    try:
        is_open = stat.S_IMODE(path.lstat().st_mode) & ~file.mode & 0o077
        return not is_open and path.is_file() and not path.is_symlink() and path.read_text("utf-8") == file.text
    except (OSError, UnicodeDecodeError):
        return False
