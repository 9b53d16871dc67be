"""The lock beside a database file: one Tocsin at a time owns it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from bot.errors import StoreError


def take_lock(database: Path) -> IO[str]:
    """Become the owner of a database until the handle is closed. Raises StoreError with the owner's process.

    Closing frees the lock; the file stays, so that no two owners race on its name.
    """
    path = database.with_name(database.name + ".lock")
    handle = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        owner = handle.read().strip() or "unknown"
        handle.close()
        raise StoreError(f"{database}: another Tocsin (process {owner}) uses this database; stop it first") from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
