"""What ``tocsin outbox`` does, apart from its options: the database's library is slow to load."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import duration
from bot.cli import databases
from bot.clock import SystemClock
from bot.delivery.model import RowState
from bot.store import lanes, outbox_admin
from bot.store.address import Address
from bot.store.guest import visit
from bot.store.outbox_admin import Listed

OPEN = (RowState.READY, RowState.SENDING, RowState.DEAD, RowState.UNKNOWN)
AGAIN = (RowState.DEAD, RowState.UNKNOWN)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Raises ConfigError and StoreError."""
    address = databases.find(args.database, args.config)
    match args.action:
        case "list":
            return _list(address, args)
        case "retry":
            return _retry(address, args)
        case _:
            dropped = visit(address, lambda c: outbox_admin.drop(c, args.keys, args.reason, _now()))
            return _report(dropped, args.keys, "left out", "is unknown, sent, or just being posted")


def _list(address: Address, args: argparse.Namespace) -> int:
    try:
        states = [RowState(name.strip()) for name in args.state.split(",")] if args.state else list(OPEN)
    except ValueError as error:
        sys.stderr.write(f"{error}; the states are {', '.join(RowState)}\n")
        return 2

    def work(connection: Connection) -> tuple[list[Listed], list[tuple[str, str]]]:
        rows = outbox_admin.list_rows(connection, states=states, lane=args.lane, limit=args.limit + 1)
        return rows, lanes.standing_still(connection)

    rows, still = visit(address, work)
    if args.json:
        _write(json.dumps(asdict(row), default=str, ensure_ascii=False) for row in rows[: args.limit])
        return 0
    _write(_table(rows[: args.limit], _now()))
    if len(rows) > args.limit:
        _write([f"... and more; see them with --limit {args.limit * 4}"])
    _write(f"{name} stands still: {reason} (go on with `tocsin outbox retry --lane {name}`)" for name, reason in still)
    if not rows and not still:
        _write(["Nothing waits and nothing failed."])
    return 0


def _retry(address: Address, args: argparse.Namespace) -> int:
    if not (args.keys or args.all or args.lane):
        sys.stderr.write("name the rows to send again: keys, --lane LANE, or --all\n")
        return 2

    def work(connection: Connection) -> tuple[bool | None, list[str], list[str]]:
        now = _now()
        resumed = outbox_admin.resume(connection, args.lane, now) if args.lane else None
        keys = list(args.keys)
        if args.all or (args.lane and not keys):
            keys += outbox_admin.keys_in(connection, states=AGAIN, lane=args.lane)
        return resumed, keys, outbox_admin.retry(connection, keys, now)

    resumed, keys, done = visit(address, work)
    if resumed is not None:
        _write([f"{args.lane} goes on." if resumed else f"{args.lane} was not standing still, or is unknown."])
    if not keys:
        return 0 if resumed or args.all else 1
    return _report(done, keys, "to be sent again", "is unknown, sent, or still waiting by itself")


def _report(done: Sequence[str], asked: Sequence[str], words: str, otherwise: str) -> int:
    _write([f"{len(done)} {'row' if len(done) == 1 else 'rows'} {words}."])
    missed = [key for key in asked if key not in set(done)]
    for key in missed:
        sys.stderr.write(f"{key}: nothing done; it {otherwise}\n")
    return 1 if missed else 0


def _table(rows: Sequence[Listed], now: datetime) -> list[str]:
    lines = []
    for row in rows:
        age = duration.in_words(max(0.0, (now - row.created_at).total_seconds()))
        lines.append(f"{row.key}  {row.state:<8} {row.op:<5} {age:>8}  {row.lane}  {row.heading}")
        if row.why:
            lines.append(f"{'':24}  {row.why}" + (f" [{row.attempts} attempts]" if row.attempts else ""))
    return lines


def _write(lines: Any) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _now() -> datetime:
    return SystemClock().now()
