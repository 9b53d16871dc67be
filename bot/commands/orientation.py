"""``help`` and ``topics``: what there is."""

from __future__ import annotations

from bot.commands.changetable import JUDGING, OPERATING, REGROUPING, RHYTHM, SILENCING, SUBSCRIBING
from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo, three_nearest, usage
from bot.commands.readtable import LOOKING_UP, ORIENTATION, OVERSEEING
from bot.commands.replies import answer, message, reply
from bot.commands.spec import BY_NAME, GROUPS, CommandSpec, Role
from bot.message import Block, Bullets, Code, Context, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import subscriptions

_SECTIONS = (
    ("Look things up", (*ORIENTATION, *LOOKING_UP)),
    ("Set what rings here", (*SUBSCRIBING, *SILENCING, *RHYTHM, *OPERATING)),
    ("Say what is wrong", (*JUDGING, *REGROUPING)),
    ("See to Tocsin", OVERSEEING),
)


async def show_help(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the commands that the caller may run, or explain one."""
    name = command.options.get("command", "").lower()
    if not name:
        return _overview(Role(caller.role))
    if name in GROUPS:
        return reply(f"/tocsin {name} …", [_line(spec) for spec in GROUPS[name] if Role(caller.role).allows(spec.role)])
    spec = BY_NAME.get(name)
    if spec is None:
        raise CommandError(f"There is no command {echo(name)}. {three_nearest(name, BY_NAME)}")
    return reply(f"/tocsin {spec.name}", _explained(spec), spec.description)


async def topics(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the topics, those of this channel marked."""
    mine = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
    followed = {one.topic for one in mine}
    lines = [
        (Code(topic), Text(f" {title}" + (" – subscribed here" if topic in followed else "")))
        for topic, title in sorted(desk.topics.items())
    ]
    if not lines:
        return answer("No topics yet: no rules are loaded. See docs/rules.md for how to write some.")
    return reply("Topics", lines, f"Follow one: {usage(BY_NAME['subscribe'])}")


def _overview(role: Role) -> Reply:
    """Show what a role may do by what it is for; the commands of a group stand in one line."""
    blocks: list[Block] = []
    for title, commands in _SECTIONS:
        lines = [_line(spec) for spec in commands if role.allows(spec.role)]
        blocks += [Paragraph((Strong(title),)), Bullets(tuple(lines))] if lines else []
    groups = [line for name in GROUPS if (line := _group_line(name, role))]
    blocks += [Paragraph((Strong("Feeds and rules"),)), Bullets(tuple(groups))] if groups else []
    blocks.append(Context((Text("More about one: /tocsin help subscribe"),)))
    words = "Tocsin rings when policy moves"
    return Reply(message=message(words, blocks, words))


def _group_line(group: str, role: Role) -> Line:
    names = [spec.name.rpartition(" ")[2] for spec in GROUPS[group] if role.allows(spec.role)]
    if not names:
        return ()
    return (Code(f"/tocsin {group} …"), Text(f" {', '.join(names)}; what each does: /tocsin help {group}"))


def _line(spec: CommandSpec) -> Line:
    return (Code(f"/tocsin {spec.name}"), Text(f" {spec.description}"))


def _explained(spec: CommandSpec) -> list[Line]:
    lines: list[Line] = []
    for option in spec.options:
        allowed = f": {', '.join(option.choices)}" if option.choices else ""
        needed = ", needed" if option.required else ""
        lines.append((Code(option.name), Text(f" {option.description}{allowed}{needed}")))
    lines += [(Text("Example: "), Code(f"/tocsin {example}")) for example in spec.examples]
    if spec.role is not Role.READER:
        lines.append((Text(f"For {spec.role}s and above"),))
    return lines
