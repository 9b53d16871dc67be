"""``tocsin db copy SOURCE TARGET``: carries a database over into another, such as a file's into a server's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.progress import Progress
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.store import address

if TYPE_CHECKING:
    from bot.store.db import Database


def add_parser(actions: Any) -> None:
    """Add ``copy`` to the actions of ``tocsin db``."""
    parser = actions.add_parser(
        "copy",
        help="carry a database over into an empty one, such as a file's into a server's",
        description="Carries a database over into an empty one and compares both. Every Tocsin has to be stopped. A"
        " copy that was interrupted goes on where it was; the source stays as it is.",
    )
    parser.add_argument("source", help="sqlite:///PATH, PATH or postgresql://...")
    parser.add_argument("target", help="the same; a password comes from PGPASSWORD or ~/.pgpass")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy and say what was copied. Raises StoreError."""
    from bot.store.copying import copy
    from bot.store.db import Database

    source, target = (address.read(one, Path()) for one in (args.source, args.target))
    if source == target:
        raise StoreError(f"{source}: source and target are the same")
    if isinstance(source, Path) and not source.is_file():
        raise StoreError(f"{source}: there is no database here")
    with Progress() as progress, _opened(Database(source)) as old, _opened(Database(target)) as new:
        sums = copy(old, new, SystemClock().now(), lambda step, done, total: progress.tell(done, total, step))
    for name, found in sums.items():
        if found.rows:
            sys.stdout.write(f"{name:<16} {found.rows:>12,}  {found.checksum[:12]}\n")
    rows = sum(found.rows for found in sums.values())
    sys.stdout.write(f"{rows:,} rows are in {target}, the same as in {source}. Name it under database: and start.\n")
    return 0


@contextmanager
def _opened(database: Database) -> Iterator[Database]:
    database.open()
    try:
        yield database
    finally:
        database.close()
