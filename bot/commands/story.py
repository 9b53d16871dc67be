"""``story``: one event with its origins, its figures and positions, and what was told of it when."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bot.commands.claims import figure_line, known_states, position_line, value_words
from bot.commands.desk import Desk
from bot.commands.links import address, find_alert, is_address, message_link
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import message, run_button
from bot.commands.values import find_number
from bot.duration import in_words
from bot.message import Block, Bullets, Button, Context, Line, Link, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import claims, shown, storypage, tracing
from bot.store.storypage import StoryPage
from bot.telling.alerts import StoryItem
from rules import wording
from rules.ledger import ClaimState
from rules.model import Figure, ItemId, Novelty, StoryId
from rules.wording import count

SHOWN = 5  # claims of each kind, alerts and origins; full:true shows more
SHOWN_IN_FULL = 40
OPEN_FOR = timedelta(days=10)
"""How long after its last item a story still takes new ones (the clustering window)."""


async def story(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show a story."""
    key = await find_story(desk, caller, command.options.get("id"))
    return await show_story(desk, caller, key, is_full=command.options.get("full") == "true")


async def show_story(desk: Desk, caller: Caller, key: int, *, is_full: bool = False) -> Reply:
    """Show the story with this number."""
    lane = str(caller.place)
    page = await desk.db.read(lambda connection: storypage.page(connection, key, lane))
    found = await desk.db.read(lambda connection: claims.of_story(connection, key))
    known = [
        state
        for state in await asyncio.to_thread(known_states, found.mentions, desk.tools.policy)
        if any(mention.story == key for mention in state.mentions)
    ]
    most = SHOWN_IN_FULL if is_full else SHOWN
    rang = await desk.db.read(lambda connection: shown.rang(connection, StoryId(key)))
    blocks = [Context(_state(page, desk.clock.now())), *_sections(page, known, rang, most)]
    return Reply(message=message(page.title, blocks, f"Story {key}: {page.title}", buttons=_buttons(page)))


async def find_story(desk: Desk, caller: Caller, given: str | None) -> int:
    """Return the story meant: by number, by a link to a message or an article, or the newest one told here.

    Raises CommandError when there is none.
    """
    if given is None or message_link(address(given), caller) is not None:
        alert = await find_alert(desk, caller, given)
        found = await desk.db.read(lambda connection: storypage.of_alert(connection, alert))
    elif is_address(address(given)):
        url = address(given)
        items = await desk.db.read(lambda connection: tracing.items_at(connection, url))
        if not items:
            raise CommandError(f"Tocsin has never seen {echo(url)}. More: /tocsin why url:…")
        found = await desk.db.read(lambda connection: storypage.of_item(connection, items[0]))
    else:
        number = find_number(given)
        if number is None:
            raise CommandError(f"{echo(given)} is no story; give its number, or the link of a message or an article.")
        found = await desk.db.read(lambda connection: storypage.present(connection, number))
    if found is None:
        raise CommandError("There is no such story. The newest ones stand in: /tocsin latest")
    return found


def _state(page: StoryPage, now: datetime) -> Line:
    age = max((now - page.last_item_at).total_seconds(), 0.0)
    state = "open" if now - page.last_item_at <= OPEN_FOR else "quiet"
    outlets = count(len({item.outlet for item in page.items}), "outlet")
    size = f"{count(len(page.items), 'item')} by {outlets}"
    words = f"story {page.id} · {state}, last item {in_words(age)} ago · {size} · since "
    line: Line = (Text(words), Moment(page.opened_at))
    if page.related is not None:
        line = (*line, Text(f" · near to story {page.related}"))
    return (*line, Text(" · "), Link(page.link, "its thread here")) if page.link else line


def _sections(page: StoryPage, known: Sequence[ClaimState], rang: Collection[ItemId], most: int) -> Iterator[Block]:
    yield from _section("Origins", list(_origins(page.items, rang)), most)
    figures = [state for state in known if isinstance(state.latest.lead.claim, Figure)]
    yield from _section("Figures", [_with_history(state) for state in _newest_first(figures)], most)
    positions = [state for state in known if not isinstance(state.latest.lead.claim, Figure)]
    yield from _section("Positions", [position_line(state) for state in _newest_first(positions)], most)
    yield from _section("Timeline", [_told(one) for one in page.timeline], most)


def _section(heading: str, lines: Sequence[Line], most: int) -> Iterator[Block]:
    if not lines:
        return
    yield Paragraph((Strong(heading),))
    yield Bullets(tuple(lines[:most]))
    if len(lines) > most:
        yield Context((Text(f"{len(lines) - most} more: /tocsin story full:true"),))


def _newest_first(known: Sequence[ClaimState]) -> list[ClaimState]:
    return sorted(known, key=lambda state: state.mentions[-1].as_of, reverse=True)


def _origins(items: Sequence[StoryItem], rang: Collection[ItemId]) -> Iterator[Line]:
    """Yield one line for each origin: whom it cites, who reported it first, how many brought nothing of their own."""
    by_origin: dict[str | None, list[StoryItem]] = {}
    for item in items:
        by_origin.setdefault(item.origin, []).append(item)
    for origin in sorted(by_origin, key=lambda name: (name is None, by_origin[name][0].at)):
        carrying = by_origin[origin]
        first, outlets = carrying[0], list(dict.fromkeys(item.outlet for item in carrying))
        names = ", ".join(outlets[:6]) + (f" and {len(outlets) - 6} more" if len(outlets) > 6 else "")
        if origin is None:
            yield (Text(f"no source named: {names}"),)
            continue
        cited = " < ".join(hop for hop in first.chain if hop != origin)
        unnamed = " (unnamed)" if first.anonymous and cited else ""
        rewrites = sum(item.is_rewrite and item.id not in rang for item in carrying)
        told = f" – in {names}" + (f", {count(rewrites, 'rewrite')}" if rewrites else "")
        yield (Strong(origin), Text((f" < {cited}{unnamed}" if cited else "") + told))


def _with_history(state: ClaimState) -> Line:
    line = figure_line(state)
    if len(state.history) < 3:
        return line
    steps = " → ".join(f"{value_words(one)} ({one.lead.as_of:%d %b})" for one in state.history)
    return (*line, Text(f" · history: {steps}"))


def _told(one: storypage.Moment) -> Line:
    label = wording.novelty_label(Novelty(one.kind))
    return (Moment(one.at), Text(f" {label} · {one.severity} · {one.sentence} · alert {one.alert}"))


def _buttons(page: StoryPage) -> tuple[Button, ...]:
    if not page.timeline:
        return ()
    newest = page.timeline[0].alert
    return (run_button("Why", f"why {newest}"), run_button("Sources", f"sources {newest}"))
