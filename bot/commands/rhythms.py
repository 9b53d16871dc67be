"""``digest`` and ``quiet``: when a channel is told, and when it is left alone; each answer names the next moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.commands import times
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer, done, message
from bot.localtime import instant_of, local_day
from bot.message import Block, Context, Line, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.ringing.holding import DAY, EVERY_DAY, QuietBehaviour, QuietHours, quiet_until
from bot.store import channels, overview
from bot.store.channels import DAY_NAMES, ChannelPace
from bot.telling import digesting
from bot.telling.digest import Schedule, next_due
from rules.model import Severity
from rules.wording import count


async def digest(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show what waits for this channel's digest, send it now, or say when it is to come."""
    pace, now, lane = await _pace(desk, caller), desk.clock.now(), str(caller.place)
    options = command.options
    if "send" in options:
        told = await desk.db.tx(lambda connection: digesting.make_now(connection, lane, now))
        if not told:
            return answer("Nothing waits for a digest in this channel; nothing was sent.")
        desk.tools.wake()
        line: Line = (Text(f"asked for the digest ahead of its time: {count(told, 'alert')}"),)
        return done(caller, line, f"The digest is on its way: {count(told, 'alert')}.")
    if not options.keys() & {"schedule", "tz", "days", "min"}:
        return await _waiting(desk, lane, pace, now)
    zone = times.zone(options["tz"]) if "tz" in options else pace.zone
    schedule = Schedule(
        zone=zone,
        at=times.clock(options["schedule"], "schedule") if "schedule" in options else pace.schedule.at,
        days=times.days(options["days"]) if "days" in options else pace.schedule.days,
    )
    wanted = replace(
        in_zone(pace, zone),
        schedule=schedule,
        least=Severity(options["min"]) if "min" in options else pace.least,
    )
    return await _changed(desk, caller, "digest", wanted, _next_digest(wanted, now), _undo_digest(pace))


async def quiet(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show, set or end this channel's quiet hours."""
    pace, now, options = await _pace(desk, caller), desk.clock.now(), command.options
    undo = _undo_quiet(pace.quiet)
    if "state" in options:
        if pace.quiet is None:
            return answer("This channel has no quiet hours; nothing was changed.")
        return await _changed(desk, caller, "quiet", replace(pace, quiet=None), (Text("It rings at any hour."),), undo)
    if not options:
        told = _next_quiet(pace.quiet, now)
        return Reply(message=message("Quiet hours", (Paragraph(told),), "Quiet hours"))
    wanted = replace(pace, quiet=_hours(options, pace))
    wanted = in_zone(wanted, wanted.quiet.zone) if wanted.quiet is not None else wanted
    return await _changed(desk, caller, "quiet", wanted, _next_quiet(wanted.quiet, now), undo)


async def _pace(desk: Desk, caller: Caller) -> ChannelPace:
    lane = str(caller.place)
    if await desk.db.read(lambda connection: overview.channel_state(connection, lane)) is None:
        raise CommandError("This channel follows nothing yet; subscribe it first: /tocsin subscribe")
    return await desk.db.read(lambda connection: channels.pace_of(connection, lane))


async def _changed(desk: Desk, caller: Caller, what: str, wanted: ChannelPace, upshot: Line, undo: str) -> Reply:
    lane, now = str(caller.place), desk.clock.now()
    if await desk.db.read(lambda connection: channels.is_configured(connection, lane)):
        raise CommandError("When this channel rings stands in tocsin.yaml; it is changed there.")
    before = await desk.db.tx(
        lambda connection: channels.change_pace(connection, lane, wanted, what, caller.user_name, now)
    )
    if before == wanted:
        return answer(f"It is so already; nothing was changed. {wanted.words}")
    line: Line = (Text("changed when this channel rings: "), Strong(_difference(before.words, wanted.words)))
    told: list[Block] = [Context(upshot)]
    return done(caller, line, f"Set: {wanted.words or 'as usual'}.", undo=undo, note=told)


def _difference(before: str, after: str) -> str:
    """Say what is another now: only those parts that both do not have."""
    old, new = before.split("; "), after.split("; ")
    parts = ("; ".join(part for part in one if part and part not in other) for one, other in ((old, new), (new, old)))
    return " → ".join(part or "as usual" for part in parts)


async def _waiting(desk: Desk, lane: str, pace: ChannelPace, now: datetime) -> Reply:
    waiting = await desk.db.read(lambda connection: digesting.preview(connection, lane, now))
    blocks: list[Block] = [Paragraph(_next_digest(pace, now))]
    if waiting is None:
        blocks.append(
            Paragraph((Text("Nothing waits for it. It lists what was held back, and topics in digest mode."),))
        )
    else:
        blocks += [Paragraph((Strong("So far it would say:"),)), *waiting.blocks]
        blocks.append(Context((Text("Send it now: /tocsin digest now"),)))
    return Reply(message=message("Digest", blocks, "Digest"))


def _next_digest(pace: ChannelPace, now: datetime) -> Line:
    moment = next_due(pace.schedule, now)
    days = channels.day_words(pace.schedule.days)
    words = f"Digest at {pace.schedule.at:%H:%M} {pace.zone.key} on {days}"
    words += f", from {pace.least} on" if pace.least is not Severity.NOTICE else ""
    return (Text(f"{words}; the next one "), Moment(moment)) if moment else (Text(words),)


def _next_quiet(hours: QuietHours | None, now: datetime) -> Line:
    if hours is None:
        return (Text("No quiet hours. For example: /tocsin quiet start:22:00 end:07:00 tz:Europe/Berlin"),)
    words = f"Quiet {hours.start:%H:%M}–{hours.end:%H:%M} {hours.zone.key} on {channels.day_words(hours.days)}"
    head: Line = (Text(f"{words} ({_MEANING[hours.behaviour]}); "),)
    until = quiet_until(hours, now)
    if until is not None:
        return (*head, Text("now, until "), Moment(until))
    today = local_day(now, hours.zone)
    begins = (
        instant_of(today + ahead * DAY, hours.start, hours.zone)
        for ahead in range(9)
        if (today + ahead * DAY).weekday() in hours.days
    )
    begin = next((moment for moment in begins if moment > now), None)
    return (*head, Text("next from "), Moment(begin)) if begin else head


_MEANING = {
    QuietBehaviour.HOLD: "everything waits for their end",
    QuietBehaviour.DROP: "everything is left out and counted",
    QuietBehaviour.CRITICAL: "urgent alerts ring, the rest waits for their end",
}


def _hours(options: Mapping[str, str], pace: ChannelPace) -> QuietHours:
    known = pace.quiet
    if known is None and not {"start", "end"} <= options.keys():
        raise CommandError("Quiet hours need start and end. For example: /tocsin quiet start:22:00 end:07:00")
    usual = known or QuietHours(start=time(22), end=time(7), zone=pace.zone)
    return QuietHours(
        start=times.clock(options["start"], "start") if "start" in options else usual.start,
        end=times.clock(options["end"], "end") if "end" in options else usual.end,
        zone=times.zone(options["tz"]) if "tz" in options else usual.zone,
        days=times.days(options["days"]) if "days" in options else usual.days,
        behaviour=QuietBehaviour(options.get("behaviour", usual.behaviour)),
    )


def in_zone(pace: ChannelPace, zone: ZoneInfo) -> ChannelPace:
    """Give the digest and the quiet hours the same clock: a channel has one time zone."""
    hours = None if pace.quiet is None else replace(pace.quiet, zone=zone)
    return replace(pace, schedule=replace(pace.schedule, zone=zone), quiet=hours)


def _undo_digest(before: ChannelPace) -> str:
    days = ",".join(DAY_NAMES[day].lower() for day in sorted(before.schedule.days))
    shown = "daily" if len(before.schedule.days) == len(EVERY_DAY) else days
    return f"digest schedule:{before.schedule.at:%H:%M} tz:{before.zone.key} days:{shown} min:{before.least}"


def _undo_quiet(before: QuietHours | None) -> str:
    if before is None:
        return "quiet off"
    return f"quiet start:{before.start:%H:%M} end:{before.end:%H:%M} tz:{before.zone.key} behaviour:{before.behaviour}"
