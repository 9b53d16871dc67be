"""Pure: the answers and what ships with Tocsin in, the texts of the files to write out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import credentials
from bot.secret import Secret
from bot.setup.answers import Answers, FeedChoice, application_id

PRIVATE = 0o600
SHARED = 0o644
CONFIG = "tocsin.yaml"
SECRETS = ".env"
MANIFEST = "slack-manifest.yaml"
INVITE = "discord-invite.txt"
NO_APPLICATION = "APPLICATION_ID"
TOKENS = (credentials.SLACK_BOT, credentials.SLACK_APP, credentials.DISCORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file to write. ``path`` is relative to the folder, with slashes."""

    path: str
    text: str
    mode: int = SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What ships with Tocsin. ``packs`` are texts by name; ``invite`` is where a Discord server lets it in."""

    packs: Mapping[str, str]
    schema: str
    manifest: str
    invite: str
    permissions: tuple[str, ...]


def plan(answers: Answers, kit: Kit, *, secrets: str = "") -> tuple[PlannedFile, ...]:
    """Return every file, tocsin.yaml last: a folder without it is no newsroom yet. ``secrets`` is the present .env."""
    files = [PlannedFile(path=f"rules/{name}.yaml", text=kit.packs[name]) for name in answers.packs]
    files.append(PlannedFile(path="rules.schema.json", text=kit.schema))
    if "slack" in answers.platforms:
        files.append(PlannedFile(path=MANIFEST, text=kit.manifest))
    if "discord" in answers.platforms:
        files.append(PlannedFile(path=INVITE, text=_invite(kit)))
    files.append(PlannedFile(path=SECRETS, text=secrets_text(secrets, answers.tokens), mode=PRIVATE))
    files.append(PlannedFile(path=CONFIG, text=_config(answers)))
    return tuple(files)


def invited_id(answers: Answers) -> str:
    """Return the application id for the invitation, or a word that says where to put it."""
    return application_id(answers.tokens.get(credentials.DISCORD)) or NO_APPLICATION


def _invite(kit: Kit) -> str:
    lines = ["Open this address as somebody who manages the server:", "", kit.invite, ""]
    if NO_APPLICATION in kit.invite:
        where = "General Information at https://discord.com/developers/applications"
        lines += [f"First put your application's id in the place of {NO_APPLICATION}: {where}", ""]
    lines += [f"It asks for: {', '.join(kit.permissions)}.", "No privileged intent is needed; leave all three off.", ""]
    return "\n".join(lines)


_SECRETS_HEAD = """\
# The tokens of Tocsin. Only you may read this file (mode 0600); keep it out of version control.
# Slack: xoxb-... and xapp-... (docs/slack.md). Discord: the bot's token (docs/discord.md).
"""


def secrets_text(present: str, tokens: Mapping[str, Secret]) -> str:
    """Return the text of .env: what is there stays, new tokens take the place of old ones."""
    text = present or _SECRETS_HEAD + "".join(f"{name}=\n" for name in TOKENS)
    for name, token in tokens.items():
        line = f"{name}={token.reveal()}"
        old = re.search(rf"(?m)^(?:export )?{name}\s*=.*$", text)
        text = f"{text.rstrip()}\n{line}\n" if old is None else text[: old.start()] + line + text[old.end() :]
    return text


_CONFIG = """\
# Tocsin's configuration. Every key is explained in docs/configuration.md; `tocsin doctor` checks it all.
# Tokens never stand here: they come from the environment or from .env (mode 0600).
version: 1
database: var/tocsin.db

# Your rules: files and folders, or packs that ship with Tocsin, like pack:sanctions.
rules: [rules]

{feeds}

polling:
  every: 10m
  contact: {contact}{contact_note}

{channels}
"""

_CONSOLE = """\
# Alerts on this terminal. Slack and Discord channels subscribe themselves with /tocsin subscribe TOPIC,
# or are fixed here like this one, with platform, workspace and channel id.
console:
  enabled: true
channels:
  - platform: console
    channel: desk
    topics: [{topics}]
    severity: notice     # notice, important or urgent
    threads: broadcast   # broadcast, thread, channel or edit"""

_NO_CONSOLE = """\
# Channels subscribe themselves with /tocsin subscribe TOPIC, or are fixed here:
# channels:
#   - {platform: slack, workspace: T..., channel: C..., topics: [TOPIC]}"""


def _config(answers: Answers) -> str:
    has_console = "console" in answers.platforms
    return _CONFIG.format(
        feeds="\n".join(["feeds:", *map(_feed, answers.feeds)]) if answers.feeds else _NO_FEEDS,
        contact=_quoted(answers.contact),
        contact_note=""
        if answers.contact
        else "            # a web or mail address, shown to the sites that are polled",
        channels=_CONSOLE.format(topics=", ".join(answers.packs)) if has_console else _NO_CONSOLE,
    )


_NO_FEEDS = "# No feed yet: `tocsin feeds catalogue nato` looks for some, `tocsin feeds add URL` polls one.\nfeeds: []"


def _feed(feed: FeedChoice) -> str:
    lines = [f"  - url: {_quoted(feed.url)}"]
    lines += [f"    outlet: {_quoted(feed.outlet)}"] if feed.outlet else []
    lines += [f"    lang: {feed.lang}"] if feed.lang else []
    lines += [f"    tier: {feed.tier}"] if feed.tier else []
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Write a text as YAML reads it back whatever is in it: JSON's strings are YAML's double-quoted ones."""
    return json.dumps(text, ensure_ascii=False)
