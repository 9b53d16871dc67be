"""Who may come in, made of what the operator configured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Web
from bot.secret import Secret
from bot.web import token
from bot.web.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """``where`` tells people where the token stands; ``hosts`` are names of ours beside this machine's own."""

    sessions: Sessions
    where: str
    hosts: frozenset[str] = frozenset()
    is_secure: bool = False  # browsers reach us by https only


def where_the_token_is(given: Secret | None, database: Path) -> str:
    """Say where the token stands, without making one."""
    return "TOCSIN_WEB_TOKEN" if given else str(_shown(token.path_beside(database)))


def open_door(config: Web, given: Secret | None, database: Path) -> Door:
    """Return the door, with a new token where there is none yet. Raises ConfigError for a token that is no good."""
    secret = token.given(given) if given else token.kept(token.path_beside(database))
    public = urlsplit(config.public_url or "")
    return Door(
        sessions=Sessions(secret),
        where=where_the_token_is(given, database),
        hosts=frozenset({public.hostname} if public.hostname else ()),
        is_secure=public.scheme == "https",
    )


def _shown(path: Path) -> Path:
    """Return a path as the operator knows it: from the present folder where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
