"""``/tocsin`` as Discord shows it: one group with typed subcommands, made from the command table.

A command ``rules list`` becomes a subcommand of a subgroup. What the user filled in goes back into the one grammar
that both platforms share: ``subscribe to:us-forces severity:urgent``, values with blanks in double quotes.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

import discord
from discord import app_commands

from adapters.discord.limits import CHOICE, CHOICES, command_faults
from bot.commands.spec import CommandSpec, Completion, Option
from rules.sanitise import one_line

ROOT = "tocsin"
DESCRIPTION = "Alerts when policy moves: subscribe this channel, look things up"

Interaction = discord.Interaction[discord.Client]
Run = Callable[[Interaction, str, Mapping[str, str], Sequence[discord.Attachment]], Awaitable[None]]
"""Takes the interaction, the command's name, what was filled in, in the order of the table, and what was attached."""

Suggest = Callable[[Interaction, str, str, str], Awaitable[list[str]]]
"""Takes the interaction, the command's name, the option's name and what is typed so far."""


YES_OR_NO = ("true", "false")
"""Discord has a type of its own for these, which counts less towards the length of a command."""

FEW = 12
"""Characters of choices that Discord is given as such, where they count twice. Longer lists are suggested, which counts
nothing, and checked by the grammar."""

Filled = str | int | discord.Attachment | app_commands.AppCommandChannel | discord.Role | None


class _ChannelPicker(app_commands.Transformer):
    """Offers the channels that alerts may go to."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The type of the option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The types of channels that are offered."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        """Take the channel as Discord names it, which may be one that the gateway does not keep."""
        return value


_PICKED: Mapping[Completion, Any] = {
    Completion.CHANNEL: app_commands.Transform[app_commands.AppCommandChannel, _ChannelPicker],
    Completion.MENTION: discord.Role,
}
"""Options that Discord lets people pick from its own lists."""


class CommandTableError(ValueError):
    """The command table cannot be shown on Discord: a fault of the program, found by its tests."""


def words(name: str, given: Mapping[str, str]) -> str:
    """Return the line that the shared grammar reads."""
    return " ".join([name, *(f"{option}:{_quoted(value)}" for option, value in given.items())])


def build_group(
    commands: Iterable[CommandSpec], run: Run, suggest: Suggest, asks: Callable[[str], bool] | None = None
) -> app_commands.Group:
    """Return the group; what a form ``asks`` for need not be typed.

    Raises CommandTableError when the table breaks one of Discord's limits.
    """
    root = app_commands.Group(name=ROOT, description=DESCRIPTION, guild_only=True)
    groups: dict[str, app_commands.Group] = {}
    for spec in commands:
        parent, own = spec.group or spec.shelf, spec.name.rpartition(" ")[2]
        if parent and parent not in groups:
            groups[parent] = app_commands.Group(name=parent, description=f"{parent.title()}: …", parent=root)
        try:
            shown = _optional(spec) if asks is not None and asks(spec.name) else spec
            groups.get(parent, root).add_command(_command(shown, own, run, suggest))
        except (ValueError, TypeError) as error:
            raise CommandTableError(f"{spec.name}: {error}") from error
    return root


def check_payload(payload: Mapping[str, Any]) -> None:
    """Raise CommandTableError with everything that Discord would refuse."""
    faults = command_faults(payload)
    if faults:
        raise CommandTableError("; ".join(faults))


def _optional(spec: CommandSpec) -> CommandSpec:
    return replace(spec, options=tuple(replace(option, required=False) for option in spec.options))


def _command(spec: CommandSpec, own: str, run: Run, suggest: Suggest) -> app_commands.Command[Any, ..., None]:
    ordered = sorted(spec.options, key=lambda option: not option.required)

    async def callback(interaction: Interaction, **filled: Filled) -> None:
        values = {option.name: filled.get(_parameter(option)) for option in spec.options}
        files = [value for value in values.values() if isinstance(value, discord.Attachment)]
        given = {name: _written(value) for name, value in values.items() if value is not None and value not in files}
        await run(interaction, spec.name, given, files)

    _sign(callback, ordered)
    described = {_parameter(option): option.description for option in ordered}
    if described:
        app_commands.describe(**described)(callback)
        app_commands.rename(**{_parameter(option): option.name for option in ordered})(callback)
    if chosen := {_parameter(option): _fixed(option) for option in ordered if _has_choices(option)}:
        app_commands.choices(**chosen)(callback)
    if completed := {_parameter(each): _completer(spec, each, suggest) for each in ordered if _is_completed(each)}:
        app_commands.autocomplete(**completed)(callback)
    return app_commands.Command(name=own, description=spec.description, callback=callback)


def _parameter(option: Option) -> str:
    """Return a name that Python allows: an option may be called ``from``."""
    return f"option_{option.name}"


def _sign(callback: Callable[..., Any], options: Iterable[Option]) -> None:
    """Give the callback the signature that discord.py reads the options from."""
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    parameters = [first]
    for option in options:
        kind_of_value = _kind(option)
        annotation: Any = kind_of_value if option.required else Optional[kind_of_value]  # noqa: UP045 - a Range knows no |
        default = inspect.Parameter.empty if option.required else None
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(_parameter(option), kind, annotation=annotation, default=default))
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]


def _kind(option: Option) -> Any:
    if option.attachment:
        return discord.Attachment
    if option.choices == YES_OR_NO:
        return bool
    if option.completion in _PICKED:
        return _PICKED[option.completion]
    return app_commands.Range[int, *option.between] if option.between else str


def _written(value: object) -> str:
    """Write what was filled in as it would be typed."""
    if isinstance(value, app_commands.AppCommandChannel | discord.Role):
        return value.mention
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_choices(option: Option) -> bool:
    return 0 < sum(map(len, option.choices)) <= FEW and option.choices != YES_OR_NO


def _fixed(option: Option) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=choice, value=choice) for choice in option.choices]


def _is_completed(option: Option) -> bool:
    if option.choices:
        return option.choices != YES_OR_NO and not _has_choices(option)
    return option.completion is not Completion.NONE and option.completion not in _PICKED


def _completer(
    spec: CommandSpec, option: Option, suggest: Suggest
) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    async def complete(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await suggest(interaction, spec.name, option.name, current)
        usable = [value for value in found if 0 < len(value) <= CHOICE]
        return [app_commands.Choice(name=value, value=value) for value in usable[:CHOICES]]

    return complete


def _quoted(value: str) -> str:
    """Quote a value that the grammar would otherwise split or read as a key."""
    plain = one_line(value)
    if plain and not any(char in ' "\\:=' for char in plain):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
