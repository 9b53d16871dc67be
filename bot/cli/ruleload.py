"""What all ``tocsin rules`` commands share: finding the rules and the lexicon, and writing for people."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot import duration
from bot.cli.saying import say, say_json
from bot.resources import load_lexicon
from bot.rulebook.files import load_rules, read_rule_files
from bot.rulebook.history import FileHistory, folder_beside
from bot.store import address
from bot.store.address import Address
from rules.errors import Fault, TocsinError
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon
from rules.wording import count

if TYPE_CHECKING:
    from bot.config import Config


class UsageError(TocsinError):
    """The command was not used as it can be; exit code 2."""


def sources(args: argparse.Namespace, given: Sequence[str]) -> tuple[list[str], Path | None, list[Path]]:
    """Return the rule sources, the folder they are relative to, and the lexicon files: given, else of tocsin.yaml."""
    if given:
        return list(given), None, list(args.lexicon)
    if not args.config.exists():
        raise UsageError(f"name rule files, folders or pack:NAME (there is no {args.config} to take them from)")
    from bot import config

    loaded = config.load(args.config)
    base = args.config.parent
    return list(loaded.rules), base, [*(base / name for name in loaded.lexicon), *args.lexicon]


def documents(args: argparse.Namespace, given: Sequence[str]) -> tuple[dict[str, str], Lexicon]:
    """Return the texts of the rule files, and the lexicon."""
    names, base, lexicons = sources(args, given)
    return read_rule_files(names, base), _lexicon(tuple(lexicons))


@cache
def _lexicon(paths: tuple[Path, ...]) -> Lexicon:
    """Load a lexicon once a process: a command asks for it more than once, and it never changes meanwhile."""
    return load_lexicon(paths)


def ruleset(args: argparse.Namespace, given: Sequence[str]) -> tuple[RuleSet, Lexicon]:
    """Load the rules. Raises RuleFileError with every fault."""
    texts, lexicon = documents(args, given)
    return load_rules(texts, lexicon), lexicon


def configuration(args: argparse.Namespace) -> Config:
    """Load tocsin.yaml. Raises UsageError where there is none, ConfigError with its faults."""
    if not args.config.exists():
        raise UsageError(f"there is no {args.config} that names the archive and the rules; give --config FILE")
    from bot import config

    return config.load(args.config)


def database_of(args: argparse.Namespace) -> Address:
    """Return the database that tocsin.yaml names. Raises UsageError where there is no tocsin.yaml."""
    return address.read(configuration(args).database, args.config.parent, os.environ)


def history_of(args: argparse.Namespace) -> FileHistory:
    """Return the history of the rules in force. Raises UsageError where there is no tocsin.yaml."""
    return FileHistory(folder_beside(address.anchor(database_of(args), args.config.parent)))


def lexicon_of(args: argparse.Namespace, loaded: Config) -> Lexicon:
    """Return the lexicon of tocsin.yaml with the files of the command line."""
    return _lexicon((*(args.config.parent / name for name in loaded.lexicon), *args.lexicon))


def since(args: argparse.Namespace) -> timedelta:
    """Read --since. Raises UsageError."""
    try:
        return timedelta(seconds=duration.seconds(args.since))
    except ValueError as error:
        raise UsageError(str(error)) from None


def say_faults(faults: Sequence[Fault], *, as_json: bool) -> None:
    """Write faults, one a line, and their count."""
    for fault in faults:
        if as_json:
            say_json(asdict(fault))
        else:
            say(str(fault))
    if not as_json:
        files = len({fault.file for fault in faults})
        say(f"{count(len(faults), 'fault')} in {count(files, 'file')}")
