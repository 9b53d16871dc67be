"""The command line: finds the subcommand, runs it, and ends every user's mistake in one sentence.

Exit codes: 0 all well, 1 faults found or the work failed, 2 wrong use. Each subcommand's module imports what it
needs when it runs, so that ``tocsin --help`` stays quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from bot import __version__
from rules.errors import FaultsError, TocsinError

_MODULES = ("demo", "run", "extract", "feeds", "rules", "outbox")
DESCRIPTION = "Tocsin rings when policy moves: new figures, changed positions, corrections."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``tocsin`` with ``arguments`` (default: those of the process) and return the exit code."""
    parser = argparse.ArgumentParser(prog="tocsin", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"tocsin {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in _MODULES:
        import_module(f"bot.cli.{name}").add_parser(subparsers)
    args = parser.parse_args(arguments)
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
