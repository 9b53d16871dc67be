"""Forms of commands: what they ask for, what they send on, and that nothing filled in does harm."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.forms import TITLES, TRIALS, CommandForms
from bot.ports import Attached, Form
from tests.bot.commands.newsroom import DESK_RULES, Newsroom, attached, caller, words_of
from tests.shared import shared_path


@pytest.fixture
def forms(room: Newsroom) -> CommandForms:
    return CommandForms(room.commands, room.db)


async def opened(forms: CommandForms, words: str, role: str = "admin") -> Form:
    form = await forms.open(caller(role), words)
    assert form is not None
    return form


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("subscribe", True),
        ("  Subscribe ", True),
        ("settings", True),
        ("rules apply", True),
        ("subscribe us-forces-europe", False),
        ("rules validate", False),
        ("", False),
        ("list", False),
    ],
)
def test_only_bare_words_ask_for_a_form(forms: CommandForms, words: str, asks: bool) -> None:
    assert forms.asks(words) is asks


async def test_a_form_asks_for_the_options_of_its_command(forms: CommandForms, room: Newsroom) -> None:
    form = await opened(forms, "subscribe")
    topic = next(field for field in form.fields if field.name == "to")
    assert topic.required
    assert dict(topic.choices) == room.commands.topics
    severity = next(field for field in form.fields if field.name == "severity")
    assert [value for value, _ in severity.choices] == ["notice", "important", "urgent"]


async def test_options_that_were_typed_are_filled_in(forms: CommandForms, room: Newsroom) -> None:
    topic = next(iter(room.commands.topics))
    form = await opened(forms, f"subscribe to:{topic} severity:urgent")
    filled = {field.name: field.value for field in form.fields if field.value}
    assert (filled["to"], filled["severity"]) == (topic, "urgent")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (attached("desk.yaml", DESK_RULES.replace("bridge AND closed", "bridge AND shut")), "fail"),
        (attached("desk.yaml", DESK_RULES), "desk.yaml can be used"),
        (attached("desk.yaml", "topic: [x\n"), "desk.yaml:"),
        (attached("desk.yaml", b"\x89PNG\r\n\x1a\n\x00\x00"), "desk.yaml"),
        (attached("desk.yaml", "x", size=1 << 30), "at most"),
        (attached("desk.yaml", ""), "desk.yaml” is empty"),
        (attached("holiday.jpg", "x"), "“holiday.jpg” is no rule file"),
    ],
    ids=["its test fails", "good", "broken", "no text", "huge", "empty", "no YAML by its name"],
)
async def test_a_rule_file_put_into_the_form_is_tried_like_an_attached_one(
    forms: CommandForms, file: Attached, told: str
) -> None:
    reply = await forms.submit(replace(caller(), files=(file,)), "rules apply", {"do": "validate", "file": "F1"})
    assert told in words_of(reply.message)


@pytest.mark.parametrize(
    ("values", "files", "told"),
    [
        ({}, (), "Attach a rule file or paste one;"),
        ({"text": "version: 1", "name": "x.yaml"}, (attached("x.yaml", "x"),), "not both"),
        ({"text": "version: 1"}, (), "Give the pasted rule file a name"),
        ({"text": "\ud800", "name": "x.yaml"}, (), "x.yaml:"),
    ],
    ids=["neither", "both", "no name", "half a character"],
)
async def test_a_form_of_rules_that_is_filled_in_wrongly_says_so(
    forms: CommandForms, values: dict[str, str], files: tuple[Attached, ...], told: str
) -> None:
    reply = await forms.submit(replace(caller(), files=files), "rules apply", {"do": "validate", **values})
    assert told in words_of(reply.message)


@pytest.mark.parametrize("words", ["subscribe", "settings", "rules apply", "feeds import"])
async def test_there_is_no_form_for_a_reader(forms: CommandForms, words: str) -> None:
    assert await forms.open(caller("reader"), words) is None


async def test_there_is_no_form_for_other_commands(forms: CommandForms) -> None:
    assert await forms.open(caller("admin"), "list") is None


async def test_a_form_of_another_version_is_refused_in_one_sentence(forms: CommandForms) -> None:
    assert "another version" in words_of((await forms.submit(caller("admin"), "launch", {"a": "b"})).message)
    assert "Choose what to do" in words_of(
        (await forms.submit(caller("admin"), "rules apply", {"do": "detonate"})).message
    )


async def test_what_was_not_asked_for_is_not_sent_on(forms: CommandForms, room: Newsroom) -> None:
    topic = next(iter(room.commands.topics))
    said = words_of(
        (await forms.submit(caller("admin"), "subscribe", {"to": topic, "share": "true", "evil": "x"})).message
    )
    assert "Nothing is changed yet" in said


@pytest.mark.parametrize("command", list(TITLES))
async def test_naughty_strings_in_every_field_of_a_form_get_an_answer(forms: CommandForms, command: str) -> None:
    strings = json.loads(shared_path("corpus/naughty-strings/blns.json").read_text(encoding="utf-8"))
    form = await opened(forms, command)
    base = {field.name: field.choices[0][0] for field in form.fields if field.choices and field.required}
    for number, naughty in enumerate(strings):
        field = form.fields[number % len(form.fields)]
        reply = await forms.submit(caller("admin"), command, base | {field.name: naughty})
        assert words_of(reply.message).strip()


@pytest.mark.parametrize("verb", [verb for verb, _ in TRIALS])
async def test_who_may_not_try_or_apply_rules_is_told_so(forms: CommandForms, verb: str) -> None:
    values = {"do": verb, "name": "x.yaml", "text": "version: 1"}
    assert "you are a reader" in words_of((await forms.submit(caller("reader"), "rules apply", values)).message)
