"""Gathers what goes into an archive: settings, rules, state, and for others to read the feeds and the ledger."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import config as configuration
from bot.claimfile import claims_csv
from bot.commands.claims import known_states
from bot.config import Config
from bot.resources import load_lexicon
from bot.rulefiles import PACK_PREFIX, find_rule_files
from bot.store import address, claims, feeds
from bot.store.guest import visit
from bot.transfer import state
from bot.transfer.archive import CONFIG, FILES, LEDGER, STATE
from rules.ledger import Policy
from rules.model import Mention

MOST_MENTIONS = 200_000  # of each kind, newest first: read in one transaction, beside the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The parts by name; ``feed_rows`` for the OPML, which an edge writes; ``left_out`` says what is not in them."""

    parts: dict[str, bytes]
    feed_rows: tuple[tuple[str, str, str | None], ...]  # address, name, language
    claims: int
    left_out: tuple[str, ...]


def gather(path: Path) -> Outgoing:
    """Read everything that belongs to the Tocsin which ``path`` configures. Raises ConfigError and StoreError."""
    config = configuration.load(path)
    base = path.resolve().parent
    parts = {CONFIG: path.read_bytes()}
    files, left_out = _files(config, base)
    parts |= files
    database = address.read(config.database, base, os.environ)
    if isinstance(database, Path) and not database.exists():
        return Outgoing(parts=parts, feed_rows=(), claims=0, left_out=(*left_out, f"{database} is not there yet"))
    found, rows, mentions = visit(
        database,
        lambda connection: (
            state.gather(connection),
            feeds.list_feeds(connection),
            tuple(_mentions(connection)),
        ),
    )
    policy = Policy(contains=load_lexicon([base / name for name in config.lexicon]).contains)
    parts[STATE] = state.dump(found)
    parts[LEDGER] = claims_csv(known_states(mentions, policy))
    listed = tuple((row.url, row.name, row.lang) for row in rows)
    return Outgoing(parts=parts, feed_rows=listed, claims=len(mentions), left_out=tuple(left_out))


def _mentions(connection: object) -> Sequence[Mention]:
    found: list[Mention] = []
    for kind in ("figure", "position"):
        found += claims.newest(connection, kind, MOST_MENTIONS).mentions  # type: ignore[arg-type]
    return found


def _files(config: Config, base: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return rule and lexicon files by name, and those that lie outside the folder, which are not taken."""
    wanted = dict(find_rule_files(config.rules, base))
    wanted |= {name: base / name for name in config.lexicon}
    parts, left_out = {}, []
    for name, path in wanted.items():
        if name.startswith(PACK_PREFIX):
            continue  # ships with every Tocsin
        relative = Path(name)
        if relative.is_absolute() or ".." in relative.parts:
            left_out.append(f"{name} lies outside the folder of tocsin.yaml")
            continue
        parts[FILES + relative.as_posix()] = path.read_bytes()
    return parts, left_out
