"""``snooze``, ``unsnooze``, ``silences``: temporary, explained stops of one channel."""

from __future__ import annotations

from difflib import get_close_matches

from bot.commands.desk import Desk
from bot.commands.links import address, is_address
from bot.commands.parse import Command, CommandError, echo
from bot.commands.replies import answer, done, message, plain, reply, run_button
from bot.commands.spec import BY_NAME, Role
from bot.commands.story import find_story
from bot.commands.values import find_number, length, number
from bot.message import Line, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.ringing.holding import Silence, SilenceTarget
from bot.store import search, silences, storypage
from bot.store.silences import StoredSilence
from rules.wording import count

UNTIL_CHANGE = "until-change"
USUAL = "1d"
CHOICES = ("1h", "1d", "7d", UNTIL_CHANGE)
_KINDS = {
    "story": SilenceTarget.STORY,
    "rule": SilenceTarget.RULE,
    "topic": SilenceTarget.TOPIC,
    "source": SilenceTarget.OUTLET,
}
_WORDS = {target: word for word, target in _KINDS.items()}


async def snooze(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Stop a story, rule, topic or source for a while in this channel."""
    options = command.options
    target, value, title = await _target(desk, caller, options["what"], options.get("target"))
    now = desk.clock.now()
    wanted = options.get("for", USUAL)
    until = None if wanted == UNTIL_CHANGE else now + length(wanted, "for")
    new = Silence(
        target=target, value=value, since=now, until=until, by=caller.user_name, reason=options.get("reason", "")
    )
    key = await desk.db.tx(lambda connection: silences.add(connection, str(caller.place), new))
    end = _end(new)
    reason = f": {new.reason}" if new.reason else ""
    line: Line = (Text("snoozed "), Strong(title), *end, Text(f"{reason} (silence {key})"))
    told = f"Snoozed {title}{plain(end)}. All silences of this channel: /tocsin silences"
    return done(caller, line, told, undo=f"unsnooze {key}")


async def unsnooze(desk: Desk, caller: Caller, command: Command) -> Reply:
    """End a silence of this channel before its time."""
    now, lane = desk.clock.now(), str(caller.place)
    given = command.options.get("silence")
    if given is None:
        own = await desk.db.read(lambda connection: silences.active(connection, [lane], now))
        if len(own) != 1:
            raise CommandError(f"{count(len(own), 'silence')} in force here; name one: /tocsin silences")
        key = own[0].id
    else:
        key = number(given, "a silence")
    ended = await desk.db.tx(lambda connection: silences.end(connection, lane, key, caller.user_name, now))
    if ended is None:
        raise CommandError(f"No silence {key} is in force in this channel. All of them: /tocsin silences")
    title = _title(ended.silence)
    line: Line = (Text("ended the silence of "), Strong(title), Text(f"; it withheld {count(ended.withheld, 'alert')}"))
    return done(
        caller,
        line,
        f"{title[0].upper()}{title[1:]} may ring here again. It withheld {count(ended.withheld, 'alert')}.",
    )


async def list_silences(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the silences in force in this channel."""
    now = desk.clock.now()
    own = await desk.db.read(lambda connection: silences.active(connection, [str(caller.place)], now))
    if not own:
        return answer("Nothing is snoozed in this channel.")
    buttons = [run_button(f"End {one.id}", f"unsnooze {one.id}") for one in own[:5]]
    shown = buttons if Role(caller.role).allows(Role.EDITOR) else []
    return reply("Silences", [_line(one) for one in own], "End one: /tocsin unsnooze 1", buttons=shown)


async def snooze_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Snooze of an alert with a choice of how long."""
    alert = number(value, "an alert")
    story = await desk.db.read(lambda connection: storypage.of_alert(connection, alert))
    if story is None:
        raise CommandError(f"Alert {alert} is not known any more.")
    spec = BY_NAME["snooze"]
    if not Role(caller.role).allows(spec.role):
        raise CommandError(f"Snoozing is for {spec.role}s; you are a {caller.role} here.")
    buttons = [run_button(_label(choice), f"snooze {story} target:story for:{choice}") for choice in CHOICES]
    ask = f"How long shall story {story} be silent in this channel?"
    return Reply(message=message("Snooze", (Paragraph((Text(ask),)),), ask, buttons=buttons))


async def _target(desk: Desk, caller: Caller, what: str, kind: str | None) -> tuple[SilenceTarget, str, str]:
    """Return target, value and title of what was named. Raises CommandError with the nearest names."""
    if kind == "story" or (kind is None and (find_number(what) is not None or is_address(address(what)))):
        key = await find_story(desk, caller, what)
        return SilenceTarget.STORY, str(key), f"story {key}"
    if kind == "topic":
        return _topic(desk, desk.known_topic(what))
    known = {name.casefold(): name for name in desk.tools.rules}
    if kind in {None, "rule"} and what.casefold() in known:
        rule = known[what.casefold()]
        return SilenceTarget.RULE, rule, f"rule {rule} ({desk.tools.rules[rule]})"
    outlets = await desk.db.read(lambda connection: search.outlets(connection, 500))
    outlet = next((name for name in outlets if name.casefold() == what.casefold()), None)
    if kind in {None, "source"} and outlet is not None:
        return SilenceTarget.OUTLET, outlet, f"source {outlet}"
    topic = next(
        (name for name, title in desk.topics.items() if what.casefold() in {name.casefold(), title.casefold()}), None
    )
    if kind is None and topic is not None:
        return _topic(desk, topic)
    names = {"rule": list(known.values()), "source": list(outlets)}.get(
        kind or "", [*desk.topics, *known.values(), *outlets]
    )
    near = get_close_matches(what, names, n=3, cutoff=0.0)
    raise CommandError(
        f"{echo(what)} is no {kind or 'story, topic, rule or source'}. The nearest are: {', '.join(near)}."
    )


def _topic(desk: Desk, topic: str) -> tuple[SilenceTarget, str, str]:
    return SilenceTarget.TOPIC, topic, f"topic {desk.topics[topic]}"


def _line(one: StoredSilence) -> Line:
    head: Line = (Strong(f"{one.id}: {_title(one.silence)}"), *_end(one.silence), Text(f" · by {one.silence.by}"))
    reason = f" · {one.silence.reason}" if one.silence.reason else ""
    return (*head, Text(f"{reason} · {count(one.withheld, 'alert')} withheld"))


def _title(silence: Silence) -> str:
    return f"{_WORDS.get(silence.target, silence.target.value)} {silence.value}"


def _end(silence: Silence) -> Line:
    if silence.until is None:
        return (Text(" until a figure or position changes"),)
    return (Text(" until "), Moment(silence.until))


def _label(choice: str) -> str:
    return {"1h": "1 hour", "1d": "1 day", "7d": "7 days"}.get(choice, "Until it changes")
