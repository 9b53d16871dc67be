"""``tocsin status``: how a Tocsin is, from its database and its rules, beside it while it runs or without it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.cli.arguments import add_config

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.feeds.feedhealth import Health
    from bot.rulebook.history import Entry
    from bot.rulebook.inforce import Refused
    from bot.store.workers import Worker

_SHOWN = 10  # feeds in trouble, and faults of rules


def add_parser(subparsers: Any) -> None:
    """Add ``status`` to the command line."""
    parser = subparsers.add_parser(
        "status",
        help="how feeds, messages and rules are",
        description="Says how feeds, messages and rules are. Ends with 1 when something needs a person.",
    )
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What there is to tell. ``rules`` is the set that came into force last, ``refused`` why files are not used."""

    feeds: tuple[Health, ...]
    pending: int
    oldest: datetime | None
    standing_still: tuple[tuple[str, str], ...]
    rules: Entry | None
    refused: Refused | None
    workers: tuple[Worker, ...] = ()  # those that share the database; none where one Tocsin has it alone

    @property
    def needs_somebody(self) -> bool:
        """Tell whether something does not mend itself."""
        from bot import __version__
        from bot.feeds.feedhealth import HealthCode

        bad = {HealthCode.GONE, HealthCode.FAILING, HealthCode.QUARANTINED, HealthCode.STALE}
        if any(one.version != __version__ for one in self.workers):
            return True
        return bool(self.refused or self.standing_still) or any(feed.code in bad for feed in self.feeds)


def run(args: argparse.Namespace) -> int:
    """Print the status. Raises ConfigError and StoreError."""
    from bot.cli import databases
    from bot.clock import SystemClock
    from bot.rulebook.history import FileHistory, folder_beside
    from bot.store import address
    from bot.store.guest import visit

    base = args.config.resolve().parent
    database = databases.find(None, args.config)
    history, now = FileHistory(folder_beside(address.anchor(database, base))), SystemClock().now()
    status = visit(database, lambda connection: _look(connection, history, now))
    if args.json:
        sys.stdout.write(json.dumps(_record(status), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(status, now)))
    return 1 if status.needs_somebody else 0


def _look(connection: Connection, history: Any, now: datetime) -> Status:
    from bot.feeds import feedhealth
    from bot.store import feeds, lanes, outbox, workers

    depth = outbox.depth(connection)
    return Status(
        feeds=tuple(feedhealth.sorted_by_need(feeds.list_feeds(connection), now)),
        pending=depth.pending,
        oldest=depth.oldest,
        standing_still=tuple(lanes.standing_still(connection)),
        rules=next(history.entries(), None),
        refused=history.refusal(),
        workers=workers.present(connection, now),
    )


def _lines(status: Status, now: datetime) -> Iterator[str]:
    yield from _rule_lines(status)
    yield from _feed_lines(status)
    yield from _message_lines(status, now)
    yield from _worker_lines(status, now)


def _rule_lines(status: Status) -> Iterator[str]:
    rules, refused = status.rules, status.refused
    if rules is None:
        yield "Rules: none has been in force yet; start `tocsin run`"
    else:
        yield f"Rules: set {rules.short} since {_when(rules.at)}, by {rules.author or 'unknown'}"
    if refused is not None:
        yield f"Rules: the files have not been usable since {_when(refused.since)}; the last good set stays in force:"
        yield from (f"  {fault}" for fault in refused.faults[:_SHOWN])
        if len(refused.faults) > _SHOWN:
            yield f"  and {len(refused.faults) - _SHOWN} more: tocsin rules check"


def _feed_lines(status: Status) -> Iterator[str]:
    from bot.feeds.feedhealth import HealthCode, count

    told = ", ".join(f"{number} {code}" for code, number in count(status.feeds).items())
    yield f"Feeds: {told or 'none'}"
    trouble = [feed for feed in status.feeds if feed.code not in (HealthCode.OK, HealthCode.WAITING, HealthCode.PAUSED)]
    yield from (f"  {feed.row.name}: {feed.text}" for feed in trouble[:_SHOWN])


def _message_lines(status: Status, now: datetime) -> Iterator[str]:
    from bot.duration import in_words

    age = "" if status.oldest is None else f", the oldest for {in_words((now - status.oldest).total_seconds())}"
    yield f"Messages: {status.pending} waiting{age if status.pending else ''}"
    yield from (f"  {name} stands still: {reason}; see tocsin outbox list" for name, reason in status.standing_still)


def _worker_lines(status: Status, now: datetime) -> Iterator[str]:
    from bot import workerlines

    if status.workers:
        yield f"Workers: {workerlines.summary(status.workers, now)}"
        yield from (f"  {workerlines.line(one, now)}" for one in status.workers)


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _record(status: Status) -> dict[str, object]:
    from bot.feeds.feedhealth import count

    rules, refused = status.rules, status.refused
    return {
        "ok": not status.needs_somebody,
        "rules": None if rules is None else {"hash": rules.hash, "since": rules.at.isoformat(), "author": rules.author},
        "rules_state": "applied" if refused is None else "refused",
        "refused_since": None if refused is None else refused.since.isoformat(),
        "faults": [] if refused is None else [str(fault) for fault in refused.faults],
        "feeds": {code.value: number for code, number in count(status.feeds).items()},
        "pending": status.pending,
        "standing_still": dict(status.standing_still),
        "workers": [
            {
                "host": one.host,
                "pid": one.pid,
                "roles": one.roles,
                "version": one.version,
                "seen": one.seen_at.isoformat(),
            }
            for one in status.workers
        ],
    }
