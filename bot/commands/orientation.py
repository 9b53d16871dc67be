"""``help`` and ``topics``: what there is."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError, echo, three_nearest, usage
from bot.commands.replies import answer, reply
from bot.commands.spec import BY_NAME, COMMANDS, GROUPS, CommandSpec, Role
from bot.message import Code, Line, Reply, Text
from bot.ports import Caller
from bot.store import subscriptions


async def show_help(desk: Desk, caller: Caller, command: Command) -> Reply:
    """List the commands that the caller may run, or explain one."""
    name = command.options.get("command", "").lower()
    if not name:
        allowed = [spec for spec in COMMANDS if Role(caller.role).allows(spec.role)]
        lines = [(Code(f"/tocsin {spec.name}"), Text(f" {spec.description}")) for spec in allowed]
        return reply("Tocsin rings when policy moves", lines, "More about one: /tocsin help subscribe")
    if name in GROUPS:
        inside = [spec for spec in GROUPS[name] if Role(caller.role).allows(spec.role)]
        return reply(
            f"/tocsin {name} …", [(Code(f"/tocsin {spec.name}"), Text(f" {spec.description}")) for spec in inside]
        )
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


def _explained(spec: CommandSpec) -> list[Line]:
    lines: list[Line] = []
    for option in spec.options:
        allowed = f" ({', '.join(option.choices)})" if option.choices else ""
        needed = ", needed" if option.required else ""
        lines.append((Code(option.name), Text(f" {option.description}{allowed}{needed}")))
    lines += [(Text("Example: "), Code(f"/tocsin {example}")) for example in spec.examples]
    if spec.role is not Role.READER:
        lines.append((Text(f"For {spec.role}s and above"),))
    return lines
