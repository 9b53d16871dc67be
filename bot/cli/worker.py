"""``tocsin worker``: one of several processes, on one or many hosts, that do the work of one Tocsin together."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.arguments import add_config
from bot.cluster.share import Role
from bot.errors import StoreError
from bot.store import address
from bot.store.address import Server

if TYPE_CHECKING:
    from bot.config import Config
    from bot.credentials import Credentials


def add_parser(subparsers: Any) -> None:
    """Add ``worker`` to the command line."""
    parser = subparsers.add_parser(
        "worker",
        help="do a part of the work, beside other workers on the same PostgreSQL",
        description="Does a part of the work, beside other workers on the same PostgreSQL: poll hands out the feeds"
        " that are due, process reads them, deliver posts and answers commands. See docs/scaling.md.",
    )
    add_config(parser)
    parser.add_argument("--roles", type=_roles, default=tuple(Role), metavar="ROLES", help=f"default: {','.join(Role)}")
    parser.set_defaults(run=run)


def _roles(given: str) -> tuple[Role, ...]:
    try:
        return tuple(dict.fromkeys(Role(name.strip()) for name in given.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"write some of {', '.join(Role)} with commas between them") from None


def run(args: argparse.Namespace) -> int:
    """Work until told to stop. Raises TocsinError with one sentence when it cannot start or has to stop."""
    from bot import config as configuration
    from bot import credentials
    from bot.logs import set_up

    config = configuration.load(args.config)
    base = args.config.resolve().parent
    where = address.read(config.database, base, os.environ)
    if not isinstance(where, Server):
        raise StoreError(f"{where}: workers share a PostgreSQL; write its address under database:, or use `tocsin run`")
    set_up()
    is_named = "secrets_file" in config.model_fields_set
    found = credentials.read(os.environ, base / config.secrets_file, required=is_named)
    if Role.DELIVER in args.roles:
        for sentence in credentials.gaps(config, found):
            sys.stderr.write(f"tocsin: {sentence}\n")
    asyncio.run(_work(args, config, base, found, where))
    return 0


async def _work(args: argparse.Namespace, config: Config, base: Path, found: Credentials, server: Server) -> None:
    from bot.app import opened
    from bot.cli.run import serve
    from bot.cluster.crew import Crew
    from bot.cluster.jobs import Jobs

    async with opened(config, base, found, name=str(args.config), roles=args.roles) as app:
        assert app.presence is not None
        crew = Crew(
            app.db,
            app.clock,
            Jobs(server),
            args.roles,
            poller=app.poller,
            dispatcher=app.dispatcher,
            platforms=app.platforms,
        )
        app.share = await crew.join(app.presence)
        await serve(app)
