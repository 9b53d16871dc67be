"""A change of several rule files that happens whole or not at all, whenever the machine stops.

    new texts beside the files (hidden) ─ list of moves, one rename: from here on it will happen ─ moves ─ list deleted

Whoever looks at the files next (a tick of the bot, its start, a command) first finishes what a kill left half done.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.rulebook.files import PACK_PREFIX, find_rule_files
from rules.errors import TocsinError, guess

NAME_RULE = "its name has to end in .yaml and to have letters, digits, dots and dashes only"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml", re.ASCII | re.IGNORECASE)
_LIST = "pending-edit.json"
_STAGED = ".tocsin-new~"  # begins with a dot and ends with a tilde: no rule file, for nobody


class EditError(TocsinError):
    """Rule files cannot be changed as asked; nothing was changed."""


class StaleEditError(EditError):
    """A file is not any more what the edit was begun with. Nothing was changed."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} was changed by somebody else meanwhile; look at both versions, then decide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is to be: ``write`` maps names of rule files to their new texts, ``delete`` names those that go.

    Names are as ``read_rule_files`` gives them: relative to the folder of tocsin.yaml, or absolute. ``based_on`` maps
    some of them to the ``stamp_of`` the file that it was begun with: it is refused where the file is another now.
    """

    write: Mapping[str, str] = field(default_factory=dict)
    delete: tuple[str, ...] = ()
    based_on: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.write or self.delete)

    @property
    def names(self) -> tuple[str, ...]:
        """Every file that it touches."""
        return (*self.write, *self.delete)


class EditLog:
    """Carries edits out. ``folder`` is where the list of moves lies while one is under way."""

    def __init__(self, folder: Path, base: Path) -> None:
        self._list = folder / _LIST
        self._base = base

    def carry_out(self, edit: Edit) -> None:
        """Change the files. Raises EditError, with nothing changed: one cannot be written, or is not as thought."""
        if pack := next((name for name in edit.names if name.startswith(PACK_PREFIX)), None):
            raise EditError(f"{pack} ships with Tocsin and stays as it is; keep a copy under a name of your own")
        with self._alone():
            self._finish()
            for name, stamp in edit.based_on.items():
                if stamp_of(self._base / name) != stamp:
                    raise StaleEditError(name)
            self._decide(edit)
            self._finish()

    def finish(self) -> bool:
        """Do what an edit that was decided on has left to do; return whether there was one. Raises EditError."""
        if not self._list.exists():
            return False
        with self._alone():
            return self._finish()

    def _decide(self, edit: Edit) -> None:
        targets = {name: (self._base / name).absolute() for name in edit.names}
        moves = [
            (target.with_name(f".{target.name}{_STAGED}"), target, edit.write[name])
            for name, target in targets.items()
            if name in edit.write
        ]
        try:
            for staged, target, text in moves:
                _stage(staged, target, text)
            record = {
                "moves": [[str(staged), str(target)] for staged, target, _text in moves],
                "deletions": [str(targets[name]) for name in edit.delete],
            }
            write_whole(self._list, json.dumps(record))
        except OSError as error:
            for staged, _target, _text in moves:
                with contextlib.suppress(OSError):
                    staged.unlink()
            raise EditError(f"the rule files cannot be written: {error.filename}: {error.strerror}") from error

    def _finish(self) -> bool:
        try:
            record = json.loads(self._list.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            raise EditError(f"{self._list} cannot be read ({error}); delete it, then look at the rule files") from error
        try:
            for staged, target in record["moves"]:
                with contextlib.suppress(FileNotFoundError):  # it was moved before the kill
                    Path(staged).replace(target)
            for name in record["deletions"]:
                Path(name).unlink(missing_ok=True)
            self._list.unlink(missing_ok=True)
        except OSError as error:
            what = f"{error.filename}: {error.strerror}"
            raise EditError(
                f"a change of the rule files is half done: {what}; it goes on when that is mended"
            ) from error
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out: the bot and a command may want to change files at the same moment."""
        try:
            self._list.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._list.with_name(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EditError(f"{self._list.parent} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def stamp_of(path: Path) -> str:
    """Return what tells one content of a file from another; empty where there is no file. Raises EditError."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise EditError(f"{path.name} cannot be read: {error.strerror}") from error


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or as it was, and still is after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    _write_through(beside, text)
    beside.replace(path)
    _sync_folder(path.parent)


def _stage(staged: Path, target: Path, text: str) -> None:
    staged.parent.mkdir(parents=True, exist_ok=True)
    _write_through(staged, text)
    if target.exists():
        shutil.copymode(target, staged)
    _sync_folder(staged.parent)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_file_name(name: str) -> bool:
    """Tell whether a new rule file may be called so, without a folder; ``NAME_RULE`` says why not."""
    return _NAME.fullmatch(name) is not None


def edited(documents: Mapping[str, str], edit: Edit, sources: Sequence[str]) -> dict[str, str]:
    """Return the documents as they would be read after an edit, in the order in which they would be."""
    after = {name: text for name, text in {**documents, **edit.write}.items() if name not in edit.delete}
    ordered = [name for source in sources for name in sorted(after, key=Path) if is_of(name, source)]
    return {name: after[name] for name in dict.fromkeys(ordered)}


def restoring(then: Mapping[str, str], now: Mapping[str, Path], sources: Sequence[str]) -> Edit:
    """Return the edit that brings earlier files back. Raises EditError where tocsin.yaml does not allow it any more.

    ``now`` are the rule files on disk. Packs belong to Tocsin and stay as they are.
    """
    wanted = {name: text for name, text in then.items() if not name.startswith(PACK_PREFIX)}
    missing = [name for name in then if not any(is_of(name, source) for source in sources)]
    if missing:
        listed = ", ".join(missing)
        raise EditError(
            f"that set also had {listed}, which `rules:` in tocsin.yaml does not name any more; add it there"
        )
    for source in sources:
        if not source.startswith(PACK_PREFIX) and not any(is_of(name, source) for name in wanted):
            raise EditError(f"that set had no {source}, which `rules:` in tocsin.yaml names; take it out there first")
    ours = {name: path for name, path in now.items() if not name.startswith(PACK_PREFIX)}
    return Edit(
        write={name: text for name, text in wanted.items() if not _holds(ours.get(name), text)},
        delete=tuple(name for name in ours if name not in wanted),
    )


def placed(file: str, sources: Sequence[str], base: Path) -> str:
    """Return under which name a rule file called ``file`` (without a folder, or as it is kept) is kept.

    It is the file of that name, where there is one (a pack by its whole name), else a new one in the first folder of
    tocsin.yaml. Raises EditError where there is none, or where the name is not certain.
    """
    found = find_rule_files(sources, base)
    if file in found:
        return file
    known = [name for name in found if not name.startswith(PACK_PREFIX)]
    same = [name for name in known if Path(name).name == file]
    if len(same) > 1:
        raise EditError(f"there are {len(same)} rule files called {file} ({', '.join(same)}); rename one of them")
    if same:
        return same[0]
    folder = next((source for source in sources if (base / source).is_dir()), None)
    if folder is None:
        raise EditError(
            f"there is no folder for new rule files; add one to `rules:` in tocsin.yaml{_near(file, known)}"
        )
    return str(Path(folder) / file)


def _near(file: str, known: Iterable[str]) -> str:
    return guess(file, [Path(name).name for name in known])


def is_of(name: str, source: str) -> bool:
    """Tell whether a source of tocsin.yaml gives this document."""
    if source.startswith(PACK_PREFIX) or name.startswith(PACK_PREFIX):
        return name == source
    parts = Path(name).parts
    of_source = Path(source).parts
    return parts[: len(of_source)] == of_source and ".." not in parts[len(of_source) :]


def _holds(path: Path | None, text: str) -> bool:
    try:
        return path is not None and path.read_bytes() == text.encode()
    except OSError:
        return False
