"""Finds and reads rule files: single files, folders of them, and the packs that ship with Tocsin."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rules.errors import Fault, FaultsError, RuleFileError, guess
from rules.load import load
from rules.ruleset import RuleSet
from rules.strictyaml import MAX_CHARACTERS, decode
from rules.vocabulary import Lexicon

PACKS: Final = Path(__file__).resolve().parents[2] / "rules" / "packs"
SCHEMA: Final = PACKS.parent / "rules.schema.json"
PACK_PREFIX: Final = "pack:"
_SUFFIXES: Final = {".yaml", ".yml"}
_MOST_BYTES: Final = 4 * MAX_CHARACTERS


def read_rule_files(sources: Sequence[str], base: Path | None = None) -> dict[str, str]:
    """Return name -> text of every rule file that ``sources`` name, in their order, files of a folder by name.

    A source is a file, a folder (its .yaml and .yml files, those below it too), or ``pack:NAME``. Relative ones are
    taken from ``base``, but keep the name that the user gave. Raises RuleFileError with everything that is missing.
    """
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for source in sources:
        try:
            for name, path in _find(source, base):
                documents[name] = _read(path, name)
        except FaultsError as error:
            faults.extend(error.faults)
    if faults:
        raise RuleFileError(faults)
    return documents


def find_rule_files(sources: Sequence[str], base: Path | None = None) -> dict[str, Path]:
    """Return name -> path of the rule files that are there now; sources that are not there give none."""
    found: dict[str, Path] = {}
    for source in sources:
        try:
            found.update(_find(source, base))
        except FaultsError:
            continue
    return found


def read_found(files: Mapping[str, Path]) -> dict[str, str]:
    """Return name -> text of files that were found. Raises RuleFileError with all that cannot be read."""
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for name, path in files.items():
        try:
            documents[name] = _read(path, name)
        except FaultsError as error:
            faults.extend(error.faults)
    if faults:
        raise RuleFileError(faults)
    return documents


def load_rules(documents: Mapping[str, str], lexicon: Lexicon) -> RuleSet:
    """Load rule files with the cycle collector at rest. Raises RuleFileError."""
    with resting_collector():
        return load(documents, lexicon)


@contextmanager
def resting_collector() -> Iterator[None]:
    """Keep the cycle collector from running meanwhile.

    Loading rules makes many objects and no garbage cycles; looking for some all the while takes a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def pack_names() -> tuple[str, ...]:
    """Return the names of the shipped packs."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


def _find(source: str, base: Path | None) -> Iterator[tuple[str, Path]]:
    if source.startswith(PACK_PREFIX):
        yield source, _pack(source)
        return
    path = (base or Path()) / source
    if not path.exists():
        raise _fault(source, "there is no such file or folder", "TC320")
    if not path.is_dir():
        yield source, path
        return
    found = list(rule_paths(path))
    if not found:
        raise _fault(source, "the folder has no rule files (.yaml)", "TC322")
    for each in found:
        yield str(Path(source) / each.relative_to(path)), each


def rule_paths(folder: Path) -> Iterator[Path]:
    """Yield the rule files in and below a folder by name; hidden files and what editors leave behind are no rules."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_hidden = any(part.startswith((".", "#", "~")) or part.endswith("~") for part in parts)
        if path.suffix.lower() in _SUFFIXES and not is_hidden and path.is_file():
            yield path


def _pack(source: str) -> Path:
    name = source.removeprefix(PACK_PREFIX)
    if name not in pack_names():
        raise _fault(
            source, f'there is no pack "{name}"{guess(name, pack_names())} ({", ".join(pack_names())})', "TC323"
        )
    return PACKS / f"{name}.yaml"


def _read(path: Path, name: str) -> str:
    if not path.is_file():
        raise _fault(name, "it is not a regular file", "TC321")
    try:
        with path.open("rb") as file:
            return decode(file.read(_MOST_BYTES + 1), name)
    except OSError as error:
        raise _fault(name, f"it cannot be read: {error.strerror}", "TC321") from None


def _fault(name: str, text: str, code: str) -> RuleFileError:
    return RuleFileError([Fault(file=name, text=text, code=code)])
