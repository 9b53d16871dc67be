"""Secrets: from the environment, else from a file that nobody but its owner can read."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigError
from bot.secret import Secret
from rules.errors import Fault

SLACK_BOT = "TOCSIN_SLACK_BOT_TOKEN"
SLACK_APP = "TOCSIN_SLACK_APP_TOKEN"
DISCORD = "TOCSIN_DISCORD_TOKEN"
NAMES = (SLACK_BOT, SLACK_APP, DISCORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The tokens that were found; None where there is none."""

    slack_bot: Secret | None = None
    slack_app: Secret | None = None
    discord: Secret | None = None


def read(environment: Mapping[str, str], path: Path) -> Credentials:
    """Take each token from the environment, else from ``path`` (``NAME=value`` lines). Raises ConfigError."""
    stored = _read_file(path) if path.exists() else {}

    def find(name: str) -> Secret | None:
        value = environment.get(name) or stored.get(name)
        return Secret(value.strip()) if value and value.strip() else None

    return Credentials(slack_bot=find(SLACK_BOT), slack_app=find(SLACK_APP), discord=find(DISCORD))


def _read_file(path: Path) -> dict[str, str]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        text = f"others can read this file of secrets (mode {mode:04o}); run: chmod 600 {path}"
        raise ConfigError([Fault(file=str(path), text=text, code="TC156")])
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.removeprefix("export ").partition("=")
        if not separator or name.strip() not in NAMES:
            # The line itself is never shown: it may hold a secret.
            text = f"this line is not NAME=value with one of {', '.join(NAMES)}"
            raise ConfigError([Fault(file=str(path), line=number, column=1, text=text, code="TC157")])
        found[name.strip()] = value.strip().strip("'\"")
    return found
