"""``status`` and ``audit``: how the bot is, and who changed what."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import __version__, workerlines
from bot.commands import values
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import message, page_buttons, reply, spelled
from bot.commands.rulewords import rule_trouble, short
from bot.duration import in_words
from bot.feeds import feedhealth
from bot.feeds.feedhealth import Health, HealthCode
from bot.message import (
    Block,
    Bullets,
    Facts,
    Line,
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
    return (Text(f"{len(health)}: {told}" if told else "none; an admin adds one with: /tocsin feeds add"),)


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
        ("Silences", f"{silent} in force"),
        (
            "Missed",
            f"{count(reported, 'article')} reported in 30 days: /tocsin feedback" if reported else "none reported",
        ),
    ]
    if delays:
        middle, late = delays[len(delays) // 2], delays[int(len(delays) * 0.95)]
        words = f"half within {in_words(middle.total_seconds())}, 95 % within {in_words(late.total_seconds())}"
        rows.append(("Alert to post", words))
    return [(name, (Text(words),)) for name, words in rows]


def _moment(at: datetime | None, otherwise: str) -> Line:
    return (Moment(at),) if at is not None else (Text(otherwise),)


def _change(one: overview.AuditLine) -> Line:
    channel = f" in {one.lane.rpartition(':')[2]}" if one.lane else ""
    change = " → ".join(part for part in (one.old, one.new) if part)
    ended = " (ended)" if one.old and not one.new else ""
    return (Moment(one.at), Text(" "), Strong(one.user), Text(f" {one.what}{channel}: {change or '–'}{ended}"))
