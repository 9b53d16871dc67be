"""Who may do what: every command and button, by every role; and strings that mean harm, in every option."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from bot.commands.parse import CommandError, parse, quote
from bot.commands.run import PRESSES
from bot.commands.spec import COMMANDS, CommandSpec, Option, Role
from bot.message import Reply
from bot.store.schema import audit
from tests.bot.commands.newsroom import RANGE, Newsroom, caller, words_of
from tests.shared import shared_path

ROLES = list(Role)
GUARDED = [spec for spec in COMMANDS if spec.role is not Role.READER]
HOSTILE = (
    "'; DROP TABLE item; --",
    '" OR "1"="1',
    "1) UNION SELECT hash FROM ruleset --",
    'x" NEAR/2 "y',
    "title:x AND body:*",
    "%s%n%x {0} ${jndi:ldap://x} {{7*7}}",
    "<!channel> <@U1> @everyone `code` *bold* [x](javascript:alert(1))",
    "../../etc/passwd\x00",
    "\ud800 lone half",
    "‮evil‬ ‫שלום‬ مرحبا",
    "🤷🏽‍♀️👨‍👩‍👧‍👦" * 8,
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "𝕿𝖍𝖊 ﷽ ﬃ ẞ İ ı",
    "9" * 300,
    "-1",
    "0",
    "²",
    "١",
    "-",
    "*",
    '"',
    "'",
    "\\",
    ":",
    "=",
    "a:b=c:",
    "\t\n\r\v",
)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("spec", GUARDED, ids=[spec.name for spec in GUARDED])
async def test_a_guarded_command_is_for_its_role_and_above(room: Newsroom, spec: CommandSpec, role: Role) -> None:
    refused = f"“{spec.name}” is for {spec.role}s; you are a {role} here."
    for example in spec.examples:
        typed = await room.said(example, role=role)
        pressed = words_of((await room.press("run", example, role=role)).message)
        assert (refused in typed) is not role.allows(spec.role)
        assert (refused in pressed) is not role.allows(spec.role)


async def test_a_refused_command_changes_nothing(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    before = await everything(room)
    for spec in GUARDED:
        for example in spec.examples:
            await room.ask(example, role="reader")
    for action in PRESSES:
        if action != "irrelevant":
            await room.press(action, "1", role="reader")
    assert await everything(room) == before


async def test_readers_leave_no_row_in_the_audit(room: Newsroom) -> None:
    for spec in COMMANDS:
        for example in spec.examples:
            await room.ask(example, role="reader")
    assert (await room.db.read(lambda c: c.execute(select(audit)).all())) == []


async def test_help_lists_what_the_caller_may_run(room: Newsroom) -> None:
    for role in ROLES:
        said = await room.said("help", role=role)
        assert said.count("•") < 35  # one can look through it
        for spec in COMMANDS:
            listed = await room.said(f"help {spec.group}", role=role) if spec.group else said
            assert (f"• /tocsin {spec.name} " in listed) is role.allows(spec.role)
            if spec.group and role.allows(spec.role):
                assert f"/tocsin {spec.group} …" in said


async def test_every_command_explains_itself(room: Newsroom) -> None:
    for spec in COMMANDS:
        said = await room.said(f"help {spec.name}")
        assert all(f"/tocsin {example}" in said for example in spec.examples)
        assert all(f"• {option.name} " in said for option in spec.options)


@pytest.mark.parametrize("spec", COMMANDS, ids=[spec.name for spec in COMMANDS])
async def test_hostile_strings_in_every_option_get_an_answer(room: Newsroom, spec: CommandSpec) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    for string in HOSTILE:
        for typed in typings(spec, string):
            await answered(room, typed)
    assert await room.db.read(lambda c: c.execute(text("PRAGMA quick_check(1)")).scalar()) == "ok"
    assert "70,000 troops" in await room.said("search troops")


async def test_naughty_strings_get_an_answer_as_command_button_and_suggestion(room: Newsroom) -> None:
    strings = json.loads(shared_path("corpus/naughty-strings/blns.json").read_text(encoding="utf-8"))
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    pairs = [(spec, option) for spec in COMMANDS for option in spec.options]
    for number, string in enumerate(strings):
        spec, option = pairs[number % len(pairs)]
        await answered(room, (string, f"search {string}")[number % 2])
        await answered(room, filled(spec, option, string))
        action = (string, *PRESSES)[number % (len(PRESSES) + 1)]
        assert isinstance(await room.press(action, string), Reply)
        assert isinstance(await room.commands.complete(caller(), spec.name, option.name, string), list)
    assert await room.db.read(lambda c: c.execute(text("PRAGMA quick_check(1)")).scalar()) == "ok"


def test_every_naughty_string_is_read_or_refused_in_every_option_of_every_command() -> None:
    strings = json.loads(shared_path("corpus/naughty-strings/blns.json").read_text(encoding="utf-8"))
    for spec in COMMANDS:
        for option in spec.options:
            for string in strings:
                try:
                    read = parse(filled(spec, option, string))
                except CommandError as error:
                    assert str(error).strip()  # noqa: PT017 - some are refused, some are values
                else:
                    assert read.spec is spec


async def answered(room: Newsroom, typed: str) -> None:
    """Ask, and see that the answer can be stored and shown."""
    reply = await room.ask(typed)
    said = words_of(reply.message)
    assert said
    assert len(reply.message.fallback) < 1000
    for message in (reply.message, reply.announce):
        if message is not None:
            words_of(message).encode("utf-8")
            assert all(len(button.action) + len(button.value) <= 90 for button in message.buttons)


def typings(spec: CommandSpec, string: str) -> Iterator[str]:
    yield f"{spec.name} {string}"
    for option in spec.options:
        yield filled(spec, option, string)


def filled(spec: CommandSpec, option: Option, string: str) -> str:
    """Write a command with one option set to a string, and what else is needed set to something right."""
    others = [f"{one.name}:1" for one in spec.options if one.required and one is not option]
    return " ".join((spec.name, f"{option.name}:{quote(string)}", *others))


async def everything(room: Newsroom) -> list[object]:
    tables = (
        "subscription",
        "channel",
        "silence",
        "feedback",
        "missed",
        "regrouping",
        "outbox",
        "audit",
        "item",
        "story",
    )
    return await room.db.read(lambda c: [c.execute(text(f"SELECT * FROM {name}")).all() for name in tables])
