"""Where a database is, as ``database:`` in tocsin.yaml names it: a file on this machine, or one on a server.

Knows no database library, so that the command line stays quick. A server's password comes from the environment
(``TOCSIN_DATABASE`` with the whole address, ``PGPASSWORD``) or from ``~/.pgpass``, never from tocsin.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from bot.secret import Secret

SCHEMES = ("postgresql", "postgres")
VARIABLE = "TOCSIN_DATABASE"


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server. ``str`` is its address without user and password, for messages."""

    dsn: Secret

    def __str__(self) -> str:
        parts = urlsplit(self.dsn.reveal())
        host = parts.netloc.rpartition("@")[2] or dict(parse_qsl(parts.query)).get("host", "")
        return f"postgresql://{host}{parts.path}"


Address = Path | Server


def read(database: str, base: Path, environment: Mapping[str, str] | None = None) -> Address:
    """Return the address that a text stands for; relative paths are taken from ``base``.

    ``environment``: its TOCSIN_DATABASE, where it is set, is used instead.
    """
    chosen = (environment or {}).get(VARIABLE, "").strip() or database
    if is_server(chosen):
        return Server(Secret(chosen))
    return base / chosen.removeprefix("sqlite:///")  # four slashes: an absolute path


def is_server(database: str) -> bool:
    """Tell whether a text names a server's database rather than a file."""
    return database.partition("://")[0] in SCHEMES and "://" in database


def has_password(database: str) -> bool:
    """Tell whether a server's address holds a password."""
    parts = urlsplit(database)
    user = parts.netloc.rpartition("@")[0]
    return ":" in user or "password" in dict(parse_qsl(parts.query, keep_blank_values=True))


def anchor(address: Address, base: Path) -> Path:
    """Return the path beside which files that belong to the database are kept; on a server's behalf, one in ``var``."""
    return address if isinstance(address, Path) else base / "var" / "tocsin"
