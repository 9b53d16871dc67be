"""``feeds …``: the feeds that are polled, looked after from the chat. Adding asks the web first; nothing rings at once.

Feeds are shared by all workspaces, as rules are: where tocsin.yaml names admin channels, only their workspaces may
change feeds.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.commands.desk import Desk
from bot.commands.feedwords import description, feed_line, found_line, health_line
from bot.commands.links import address
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import done, message, page_buttons, reply, spelled
from bot.errors import FetchError, ParseError
from bot.feeds import feedhealth, feedlist
from bot.feeds.feedhealth import HealthCode
from bot.feeds.polling import FeedRow, FeedSpec, FeedState
from bot.message import Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller, FeedWeb, FoundFeed
from bot.store import feeds
from bot.store.audits import note
from rules.errors import guess
from rules.wording import count

PAGE = 10
SHOWN = 10
NONE_YET = "There is no feed yet: /tocsin feeds add https://…"


async def list_feeds(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the feeds, perhaps those with some words only."""
    words = command.options.get("words", "").casefold().split()
    rows = await desk.db.read(feeds.list_feeds)
    found = [row for row in rows if all(word in f"{row.name}\n{row.url}".casefold() for word in words)]
    if not found:
        raise CommandError("No feed has these words." if rows else NONE_YET)
    return _page(command, [feed_line(row, desk.clock.now()) for row in found], "Feeds", count(len(found), "feed"))


async def health(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Tell how the feeds are, those in trouble first."""
    every = feedhealth.sorted_by_need(await desk.db.read(feeds.list_feeds), desk.clock.now())
    counts = ", ".join(f"{number} {code}" for code, number in feedhealth.count(every).items())
    shown = [one for one in every if command.options.get("all") == "true" or one.code is not HealthCode.OK]
    if not shown:
        words = f"All feeds are well: {counts}." if every else NONE_YET
        return Reply(message=message("Feeds", (Paragraph((Text(words),)),), words))
    return _page(command, [health_line(one) for one in shown], "Feeds", f"{count(len(every), 'feed')}: {counts}")


async def find(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Find the feeds behind an address."""
    url = address(command.options["url"])
    found = await _found(desk, url)
    note_text = "Add one: /tocsin feeds add with its address"
    return reply(f"Feeds of {url}", [found_line(one) for one in found], note_text)


async def test(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what Tocsin makes of a feed."""
    url = address(command.options["url"])
    found = (await _found(desk, url))[0]
    return Reply(message=message(found.feed.title or found.url, description(found), f"Feed {found.url}"))


async def add(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Add a feed after asking for it once."""
    check_overseen(desk, caller)
    url, options = address(command.options["url"]), command.options
    found = await _found(desk, url)
    if len(found) > 1 and found[0].url != url:
        lines: list[Line] = [found_line(one) for one in found[:SHOWN]]
        return reply("Which one?", lines, "This page has several feeds; add the one you mean by its address.")
    spec = FeedSpec(
        url=found[0].url,
        outlet=options.get("outlet", ""),
        lang=_lang(options["lang"]) if "lang" in options else None,
        tier=int(options["tier"]) if "tier" in options else None,
    )
    now = desk.clock.now()

    def work(connection: Connection) -> tuple[FeedRow, bool]:
        known = feeds.find(connection, spec.url)
        row = feeds.add(connection, spec, now=now, by=caller.user_name)
        if known is None:
            note(connection, str(caller.place), caller.user_name, "feeds add", None, f"{row.id} {spec.url}", now)
        return row, known is None

    row, is_new = await desk.db.tx(work)
    name = spec.outlet or found[0].feed.title or row.name
    if not is_new:
        raise CommandError(f"{echo(name)} is in the list already, as feed {row.id}; nothing was changed.")
    line: Line = (Text("added the feed "), Strong(name), Text(f" (feed {row.id})"))
    told = f"{name} is polled from now on; its first poll is a baseline: nothing rings."
    return done(caller, line, told, undo=f"feeds pause {row.id}")


async def pause(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Stop polling a feed."""
    return await _set_state(desk, caller, command, FeedState.PAUSED)


async def resume(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Poll a feed again."""
    return await _set_state(desk, caller, command, FeedState.ACTIVE)


async def _set_state(desk: Desk, caller: Caller, command: Command, state: FeedState) -> Reply:
    check_overseen(desk, caller)
    row = await _one(desk, command.options["feed"])
    if row.state is state:
        raise CommandError(f"{row.name} is {state} already; nothing was changed.")
    now, word = desk.clock.now(), "paused" if state is FeedState.PAUSED else "resumed"

    def work(connection: Connection) -> None:
        feeds.set_state(connection, row.id, state, now)
        old, new = f"{row.name}: {row.state}", f"{row.name}: {state}"
        note(connection, str(caller.place), caller.user_name, command.spec.name, old, new, now)

    await desk.db.tx(work)
    line: Line = (Text(f"{word} the feed "), Strong(row.name))
    told = f"{row.name} is {'polled no more' if state is FeedState.PAUSED else 'polled again, at once'}."
    undo = f"feeds {'resume' if state is FeedState.PAUSED else 'pause'} {row.id}"
    return done(caller, line, told, undo=undo if row.state in {FeedState.ACTIVE, FeedState.PAUSED} else "")


async def _one(desk: Desk, given: str) -> FeedRow:
    """Return the feed meant: by number, address or name, else by a part of them. Raises CommandError."""
    rows = await desk.db.read(feeds.list_feeds)
    found = feedlist.meant(address(given), rows)
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"{echo(given)} may be several feeds ({feedlist.candidates(found)}); give the number.")
    near = guess(given, [row.name for row in rows]) or "."
    raise CommandError(f"There is no feed {echo(given)}{near} All: /tocsin feeds list")


async def _found(desk: Desk, url: str) -> Sequence[FoundFeed]:
    try:
        found = await web_of(desk).find(url)
    except (FetchError, ParseError) as error:
        raise CommandError(f"{echo(url)} cannot be read as a feed: {error.detail}") from error
    if not found:
        raise CommandError(f"{echo(url)} is no feed, and no feed was found on that page or in the usual places.")
    return found


def web_of(desk: Desk) -> FeedWeb:
    """Return what asks the web for feeds. Raises CommandError where there is none."""
    if desk.tools.feeds is None:
        raise CommandError("Feeds cannot be looked at from here; use the command line: tocsin feeds")
    return desk.tools.feeds


def check_overseen(desk: Desk, caller: Caller) -> None:
    """Raise CommandError where feeds may not be changed from the caller's workspace."""
    works = desk.tools.works
    if works is not None and not works.may_be_changed_from(caller.place):
        raise CommandError(
            "Feeds are shared by all workspaces, and this one has no admin channel in tocsin.yaml, so they cannot be "
            "changed from here. The operator can add one under admin_channels."
        )


def _page(command: Command, lines: Sequence[Line], heading: str, told: str) -> Reply:
    page = int(command.options.get("page", "1"))
    pages = -(-len(lines) // PAGE)
    if page > pages:
        raise CommandError(f"There {'is 1 page' if pages == 1 else f'are {pages} pages'}, so no page {page}.")
    again = spelled(command.spec.name, command.options, without=("page",))
    buttons = page_buttons(again, page, has_more=page < pages)
    small = f"{told}, page {page} of {pages}" if pages > 1 else told
    return reply(heading, lines[(page - 1) * PAGE : page * PAGE], small, buttons=buttons)


def _lang(given: str) -> str:
    found = feedlist.language(given)
    if found is None:
        raise CommandError(f"{echo(given)} is no language; give two letters, like en.")
    return found
