"""``tocsin demo``: see Tocsin at work in this terminal, without any account."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import Any

LEAST, MOST = 40, 400  # columns, as console.width in tocsin.yaml


def add_parser(subparsers: Any) -> None:
    """Add ``demo`` to the command line."""
    parser = subparsers.add_parser(
        "demo",
        help="see alerts on this terminal, from a recorded feed; no account and no network needed",
        description="Serves a recorded feed on 127.0.0.1, polls it, and prints what two channels would be told.",
    )
    parser.add_argument("--width", type=_columns, metavar="N", help="columns to use; default: the terminal's")
    parser.add_argument("--no-color", action="store_true", help="no colours (also: NO_COLOR=1)")
    parser.set_defaults(run=run)


def _columns(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not LEAST <= int(text[:9]) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of columns from {LEAST} to {MOST}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Play the demonstration. Raises TocsinError when it cannot be played."""
    from rich.console import Console

    from bot.demo import run as play
    from bot.logs import set_up

    set_up()
    is_plain = args.no_color or bool(os.environ.get("NO_COLOR"))  # rich alone would still write bold and italics
    console = Console(width=args.width, color_system=None if is_plain else "auto", highlight=False)
    asyncio.run(play(console))
    return 0
