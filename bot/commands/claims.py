"""``figures`` and ``positions``: where the claims stand, who said so first, and what was said before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches

from bot.claimfile import claims_csv
from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import message, page_buttons, spelled
from bot.message import Block, Bullets, Context, File, Line, Link, Moment, Paragraph, Quote, Reply, Strong, Text
from bot.ports import Caller
from bot.store import claims
from bot.store.claims import Found
from bot.telling.history import picture
from rules import wording
from rules.ledger import ClaimState, Policy, Value, claim_key, states
from rules.model import Figure, Mention, Position
from rules.text import fold_name
from rules.wording import count

PAGE = 6
NOTHING = "Nothing in the ledger fits that. Leave an option out, or look further back with since:365d"
Keep = Callable[[ClaimState], bool]


async def figures(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show where figures stand."""
    options = command.options
    found = await _found(desk, "figure", options)
    keeps: list[Keep] = []
    if "unit" in options:
        keeps.append(lambda state: _has_unit(state, options["unit"]))
    if "place" in options:
        place = desk.tools.resolve_place(options["place"]) or options["place"]
        keeps.append(lambda state: _is_in(desk, state, place))
    if options.get("contested") == "true":
        keeps.append(lambda state: state.is_contested)
    kept = [state for state in found[0] if all(keep(state) for keep in keeps)]
    if options.get("csv") == "true":
        return await _file(kept, cut=found[1])
    return _page("Figures", command, kept, [(Bullets((figure_line(state),)),) for state in kept], cut=found[1])


async def positions(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show who holds what position."""
    found, is_cut = await _found(desk, "position", command.options)
    shown = [(Paragraph(position_line(state)), *_quote(state.latest.lead)) for state in found]
    return _page("Positions", command, found, shown, cut=is_cut)


def figure_line(state: ClaimState) -> Line:
    """Say where a figure stands in one line, with the value before."""
    lead = state.latest.lead
    assert isinstance(lead.claim, Figure)
    if state.is_contested:
        told = " against ".join(f"{value_words(one)} ({_teller(one)})" for one in state.standing)
        return (Strong(f"contested: {told}"), Text(f" · {wording.deed(lead.claim)} · as of "), Moment(lead.as_of))
    line: Line = (
        Strong(value_words(state.latest)),
        Text(f" · {wording.deed(lead.claim)} · as of "),
        Moment(lead.as_of),
    )
    return (*line, Text(f" · {_backing(state.latest)}{_was(state)} · "), _source(lead))


def position_line(state: ClaimState) -> Line:
    """Say where an actor stands in one line, with the stance before."""
    lead = state.latest.lead
    assert isinstance(lead.claim, Position)
    changed = " (changed)" if state.past and not state.is_contested else ""
    told = " against ".join(f"{value_words(one)} ({_teller(one)})" for one in state.standing)
    words = f"contested: {told}" if state.is_contested else value_words(state.latest)
    head: Line = (
        Strong(f"{wording.holder(lead.claim)}: {words}{changed}"),
        Text(f" · {lead.claim.proposition} · as of "),
    )
    return (*head, Moment(lead.as_of), Text(f" · {_backing(state.latest)}{_was(state)}"))


def value_words(value: Value) -> str:
    """Say only what can change: the amount, or the stance with its condition."""
    return wording.value(value.lead.claim)


def known_states(mentions: Iterable[Mention], policy: Policy) -> tuple[ClaimState, ...]:
    """Return the state of every claim. Key by key: only mentions of one key can be of one claim, and it takes
    the square of their number.
    """
    by_key: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_key.setdefault(claim_key(mention.claim), []).append(mention)
    return tuple(state for each in by_key.values() for state in states(each, policy))


async def _found(desk: Desk, kind: str, options: dict[str, str]) -> tuple[list[ClaimState], bool]:
    """Return the claims that actor, topic and since ask for, newest first, and whether there was too much to read."""
    since = values.since(options["since"], desk.clock.now()) if "since" in options else None
    rang: frozenset[Mention] | None = None
    found: Found
    if "topic" in options:
        topic = desk.known_topic(options["topic"])
        found, rang = await desk.db.read(lambda connection: claims.of_topic(connection, kind, topic, since))
    elif "actor" in options:
        actor = desk.tools.resolve(options["actor"]) or options["actor"]
        found = await desk.db.read(lambda connection: claims.of_actor(connection, kind, actor, since))
        if not found.mentions:
            raise CommandError(await _unknown_actor(desk, kind, options["actor"], actor))
    else:
        found = await desk.db.read(lambda connection: claims.recent(connection, kind, since))
    known = await asyncio.to_thread(known_states, found.mentions, desk.tools.policy)
    if rang is not None:
        known = tuple(state for state in known if not rang.isdisjoint(state.mentions))
        if "actor" in options:
            actor = desk.tools.resolve(options["actor"]) or options["actor"]
            known = tuple(state for state in known if _is_by(state, actor))
    return sorted(_since(known, since), key=lambda state: state.mentions[-1].as_of, reverse=True), found.is_cut


def _since(known: Iterable[ClaimState], since: datetime | None) -> Iterable[ClaimState]:
    return known if since is None else [state for state in known if state.mentions[-1].as_of >= since]


async def _unknown_actor(desk: Desk, kind: str, typed: str, resolved: str) -> str:
    known = await desk.db.read(lambda connection: claims.actors(connection, kind))
    near = [desk.tools.resolve(one) or one for one in get_close_matches(fold_name(typed), known, n=3, cutoff=0.0)]
    meant = "" if fold_name(typed) == fold_name(resolved) else f" ({resolved})"
    nearest = f" The nearest are: {', '.join(near)}." if near else f" No {kind} was told by anybody yet."
    return f"No {kind} of {echo(typed)}{meant} is known in that time.{nearest}"


async def _file(kept: Sequence[ClaimState], *, cut: bool) -> Reply:
    """Answer with every value of the claims as a file."""
    if not kept:
        raise CommandError(NOTHING)
    data = await asyncio.to_thread(claims_csv, kept)
    words = f"{count(len(kept), 'claim')} with all their values as CSV."
    note = (Context((Text("Only the newest mentions were read; narrow it with actor or topic."),)),) if cut else ()
    file = File(name="tocsin-figures.csv", content=data, title=words)
    return Reply(message=message("Figures", (Paragraph((Text(words),)), *note), words), files=(file,))


def _page(
    heading: str, command: Command, kept: Sequence[ClaimState], shown: Sequence[Sequence[Block]], *, cut: bool
) -> Reply:
    if not kept:
        raise CommandError(NOTHING)
    page = int(command.options.get("page", "1"))
    pages = -(-len(kept) // PAGE)
    if page > pages:
        raise CommandError(f"There {'is 1 page' if pages == 1 else f'are {pages} pages'}, so no page {page}.")
    start = (page - 1) * PAGE
    blocks = [block for each in shown[start : start + PAGE] for block in each]
    pictures = (picture(state) for state in kept[start : start + PAGE])
    chart = next((one for one in pictures if one is not None), None)
    told = f"{count(len(kept), 'claim')}, page {page} of {pages}" if pages > 1 else count(len(kept), "claim")
    note = "; only the newest mentions were read, narrow it with actor or topic" if cut else ""
    blocks.append(Context((Text(told + note),)))
    blocks += [chart] if chart is not None else []
    buttons = page_buttons(
        spelled(command.spec.name, command.options, without=("page", "share")), page, has_more=page < pages
    )
    return Reply(message=message(heading, _merged(blocks), f"{heading}: {told}", buttons=buttons))


def _merged(blocks: Iterable[Block]) -> list[Block]:
    """Join lists that follow each other."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if isinstance(block, Bullets) and isinstance(last, Bullets):
            merged[-1] = Bullets((*last.lines, *block.lines))
        else:
            merged.append(block)
    return merged


def _quote(lead: Mention) -> tuple[Block, ...]:
    words = lead.passage or lead.claim.quote
    return (Quote(words, Link(lead.url, lead.outlet) if lead.url else None),)


def _backing(value: Value) -> str:
    """Say who told it first and how many independent origins stand behind it."""
    if not value.origins:
        return f"first by {value.mentions[0].outlet}, origin not known"
    return f"first by {value.origins[0]}, {count(len(value.origins), 'origin')}"


def _teller(value: Value) -> str:
    return value.origins[0] if value.origins else value.lead.outlet


def _was(state: ClaimState) -> str:
    if not state.past:
        return ""
    before = state.past[-1]
    return f" · was {value_words(before)} on {before.lead.as_of:%Y-%m-%d}"


def _source(lead: Mention) -> Link | Text:
    return Link(lead.url, lead.outlet) if lead.url else Text(lead.outlet)


def _has_unit(state: ClaimState, unit: str) -> bool:
    claim = state.latest.lead.claim
    asked = fold_name(unit)
    singular = asked.removesuffix("s")
    return isinstance(claim, Figure) and fold_name(claim.unit).removesuffix("s") in {asked, singular}


def _is_in(desk: Desk, state: ClaimState, place: str) -> bool:
    claim = state.latest.lead.claim
    if not isinstance(claim, Figure) or claim.place is None:
        return False
    contains = desk.tools.policy.contains
    is_same = fold_name(claim.place) == fold_name(place)
    return is_same or (contains is not None and contains(place, claim.place))


def _is_by(state: ClaimState, actor: str) -> bool:
    claim = state.latest.lead.claim
    names = [claim.actor or ""] if isinstance(claim, Figure) else [claim.actor, claim.actor_affiliation or ""]
    return fold_name(actor) in {fold_name(name) for name in names}
