"""The command line: finds the subcommand, runs it, and ends every user's mistake in one sentence.

Exit codes: 0 all well, 1 faults found or the work failed, 2 wrong use. Each subcommand's module imports what it
needs when it runs, so that ``tocsin --help`` stays quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Any

from bot import __version__
from rules.errors import FaultsError, TocsinError

# What --help says of each; only the module of the command that was typed is imported.
COMMANDS = {
    "init": "set up a folder: configuration, rules, tokens",
    "doctor": "check everything and say the fix for each fault",
    "demo": "see alerts on this terminal, from a recorded feed; no account and no network needed",
    "run": "poll the feeds and ring the channels",
    "worker": "do a part of the work, beside other workers on the same PostgreSQL",
    "status": "how feeds, messages and rules are",
    "extract": "figures, positions and provenance of a text",
    "stories": "which items tell of one event",
    "feeds": "the feeds that are polled",
    "rules": "check, lint, test, explain and try out alert rules",
    "outbox": "what was not delivered, and sending it again",
    "db": "back up, restore and check the database",
    "export": "rules, subscriptions, settings, feeds and ledger as one archive",
    "import": "what an archive would change here; with --yes, change it",
    "completion": "the script that completes commands and options in a shell",
}
_MODULES = {"import": "importing"}  # a module cannot be called after a keyword
DESCRIPTION = "Tocsin rings when policy moves: new figures, changed positions, corrections."
EPILOG = "Exit codes: 0 all well, 1 faults found or the work failed, 2 wrong use, 130 stopped by Ctrl-C."


def module_of(command: str) -> Any:
    """Return the module of a subcommand, loading it."""
    return import_module(f"bot.cli.{_MODULES.get(command, command)}")


def parser_of(loaded: Collection[str]) -> argparse.ArgumentParser:
    """Return the parser of the command line, with the options of those subcommands that are named."""
    parser = argparse.ArgumentParser(prog="tocsin", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"tocsin {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        if name in loaded:
            module_of(name).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``tocsin`` with ``arguments`` (default: those of the process) and return the exit code."""
    typed = sys.argv[1:] if arguments is None else list(arguments)
    parser = parser_of(typed[:1])
    args = parser.parse_args(typed)
    if args.command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        code: int = args.run(args)
    except FaultsError as error:
        count = len(error.faults)
        sys.stderr.write(f"{error}\n{count} fault{'' if count == 1 else 's'} found; nothing was started or changed.\n")
        return 1
    except TocsinError as error:
        sys.stderr.write(f"tocsin: {error}\n")
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (| head); Python would complain once more at exit
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130
    return code
