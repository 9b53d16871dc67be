"""Secrets: from the environment, else from a file that nobody but its owner can read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
from bot.errors import ConfigError
from bot.secret import Secret
from rules.errors import Fault

SLACK_BOT = "TOCSIN_SLACK_BOT_TOKEN"
SLACK_APP = "TOCSIN_SLACK_APP_TOKEN"
SLACK_SIGNING = "TOCSIN_SLACK_SIGNING_SECRET"
SLACK_CLIENT_ID = "TOCSIN_SLACK_CLIENT_ID"
SLACK_CLIENT_SECRET = "TOCSIN_SLACK_CLIENT_SECRET"  # noqa: S105 - the name of a variable
DISCORD = "TOCSIN_DISCORD_TOKEN"
WEB = "TOCSIN_WEB_TOKEN"
NAMES = (SLACK_BOT, SLACK_APP, SLACK_SIGNING, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, DISCORD, WEB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The tokens that were found; None where there is none."""

    slack_bot: Secret | None = None
    slack_app: Secret | None = None
    slack_signing: Secret | None = None
    slack_client_id: Secret | None = None
    slack_client_secret: Secret | None = None
    discord: Secret | None = None
    web: Secret | None = None  # None: the web page's token is kept in a file beside the database


def read(environment: Mapping[str, str], path: Path, *, required: bool = False) -> Credentials:
    """Take each token from the environment, else from ``path`` (``NAME=value`` lines). Raises ConfigError.

    ``required``: the operator named the file, so that it is a fault when there is none.
    """
    stored = _read_file(path) if required or os.path.lexists(path) else {}  # a dangling link is a fault, too

    def find(name: str) -> Secret | None:
        value = environment.get(name) or stored.get(name)
        return Secret(value.strip()) if value and value.strip() else None

    return Credentials(
        slack_bot=find(SLACK_BOT),
        slack_app=find(SLACK_APP),
        slack_signing=find(SLACK_SIGNING),
        slack_client_id=find(SLACK_CLIENT_ID),
        slack_client_secret=find(SLACK_CLIENT_SECRET),
        discord=find(DISCORD),
        web=find(WEB),
    )


def gaps(config: Config, found: Credentials) -> tuple[str, ...]:
    """Say in a sentence each what is configured and cannot work for want of a token."""
    has_slack = found.slack_bot or config.slack.public_url
    said = []
    for platform, token, name in (("slack", has_slack, SLACK_BOT), ("discord", found.discord, DISCORD)):
        count = sum(channel.platform == platform for channel in config.channels)
        if count and not token:
            said.append(f"{platform}: {name} is not set; messages for its channels ({count}) wait until it is")
    return (*said, *_slack_gaps(config, found))


def _slack_gaps(config: Config, found: Credentials) -> Iterator[str]:
    slack = config.slack
    if not slack.enabled:
        return
    is_deaf = "alerts are posted, commands and buttons are not answered"
    has_bot = bool(found.slack_bot or slack.public_url)
    if slack.public_url and not (found.slack_client_id and found.slack_client_secret):
        yield f"slack: public_url needs {SLACK_CLIENT_ID} and {SLACK_CLIENT_SECRET}; no workspace can install the app"
    if has_bot and slack.mode == "http" and not found.slack_signing:
        yield f"slack: mode http needs {SLACK_SIGNING}; {is_deaf}"
    if has_bot and slack.mode == "socket" and not found.slack_app:
        yield f"slack: {SLACK_APP} is not set; {is_deaf}"
    if found.slack_app and not has_bot:
        yield f"slack: {SLACK_APP} is set but {SLACK_BOT} is not; nothing can be posted"


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
