"""Which database a command means: the one that it names, else that of the environment or of tocsin.yaml."""

from __future__ import annotations

import os
from pathlib import Path

from bot import config
from bot.errors import StoreError
from bot.store import address
from bot.store.address import Address


def find(named: str | Path | None, config_file: Path) -> Address:
    """Return the database that ``--database`` or ``--config`` gives. Raises ConfigError."""
    if named:
        return address.read(str(named), Path())
    loaded = config.load(config_file)
    return address.read(loaded.database, config_file.parent, os.environ)


def file_of(found: Address, what: str) -> Path:
    """Return the database's file. Raises StoreError, saying ``what`` to do instead, where it is on a server."""
    if isinstance(found, Path):
        return found
    raise StoreError(f"{found}: {what}")
