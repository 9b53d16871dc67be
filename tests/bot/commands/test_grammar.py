"""What is typed, as it is understood; and what is not understood, with the nearest words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.parse import Command, CommandError, parse, quote, three_nearest
from bot.commands.spec import COMMANDS, CommandSpec, Option
from rules.sanitise import clean

LONG = "x" * 301


@pytest.mark.parametrize(
    ("typed", "name", "options"),
    [
        ("", "help", {}),
        ("  LIST ", "list", {}),
        ("/why 3", "why", {"alert": "3"}),
        ("subscribe us-forces", "subscribe", {"to": "us-forces"}),
        ("subscribe US forces in Europe", "subscribe", {"to": "US forces in Europe"}),
        ('subscribe to:"US forces" severity=URGENT', "subscribe", {"to": "US forces", "severity": "urgent"}),
        ("subscribe “US forces”", "subscribe", {"to": "US forces"}),
        ("subscribe 'US forces' threads:edit", "subscribe", {"to": "US forces", "threads": "edit"}),
        ("missed https://a.example/x?y=z", "missed", {"url": "https://a.example/x?y=z"}),
        ("missed url:https://a.example note:'it is'", "missed", {"url": "https://a.example", "note": "it is"}),
        ("snooze 1 reason:Anna's", "snooze", {"what": "1", "reason": "Anna's"}),
        ("snooze Russia's reason:Europe's", "snooze", {"what": "Russia's", "reason": "Europe's"}),
        ('snooze 1 reason:"a \\"b\\" c"', "snooze", {"what": "1", "reason": 'a "b" c'}),
        ('search "un mandate" troops', "search", {"query": '"un mandate" troops'}),
        ('search query:"un mandate"', "search", {"query": "un mandate"}),
        ('search -"un mandate" "x y" since:7d', "search", {"query": '-"un mandate" "x y"', "since": "7d"}),
        ("search nato: troops", "search", {"query": "nato: troops"}),
    ],
)
def test_a_command_is_understood(typed: str, name: str, options: dict[str, str]) -> None:
    command = parse(typed)
    assert (command.spec.name, command.options) == (name, options)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("subscrib x", "There is no command “subscrib”. Did you mean subscribe, unsubscribe or "),
        ("snoze 1", "Did you mean snooze, unsnooze or "),
        ("🤷", "There is no command “🤷”. Did you mean "),
        ("مرحبا", "Did you mean "),
        ("subscribe", "“subscribe” needs to. For example: /tocsin subscribe us-forces-europe"),
        ("subscribe x severty:urgent", "“subscribe” has no option “severty”. Did you mean severity?"),
        ("subscribe x severity:loud", "“severity” takes no “loud”. There are: notice, important, urgent."),
        ("subscribe x to:y", "“to” is given twice; give it once."),
        ("subscribe x to:", "to is empty"),
        ("topics everything", "“topics” takes no “everything”. For example: /tocsin topics"),
        ("latest count:0", "count has to be a whole number from 1 to 10, not “0”."),
        ("latest count:²", "count has to be a whole number"),
        ("latest count:99999999999999999999", "count has to be a whole number"),
        (f"why {LONG}", "alert has 301 characters; at most 300 are taken."),
        ("x" * 3001, "That command has 3,001 characters; at most 3,000 are read."),
        (f"{'y' * 2000}", "…”. Did you mean"),
        ("subscribe to:a\nb extra:1", "has no option “extra”"),
    ],
)
def test_what_is_not_understood_says_what_would_be(typed: str, told: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(typed)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 400


def test_unknown_commands_name_exactly_three() -> None:
    for word in ("zzz", "statsu", "a", "merge2"):
        names = three_nearest(word, [spec.name for spec in COMMANDS])
        assert names.count(",") == 1
        assert names.count(" or ") == 1
        assert names.endswith("? All of them: /tocsin help")


EVERY_OPTION = [
    (spec, option) for spec in COMMANDS for option in spec.options if not option.choices and not option.between
]


VISIBLE = st.characters(exclude_categories=("C", "Z"), exclude_characters="“”„«»‘’") | st.just(" ")


@given(st.sampled_from(EVERY_OPTION), st.text(VISIBLE, min_size=1, max_size=300))
def test_a_quoted_value_comes_back_as_it_was(place: tuple[CommandSpec, Option], value: str) -> None:
    spec, option = place
    typed = f"{spec.name} {option.name}:{quote(value)}"
    for needed in spec.options:
        if needed.required and needed is not option:
            typed += f" {needed.name}:x"
    understood = attempt(typed)
    if clean(value).strip():
        assert isinstance(understood, Command)
        assert understood.options[option.name] == clean(value)
    else:
        assert understood == f"{option.name} is empty; leave it out, or give it a value."


@given(st.text(max_size=400))
def test_any_text_is_a_command_or_one_sentence(text: str) -> None:
    understood = attempt(text)
    assert isinstance(understood, Command) or (understood and "\n" not in understood)


def attempt(typed: str) -> Command | str:
    """Return the command, or the sentence that says why it is none."""
    try:
        return parse(typed)
    except CommandError as error:
        return str(error)
