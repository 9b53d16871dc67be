"""Every command that is for editors or admins, tried on both platforms by somebody who is neither."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from bot.commands.parse import parse
from bot.commands.spec import COMMANDS, CommandSpec, Role
from bot.store.schema import audit, outbox, subscription
from tests.e2e.newsroom import Newsroom, open_newsroom

GUARDED = [spec for spec in COMMANDS if spec.role is not Role.READER]


async def test_a_guest_is_refused_every_guarded_command_on_both_platforms(tmp_path: Path) -> None:
    async with open_newsroom(tmp_path) as newsroom:
        for spec in GUARDED:
            refused = f"“{spec.name}” is for {spec.role}s; you are a reader here"
            assert refused in await newsroom.ask_slack(spec.examples[-1], user="U0GUEST"), spec.name
            assert refused in await on_discord(newsroom, spec), spec.name
        for table in (audit, outbox, subscription):
            wanted = select(table)
            assert await newsroom.app.db.read(partial(_rows, wanted)) == []


def _rows(wanted: Select[Any], connection: Connection) -> list[Any]:
    return list(connection.execute(wanted).all())


async def on_discord(newsroom: Newsroom, spec: CommandSpec) -> str:
    """Give the last example of a command, as the typed options that a client sends, without any permission."""
    given: dict[str, Any] = dict(parse(spec.examples[-1]).options)
    name = f"{spec.shelf} {spec.name}".strip()
    asked = await newsroom.discord.slash(newsroom.channel, name, permissions=0, **given)
    await asked.answered()
    return asked.shown
