"""``tocsin stories``: which story each item belongs to, offline; also how the assignment is measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add ``stories`` to the command line."""
    parser = subparsers.add_parser(
        "stories",
        help="which items tell of one event",
        description="Reads items in the order of time and tells for each which story it belongs to, and why.",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="files of JSON lines; default standard input"
    )
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read {"id","title","text","time"?,"lang"?,"outlet"?} a line, answer {"id","story","reason"}: the default',
    )
    parser.add_argument(
        "--explain", action="store_true", help="also answer the score, what is shared, and the related story"
    )
    parser.add_argument(
        "--lexicon",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a lexicon file of your own; repeatable",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer every input; return 1 when some of it could not be read. Raises LexiconError or LineError."""
    from bot.cli.storylines import run as work

    return work(args)
