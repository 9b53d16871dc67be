"""``import``: what an archive of ``export`` would change in this workspace, and then all of that or nothing.

archive ─ read as hostile ─ state of this workspace ─ differences ─→ preview ─[Import]→ one transaction

Rule files have a way of their own, with their tests and their history: ``rules apply``.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.commands.attaching import ARCHIVE, read_file
from bot.commands.desk import Desk
from bot.commands.feedwork import check_overseen
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import done, message
from bot.commands.rulewords import listed
from bot.commands.taking import choices, make_offer, take_up
from bot.message import Block, Context, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store.audits import note
from bot.store.offers import OfferKind
from bot.transfer import archive, state
from bot.transfer.archive import ArchiveError
from bot.transfer.state import State
from rules.strictyaml import decode
from rules.wording import count

MOST_BYTES = 8 << 20
SHOWN = 15  # changes


async def import_archive(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Look into an archive and offer what it would change here."""
    check_overseen(desk, caller)
    name, data = await read_file(caller, command, ARCHIVE, MOST_BYTES)
    try:
        parts = await asyncio.to_thread(_parts, name, data)
        whole = state.parse(parts[archive.STATE]) if archive.STATE in parts else State()
    except ArchiveError as error:
        raise CommandError(f"{echo(name)} cannot be imported: {error}") from error
    own = _of_workspace(whole, caller)
    changes = await desk.db.read(lambda connection: state.differences(connection, own))
    notes = _notes(desk, parts, len(whole.channels) - len(own.channels))
    if not changes:
        raise CommandError(f"{echo(name)} would change nothing here. {' '.join(notes)}".rstrip())
    body = {"name": name, "changes": len(changes), "state": own.model_dump(mode="json")}
    key = await make_offer(desk, caller, OfferKind.ARCHIVE, body)
    told = f"{name} would make {count(len(changes), 'change')}. Nothing is changed yet."
    blocks: list[Block] = [Paragraph((Text(told),)), listed(changes, SHOWN), *(Context((Text(one),)) for one in notes)]
    return Reply(message=message("Import", blocks, told, buttons=choices("Import", key)))


async def take_archive(desk: Desk, caller: Caller, key: int, body: Mapping[str, Any]) -> Reply:
    """Do what was offered: all of it, in one transaction."""
    check_overseen(desk, caller)
    found, now = State.model_validate(body["state"]), desk.clock.now()

    def work(connection: Connection) -> None:
        take_up(connection, key, now)
        state.put(connection, found, now)
        told = f"{body['changes']} changes of {body['name']}"
        note(connection, str(caller.place), caller.user_name, "import", None, told, now)

    await desk.db.tx(work)
    line: Line = (Text(f"imported {body['name']}: "), Strong(count(body["changes"], "change")))
    told = f"Imported: {count(body['changes'], 'change')}. What this channel follows: /tocsin list"
    return done(caller, line, told)


def _parts(name: str, data: bytes) -> dict[str, bytes]:
    """Read the archive from a file of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tocsin-import-") as folder:
        path = Path(folder) / "archive.zip"
        path.write_bytes(data)
        try:
            return archive.read(path)
        except ArchiveError as error:
            raise ArchiveError(str(error).replace(f"{path}: ", "")) from error


def _of_workspace(whole: State, caller: Caller) -> State:
    """Leave out the channels of other workspaces: an admin here is none there."""
    here = (caller.place.platform, caller.place.workspace)
    return whole.model_copy(
        update={"channels": tuple(one for one in whole.channels if (one.platform, one.workspace) == here)}
    )


def _notes(desk: Desk, parts: Mapping[str, bytes], elsewhere: int) -> list[str]:
    notes = [f"{count(elsewhere, 'channel')} of other workspaces left out."] if elsewhere else []
    works = desk.tools.works
    if works is None:
        return notes
    files = {name.removeprefix(archive.FILES): data for name, data in parts.items() if name.startswith(archive.FILES)}
    other = [name for name, data in files.items() if works.in_force.documents.get(name) != decode(data, name)]
    if other:
        notes.append(f"Rule files that differ are put into force by /tocsin rules apply: {', '.join(other[:5])}.")
    return notes
