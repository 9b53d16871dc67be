"""The access token: from the environment, else kept in a file beside the database that only its owner can read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from bot.errors import ConfigError
from bot.secret import Secret
from rules.errors import Fault

BYTES = 24  # of randomness in a token of ours: 32 characters
SHORTEST = 16  # characters of a token that somebody chose


def path_beside(database: Path) -> Path:
    """Return where the token of the Tocsin with this database is kept."""
    return database.with_name("web-token")


def given(token: Secret) -> Secret:
    """Return a token that somebody chose. Raises ConfigError for one that could be guessed."""
    if len(token.reveal()) < SHORTEST:
        text = f"the token of the web page is shorter than {SHORTEST} characters; a good one: openssl rand -hex 24"
        raise ConfigError([Fault(file="TOCSIN_WEB_TOKEN", text=text, code="TC165")])
    return token


def kept(path: Path) -> Secret:
    """Return the token in a file, which is made where there is none. Raises ConfigError for a file that leaks it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            found = file.read(1000).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise _fault(path, f"the token of the web page cannot be read or made: {why}") from error
    if mode & 0o077:
        raise _fault(path, f"others can read the token of the web page (mode {mode:04o}); run: chmod 600 {path}")
    if len(found) < SHORTEST:
        raise _fault(path, "this is no token of the web page; delete the file, and the next start makes a new one")
    return Secret(found)


def _make(path: Path) -> None:
    """Write a new token, whole and only for its owner, unless there is one: two processes may start at once."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(BYTES) + "\n")
    try:
        os.link(draft, path)  # unlike a rename it never replaces what another one has just made
    except FileExistsError:
        pass
    except OSError:  # a file system without such links
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _fault(path: Path, text: str) -> ConfigError:
    return ConfigError([Fault(file=str(path), text=text, code="TC165")])
