"""``tocsin db backup | restore | check``: copies of the database, and whether it is sound; ``copy`` is ``dbcopy``.

``backup`` and ``check`` work beside a running Tocsin; ``restore`` needs it stopped.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli import databases, dbcopy
from bot.cli.arguments import add_database
from bot.cli.progress import waiting
from bot.cli.saying import say, say_json
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.store import backups
from bot.store.backups import Report

SERVERS_OWN = "a server's databases are copied with its own tools: pg_dump and pg_restore"


def add_parser(subparsers: Any) -> None:
    """Add ``db`` to the command line."""
    parser = subparsers.add_parser("db", help="back up, restore and check the database")
    actions = parser.add_subparsers(dest="action", required=True, metavar="backup | restore | check | copy")
    backup = actions.add_parser("backup", help="copy the database, also while Tocsin runs")
    backup.add_argument("file", nargs="?", type=Path, help="where to (default: beside the database, named by the time)")
    restore = actions.add_parser("restore", help="put a copy in the database's place; Tocsin has to be stopped")
    restore.add_argument("file", type=Path, help="the copy")
    check = actions.add_parser("check", help="read every page and reference and say whether all is well")
    check.add_argument("file", nargs="?", type=Path, help="a copy (default: the database itself)")
    for one in (backup, restore, check):
        add_database(one)
    for one in (backup, check):
        one.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)
    dbcopy.add_parser(actions)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Raises ConfigError and StoreError."""
    path = databases.file_of(databases.find(args.database, args.config), SERVERS_OWN)
    match args.action:
        case "backup":
            return _backup(path, args.file, as_json=args.json)
        case "restore":
            return _restore(path, args.file)
        case _:
            return _check(args.file or path, as_json=args.json)


def _backup(path: Path, target: Path | None, *, as_json: bool) -> int:
    if not path.is_file():
        raise StoreError(f"{path}: there is no database here; name it with --database")
    named = target or path.with_name(f"{path.name}.{_now():%Y%m%d-%H%M%S}{backups.SUFFIX}")
    if named.exists():
        raise StoreError(f"{named}: there is a file of that name; name another, or delete it first")
    with waiting("bytes copied", partial(_bytes, named), _bytes(path)):
        backups.copy(path, named)
    with waiting(f"reading {named}"):
        report = backups.check(named)
    if as_json:
        return _say_report(report, named)
    say(f"{named}: {_size(report)}, sound. Put it back with `tocsin db restore {named}`.")
    return 0


def _restore(path: Path, copy: Path) -> int:
    with waiting(f"reading and copying {copy}"):
        kept = backups.put_back(path, copy, _now())
    if kept is not None:
        say(f"What was there is kept as {kept}.")
    say(f"{path} is now the copy {copy}.")
    say("At the next start every message that waits in it is looked for before it is sent, and each feed's first poll")
    say("is stored without ringing: what happened since the copy was made is in /tocsin latest and /tocsin search.")
    return 0


def _check(path: Path, *, as_json: bool) -> int:
    with waiting(f"reading {path}"):
        report = backups.check(path)
    if as_json:
        return _say_report(report, path)
    for problem in report.problems:
        sys.stderr.write(f"{path}: {problem}\n")
    if report.problems:
        sys.stderr.write(f"{path} is damaged; {backups.advice(path)}\n")
        return 1
    if report.revision is None:
        sys.stderr.write(f"{path}: sound, but not a database of Tocsin\n")
        return 1
    made = f", a copy made {report.made_at:%Y-%m-%d %H:%M} UTC" if report.made_at is not None else ""
    say(f"{path}: sound, {_size(report)}{made}.")
    return 0


def _say_report(report: Report, path: Path) -> int:
    is_ok = not report.problems and report.revision is not None
    record = {
        "file": str(path),
        "ok": is_ok,
        "problems": list(report.problems),
        "bytes": report.size,
        "revision": report.revision,
        "messages": report.rows,
        "copied_at": report.made_at.isoformat() if report.made_at is not None else None,
    }
    say_json(record)
    return 0 if is_ok else 1


def _size(report: Report) -> str:
    return f"{report.size / 1e6:.1f} MB, revision {report.revision}, {report.rows} messages"


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _now() -> datetime:
    return SystemClock().now()
