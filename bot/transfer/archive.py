"""The zip itself: written with a list of checksums, read as if an enemy had made it.

Nothing is unpacked onto the disk. Names are those that we write ourselves; sizes are bounded by what is read, not by
what the archive says of itself; what the list of checksums does not name is refused.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from bot import __version__
from rules.errors import TocsinError

FORMAT: Final = "tocsin-export"
VERSION: Final = 1
LIST: Final = "archive.json"
CONFIG: Final = "tocsin.yaml"
STATE: Final = "state.json"
OPML: Final = "feeds.opml"
LEDGER: Final = "ledger.csv"
FILES: Final = "files/"  # rule and lexicon files, by their path from the folder of tocsin.yaml

MOST_ENTRIES: Final = 5_000
MOST_BYTES: Final = 8 * 1024 * 1024  # of one entry that is read
MOST_IN_ALL: Final = 64 * 1024 * 1024
MOST_PACKED: Final = 512 * 1024 * 1024  # of the file; the ledger may be large, and is never read
_NAME: Final = re.compile(r"files/[^/\\:\x00-\x1f]+(?:/[^/\\:\x00-\x1f]+)*\.ya?ml", re.IGNORECASE)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ArchiveError(TocsinError):
    """The archive is broken, hostile, or none of ours; nothing was changed."""


def is_takeable(name: str) -> bool:
    """Tell whether a rule or lexicon file, by its path from the folder of tocsin.yaml, can be in an archive."""
    return _NAME.fullmatch(FILES + name) is not None and not any(part.startswith(".") for part in name.split("/"))


def write(path: Path, parts: Mapping[str, bytes], made_at: datetime) -> None:
    """Write an archive that only its owner can read; a file of that name stays as it is. Raises ArchiveError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    if path.exists():
        raise ArchiveError(f"{path}: there is a file of that name; name another, or delete it first")
    try:
        unfinished.touch(0o600)
        with unfinished.open("wb") as target:
            pack(target, parts, made_at)
        unfinished.rename(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ArchiveError(f"{path}: cannot be written: {error.strerror or error}") from error


def pack(target: IO[bytes], parts: Mapping[str, bytes], made_at: datetime) -> None:
    """Write an archive to an open file."""
    listed = {name: sha256(body).hexdigest() for name, body in parts.items()}
    head = {"format": FORMAT, "version": VERSION, "tocsin": __version__, "made_at": made_at.isoformat()}
    body = json.dumps(head | {"sha256": listed}, ensure_ascii=False, indent=1).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ((LIST, body), *parts.items()):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            archive.writestr(entry, data)


def read(path: Path) -> dict[str, bytes]:
    """Return what an archive holds, by name, the ledger and the OPML left out: they are for others to read.

    Raises ArchiveError, in one sentence, for whatever is not exactly what ``write`` makes.
    """
    try:
        if path.stat().st_size > MOST_PACKED:
            raise ArchiveError(f"{path}: it is larger than {MOST_PACKED // 1024**2} MiB")
        with zipfile.ZipFile(path) as archive:
            entries = _entries(path, archive)
            head = _head(path, archive, entries)
            return _checked(path, archive, entries, head)
    except OSError as error:
        raise ArchiveError(f"{path}: it cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ArchiveError(f"{path}: the archive is broken: {error}") from error


def _entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = archive.infolist()
    if len(found) > MOST_ENTRIES:
        raise ArchiveError(f"{path}: it has {len(found):,} entries, more than the {MOST_ENTRIES:,} allowed")
    entries: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for entry in found:
        problem = _problem(entry)
        if entry.filename.casefold() in folded:
            problem = "is there twice"
        if problem:
            raise ArchiveError(f"{path}: {_shown(entry.filename)} {problem}; it was not written by `tocsin export`")
        folded.add(entry.filename.casefold())
        entries[entry.filename] = entry
    return entries


def _problem(entry: zipfile.ZipInfo) -> str:
    name = entry.orig_filename
    is_file = name.startswith(FILES) and is_takeable(name.removeprefix(FILES))
    if name not in (LIST, CONFIG, STATE, OPML, LEDGER) and not is_file:
        return "is no name that belongs there"
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in _METHODS:
        return "is packed in a way that is not used here"
    if name != LEDGER and name != OPML and entry.file_size > MOST_BYTES:
        return f"has {entry.file_size:,} bytes, more than the {MOST_BYTES:,} allowed"
    return ""


def _head(path: Path, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Return the checksums by name."""
    if LIST not in entries:
        raise ArchiveError(f"{path}: it has no {LIST}; it was not written by `tocsin export`")
    try:
        head = json.loads(_body(path, archive, entries[LIST], MOST_BYTES))
        version, listed = head["version"], head["sha256"]
        is_ours = head["format"] == FORMAT and isinstance(listed, dict)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{path}: its {LIST} cannot be read: {error}") from error
    if not is_ours or version != VERSION:
        raise ArchiveError(f"{path}: it is of another kind or a later version than this Tocsin knows")
    return {str(name): str(digest) for name, digest in listed.items()}


def _checked(
    path: Path, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], listed: Mapping[str, str]
) -> dict[str, bytes]:
    unequal = sorted(entries.keys() - {LIST} ^ listed.keys())
    if unequal:
        raise ArchiveError(f"{path}: {_shown(unequal[0])} is missing, or is not in its list")
    left = MOST_IN_ALL
    found = {}
    for name, digest in listed.items():
        if name in (LEDGER, OPML):
            continue
        body = _body(path, archive, entries[name], min(MOST_BYTES, left))
        left -= len(body)
        if sha256(body).hexdigest() != digest:
            raise ArchiveError(f"{path}: {_shown(name)} was changed after the export; change the files after an import")
        found[name] = body
    return found


def _body(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(entry) as stream:
        body = stream.read(limit + 1)
    if len(body) > limit:
        raise ArchiveError(f"{path}: it unpacks to more than is allowed; it was not written by `tocsin export`")
    return body


def _shown(name: str) -> str:
    return ascii(name[:100])
