"""What ``/tocsin`` understands, as data: parsing, help, Discord's typed options and docs all read this.

Words follow FIELD's command table: a command has a name, options given as ``name:value`` or ``name=value``, and
one positional option at most, which may stand bare (``/tocsin subscribe us-forces-europe``).
"""

from __future__ import annotations

from bot.commands.changetable import JUDGING, OPERATING, REGROUPING, SILENCING, SUBSCRIBING
from bot.commands.readtable import LOOKING_UP, ORIENTATION, OVERSEEING
from bot.commands.shape import LONGEST_VALUE, CommandSpec, Completion, Option, Role

__all__ = ["BY_NAME", "COMMANDS", "LONGEST_VALUE", "CommandSpec", "Completion", "Option", "Role"]

COMMANDS: tuple[CommandSpec, ...] = (
    *ORIENTATION,
    *SUBSCRIBING,
    *LOOKING_UP,
    *SILENCING,
    *JUDGING,
    *REGROUPING,
    *OPERATING,
    *OVERSEEING,
)

BY_NAME: dict[str, CommandSpec] = {command.name: command for command in COMMANDS}
