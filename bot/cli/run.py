"""``tocsin run``: serve, or with ``--once`` poll and deliver what is due and end."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bot.errors import DeliveryError
from rules.errors import TocsinError


def add_parser(subparsers: Any) -> None:
    """Add ``run`` to the command line."""
    parser = subparsers.add_parser(
        "run",
        help="poll the feeds and ring the channels",
        description="Polls the feeds of tocsin.yaml, rings the subscribed channels and answers their commands.",
    )
    parser.add_argument("--config", type=Path, default=Path("tocsin.yaml"), metavar="FILE", help="default: tocsin.yaml")
    parser.add_argument("--once", action="store_true", help="poll and deliver everything that is due once, then end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the bot. Raises TocsinError with one sentence when it cannot start or has to stop."""
    from bot import config as configuration
    from bot import credentials
    from bot.logs import set_up

    set_up()
    config = configuration.load(args.config)
    base = args.config.resolve().parent
    found = credentials.read(os.environ, base / config.secrets_file)
    return asyncio.run(_run(args, config, base, found))


async def _run(args: argparse.Namespace, config: Any, base: Path, found: Any) -> int:
    from bot.app import opened

    async with opened(config, base, found, name=str(args.config)) as app:
        if not args.once:
            await _serve(app)
            return 0
        summary = await app.once()
        outcome = (
            ", ".join(f"{count} {reason}" for reason, count in sorted(summary.counts.items())) or "nothing was due"
        )
        items = summary.items
        sys.stdout.write(
            f"Polled {summary.polled} feeds: {outcome}. "
            f"{items.new} new items, {items.edited} edited, {items.alerts} alerts.\n"
        )
        health = await app.dispatcher.health()
        if health.pending:
            sys.stdout.write(f"{health.pending} messages still wait to be delivered; they are kept.\n")
        failed = sum(count for reason, count in summary.counts.items() if reason.is_failure)
        return 1 if failed and failed == summary.polled else 0


async def _serve(app: Any) -> None:
    try:
        await app.serve()
    except DeliveryError as error:
        raise TocsinError(f"{error.channel} stopped: {error.detail}") from error
