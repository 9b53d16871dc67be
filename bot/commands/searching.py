"""``search``: the archive, asked in words."""

from __future__ import annotations

from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import message, page_buttons, spelled
from bot.message import Block, Bullets, Context, Line, Link, Moment, Reply, Strong, Text
from bot.ports import Caller
from bot.store import search
from bot.store.search import Hit, Hits, Narrowing
from bot.store.searchtext import QueryError, TextSearch, folded, read
from rules.wording import count

PAGE = 5
EXCERPT = 240  # code points; a longer sentence is left out rather than cut


async def find(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Search titles and texts, newest first."""
    options = command.options
    try:
        wanted = read(options["query"])
    except QueryError as error:
        raise CommandError(f"{echo(options['query'])}: {error}") from error
    narrowing = Narrowing(
        since=values.since(options["since"], desk.clock.now()) if "since" in options else None,
        until=values.since(options["until"], desk.clock.now()) if "until" in options else None,
        outlet=options.get("source"),
        topics=[desk.known_topic(options["topic"])] if "topic" in options else None,
        kind=options.get("kind"),
    )
    if narrowing.since is not None and narrowing.until is not None and narrowing.until <= narrowing.since:
        raise CommandError("until lies before since, so nothing can fit; since:30d until:7d is the time in between.")
    page = int(options.get("page", "1"))
    found = await desk.db.read(
        lambda connection: search.index_of(connection).search(connection, wanted, narrowing, page=page, size=PAGE)
    )
    if not found.hits:
        raise CommandError(_nothing(command, found, page))
    blocks: list[Block] = [Bullets(tuple(_line(desk, hit, wanted) for hit in found.hits))]
    pages = -(-found.total // PAGE)
    more = "; older ones are not counted, narrow it with more words" if found.has_more else ""
    told = f"{count(found.total, 'article')}, page {page} of {pages}{more}"
    blocks.append(Context((Text(told),)))
    again = spelled("search", options, without=("page", "share"))
    buttons = page_buttons(again, page, has_more=page < pages)
    heading = f"Search: {options['query']}"
    return Reply(message=message(heading, blocks, f"{heading} – {told}", buttons=buttons))


def _nothing(command: Command, found: Hits, page: int) -> str:
    if found.total:
        return f"There is no page {page}: {count(found.total, 'article')} fit on {-(-found.total // PAGE)}."
    narrowed = [name for name in ("since", "until", "source", "topic", "kind") if name in command.options]
    hint = f" Leave out {' or '.join(narrowed)}, or" if narrowed else " Try"
    return f"Nothing in the archive fits {echo(command.options['query'])}.{hint} fewer words, a OR b, or start*."


def _line(desk: Desk, hit: Hit, wanted: TextSearch) -> Line:
    title = Link(hit.url, hit.title) if hit.url else Strong(hit.title)
    tail = [hit.outlet]
    tail += [f"story {hit.story}"] if hit.story is not None else []
    tail += [f"alert {hit.alert}"] if hit.alert is not None else []
    line: Line = (Moment(hit.at), Text(" "), title, Text(f" – {' · '.join(tail)}"))
    excerpt = excerpt_of(desk, hit, wanted)
    return (*line, Text(f" · “{excerpt}”")) if excerpt else line


def excerpt_of(desk: Desk, hit: Hit, wanted: TextSearch) -> str:
    """Return the first whole sentence that holds one of the words, or nothing."""
    phrases = [(" ".join(term.words), term.is_open) for group in wanted.wanted for term in group]
    for start, end in desk.tools.sentences(hit.text, hit.lang):
        sentence = f" {' '.join(folded(hit.text[start:end]).split())} "
        if end - start <= EXCERPT and any(
            f" {words}{'' if is_open else ' '}" in sentence for words, is_open in phrases
        ):
            return hit.text[start:end]
    return ""
