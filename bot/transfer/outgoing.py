"""Gathers what goes into an archive: settings, rules, state, and for others to read the feeds and the ledger."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot import config as configuration
from bot.claimfile import claims_csv
from bot.commands.claims import known_states
from bot.config import Config
from bot.feeds.polling import FeedRow
from bot.ports import Place
from bot.resources import load_lexicon
from bot.rulebook.files import PACK_PREFIX, find_rule_files
from bot.store import address, claims, feeds
from bot.store.guest import visit
from bot.transfer import archive, state
from bot.transfer.archive import CONFIG, FILES, LEDGER, STATE
from bot.transfer.state import State
from rules.ledger import Policy
from rules.model import Mention

MOST_MENTIONS = 200_000  # of each kind, newest first: read in one transaction, beside the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database has for an archive. ``is_cut`` says that older mentions are left out."""

    state: State
    feeds: tuple[FeedRow, ...]
    mentions: tuple[Mention, ...]
    is_cut: bool

    def parts(self, policy: Policy) -> dict[str, bytes]:
        """Return it by name; the OPML is written by an edge."""
        return {STATE: state.dump(self.state), LEDGER: claims_csv(known_states(self.mentions, policy))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The parts by name; ``feeds`` for the OPML, which an edge writes; ``left_out`` says what is not in them."""

    parts: dict[str, bytes]
    feeds: tuple[FeedRow, ...]
    claims: int
    left_out: tuple[str, ...]


def gather(path: Path) -> Outgoing:
    """Read everything that belongs to the Tocsin which ``path`` configures. Raises ConfigError and StoreError."""
    config = configuration.load(path)
    base = path.resolve().parent
    files, left_out = _files(config, base)
    parts = {CONFIG: path.read_bytes(), **files}
    database = address.read(config.database, base, os.environ)
    if isinstance(database, Path) and not database.exists():
        return Outgoing(parts=parts, feeds=(), claims=0, left_out=(*left_out, f"{database} is not there yet"))
    found = visit(database, lambda connection: look(connection, MOST_MENTIONS))
    if found.is_cut:
        left_out.append(f"mentions older than the newest {MOST_MENTIONS:,} of each kind")
    parts |= found.parts(Policy(contains=load_lexicon([base / name for name in config.lexicon]).contains))
    return Outgoing(parts=parts, feeds=found.feeds, claims=len(found.mentions), left_out=tuple(left_out))


def look(connection: Connection, most: int, workspace: Place | None = None) -> Stored:
    """Read what is to move, of all workspaces or of one, with the newest ``most`` mentions of each kind."""
    figures, positions = (claims.newest(connection, kind, most) for kind in ("figure", "position"))
    return Stored(
        state=state.gather(connection, workspace),
        feeds=tuple(feeds.list_feeds(connection)),
        mentions=(*figures.mentions, *positions.mentions),
        is_cut=figures.is_cut or positions.is_cut,
    )


def taken(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return what rule and lexicon files are called in an archive, and why others are not taken."""
    parts, left_out = {}, []
    for name in names:
        relative = Path(name)
        if name.startswith(PACK_PREFIX):
            continue  # ships with every Tocsin
        if archive.is_takeable(relative.as_posix()):
            parts[name] = FILES + relative.as_posix()
        elif relative.is_absolute() or ".." in relative.parts:
            left_out.append(f"{name} lies outside the folder of tocsin.yaml")
        else:
            left_out.append(f"{name} has a name that no archive takes")
    return parts, left_out


def _files(config: Config, base: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return rule and lexicon files by their name in the archive, and why others are not taken."""
    wanted = dict(find_rule_files(config.rules, base))
    wanted |= {name: base / name for name in config.lexicon}
    parts, left_out = taken(wanted)
    return {part: wanted[name].read_bytes() for name, part in parts.items()}, left_out
