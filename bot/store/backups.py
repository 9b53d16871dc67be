"""Copies of a database, made beside whoever uses it; checked, whole or not there, and known as copies.

A copy carries the moment at which it was made (``PRAGMA user_version``), so that a database that was put back, by
``tocsin db restore`` or by hand, is known to be older than what people have seen since: see ``bot.store.restoring``.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError
from bot.faults import fault
from bot.store.locking import take_lock

SUFFIX = ".backup"
BUSY_SECONDS = 30.0
SHOWN = 5  # problems of a damaged file


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known of a file. ``problems`` is empty when it is sound."""

    path: Path
    size: int  # bytes
    revision: str | None  # None: no Tocsin database
    made_at: datetime | None  # when it was copied; None: it is no copy
    rows: int  # of the outbox, all states
    problems: tuple[str, ...] = ()


def copy(source: Path, target: Path) -> Path:
    """Copy a database, also one in use, to ``target`` and return that. Raises StoreError; never leaves half a file."""
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        _copy(source, unfinished)
        fault("backup.written")
        problems = check(unfinished).problems
        if problems:
            raise StoreError(f"{source}: the copy is damaged, so the database is ({problems[0]}); {advice(source)}")
        unfinished.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"{target}: no backup was made: {error}; free some space or name another place") from error
    return target


def put_back(path: Path, source: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a database that nobody uses; return what the old one is called now, if there was one.

    Raises StoreError for a copy that is damaged or none, and while another process owns the database.
    """
    report = check(source)
    if report.problems or report.revision is None:
        why = report.problems[0] if report.problems else "it is no database of Tocsin"
        raise StoreError(f"{source}: cannot be restored: {why}; `tocsin db check FILE` tests another copy")
    unfinished = path.with_name(path.name + ".unfinished")
    with take_lock(path):
        try:
            unfinished.unlink(missing_ok=True)
            _copy(source, unfinished, report.made_at or datetime.fromtimestamp(source.stat().st_mtime, UTC))
            kept = _set_aside(path, now)
            unfinished.replace(path)
            _sync(path.parent)
        except (OSError, sqlite3.Error) as error:
            unfinished.unlink(missing_ok=True)
            raise StoreError(f"{path}: nothing was restored: {error}") from error
    return kept


def check(path: Path) -> Report:
    """Look at every page and reference of a database, also of one in use. Raises StoreError where there is none."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no database here; name it with --database")
    try:
        with closing(_open(path)) as connection:
            return Report(
                path=path,
                size=path.stat().st_size,
                revision=_revision(connection),
                made_at=copied_at(connection),
                rows=_rows(connection),
                problems=_problems(connection),
            )
    except sqlite3.DatabaseError as error:
        return Report(path=path, size=path.stat().st_size, revision=None, made_at=None, rows=0, problems=(str(error),))


def before(path: Path, revision: str) -> Path:
    """Return the name of the copy that is made before a migration from ``revision``."""
    return path.with_name(f"{path.name}.before-{revision}{SUFFIX}")


def known(path: Path) -> list[Path]:
    """Return the copies beside a database, newest first."""
    found = path.parent.glob(f"{path.name}.*{SUFFIX}")
    return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)


def advice(path: Path) -> str:
    """Say how to come back from a damaged database, naming the newest copy where there is one."""
    copies = known(path)
    if copies:
        return f"restore the newest copy with `tocsin db restore {copies[0]}`"
    return "restore a backup of it with `tocsin db restore FILE`, or move it away to begin anew"


def copied_at(connection: sqlite3.Connection) -> datetime | None:
    """Return when the file was made as a copy, or None when it is none."""
    seconds = connection.execute("PRAGMA user_version").fetchone()[0]
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Give the old file a second name; its last commits first leave the companions that belong to it."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.replaced-{now:%Y%m%d-%H%M%S}")
    with suppress(sqlite3.Error), closing(_open(path)) as connection:  # a damaged one may refuse
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.link(path, kept)
    for companion in ("-wal", "-shm"):  # they would be taken for the new file's
        beside = path.with_name(path.name + companion)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + companion))
    return kept


def _copy(source: Path, target: Path, made_at: datetime | None = None) -> None:
    with closing(_open(source)) as origin, closing(sqlite3.connect(target)) as connection:
        now = int(origin.execute("SELECT strftime('%s', 'now')").fetchone()[0])
        moment = now if made_at is None else int(made_at.timestamp())
        origin.backup(connection)
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        connection.execute(f"PRAGMA user_version = {min(moment, 2**31 - 1)}")
        connection.commit()
    with target.open("rb") as handle:
        os.fsync(handle.fileno())


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)


def _problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({SHOWN})") if row[0] != "ok"]
    dangling = connection.execute("PRAGMA foreign_key_check").fetchmany(SHOWN)
    found += [f"{row[0]}: row {row[1]} points to a {row[2]} that is not there" for row in dangling]
    return tuple(found)


def _has(connection: sqlite3.Connection, table: str) -> bool:
    wanted = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(wanted, (table,)).fetchone() is not None


def _revision(connection: sqlite3.Connection) -> str | None:
    if not _has(connection, "alembic_version"):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _rows(connection: sqlite3.Connection) -> int:
    if not _has(connection, "outbox"):
        return 0
    return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
