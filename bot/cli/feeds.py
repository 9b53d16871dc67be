"""``tocsin feeds``: parse files now; what works on the database follows the same shape."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from bot.cli import feedparse


def add_parser(subparsers: Any) -> None:
    """Add ``feeds`` and its subcommands to the command line."""
    parser = subparsers.add_parser("feeds", help="the feeds that are polled", description="The feeds that are polled.")
    commands = parser.add_subparsers(dest="feeds_command", metavar="COMMAND", required=True)
    parse = commands.add_parser(
        "parse",
        help="what the parser makes of feed files",
        description="Parses feed files the way polled feeds are parsed; needs no network and no configuration.",
    )
    parse.add_argument("files", nargs="+", metavar="FILE", help='feed files; "-" is standard input')
    parse.add_argument("--jsonl", action="store_true", help="answer one JSON object a file, in the order given")
    parse.set_defaults(run=run_parse)


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand."""
    code: int = args.run(args)
    return code


def run_parse(args: argparse.Namespace) -> int:
    """Parse the files; 1 when one of them could not be read."""
    return asyncio.run(feedparse.print_answers(args.files, is_json=args.jsonl))
