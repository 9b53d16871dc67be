"""``tocsin rules history``: which rule sets were in force, since when, by whom, and what changed."""

from __future__ import annotations

import argparse
import sys

from bot.cli.ruleload import database_of, printer, say, say_json
from bot.rulehistory import FileHistory, folder_beside


def history(args: argparse.Namespace) -> int:
    """List what is kept, newest first."""
    entries = list(FileHistory(folder_beside(database_of(args))).entries())
    style = printer(sys.stdout)
    for entry in entries:
        if args.json:
            record = {"hash": entry.hash, "at": entry.at.isoformat(), "author": entry.author, "changes": entry.changes}
            say_json(record)
            continue
        say(f"{style(entry.hash, 'strong')}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.author or 'author unknown'}")
        for change in entry.changes or ("no rule changed",):
            say(f"    {change}")
    if not entries and not args.json:
        say("No rule set has been recorded yet; `tocsin run` records each one that comes into force.")
    return 0
