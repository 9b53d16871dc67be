"""``status``, ``test``, ``audit``: how the bot is, whether this channel can be rung, who changed what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot import __version__, feedhealth, workerlines
from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer, message, page_buttons, reply, spelled
from bot.commands.rulewords import rule_trouble, short
from bot.duration import in_words
from bot.feedhealth import Health, HealthCode
from bot.message import (
    Block,
    Bullets,
    Context,
    Facts,
    Line,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Reply,
    Strong,
    Text,
)
from bot.ports import Caller
from bot.store import feedback, feeds, lanes, outbox, overview, silences, workers
from rules.wording import count

DAY = timedelta(days=1)
PAGE = 10
TROUBLE_SHOWN = 3
_TROUBLE = {HealthCode.GONE, HealthCode.FAILING, HealthCode.QUARANTINED, HealthCode.STALE}
_SAMPLE = (
    Paragraph(
        (Strong("United States: withdraw 40,000–70,000 troops from Europe (expected)"), Text(" – a made-up sample"))
    ),
)


async def status(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Tell how feeds, outbox and rules are."""
    now = desk.clock.now()
    rows = await desk.db.read(feeds.list_feeds)
    health = feedhealth.sorted_by_need(rows, now)
    facts: list[tuple[str, Line]] = [("Feeds", _feeds(health))]
    facts.append(("Last poll", _moment(max((row.polled_at for row in rows if row.polled_at), default=None), "not yet")))
    facts += await _traffic(desk, now)
    present = await desk.db.read(lambda connection: workers.present(connection, now))
    if present:
        facts.append(("Workers", (Text(workerlines.summary(present, now)),)))
    facts += [("Rules", _rules(desk)), ("Version", (Text(f"Tocsin {__version__}"),))]
    blocks: list[Block] = [Facts(tuple(facts))]
    if desk.tools.works is not None:
        blocks += rule_trouble(desk.tools.works)
    trouble = [one for one in health if one.code in _TROUBLE][:TROUBLE_SHOWN]
    if trouble:
        blocks.append(Bullets(tuple((Strong(f"{one.row.name}: "), Text(one.text)) for one in trouble)))
    stopped = await desk.db.read(lanes.standing_still)
    own = next((reason for key, reason in stopped if key in {str(caller.place), caller.place.platform}), None)
    if own is not None:
        blocks.append(Paragraph((Strong(f"This channel stands still: {own}. Its messages are kept."),)))
    summary = ", ".join(f"{number} {code}" for code, number in feedhealth.count(health).items())
    return Reply(message=message("Status", blocks, f"Status: {summary or 'no feeds'}"))


def _rules(desk: Desk) -> Line:
    rules, works = desk.tools, desk.tools.works
    words = (
        f"{count(len(rules.rules), 'rule')} in {count(len(desk.topics), 'topic')}, set {short(rules.rules_hash) or '–'}"
    )
    return (Text(words),) if works is None else (Text(f"{words} since "), Moment(works.in_force.at))


async def drill(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Send the newest alert, marked as a drill, to this channel through the outbox."""
    wanted = command.options.get("topic")
    topics = [desk.known_topic(wanted)] if wanted else list(desk.topics)
    card = await desk.db.read(lambda connection: overview.newest_card(connection, topics))
    now, lane = desk.clock.now(), str(caller.place)
    shown = _as_drill(card, caller.user_name)
    key = outbox.delivery_key("drill", lane, now.isoformat(), caller.user)
    waiting = await desk.db.read(lambda connection: outbox.pending_count(connection, lane))
    await desk.db.tx(
        lambda connection: outbox.enqueue(connection, lane=lane, op="post", message=shown, key=key, now=now)
    )
    desk.tools.wake()
    stopped = dict(await desk.db.read(lanes.standing_still))
    reason = stopped.get(lane) or stopped.get(caller.place.platform)
    if reason is not None:
        return answer(
            f"The drill waits: this channel stands still ({reason}). The operator can go on with: tocsin outbox"
        )
    ahead = f" Waiting before it: {count(waiting, 'message')}." if waiting else ""
    what = "the newest alert" if card is not None else "a sample, as nothing has rung yet"
    return answer(f"A drill with {what} is on its way to this channel, by the way that every alert takes.{ahead}")


async def audit(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show who changed what in this workspace."""
    options = command.options
    since = values.since(options.get("since", "7d"), desk.clock.now())
    page = int(options.get("page", "1"))
    found, total = await desk.db.read(
        lambda connection: overview.changes(
            connection, caller.place, since, user=options.get("user"), limit=PAGE, skip=(page - 1) * PAGE
        )
    )
    if not found:
        raise CommandError("Nobody changed anything in that time; look further back with since:30d")
    again = spelled("audit", options, without=("page",))
    buttons = page_buttons(again, page, has_more=page * PAGE < total)
    return reply("Audit", [_change(one) for one in found], f"{count(total, 'change')}, page {page}", buttons=buttons)


def _feeds(health: list[Health]) -> Line:
    counts = feedhealth.count(health)
    told = ", ".join(f"{number} {code}" for code, number in counts.items())
    return (Text(f"{len(health)}: {told}" if told else "none; an admin adds one with: tocsin feeds add"),)


async def _traffic(desk: Desk, now: datetime) -> list[tuple[str, Line]]:
    depth = await desk.db.read(outbox.depth)
    day = await desk.db.read(lambda connection: overview.day(connection, now - DAY))
    delays = await desk.db.read(overview.delays)
    silent = await desk.db.read(lambda connection: silences.count_active(connection, now))
    reported = await desk.db.read(lambda connection: feedback.count_missed(connection, now - 30 * DAY))
    oldest = f", the oldest for {in_words(max((now - depth.oldest).total_seconds(), 0.0))}" if depth.oldest else ""
    ended = ", ".join(f"{number} {state}" for state, number in depth.by_state.items() if state in {"dead", "unknown"})
    held = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in day.held) or "none"
    rows = [
        ("Outbox", f"{count(depth.pending, 'message')} waiting{oldest}" + (f"; {ended}" if ended else "")),
        ("In 24 h", f"{count(day.items, 'article')}, {count(day.delivered, 'alert')} to channels; held: {held}"),
        ("Silences", f"{silent} in force; {count(reported, 'article')} reported as missed in 30 days"),
    ]
    if delays:
        middle, late = delays[len(delays) // 2], delays[int(len(delays) * 0.95)]
        words = f"half within {in_words(middle.total_seconds())}, 95 % within {in_words(late.total_seconds())}"
        rows.append(("Alert to post", words))
    return [(name, (Text(words),)) for name, words in rows]


def _moment(at: datetime | None, otherwise: str) -> Line:
    return (Moment(at),) if at is not None else (Text(otherwise),)


def _as_drill(card: Message | None, by: str) -> Message:
    """Mark a message so that nobody can take it for news: no buttons, no mention, the word twice."""
    note = Context((Text(f"DRILL: {by} tests this channel. Nothing new has happened."),))
    if card is None:
        words = "DRILL: a made-up sample"
        return Message(kind=MessageKind.DRILL, heading="DRILL · sample", fallback=words, blocks=(note, *_SAMPLE))
    return replace(
        card,
        kind=MessageKind.DRILL,
        heading=f"DRILL · {card.heading}",
        fallback=f"DRILL: {card.fallback}",
        blocks=(note, *card.blocks),
        buttons=(),
        mention=None,
    )


def _change(one: overview.AuditLine) -> Line:
    channel = f" in {one.lane.rpartition(':')[2]}" if one.lane else ""
    change = " → ".join(part for part in (one.old, one.new) if part)
    ended = " (ended)" if one.old and not one.new else ""
    return (Moment(one.at), Text(" "), Strong(one.user), Text(f" {one.what}{channel}: {change or '–'}{ended}"))
