"""The command table as Discord takes it, and the line that goes back into the grammar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
import pytest
from discord import app_commands

from adapters.discord.commands import FEW, CommandTableError, Interaction, build_group, check_payload, words
from bot.commands.spec import COMMANDS, CommandSpec, Completion, Option
from tests.fakes.discord import contract


async def run(_: Interaction, __: str, ___: Mapping[str, str], ____: Sequence[discord.Attachment]) -> None:
    """Do nothing."""


async def suggest(_: Interaction, __: str, ___: str, ____: str) -> list[str]:
    return []


def payload(*commands: CommandSpec) -> dict[str, Any]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    group = build_group(commands, run, suggest)
    tree.add_command(group)
    made: dict[str, Any] = group.to_dict(tree)
    return made


def test_the_table_is_within_limits_and_lawful() -> None:
    made = payload(*COMMANDS)
    check_payload(made)
    assert contract.violations("bulk_set_application_commands", [made]) == []


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_every_option_is_there_with_its_choices_and_suggestions(command: CommandSpec) -> None:
    level = payload(*COMMANDS)
    for word in (*command.shelf.split(), *command.name.split()):
        (level,) = [option for option in level["options"] if option["name"] == word]
    made = level
    assert made["description"] == command.description
    by_name = {option["name"]: option for option in made["options"]}
    assert set(by_name) == {option.name for option in command.options}
    for option in command.options:
        shown = by_name[option.name]
        assert shown["required"] == option.required
        is_flag = option.choices == ("true", "false")
        is_long = sum(map(len, option.choices)) > FEW
        chosen = () if is_flag or is_long else option.choices
        assert tuple(choice["value"] for choice in shown.get("choices", ())) == chosen
        picked = {Completion.CHANNEL: 7, Completion.MENTION: 8}.get(option.completion)
        has_source = option.completion is not Completion.NONE and not option.choices and picked is None
        has_suggestions = has_source or (is_long and not is_flag)
        assert bool(shown.get("autocomplete")) == has_suggestions
        kind = 11 if option.attachment else 5 if is_flag else picked or 3
        assert (shown["type"], shown.get("min_value"), shown.get("max_value")) == (
            (4, *option.between) if option.between else (kind, None, None)
        )


def test_there_is_room_for_some_more_commands() -> None:
    def size(made: Mapping[str, Any]) -> int:
        own = sum(len(made.get(key, "")) for key in ("name", "description"))
        chosen = sum(len(each["name"]) + len(each["value"]) for each in made.get("choices", ()))
        return own + chosen + sum(size(each) for each in made.get("options", ()))

    assert size(payload(*COMMANDS)) < 7_900  # of 8,000, beyond which Discord takes none of them


def test_required_options_come_first_whatever_the_table_says() -> None:
    options = (Option(name="a", description="x"), Option(name="b", description="y", required=True))
    (made,) = payload(CommandSpec(name="x", description="y", options=options))["options"]
    assert [option["name"] for option in made["options"]] == ["b", "a"]


@pytest.mark.parametrize(
    "commands",
    [
        pytest.param([CommandSpec(name="Upper", description="x")], id="capitals"),
        pytest.param([CommandSpec(name=f"c{number}", description="x") for number in range(26)], id="too many"),
        pytest.param([CommandSpec(name="x", description="")], id="no description"),
    ],
)
def test_a_table_that_discord_would_refuse_is_refused_here(commands: list[CommandSpec]) -> None:
    with pytest.raises(CommandTableError):
        check_payload(payload(*commands))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        pytest.param({}, "list", id="no options"),
        pytest.param({"to": "us-forces"}, "list to:us-forces", id="a word"),
        pytest.param({"q": "two words"}, 'list q:"two words"', id="blanks"),
        pytest.param({"q": 'say "no"'}, r'list q:"say \"no\""', id="quotes"),
        pytest.param({"q": "a\\b"}, r'list q:"a\\b"', id="a backslash"),
        pytest.param({"q": "url:x=1"}, 'list q:"url:x=1"', id="what looks like an option"),
        pytest.param({"q": "a\nb\u202e"}, 'list q:"a b"', id="a line break and a hidden mark"),
        pytest.param({"q": ""}, 'list q:""', id="nothing"),
    ],
)
def test_what_was_filled_in_becomes_one_line(given: dict[str, str], line: str) -> None:
    assert words("list", given) == line
