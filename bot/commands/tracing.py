"""``why`` and ``sources``: where an alert comes from, and where an article that did not ring was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from bot.commands.desk import Desk
from bot.commands.links import address, find_alert, is_address, message_link
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import answer, message, run_button
from bot.commands.stages import Step, stage_of, steps, stopped_at, topics_heard
from bot.commands.values import number
from bot.errors import ParseReason
from bot.feeds.feedhealth import HealthCode, health, shown_url
from bot.feeds.identity import canonical_url
from bot.feeds.polling import FeedRow
from bot.message import Block, Bullets, Button, Context, Line, Link, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import alerts, feeds, shown, tracing
from bot.store.tracing import ItemTrace
from bot.telling.alerts import StoryItem, spread_of
from rules.explanation import Explanation
from rules.model import ItemId
from rules.wording import count

NEAREST_RULES = 3

_UNREADABLE = {reason.value for reason in ParseReason}  # the bytes came, but were no feed
_MISSED = "If it should have rung, report it: /tocsin missed"
_HELP = {
    "identity": "What a feed holds when it is polled first is stored and searchable, but rings nobody.",
    "date": "Old news is stored and searchable, but rings nobody.",
    "rules": _MISSED,
    "claims": _MISSED,
    "ledger": _MISSED,
    "severity": "What this channel wants to hear: /tocsin list",
    "subscription": "What this channel follows: /tocsin list",
    "silence": "What is silent here, and until when: /tocsin silences",
    "quiet": "The channel's quiet hours and digest: /tocsin settings",
    "rate": "The channel's cap: /tocsin settings",
    "delivered": "The operator can send it again: tocsin outbox retry",
}


async def why(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Tell the way of an alert or of an article, stage by stage."""
    given = command.options.get("alert")
    url = command.options.get("url")
    if url is None and given is not None and is_address(address(given)) and not message_link(address(given), caller):
        url = given
    if url is not None:
        return await why_article(desk, caller, address(url))
    alert = await find_alert(desk, caller, given)
    return await _why_alert(desk, caller, alert)


async def why_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Why."""
    return await _why_alert(desk, caller, number(value, "an alert"))


async def why_article(desk: Desk, caller: Caller, url: str) -> Reply:
    """Tell how far an article came, or that Tocsin never saw it and what would help."""
    if not canonical_url(url):
        raise CommandError(f"{echo(url)} is no web address; it has to begin with http:// or https://")
    found = await desk.db.read(lambda connection: tracing.items_at(connection, url))
    if not found:
        return await _never_seen(desk, url)
    seen = await desk.db.read(lambda connection: [tracing.trace(connection, one) for one in found])
    best = next((one for one in seen if one.alert is not None), seen[0])
    return await _explained(desk, caller, best, further=len(seen) - 1)


async def sources(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List who tells the story of an alert."""
    return await _sources(desk, await find_alert(desk, caller, command.options.get("alert")))


async def sources_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Sources."""
    return await _sources(desk, number(value, "an alert"))


async def _why_alert(desk: Desk, caller: Caller, alert: int) -> Reply:
    item = await desk.db.read(lambda connection: tracing.item_of_alert(connection, alert))
    if item is None:
        return answer(f"Alert {alert} is not known any more; alerts are kept for a time only.")
    found = await desk.db.read(lambda connection: tracing.trace(connection, item, alert))
    return await _explained(desk, caller, found)


async def _explained(desk: Desk, caller: Caller, trace: ItemTrace, *, further: int = 0) -> Reply:
    ranked = [] if trace.alert is not None else await _nearest(desk, trace)
    rang: tuple[str, ...] = ()
    if trace.alert is not None:
        of, heard = trace.alert.id, topics_heard(trace.alert, str(caller.place))
        rang = await desk.db.read(lambda connection: shown.ledger_reasons(connection, of, heard))
    way = steps(trace, str(caller.place), rang=rang, nearest=ranked[0] if ranked else None)
    stop = stopped_at(way)
    title = "Why it did not ring here" if stop is not None else "Why this rang"
    item = trace.item
    head: Line = (Link(item.url, item.title) if item.url else Strong(item.title), Text(f" – {item.outlet}, "))
    blocks: list[Block] = [Paragraph((*head, Moment(item.time))), Bullets(tuple(step.line for step in way))]
    if stop is not None and stop.name in {"rules", "claims", "ledger"}:
        blocks += _nearest_rules(ranked)
    blocks += [Context((Text(words),)) for words in _notes(trace, stop, further)]
    fallback = f"{title}: {stop.name}, {stop.outcome}" if stop is not None else f"{title}: {item.title}"
    return Reply(message=message(title, blocks, fallback, buttons=_buttons(trace)))


def _notes(trace: ItemTrace, stop: Step | None, further: int) -> list[str]:
    notes = [_HELP[stop.name]] if stop is not None and stop.name in _HELP else []
    if trace.revised is not None:
        notes.append(
            f"The article was edited at {trace.revised:%Y-%m-%d %H:%M} UTC; the stages are those of its new form."
        )
    if further:
        notes.append(f"{count(further, 'further entry', 'further entries')} with this address came by other feeds.")
    return notes


def _buttons(trace: ItemTrace) -> tuple[Button, ...]:
    found = [run_button("Sources", f"sources {trace.alert.id}")] if trace.alert is not None else []
    return tuple(found)


async def _nearest(desk: Desk, trace: ItemTrace) -> list[Explanation]:
    """Return the rules that came nearest. Explaining takes milliseconds a rule, so not in this thread."""
    news = await desk.db.read(lambda connection: tracing.developments(connection, trace.item.id))
    trees = await asyncio.to_thread(desk.tools.explain, trace.item, news)
    return sorted((tree for tree in trees if not tree.holds), key=_distance)[:NEAREST_RULES]


def _nearest_rules(ranked: Sequence[Explanation]) -> list[Block]:
    """Say of each rule which condition failed."""
    lines: list[Line] = []
    for tree in ranked:
        failing = tree.failing() or tree
        line: Line = (Text(f"{tree.label}: "), Strong(f"not “{failing.label}”"))
        lines.append((*line, Text(f" – {failing.note}")) if failing.note else line)
    return [Paragraph((Text("The rules that came nearest:"),)), Bullets(tuple(lines))] if lines else []


def _distance(tree: Explanation) -> tuple[bool, float]:
    """Rank how near a rule came: what failed only as news first, then by the share of conditions that fail."""
    leaves = [one for _, one in tree.lines() if not one.children]
    return stage_of(tree) != "ledger", sum(not leaf.holds for leaf in leaves) / len(leaves)


async def _never_seen(desk: Desk, url: str) -> Reply:
    known = await desk.db.read(feeds.list_feeds)
    now = desk.clock.now()
    near = [row for row in known if _shares_site(row.url, url)]
    unread = [row for row in near if row.failures and row.error_code in _UNREADABLE]
    never = "Tocsin has never seen this address"
    lines: list[Line] = [(Strong(f"✗ fetched: {never}"),)]
    if unread:
        lines = [(Text("✓ fetched: the feed answers"),), (Strong(f"✗ parsed: it cannot be read; {never}"),)]
    lines += [_feed_line(row, health(row, now).text) for row in near]
    if near:
        helps = "The entry may come with the next poll, or stand under another address: /tocsin search for its title."
        if any(health(row, now).code in {HealthCode.GONE, HealthCode.FAILING, HealthCode.PAUSED} for row in near):
            helps = "The feed above is in trouble; the operator sees more with: tocsin feeds health"
    else:
        helps = "No feed of this site is polled. An admin can look for one: /tocsin feeds find " + url
    words = f"Never seen: {url}"
    return Reply(message=message("Why it did not ring here", (Bullets(tuple(lines)), Context((Text(helps),))), words))


def _feed_line(row: FeedRow, state: str) -> Line:
    polled: Line = (Text(", last polled "), Moment(row.polled_at)) if row.polled_at else ()
    return (Text(f"a feed of this site is polled: {shown_url(row)} ({state})"), *polled)


def _shares_site(one: str, other: str) -> bool:
    """Tell whether two addresses have the same host, or one a host below the other's."""
    hosts = [(urlsplit(canonical_url(url)).hostname or "").removeprefix("www.") for url in (one, other)]
    return all(hosts) and any(f".{a}".endswith(f".{b}") for a, b in (hosts, reversed(hosts)))


async def _sources(desk: Desk, alert: int) -> Reply:
    found = await desk.db.read(lambda connection: alerts.sources(connection, alert))
    if not found:
        return answer(f"Alert {alert} is not known any more; alerts are kept for a time only.")
    rang = await desk.db.read(lambda connection: shown.rang_beside(connection, alert))
    lines = [_source_line(one, rang) for one in found]
    went = spread_of(found, rang)
    named = f" ({', '.join(went.origins)})" if went.origins else ""
    parts = [count(went.outlets, "outlet"), count(len(went.origins), "independent origin") + named]
    parts.append(count(went.rewrites, "rewrite"))
    parts += [count(went.unknown, "report") + " of unknown origin"] if went.unknown else []
    words = ", ".join(parts)
    return Reply(message=message("Sources", (Bullets(tuple(lines)), Context((Text(words),))), words))


def _source_line(one: StoryItem, rang: Collection[ItemId]) -> Line:
    source = Link(one.url, one.outlet) if one.url else Text(one.outlet)
    words = f" cites {' < '.join(one.chain)}" if one.chain else " names no source"
    words += " (unnamed)" if one.anonymous and one.chain else ""
    words += " – repeats an earlier report" if one.is_rewrite and one.id not in rang else ""
    return (Moment(one.at), Text(" "), source, Text(f"{words} · item {one.id}"))
