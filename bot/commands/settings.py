"""``settings``: everything about how a channel is rung, shown as a whole and changed in one step.

What has more to it than one value (days, what quiet hours hold back) has a command of its own: ``digest``, ``quiet``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.commands import targets, times
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer, done, message, spelled
from bot.commands.rhythms import in_zone
from bot.message import Context, Facts, Line, Reply, Strong, Text
from bot.ports import Caller
from bot.ringing.holding import QuietHours
from bot.store import channels
from bot.store import settings as store
from bot.store.settings import ChannelSettings
from bot.telling.layout import Layout
from rules.model import Severity
from rules.wording import count

NOT_YET = "This channel follows nothing yet, so there is nothing to set. First: /tocsin subscribe"
NONE, OFF, DIFFER = "none", "off", ""
DIGEST, REALTIME = "digest", "realtime"
_LAYOUTS = {Layout.FULL: "full cards", Layout.COMPACT: "compact: claims, origin and links"}

Change = Callable[[Caller, ChannelSettings, str], ChannelSettings]
"""Returns the settings with one option set. Raises CommandError."""


async def settings(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Show how this channel is set, or change it."""
    before = await desk.db.read(lambda connection: store.find(connection, caller.place))
    if before is None:
        return answer(NOT_YET)
    wanted = before
    for name in (name for name in _CHANGES if name in command.options):
        wanted = _CHANGES[name](caller, wanted, command.options[name])
    if not command.options:
        return _shown(caller, before)
    old, new = values(before), values(wanted)
    changed = [name for name in old if old[name] != new[name]]
    if not changed:
        return answer("It is set like that already; nothing was changed.")
    await desk.db.tx(lambda connection: _save(connection, desk, caller, before, wanted))
    line: Line = (Text("changed how this channel is set: "), Strong(_told(changed, old, new)))
    undo = spelled("settings", {name: old[name] for name in changed if old[name] != DIFFER})
    can_be_undone = all(old[name] != DIFFER for name in changed)
    return done(caller, line, f"Set: {_told(changed, old, new)}.", undo=undo if can_be_undone else "")


def values(found: ChannelSettings) -> dict[str, str]:
    """Return the settings by the names of their options, as they would be typed; empty where the topics differ."""
    severities, mentions = found.severities, found.mentions
    mention, mention_from = next(iter(mentions)) if len(mentions) == 1 else (DIFFER, DIFFER)
    pace = found.pace
    return {
        "threads": found.threads,
        "layout": pace.layout.value,
        "severity": next(iter(severities)).value if len(severities) == 1 else DIFFER,
        "mode": DIGEST if pace.digest_only else REALTIME,
        "cap": str(pace.cap),
        "quiet": _hours(pace.quiet),
        "digest": f"{pace.schedule.at:%H:%M}",
        "tz": pace.zone.key,
        "mention": NONE if mention is None else mention,
        "mention_from": str(mention_from),
    }


def _shown(caller: Caller, found: ChannelSettings) -> Reply:
    now, pace = values(found), found.pace
    differ = "not the same for all topics; see /tocsin list" if found.follows else "it follows no topic now"
    mention = now["mention"]
    if mention not in {NONE, DIFFER}:
        mention = f"{targets.shown_mention(caller.place.platform, mention)} from {now['mention_from']} on"
    quiet = now["quiet"]
    if pace.quiet is not None:
        quiet += f" on {channels.day_words(pace.quiet.days)} ({pace.quiet.behaviour})"
    rows = (
        ("threads", now["threads"]),
        ("layout", _LAYOUTS[pace.layout]),
        ("severity", f"from {now['severity']} on" if now["severity"] else differ),
        ("mode", "everything waits for the digest" if pace.digest_only else "at once, as each topic says"),
        ("cap", f"{count(pace.cap, 'post')} an hour; the rest waits for the digest"),
        ("quiet", quiet),
        ("digest", f"{now['digest']} on {channels.day_words(pace.schedule.days)}"),
        ("tz", now["tz"]),
        ("mention", mention or differ),
    )
    facts = tuple((name, (Text(value),)) for name, value in rows)
    parked = (Context((Text(f"This channel is parked: {found.reason}"),)),) if found.state != "active" else ()
    how = "Change it: /tocsin settings severity:important cap:10. More: /tocsin quiet, /tocsin digest"
    return Reply(message=message("Settings", (Facts(facts), *parked, Context((Text(how),))), "Settings"))


def _told(changed: list[str], old: Mapping[str, str], new: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {old[name] or 'not the same for all'} → {new[name] or '–'}" for name in changed)


def _save(connection: Connection, desk: Desk, caller: Caller, before: ChannelSettings, wanted: ChannelSettings) -> None:
    lane = str(caller.place)
    if store.find(connection, caller.place) != before:
        raise CommandError("Somebody else changed this channel at the same time; look again: /tocsin settings")
    if before.pace != wanted.pace and channels.is_configured(connection, lane):
        raise CommandError("How this channel is rung stands in tocsin.yaml; it is changed there.")
    old, new = values(before), values(wanted)
    names = [name for name in old if old[name] != new[name]]
    told = tuple(", ".join(f"{name} {each[name] or 'mixed'}" for name in names) for each in (old, new))
    store.save(
        connection, caller.place, before, wanted, told=(told[0], told[1]), by=caller.user_name, at=desk.clock.now()
    )


def _hours(quiet: QuietHours | None) -> str:
    return OFF if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"


def _set_threads(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, threads=value)


def _set_severity(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, follows=tuple(replace(one, severity=Severity(value)) for one in found.follows))


def _set_mode(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, pace=replace(found.pace, digest_only=value == DIGEST))


def _set_cap(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, pace=replace(found.pace, cap=int(value)))


def _set_quiet(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    if value.casefold() in {OFF, NONE}:
        return replace(found, pace=replace(found.pace, quiet=None))
    start, mark, end = value.replace("–", "-").partition("-")
    if not mark:
        raise CommandError("Write quiet hours as 22:00-07:00, or off.")
    begin, end_at = times.clock(start, "quiet"), times.clock(end, "quiet")
    usual = found.pace.quiet or QuietHours(start=begin, end=end_at, zone=found.pace.zone)
    return replace(found, pace=replace(found.pace, quiet=replace(usual, start=begin, end=end_at)))


def _set_layout(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, pace=replace(found.pace, layout=Layout(value)))


def _set_digest(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    schedule = replace(found.pace.schedule, at=times.clock(value, "digest"))
    return replace(found, pace=replace(found.pace, schedule=schedule))


def _set_zone(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    return replace(found, pace=in_zone(found.pace, times.zone(value)))


def _set_mention(caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    who = targets.mention(caller, value)
    follows = tuple(replace(one, wishes=replace(one.wishes, mention=who)) for one in found.follows)
    return replace(found, follows=follows)


def _set_mention_from(_caller: Caller, found: ChannelSettings, value: str) -> ChannelSettings:
    if not any(one.wishes.mention for one in found.follows):
        raise CommandError("mention_from needs somebody to mention; name a role or group with mention.")
    follows = tuple(replace(one, wishes=replace(one.wishes, mention_from=Severity(value))) for one in found.follows)
    return replace(found, follows=follows)


_CHANGES: Mapping[str, Change] = {
    "threads": _set_threads,
    "layout": _set_layout,
    "severity": _set_severity,
    "mode": _set_mode,
    "cap": _set_cap,
    "quiet": _set_quiet,
    "digest": _set_digest,
    "tz": _set_zone,
    "mention": _set_mention,
    "mention_from": _set_mention_from,
}
