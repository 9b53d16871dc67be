"""Options that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path

CONFIG = Path("tocsin.yaml")


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=f"default: {CONFIG}")


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add ``--config`` and ``--database``, for what needs the database alone; see bot.cli.databases."""
    add_config(parser)
    parser.add_argument("--database", metavar="FILE", help="the database itself; default: the one --config names")
