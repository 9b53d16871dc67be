"""``tocsin export``: everything worth keeping or moving, in one archive that holds no token."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.cli.arguments import add_config


def add_parser(subparsers: Any) -> None:
    """Add ``export`` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="rules, subscriptions, settings, feeds and ledger as one archive",
        description="Writes a zip with tocsin.yaml, rule and lexicon files, what was set by commands, the feeds as OPML"
        " and the ledger as CSV. It holds no token, but the whole addresses of feeds. Works beside a running Tocsin.",
        epilog="Exit codes: 0 written, 1 not written, 2 wrong use.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="where to; default tocsin-DATE.zip")
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the archive. Raises ConfigError, StoreError and ArchiveError."""
    from bot.cli.progress import waiting
    from bot.cli.saying import say, say_json
    from rules.wording import count

    with waiting("gathering what goes into the archive"):
        path, told = export(args.config, args.file)
    if args.json:
        say_json({"file": str(path), **told})
        return 0
    held = ", ".join(count(told[f"{noun}s"], noun) for noun in ("file", "feed", "claim"))
    say(f"{path}: {held} of the ledger.")
    for sentence in told["left_out"]:
        say(f"Not in it: {sentence}.")
    say(f"Elsewhere, `tocsin import {path.name}` shows what it would change. Tokens are not in it.")
    return 0


def export(config: Path, target: Path | None) -> tuple[Path, dict[str, Any]]:
    """Write the archive of the Tocsin that ``config`` configures; return where it is, and counts."""
    from adapters.feeds.opml import Outline, write_opml
    from bot.clock import SystemClock
    from bot.transfer import archive, outgoing

    now = SystemClock().now()
    path = target or Path(f"tocsin-{now:%Y-%m-%d-%H%M%S}.zip")
    found = outgoing.gather(config)
    listed = [Outline(url=row.url, title=row.name, lang=row.lang) for row in found.feeds]
    parts = {**found.parts, archive.OPML: write_opml(listed, "Feeds of Tocsin").encode()}
    archive.write(path, parts, now)
    files = sum(name.startswith(archive.FILES) for name in parts) + 1
    return path, {"files": files, "feeds": len(listed), "claims": found.claims, "left_out": list(found.left_out)}
