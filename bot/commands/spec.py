"""What ``/tocsin`` understands, as data: parsing, help, Discord's typed options and docs all read this.

A command has a name of one word, or of two in a group (``rules show``), options given as ``name:value`` or
``name=value``, and one positional option at most, which may stand bare (``/tocsin subscribe us-forces-europe``).
"""

from __future__ import annotations

from bot.commands.changetable import JUDGING, OPERATING, REGROUPING, RHYTHM, SILENCING, SUBSCRIBING
from bot.commands.feedspecs import FEEDS
from bot.commands.readtable import LOOKING_UP, ORIENTATION, OVERSEEING
from bot.commands.ruletable import RULES
from bot.commands.shape import LONGEST_VALUE, CommandSpec, Completion, Option, Role

__all__ = ["BY_NAME", "COMMANDS", "GROUPS", "LONGEST_VALUE", "CommandSpec", "Completion", "Option", "Role"]

COMMANDS: tuple[CommandSpec, ...] = (
    *ORIENTATION,
    *SUBSCRIBING,
    *LOOKING_UP,
    *SILENCING,
    *JUDGING,
    *REGROUPING,
    *RHYTHM,
    *OPERATING,
    *OVERSEEING,
    *FEEDS,
    *RULES,
)

BY_NAME: dict[str, CommandSpec] = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}
GROUPS: dict[str, tuple[CommandSpec, ...]] = {
    group: tuple(command for command in COMMANDS if command.group == group)
    for group in dict.fromkeys(command.group for command in COMMANDS if command.group)
}
