"""What an archive would change here, checked as a whole before anything is, and then done: all of it or nothing.

archive ─ settings, rules with their tests, state: all valid together? ─ plan
plan ─ one transaction: the state's rows, last of all the files in one crash-safe move ─ commit
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot import config as configuration
from bot.config import Config
from bot.resources import load_lexicon
from bot.rulebook.edit import Edit, EditLog, is_of
from bot.rulebook.files import PACK_PREFIX, find_rule_files, read_found
from bot.rulebook.history import folder_beside
from bot.rulebook.tested import RuleLoader
from bot.store import address
from bot.store.address import Address
from bot.store.db import Database
from bot.store.guest import visit
from bot.transfer import archive, state
from bot.transfer.archive import CONFIG, FILES, STATE, ArchiveError
from bot.transfer.state import State
from rules.strictyaml import decode
from rules.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done. ``write`` are files by their path from ``base``; ``lines`` tell a person."""

    base: Path
    config: Config
    write: dict[str, str]
    state: State
    lines: tuple[str, ...]

    @property
    def database(self) -> Address:
        """The database that the environment or the settings name."""
        return address.read(self.config.database, self.base, os.environ)

    def __bool__(self) -> bool:
        return bool(self.lines)


def plan(source: Path, path: Path) -> Plan:
    """Read an archive and hold it against what is here; ``path`` is tocsin.yaml, there or not.

    Raises ArchiveError, ConfigError or RuleFileError with everything that is wrong with it.
    """
    parts = archive.read(source)
    base = path.resolve().parent
    config = _config(source, parts[CONFIG], base, path) if CONFIG in parts else _present_config(source, path)
    texts = {name.removeprefix(FILES): decode(body, name) for name, body in parts.items() if name.startswith(FILES)}
    _belong(source, texts, config)
    found = state.parse(parts[STATE]) if STATE in parts else State()
    _check_rules(source, texts, config, base)
    wanted = {**texts, path.name: decode(parts[CONFIG], CONFIG)} if CONFIG in parts else texts
    write = {name: text for name, text in wanted.items() if _present(base / name) != text}
    lines = [_file_line(name, _present(base / name), text) for name, text in write.items()]
    lines += _state_lines(address.read(config.database, base, os.environ), found)
    return Plan(base=base, config=config, write=write, state=found, lines=tuple(lines))


def apply(wanted: Plan, now: datetime) -> None:
    """Do it. Raises StoreError, ArchiveError or EditError, and then nothing has changed."""
    if isinstance(wanted.database, Path) and not wanted.database.exists():
        _make(wanted.database)
    edits = EditLog(folder_beside(address.anchor(wanted.database, wanted.base)), wanted.base)

    def work(connection: Connection) -> None:
        state.put(connection, wanted.state, now)
        if wanted.write:
            edits.carry_out(Edit(write=wanted.write))  # last: where it fails, the rows are rolled back

    visit(wanted.database, work)


def _config(source: Path, body: bytes, base: Path, path: Path) -> Config:
    config = configuration.check(body, f"{source}:{CONFIG}")
    present = configuration.load(path).database if path.exists() else None
    is_kept = config.database == present or address.is_server(config.database)
    database = Path(config.database.removeprefix("sqlite:///"))
    if not is_kept and (database.is_absolute() or ".." in database.parts):
        raise ArchiveError(f"{source}: its tocsin.yaml keeps the database outside {base}, at {config.database}")
    return config


def _present_config(source: Path, path: Path) -> Config:
    """Return the settings that are here: an archive from the chat is of one workspace, and has none."""
    if not path.exists():
        raise ArchiveError(f"{source}: it has no {CONFIG}, and {path} is not there; `tocsin init` makes one")
    return configuration.load(path)


def _belong(source: Path, texts: dict[str, str], config: Config) -> None:
    """Refuse files that the settings do not name: nothing would read them."""
    for name in texts:
        if not any(is_of(name, one) for one in (*config.rules, *config.lexicon)):
            raise ArchiveError(f"{source}: {name} is named neither by rules: nor by lexicon: in tocsin.yaml")


def _check_rules(source: Path, texts: dict[str, str], config: Config, base: Path) -> None:
    """Load what the rules will be, with their tests. Raises RuleFileError with every fault."""
    missing = [name for name in config.lexicon if name not in texts and not (base / name).is_file()]
    if missing:
        raise ArchiveError(f"{source}: the lexicon file {missing[0]} is neither in it nor here")
    lexicon = load_lexicon([])
    if config.lexicon:
        own = {name: texts.get(name) or (base / name).read_text("utf-8") for name in config.lexicon}
        lexicon = lexicon.extended(own)
    present = read_found(find_rule_files(config.rules, base))
    documents = {**present, **{name: text for name, text in texts.items() if name not in config.lexicon}}
    for one in config.rules:
        if not one.startswith(PACK_PREFIX) and not any(is_of(name, one) for name in documents):
            raise ArchiveError(f"{source}: tocsin.yaml names the rules {one}, which are neither in it nor here")
    ruleset = RuleLoader(lexicon).load_tested(documents)
    unknown = sorted({topic for channel in config.channels for topic in channel.topics} - set(ruleset.topics))
    if unknown:
        raise ArchiveError(f"{source}: tocsin.yaml names topics that no rule has: {', '.join(unknown)}")


def _state_lines(database: Address, found: State) -> list[str]:
    if not isinstance(database, Path) or database.exists():
        return visit(database, lambda connection: state.differences(connection, found))
    lines = [f"+ feed {one.outlet or one.url}" for one in found.feeds]
    return lines + [f"+ {one.place} follows {follow.topic}" for one in found.channels for follow in one.follows]


def _file_line(name: str, before: str | None, after: str) -> str:
    if before is None:
        return f"+ {name}, {count(len(after.splitlines()), 'line')}"
    delta = list(difflib.ndiff(before.splitlines(), after.splitlines())) if len(before) < 200_000 else []
    added, gone = (sum(line.startswith(sign) for line in delta) for sign in ("+ ", "- "))
    return f"~ {name}, {count(added, 'line')} more and {gone:,} less" if delta else f"~ {name}"


def _present(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _make(database: Path) -> None:
    made = Database(database)
    made.open()
    made.close()
