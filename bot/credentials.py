"""Secrets: from the environment, else from a file that nobody but its owner can read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
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


def read(environment: Mapping[str, str], path: Path, *, required: bool = False) -> Credentials:
    """Take each token from the environment, else from ``path`` (``NAME=value`` lines). Raises ConfigError.

    ``required``: the operator named the file, so that it is a fault when there is none.
    """
    stored = _read_file(path) if required or os.path.lexists(path) else {}  # a dangling link is a fault, too

    def find(name: str) -> Secret | None:
        value = environment.get(name) or stored.get(name)
        return Secret(value.strip()) if value and value.strip() else None

    return Credentials(slack_bot=find(SLACK_BOT), slack_app=find(SLACK_APP), discord=find(DISCORD))


def gaps(config: Config, found: Credentials) -> tuple[str, ...]:
    """Say in a sentence each what is configured and cannot work for want of a token."""
    said = []
    for platform, token, name in (("slack", found.slack_bot, SLACK_BOT), ("discord", found.discord, DISCORD)):
        count = sum(channel.platform == platform for channel in config.channels)
        if count and not token:
            said.append(f"{platform}: {name} is not set; messages for its channels ({count}) wait until it is")
    if config.slack.enabled and found.slack_bot and not found.slack_app:
        said.append(f"slack: {SLACK_APP} is not set; alerts are posted, commands and buttons are not answered")
    if config.slack.enabled and found.slack_app and not found.slack_bot:
        said.append(f"slack: {SLACK_APP} is set but {SLACK_BOT} is not; nothing can be posted")
    return tuple(said)


def _read_file(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(_read_lines(path), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if not separator or name.strip() not in NAMES:
            # The line itself is never shown: it may hold a secret.
            text = f"this line is not NAME=value with one of {', '.join(NAMES)}"
            faults.append(Fault(file=str(path), line=number, column=1, text=text, code="TC157"))
        found[name.strip()] = value.strip().strip("'\"")
    if faults:
        raise ConfigError(faults)
    return found


def _read_lines(path: Path) -> list[str]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.is_file() and mode & 0o077:
            text = f"others can read this file of secrets (mode {mode:04o}); run: chmod 600 {path}"
            raise ConfigError([Fault(file=str(path), text=text, code="TC156")])
        return path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        text = f"the file of secrets cannot be read: {error.strerror}"
    except UnicodeDecodeError:  # whose own text would show the bytes
        text = "the file of secrets is not UTF-8 text; save it as UTF-8"
    raise ConfigError([Fault(file=str(path), text=text, code="TC157")])
