"""Which database a command means: the one that it names, else that of the environment or of tocsin.yaml."""

from __future__ import annotations

import os
from pathlib import Path

from bot.errors import StoreError
from bot.store import address
from bot.store.address import Address
from rules import strictyaml
from rules.errors import FaultsError


def find(named: str | Path | None, config_file: Path) -> Address:
    """Return the database that ``--database`` or ``--config`` gives. Raises ConfigError."""
    if named:
        return address.read(str(named), Path())
    return address.read(_configured(config_file), config_file.parent, os.environ)


def _configured(path: Path) -> str:
    """Return what tocsin.yaml says of the database. Its other keys are not checked: the models take a while to load."""
    try:
        document = strictyaml.parse(strictyaml.decode(path.read_bytes(), str(path)), str(path))
    except (OSError, FaultsError):
        document = None
    value = document.value if document is not None else None
    said = value.get("database") if isinstance(value, dict) and value.get("version") == 1 else None
    if isinstance(said, str) and not address.is_server(said):
        return said
    from bot import config

    return config.load(path).database


def file_of(found: Address, what: str) -> Path:
    """Return the database's file. Raises StoreError, saying ``what`` to do instead, where it is on a server."""
    if isinstance(found, Path):
        return found
    raise StoreError(f"{found}: {what}")
