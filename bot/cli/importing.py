"""``tocsin import``: says what an archive of ``tocsin export`` would change, and does it when told to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.cli.arguments import add_config


def add_parser(subparsers: Any) -> None:
    """Add ``import`` to the command line."""
    parser = subparsers.add_parser(
        "import",
        help="what an archive would change here; with --yes, change it",
        description="Shows what an archive of `tocsin export` would change, and changes it when told to: all of it or"
        " nothing. What is here and not in the archive stays. The present state is exported first.",
        epilog="Exit codes: 0 nothing to change, or changed, or shown; 1 the archive cannot be used; 2 wrong use.",
    )
    parser.add_argument("file", type=Path, help="the archive")
    add_config(parser)
    parser.add_argument("--yes", action="store_true", help="change it; otherwise it is asked, or on no terminal shown")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show, ask, change. Raises TocsinError with nothing changed."""
    from bot.cli.progress import waiting
    from bot.cli.saying import say, say_json
    from bot.transfer import incoming
    from rules.wording import count

    with waiting("comparing the archive with what is here"):
        wanted = incoming.plan(args.file, args.config)
    if not args.json:
        for line in wanted.lines:
            say(f"  {line}")
        say(f"{count(len(wanted.lines), 'change')}." if wanted else "Nothing to change: all of it is here already.")
    is_wanted = bool(wanted) and (args.yes or (not args.json and _is_agreed()))
    kept = None
    if is_wanted:
        with waiting("changing what is here"):
            kept = _apply(args.config, wanted)
    if args.json:
        say_json({"changes": list(wanted.lines), "applied": is_wanted, "kept": kept and str(kept)})
    elif is_wanted:
        say("Changed." + (f" How it was before is in {kept}." if kept else ""))
        say("A running Tocsin takes rules and subscriptions up by itself; start it anew for tocsin.yaml.")
    elif wanted:
        say("Nothing was changed; --yes changes it.")
    return 0


def _apply(config: Path, wanted: Any) -> Path | None:
    from bot.cli.export import export
    from bot.clock import SystemClock
    from bot.transfer import incoming

    now = SystemClock().now()
    kept = None
    if config.exists():
        kept, _ = export(config, config.resolve().parent / f"before-import-{now:%Y-%m-%d-%H%M%S-%f}.zip")
    incoming.apply(wanted, now)
    return kept


def _is_agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stdout.write("Change it? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
