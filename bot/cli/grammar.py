"""The whole command line as data, read off its parsers: what completion and the documentation are made from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from bot.cli.main import COMMANDS, parser_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option. ``choices`` are what may follow it, where that is a closed set."""

    flags: tuple[str, ...]
    help: str
    metavar: str  # empty: nothing follows
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A command. ``path`` is all its words; ``commands`` pair each subcommand with its help."""

    path: str
    usage: str
    help: str
    epilog: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    arguments: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()  # what may stand as an argument, where that is a closed set


def levels() -> list[Level]:
    """Return every command, each followed by its subcommands."""
    return list(_walk(parser_of(list(COMMANDS)), ""))


def _walk(parser: argparse.ArgumentParser, summary: str) -> Iterator[Level]:
    children = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    helps = {one.dest: one.help or "" for action in children for one in action._choices_actions}  # noqa: SLF001
    plain = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    positional = [action for action in plain if not action.option_strings]
    yield Level(
        path=parser.prog,
        usage=" ".join(parser.format_usage().removeprefix("usage: ").split()),
        help=parser.description or summary,
        epilog=parser.epilog or "",
        commands=tuple(helps.items()),
        options=tuple(_option(action) for action in plain if action.option_strings),
        arguments=tuple((_name(action), action.help or "") for action in positional),
        words=tuple(str(choice) for action in positional for choice in action.choices or ()),
    )
    for action in children:
        for name, child in action.choices.items():
            yield from _walk(child, helps.get(name, ""))


def _option(action: argparse.Action) -> Option:
    takes_value = action.nargs != 0
    return Option(
        flags=tuple(action.option_strings),
        help=(action.help or "").replace("%%", "%"),
        metavar=_name(action) if takes_value else "",
        choices=tuple(str(choice) for choice in action.choices or ()),
    )


def _name(action: argparse.Action) -> str:
    found = action.metavar or action.dest.upper()
    return found if isinstance(found, str) else " ".join(found)
