"""``tocsin demo``: see Tocsin at work in this terminal, without any account."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add ``demo`` to the command line."""
    parser = subparsers.add_parser(
        "demo",
        help="see alerts on this terminal, from a recorded feed; no account and no network needed",
        description="Serves a recorded feed on 127.0.0.1, polls it, and prints what two channels would be told.",
    )
    parser.add_argument("--width", type=int, metavar="N", help="columns to use; default: the terminal's")
    parser.add_argument("--no-color", action="store_true", help="no colours (also: NO_COLOR=1)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the demonstration. Raises TocsinError when it cannot be played."""
    from rich.console import Console

    from bot.demo import run as play
    from bot.logs import set_up

    set_up()
    console = Console(width=args.width, no_color=args.no_color or None, highlight=False)
    asyncio.run(play(console))
    return 0
