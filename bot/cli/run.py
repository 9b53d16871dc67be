"""``tocsin run``: serve, or with ``--once`` poll and deliver what is due and end."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import DeliveryError
from rules.errors import TocsinError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config import Config
    from bot.credentials import Credentials
    from bot.feeds.polling import FeedRow, PollSummary
    from bot.serving import App


def add_parser(subparsers: Any) -> None:
    """Add ``run`` to the command line."""
    parser = subparsers.add_parser(
        "run",
        help="poll the feeds and ring the channels",
        description="Polls the feeds of tocsin.yaml, rings the subscribed channels and answers their commands.",
    )
    parser.add_argument("--config", type=Path, default=Path("tocsin.yaml"), metavar="FILE", help="default: tocsin.yaml")
    parser.add_argument("--once", action="store_true", help="poll and deliver everything that is due once, then end")
    parser.add_argument("--json", action="store_true", help="with --once: as the last line, what came of it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the bot. Raises TocsinError with one sentence when it cannot start or has to stop."""
    from bot import config as configuration
    from bot import credentials
    from bot.logs import set_up

    set_up()
    config = configuration.load(args.config)
    base = args.config.resolve().parent
    is_named = "secrets_file" in config.model_fields_set
    found = credentials.read(os.environ, base / config.secrets_file, required=is_named)
    for sentence in credentials.gaps(config, found):
        sys.stderr.write(f"tocsin: {sentence}\n")
    return asyncio.run(_run(args, config, base, found))


async def _run(args: argparse.Namespace, config: Config, base: Path, found: Credentials) -> int:
    if args.once:
        from bot.app import opened

        async with opened(config, base, found, name=str(args.config), is_single_run=True) as app:
            return await _once(app, as_json=args.json)
    from bot.delivering import head_start

    async with head_start(config, base, found) as begun:
        await asyncio.to_thread(import_module, "bot.app")  # beside the loop, where delivery may have begun
        from bot.app import opened

        async with opened(config, base, found, name=str(args.config), begun=begun) as app:
            if app.web is not None and sys.stderr.isatty():
                sys.stderr.write(f"tocsin: web page at {app.web.address}\n")
            await serve(app)
            return 0


async def serve(app: App) -> None:
    """Serve until told to stop. Raises TocsinError where a platform refuses the token."""
    try:
        await app.serve()
    except DeliveryError as error:
        raise TocsinError(f"{error.channel} stopped: {error.detail}") from error


async def _once(app: App, *, as_json: bool = False) -> int:
    """Poll and deliver once and say what came of it; return 1 when no feed could be read, or a platform refused."""
    started = app.clock.now()
    summary = await app.once()
    if not as_json:
        sys.stdout.write(_polled(summary))
    for row in await _failed(app, started):
        sys.stderr.write(f"tocsin: {_shown(row)}: {row.error_text}; it is tried again later\n")
    health = await app.dispatcher.health()
    if health.pending and not as_json:
        waits = "message still waits" if health.pending == 1 else "messages still wait"
        why = "what an edit, a digest or a quiet hour holds goes out with a later run"
        sys.stdout.write(f"{health.pending} {waits} to be delivered: {why}; `tocsin outbox list` names each.\n")
    for name, reason in health.standing_still:
        sys.stderr.write(f"tocsin: {name} takes no messages ({reason}); tocsin outbox list shows why\n")
    failed = sum(count for reason, count in summary.counts.items() if reason.is_failure)
    is_deaf = bool(failed) and failed == summary.polled
    code = 1 if is_deaf or health.standing_still else 0
    if as_json:
        sys.stdout.write(json.dumps({"ok": code == 0} | _record(summary, health.pending)) + "\n")
    return code


def _record(summary: PollSummary, pending: int) -> dict[str, object]:
    items = summary.items
    return {
        "polled": summary.polled,
        "outcomes": {reason.value: count for reason, count in sorted(summary.counts.items())},
        "new": items.new,
        "edited": items.edited,
        "alerts": items.alerts,
        "pending": pending,
    }


def _polled(summary: PollSummary) -> str:
    from rules.wording import count as counted

    outcome = ", ".join(f"{count} {reason}" for reason, count in sorted(summary.counts.items())) or "nothing was due"
    items = summary.items
    counts = f"{counted(items.new, 'new item')}, {items.edited} edited, {counted(items.alerts, 'alert')}"
    return f"Polled {counted(summary.polled, 'feed')}: {outcome}. {counts}.\n"


async def _failed(app: App, since: datetime) -> list[FeedRow]:
    """Return the feeds that failed in this run, with the sentence that says how."""
    from bot.store import feeds

    rows = await app.db.read(feeds.list_feeds)
    return [row for row in rows if row.failures and row.polled_at is not None and row.polled_at >= since]


def _shown(row: FeedRow) -> str:
    from bot.secret import without_secrets

    return without_secrets(row.url)
