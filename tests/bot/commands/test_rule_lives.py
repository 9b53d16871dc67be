"""``rules enable``, ``disable`` and ``reload`` from the chat."""

from __future__ import annotations

import pytest

from rules.ruleset import Life
from rules.ruletext import with_life
from tests.bot.commands.newsroom import DESK_RULES, Newsroom, words_of

RULE = "bridge-closed"
TWO = """rules:
  # the first
  - id: one
    title: One
    status: active  # for good

  - title: Two
    id: 'two'
    match: x
"""


def on_disk(room: Newsroom) -> str:
    return (room.rules / "desk.yaml").read_text(encoding="utf-8")


def life(room: Newsroom) -> Life:
    return next(rule.life for rule in room.works.in_force.ruleset.rules if rule.id == RULE)


async def test_a_rule_is_enabled_and_disabled_in_its_file_and_nothing_else_is_touched(room: Newsroom) -> None:
    reply = await room.ask(f"rules enable {RULE}")
    assert life(room) is Life.ACTIVE
    assert on_disk(room) == DESK_RULES.replace("status: draft", "status: active")
    assert reply.announce is not None
    assert f"ana set the rule {RULE} to active: ~ {RULE}: " in words_of(reply.announce)
    assert "is active already" in await room.said(f"rules enable {RULE}")
    await room.ask(f"rules disable {RULE}")
    assert life(room) is Life.DEPRECATED
    (undo,) = reply.announce.buttons
    await room.press(undo.action, undo.value)
    assert on_disk(room) == DESK_RULES


async def test_a_rule_of_a_pack_stays_and_the_way_to_stop_it_is_named(room: Newsroom) -> None:
    said = await room.said("rules disable us-withdrawal-figure")
    assert "belongs to the us-forces-europe pack" in said
    assert "/tocsin snooze us-withdrawal-figure target:rule" in said


async def test_a_file_that_was_changed_meanwhile_is_not_written_over(room: Newsroom) -> None:
    changed = DESK_RULES.replace("A bridge is closed", "A bridge is shut")
    (room.rules / "desk.yaml").write_text(changed, encoding="utf-8")
    assert "is not the one in force" in await room.said(f"rules enable {RULE}")
    assert on_disk(room) == changed


async def test_reload_takes_the_files_on_disk_now(room: Newsroom) -> None:
    assert "in force already" in await room.said("rules reload")
    (room.rules / "desk.yaml").write_text(DESK_RULES.replace("AND closed", "AND clos*"), encoding="utf-8")
    reply = await room.ask("rules reload")
    assert reply.announce is not None
    assert "ana took the rule files on disk: ~ bridge-closed: match: " in words_of(reply.announce)


async def test_reload_keeps_the_last_good_set_and_names_the_fault(room: Newsroom) -> None:
    before = room.works.in_force.short
    (room.rules / "desk.yaml").write_text(DESK_RULES.replace("match:", "mtach:"), encoding="utf-8")
    assert "rules/desk.yaml:8:5" in await room.said("rules reload")
    assert room.works.in_force.short == before


@pytest.mark.parametrize("verb", ["enable", "disable", "reload"])
async def test_only_admins_change_the_life_of_rules(room: Newsroom, verb: str) -> None:
    assert "is for admins" in await room.said(
        f"rules {verb} {RULE}".replace("reload bridge-closed", "reload"), "editor"
    )


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("one", "status: active  # for good", "status: draft  # for good"),
        ("two", "    id: 'two'\n", "    id: 'two'\n    status: draft\n"),
    ],
    ids=["a status that is there", "a status that is not there"],
)
def test_the_status_is_written_where_the_rule_stands(rule: str, before: str, after: str) -> None:
    assert with_life(TWO, rule, Life.DRAFT) == TWO.replace(before, after)


@pytest.mark.parametrize(
    "text",
    ["rules: [{id: one, title: x}]\n", "", "rules:\n  - id: one\n  - id: one\n", "rules:\n  - title: 'id: one'\n"],
    ids=["in one line", "empty", "twice", "as words"],
)
def test_what_is_written_otherwise_is_left_alone(text: str) -> None:
    assert with_life(text, "one", Life.ACTIVE) is None


def test_line_ends_stay_as_they_are() -> None:
    text = "rules:\r\n  - id: one\r\n    title: x\r\n"
    assert with_life(text, "one", Life.ACTIVE) == "rules:\r\n  - id: one\r\n    status: active\r\n    title: x\r\n"
