"""``merge`` and ``split``: when the clustering was wrong, people say so, and can take it back."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from bot.commands.desk import Desk
from bot.commands.links import address, is_address
from bot.commands.parse import Command, CommandError, echo, usage
from bot.commands.replies import done
from bot.commands.story import find_story, show_story
from bot.commands.values import find_number, number
from bot.message import Reply, Text
from bot.ports import Caller
from bot.store import regrouping, stories, tracing
from bot.store.regrouping import Regrouped
from rules.model import StoryId
from rules.wording import count

MOST_ITEMS = 100


async def merge(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Put one story into another."""
    if "undo" in command.options:
        return await _undo(desk, caller, command.options["undo"])
    if not {"story", "into"} <= command.options.keys():
        raise CommandError(f"“merge” needs two stories. For example: {usage(command.spec)}")
    origin = await find_story(desk, caller, command.options["story"])
    into = await find_story(desk, caller, command.options["into"])
    if origin == into:
        raise CommandError(f"Both are story {into} already.")
    lane, now = str(caller.place), desk.clock.now()

    def work(connection: Connection) -> Regrouped:
        found = regrouping.merge(connection, origin, into, lane=lane, by=caller.user_name, at=now)
        desk.tools.regroup(connection, found.items, found.into)
        return found

    return await _told(desk, caller, await desk.db.tx(work))


async def split(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Put some articles of a story into a story of their own."""
    if "undo" in command.options:
        return await _undo(desk, caller, command.options["undo"])
    if not {"story", "items"} <= command.options.keys():
        raise CommandError(f"“split” needs a story and items. For example: {usage(command.spec)}")
    origin = await find_story(desk, caller, command.options["story"])
    wanted = await _items(desk, command.options["items"])
    own = {int(one.id) for one in await desk.db.read(lambda connection: stories.items(connection, StoryId(origin)))}
    strange = [one for one in wanted if one not in own]
    if strange:
        raise CommandError(f"Item {strange[0]} is not in story {origin}. Its items: /tocsin sources")
    if set(wanted) == own:
        raise CommandError(f"These are all items of story {origin}; leave at least one in it.")
    lane, now = str(caller.place), desk.clock.now()

    def work(connection: Connection) -> Regrouped:
        found = regrouping.split(connection, origin, wanted, lane=lane, by=caller.user_name, at=now)
        desk.tools.regroup(connection, found.items, found.into)
        return found

    return await _told(desk, caller, await desk.db.tx(work))


async def _items(desk: Desk, given: str) -> list[int]:
    """Read items as numbers or addresses with commas or blanks between them. Raises CommandError."""
    found: dict[int, None] = {}
    words = [word for word in re.split(r"[,\s]+", given) if word]
    if len(words) > MOST_ITEMS:
        raise CommandError(f"At most {MOST_ITEMS} items can be split off at once.")
    for word in words:
        key = find_number(word)
        if key is None and is_address(address(word)):
            key = await _item_at(desk, address(word))
        if key is None:
            raise CommandError(f"{echo(word)} is no item; give the numbers that /tocsin sources shows, or addresses.")
        found[key] = None
    if not found:
        raise CommandError("items is empty; give the numbers that /tocsin sources shows, or addresses.")
    return list(found)


async def _item_at(desk: Desk, url: str) -> int | None:
    return next(iter(await desk.db.read(lambda connection: tracing.items_at(connection, url))), None)


async def _undo(desk: Desk, caller: Caller, given: str) -> Reply:
    key, lane, now = number(given, "a merge or split"), str(caller.place), desk.clock.now()

    def work(connection: Connection) -> Regrouped | None:
        undone = regrouping.undo(connection, key, lane=lane, by=caller.user_name, at=now)
        if undone is not None:
            desk.tools.regroup(connection, undone.items, undone.origin)
        return undone

    found = await desk.db.tx(work)
    if found is None:
        raise CommandError(f"There is no merge or split {key} that could be undone.")
    told = f"took {found.kind} {key} back: {count(len(found.items), 'item')} went back to story {found.origin}"
    return done(caller, (Text(told),), f"Done: {told}.")


async def _told(desk: Desk, caller: Caller, found: Regrouped) -> Reply:
    verbs = {"merge": "merged", "split": "split"}
    moved = f"{count(len(found.items), 'item')} of story {found.origin}"
    told = f"{verbs[found.kind]} {moved} into story {found.into}"
    page = await show_story(desk, caller, found.into)
    undo = f"{found.kind} undo:{found.id}"
    return done(caller, (Text(told),), f"You {told}.", undo=undo, note=page.message.blocks)
