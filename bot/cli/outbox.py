"""``tocsin outbox list | retry | drop``: what was not delivered, and what the operator wants done about it.

Works beside a running Tocsin, which takes the changes up within a second, and on a stopped one.
"""

from __future__ import annotations

import argparse
from typing import Any

from bot.cli.arguments import add_database
from bot.delivery.model import RowState


def add_parser(subparsers: Any) -> None:
    """Add ``outbox`` to the command line."""
    parser = subparsers.add_parser("outbox", help="what was not delivered, and sending it again")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | retry | drop")
    listing = actions.add_parser("list", help="rows that wait, failed, or ended in doubt")
    listing.add_argument("--state", help="only these states, comma-separated: " + ", ".join(RowState))
    listing.add_argument("--lane", help="only this channel, as platform:workspace:channel")
    listing.add_argument("--limit", type=int, default=50, help="how many rows (default 50)")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    again = actions.add_parser("retry", help="send failed rows again; let a parked channel or platform go on")
    again.add_argument("keys", nargs="*", metavar="KEY", help="keys as `outbox list` shows them")
    again.add_argument("--all", action="store_true", help="every row that is dead or unknown")
    again.add_argument("--lane", help="this channel, or a whole platform by its name")
    leave = actions.add_parser("drop", help="leave rows out for good")
    leave.add_argument("keys", nargs="+", metavar="KEY", help="keys as `outbox list` shows them")
    leave.add_argument("--reason", default="", help="why, for the record")
    for one in (listing, again, leave):
        add_database(one)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Raises ConfigError and StoreError."""
    from bot.cli.outboxrows import run as work

    return work(args)
