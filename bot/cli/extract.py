"""``tocsin extract``: what Tocsin reads out of a text, offline; also how the extractor is measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add ``extract`` to the command line."""
    parser = subparsers.add_parser(
        "extract",
        help="figures, positions and provenance of a text",
        description="Reads a text (or with --jsonl one item a line) and shows the claims that would reach the ledger.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="text files, or JSON lines with --jsonl; default standard input",
    )
    parser.add_argument(
        "--jsonl", action="store_true", help='read {"id","text","lang"?,"title"?,"outlet"?} a line, answer a line each'
    )
    parser.add_argument(
        "--explain", action="store_true", help="also show the words and the lexicon entries behind every field"
    )
    parser.add_argument(
        "--lexicon",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a lexicon file of your own; repeatable",
    )
    parser.add_argument("--lang", help="language of plain text (en, de, fr, uk, ru); detected where it is not given")
    parser.add_argument("--outlet", default="", help="who published the plain text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer every input; return 1 when some of it could not be read. Raises LexiconError or LineError."""
    from bot.cli.extractlines import run as work

    return work(args)
