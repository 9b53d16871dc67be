"""``tocsin feeds``: find, try, add and look after the feeds that are polled; parse feed files."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

from bot import duration
from bot.cli.arguments import add_database
from bot.feeds.polling import FeedState

Run = Callable[[argparse.Namespace], int]


def add_parser(subparsers: Any) -> None:
    """Add ``feeds`` and its subcommands to the command line."""
    parser = subparsers.add_parser("feeds", help="the feeds that are polled", description="The feeds that are polled.")
    commands = parser.add_subparsers(dest="feeds_command", metavar="COMMAND", required=True)
    _add_looking(commands)
    _add_changing(commands)
    _add_asking(commands)
    _add_parse(commands)


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand. Raises TocsinError for what the user has to mend."""
    code: int = args.run(args)
    return code


def _command(commands: Any, name: str, summary: str, action: Run) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}."
    )
    add_database(parser)
    parser.set_defaults(run=action)
    return parser


def _add_looking(commands: Any) -> None:
    listing = _command(commands, "list", "every feed with its outlet, language and tier", _table("list_feeds"))
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    health = _command(commands, "health", "how the feeds are, those in trouble first", _table("show_health"))
    health.add_argument("--all", action="store_true", help="also those that are well")
    health.add_argument("--json", action="store_true", help="one JSON object a line")
    catalogue = _command(commands, "catalogue", "feeds to choose from", _search_catalogue)
    catalogue.add_argument(
        "words", nargs="*", metavar="WORD", help="outlet, topic, kind, lang:de, tier:1; all must occur"
    )
    catalogue.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_changing(commands: Any) -> None:
    for name, summary, state in (
        ("pause", "stop polling feeds", FeedState.PAUSED),
        ("resume", "poll feeds again, at once", FeedState.ACTIVE),
    ):
        parser = _command(commands, name, summary, _set_state(state))
        parser.add_argument("feeds", nargs="+", metavar="FEED", help="number, address or name")
    remove = _command(commands, "remove", "delete feeds with their items", _table("remove"))
    remove.add_argument("feeds", nargs="+", metavar="FEED", help="number, address or name")
    remove.add_argument("--yes", action="store_true", help="yes, delete the items too")
    importing = _command(commands, "import", "add the feeds of an OPML file", _table("import_opml"))
    importing.add_argument("file", metavar="FILE", help='an OPML file; "-" is standard input')
    importing.add_argument("--strict", action="store_true", help="exit code 1 when an entry had to be left out")
    exporting = _command(commands, "export", "write all feeds as OPML", _table("export_opml"))
    exporting.add_argument("file", nargs="?", default="-", metavar="FILE", help="default standard output")


def _add_asking(commands: Any) -> None:
    find = _command(commands, "find", "the feeds of a web page", _web("find"))
    find.add_argument("url", metavar="URL")
    find.add_argument("--json", action="store_true", help="one JSON object a line")
    trial = _command(commands, "test", "what Tocsin makes of a feed, and what each rule would say", _web("test"))
    trial.add_argument("url", metavar="URL")
    add = _command(commands, "add", "poll more feeds, each one asked once before", _web("add"))
    add.add_argument("urls", nargs="+", metavar="URL", help="feeds, or pages that name their feed")
    add.add_argument("--outlet", default="", help="who publishes it; default what the feed says")
    add.add_argument("--lang", help="its language: en, de, fr, uk ...")
    add.add_argument("--tier", type=int, choices=(1, 2, 3), help="1 primary source, 2 quality outlet, 3 the rest")
    add.add_argument(
        "--every", type=duration.seconds, help="a fixed interval (10m, 1h); default by the feed's own rhythm"
    )
    add.add_argument("--unchecked", action="store_true", help="do not ask for it first")
    check = _command(commands, "check", "ask every feed once, without storing anything", _web("check"))
    check.add_argument("words", nargs="*", metavar="WORD", help="with --catalogue: only feeds with these words")
    check.add_argument("--catalogue", action="store_true", help="the feeds of the catalogue instead of the database's")
    check.add_argument("--json", action="store_true", help="one JSON object a line")
    check.add_argument("--file", help="with --catalogue: another catalogue file")
    check.add_argument(
        "--write", action="store_true", help="with --catalogue: write what was found into its status lines"
    )
    for parser in (find, trial, add, check):
        parser.add_argument(
            "--allow-private", action="append", default=[], metavar="HOST", help="a host on a private network"
        )


def _add_parse(commands: Any) -> None:
    parse = commands.add_parser(
        "parse",
        help="what the parser makes of feed files",
        description="Parses feed files the way polled feeds are parsed; needs no network and no configuration.",
    )
    parse.add_argument("files", nargs="+", metavar="FILE", help='feed files; "-" is standard input')
    parse.add_argument("--jsonl", action="store_true", help="answer one JSON object a file, in the order given")
    parse.set_defaults(run=_run_parse)


def _run_parse(args: argparse.Namespace) -> int:
    from bot.cli import feedparse

    return asyncio.run(feedparse.print_answers(args.files, is_json=args.jsonl))


def _table(name: str) -> Run:
    def action(args: argparse.Namespace) -> int:
        from bot.cli import feedtable  # imported late: it needs SQLAlchemy, and parsing files does not

        code: int = getattr(feedtable, name)(args)
        return code

    return action


def _web(name: str) -> Run:
    def action(args: argparse.Namespace) -> int:
        from bot.cli import feedweb

        code: int = getattr(feedweb, name)(args)
        return code

    return action


def _search_catalogue(args: argparse.Namespace) -> int:
    from bot.cli import feedcatalogue  # imported late, and by itself: it needs no client

    return feedcatalogue.search_catalogue(args)


def _set_state(state: FeedState) -> Run:
    def action(args: argparse.Namespace) -> int:
        from bot.cli import feedtable

        return feedtable.set_state(args, state)

    return action
