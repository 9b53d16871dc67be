"""``rules ...`` from the chat: looked at by everybody, tried by editors, put into force by admins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands.attaching import MOST_BYTES
from bot.message import Reply
from bot.ports import Attached, Place
from bot.rulebook.stamps import SETTLE
from bot.store.schema import audit
from bot.upkeep import Upkeep
from tests.bot.commands.newsroom import DESK_RULES, HERE, RANGE, Newsroom, attached, caller, words_of

DISCORD = Place(platform="discord", workspace="900", channel="7")
NEW_RULES = DESK_RULES.replace("match: bridge AND closed", "match: bridge AND (closed OR shut)")
FAULTY = DESK_RULES.replace("match:", "mtach:")
WITHDRAWAL = """version: 1
topic: withdrawals
title: Withdrawals
owner: desk
rules:
  - id: any-withdrawal
    title: Any withdrawal
    match: withdraw*
    tests:
      - {name: rings, text: They withdraw., expect: {alert: new}}
      - {name: silent, text: They stay., expect: {alert: none}}
"""


def file(text: str | bytes = NEW_RULES, name: str = "desk.yaml") -> list[Attached]:
    return [attached(name, text)]


def on_disk(room: Newsroom, name: str = "desk.yaml") -> str:
    return (room.rules / name).read_text(encoding="utf-8")


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.message.buttons]


class TestGrammar:
    async def test_the_group_alone_lists_what_is_in_it_for_the_caller(self, room: Newsroom) -> None:
        for typed in ("rules", "help rules"):
            said = await room.said(typed, role="reader")
            assert "• /tocsin rules history " in said
            assert "rules apply" not in said
            assert "• /tocsin rules apply " in await room.said(typed, role="admin")

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("rules rolback", "There is no “rules rolback”. Did you mean rollback"),
            ("rulez show", "There is no command “rulez”."),
            ("rules show rul:x", "“rules show” has no option “rul”."),
        ],
    )
    async def test_a_mistyped_word_is_answered_with_the_nearest(self, room: Newsroom, typed: str, told: str) -> None:
        assert told in await room.said(typed)

    async def test_scorecard_alone_is_understood(self, room: Newsroom) -> None:
        assert (await room.said("scorecard")).startswith("Scorecard\n")


class TestLookingUp:
    async def test_the_rules_in_force_are_listed_by_topic(self, room: Newsroom) -> None:
        said = await room.said("rules show", role="reader")
        assert "• Bridges (bridges): bridge-closed (draft)" in said
        assert f"set {room.works.in_force.short}" in said

    async def test_one_rule_is_told_in_words(self, room: Newsroom) -> None:
        said = await room.said("rules show us-withdrawal-figure", role="reader")
        assert "unit: troops" in said
        assert "min_change: 5%" in said
        assert "pack:us-forces-europe, line " in said

    async def test_an_unknown_rule_is_guessed(self, room: Newsroom) -> None:
        assert 'did you mean "bridge-closed"?' in await room.said("rules show bridge-close")

    async def test_the_history_marks_what_is_in_force_and_offers_admins_the_way_back(self, room: Newsroom) -> None:
        first = room.works.in_force.short
        room.clock.advance(60)
        await room.ask("rules apply", files=file())
        reply = await room.ask("rules history")
        said = words_of(reply.message)
        assert f"• {room.works.in_force.short} in force since " in said
        assert "by ana (slack): ~ bridge-closed: match: bridge AND closed → bridge AND (closed OR shut)" in said
        assert labels(reply) == [f"Back to {first}"]
        assert labels(await room.ask("rules history", role="editor")) == []

    async def test_trouble_with_the_rules_is_named_in_status_and_with_the_rules(self, room: Newsroom) -> None:
        assert "cannot be used" not in await room.said("status", role="reader")
        (room.rules / "desk.yaml").write_text(FAULTY, encoding="utf-8")
        for seconds in (60, 120):
            room.watcher.poll(room.clock.now() + timedelta(seconds=seconds))
        room.failing["us-withdrawal-figure"] = 3
        for typed in ("status", "rules show", "rules history"):
            said = await room.said(typed, role="reader")
            assert "The rule files cannot be used since " in said
            assert 'rules/desk.yaml:8:5: rules[0]: "mtach" is not a key here; did you mean "match"?' in said
            assert "The rule us-withdrawal-figure failed on 3 articles (a defect of Tocsin's; " in said

    async def test_status_says_since_when_the_rules_are_in_force(self, room: Newsroom) -> None:
        assert f"set {room.ruleset.hash[:12]} since " in await room.said("status")


class TestScorecard:
    async def test_votes_reach_it_with_verdict_and_reason(self, room: Newsroom) -> None:
        await room.subscribe()
        await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
        for name in ("ana", "ben", "cem", "dov", "eva"):
            await room.commands.press(caller("reader", name=name), "irrelevant", "1")
        await room.commands.handle(caller("reader", name="fay"), "feedback 1 verdict:wrong_figure")
        said = await room.said("rules scorecard", role="reader")
        told = "tune: us-withdrawal-figure – readers mostly find it not relevant; 1 alert, last rang "
        assert told in said
        assert "0 of 5 votes relevant, 1 on its figure, source or repetition" in said
        assert "bridge-closed – it is younger than 90 days and has not rung yet\n" in said
        assert "What would help: /tocsin rules tune with the rule." in said

    async def test_a_rule_that_never_rang_in_90_days_is_to_be_retired(self, room: Newsroom) -> None:
        room.clock.advance(91 * 86400)
        assert "retire: us-presence-figure – it has never rung" in await room.said("rules scorecard")


class TestValidate:
    async def test_a_good_file_is_told_with_what_it_changes_and_what_lint_remarks(self, room: Newsroom) -> None:
        said = await room.said("rules validate", role="editor", files=file())
        assert "rules/desk.yaml can be used: " in said
        assert "~ bridge-closed: match: bridge AND closed → bridge AND (closed OR shut)" in said
        assert "Allowed, but to be thought about (2):" in said
        assert "[TL111]" in said
        assert on_disk(room) == DESK_RULES

    async def test_without_a_file_the_files_on_disk_are_looked_at(self, room: Newsroom) -> None:
        assert "What is on disk can be used: " in await room.said("rules validate")
        (room.rules / "desk.yaml").write_text(FAULTY, encoding="utf-8")
        assert "rules/desk.yaml:8:5" in await room.said("rules validate")

    @pytest.mark.parametrize("command", ["rules validate", "rules test", "rules backtest", "rules diff", "rules apply"])
    @pytest.mark.parametrize(
        ("content", "told"),
        [
            pytest.param(FAULTY, 'rules/desk.yaml:8:5: rules[0]: "mtach" is not a key here', id="a fault"),
            pytest.param("rules: [\n", "rules/desk.yaml:2:1: ", id="broken YAML"),
            pytest.param("Dear all,\nplease add a rule.\n", "rules/desk.yaml:1:1: ", id="a letter"),
            pytest.param(b"title: caf\xe9\n", "desk.yaml:1:11: byte 0xe9 is not UTF-8 text", id="not UTF-8"),
            pytest.param(b"PK\x03\x04\x00\x00\xff", "desk.yaml:1:7: byte 0xff is not UTF-8", id="an archive"),
            pytest.param("&a [*a, *a]\n", "[TC004]", id="aliases"),
            pytest.param("a" * (MOST_BYTES + 1), "a rule file has at most 1,048,576", id="too large"),
            pytest.param("", "“desk.yaml” is empty", id="nothing"),
        ],
    )
    async def test_a_bad_file_is_answered_with_its_line_and_changes_nothing(
        self, room: Newsroom, command: str, content: str | bytes, told: str
    ) -> None:
        before = room.works.in_force
        assert told in await room.said(command, files=file(content))
        assert (on_disk(room), room.works.in_force) == (DESK_RULES, before)
        assert room.works.refused is None

    @pytest.mark.parametrize(
        "name", ["rules.txt", "x.yaml.exe", "../up.yaml", ".hidden.yaml", "a b.yaml", "ü.yaml", ""]
    )
    async def test_a_file_of_another_name_is_refused(self, room: Newsroom, name: str) -> None:
        assert "is no rule file: its name has to end in .yaml" in await room.said("rules apply", files=file(name=name))
        assert sorted(path.name for path in room.rules.iterdir()) == ["desk.yaml"]

    async def test_a_file_that_is_said_to_be_large_is_not_fetched(self, room: Newsroom) -> None:
        async def read() -> bytes:
            raise AssertionError("it was fetched")

        huge = Attached(name="desk.yaml", size=500_000_000, read=read)
        assert "has 500,000,000 bytes" in await room.said("rules apply", files=[huge])

    async def test_two_files_are_one_too_many(self, room: Newsroom) -> None:
        assert "attach one at a time" in await room.said("rules apply", files=[*file(), *file()])

    @pytest.mark.parametrize(
        ("place", "how"),
        [
            (HERE, "upload it in this channel and give its link with file:"),
            (DISCORD, "attach it with the option file"),
        ],
    )
    async def test_without_a_file_each_platform_is_told_how(self, room: Newsroom, place: Place, how: str) -> None:
        assert how in await room.said("rules apply", place=place)


class TestTrials:
    async def test_the_tests_in_force_run_and_those_of_a_file(self, room: Newsroom) -> None:
        assert "2 of 2 tests passed." in await room.said("rules test bridge-closed", role="editor")
        wrong = NEW_RULES.replace("The bridge was closed", "The bridge was painted")
        said = await room.said("rules test bridge-closed", role="editor", files=file(wrong))
        assert "1 of 2 tests passed." in said
        assert "bridge-closed, “rings” (rules/desk.yaml:11): it did not ring; " in said

    async def test_a_backtest_shows_volumes_and_the_difference_to_the_rules_in_force(self, room: Newsroom) -> None:
        await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
        await room.publish("The Mirror", "Pizza makers withdraw", "The makers withdraw their offer of free pizza.")
        said = await room.said("rules backtest", role="editor", files=file(WITHDRAWAL, "more.yaml"))
        assert "3 alerts in 1 day." in said  # too short a time to say how many a week
        assert "any-withdrawal: 2 alerts; now 0" in said
        assert "• silent: bridge-closed, " in said
        assert "; now 0" in said
        assert "  + Pizza makers withdraw" in said
        assert "2 articles, " in said
        assert "Nothing was changed." in said
        alone = await room.said("rules backtest us-withdrawal-figure", role="editor")
        assert "us-withdrawal-figure: 1 alert" in alone
        assert "us-presence-figure" not in alone

    async def test_a_time_without_articles_is_told(self, room: Newsroom) -> None:
        assert "No article came in that time" in await room.said("rules backtest")

    async def test_a_difference_shows_whole_values_and_an_earlier_set(self, room: Newsroom) -> None:
        first = room.works.in_force.short
        long = NEW_RULES.replace("(closed OR shut)", "(closed OR shut OR blocked OR barred OR fenced OR gone OR down)")
        said = await room.said("rules diff", role="editor", files=file(long))
        assert "→ bridge AND (closed OR shut OR blocked OR barred OR fenced OR gone OR down)" in said
        assert "Nothing differs with the files on disk." in await room.said("rules diff")
        room.clock.advance(60)
        await room.ask("rules apply", files=file())
        said = await room.said(f"rules diff {first[:6]}")
        assert f"What changes back to the set {first}" in said
        assert "bridge AND (closed OR shut) → bridge AND closed" in said
        assert "No rule set of the history begins with" in await room.said("rules diff 0000ffff")


class TestChanging:
    async def test_a_file_is_written_in_force_announced_and_audited(self, room: Newsroom) -> None:
        first = room.works.in_force.short
        reply = await room.ask("rules apply", files=file())
        assert on_disk(room) == NEW_RULES
        assert room.swapped.hash == room.works.in_force.ruleset.hash
        assert "is in force" in words_of(reply.message)
        assert reply.announce is not None
        line = words_of(reply.announce)
        assert "ana changed the rules with rules/desk.yaml: ~ bridge-closed: match: " in line
        assert f"(set {first} → {room.works.in_force.short})" in line
        row = (await room.db.read(lambda c: c.execute(select(audit)).all()))[-1]
        assert (row.user, row.what, row.old) == ("ana (slack)", "rules", first)
        assert row.new.startswith(f"{room.works.in_force.short} (~ bridge-closed: match: ")
        assert "rules" in await room.said("audit")
        assert room.watcher.poll(room.clock.now() + SETTLE * 5) is None

    async def test_the_button_below_the_line_takes_it_back(self, room: Newsroom) -> None:
        first = room.works.in_force.ruleset.hash
        reply = await room.ask("rules apply", files=file())
        assert reply.announce is not None
        (undo,) = reply.announce.buttons
        assert "is for admins" in words_of((await room.press(undo.action, undo.value, role="editor")).message)
        assert on_disk(room) == NEW_RULES
        room.clock.advance(60)
        back = await room.press(undo.action, undo.value)
        assert back.announce is not None
        assert "ana brought back the rules of " in words_of(back.announce)
        assert on_disk(room) == DESK_RULES
        assert room.works.in_force.ruleset.hash == first

    async def test_a_new_file_goes_into_the_folder_and_out_again(self, room: Newsroom) -> None:
        first = room.works.in_force.short
        await room.ask("rules apply", files=file(WITHDRAWAL, "more.yaml"))
        assert on_disk(room, "more.yaml") == WITHDRAWAL
        await room.ask(f"rules rollback {first}")
        assert [path.name for path in room.rules.iterdir()] == ["desk.yaml"]

    async def test_the_same_file_again_changes_nothing(self, room: Newsroom) -> None:
        said = await room.said("rules apply", files=file(DESK_RULES))
        assert "rules/desk.yaml is in force as it is here already; nothing was changed." in said
        assert "is in force already" in await room.said(f"rules rollback {room.works.in_force.short}")
        assert await room.db.read(lambda c: c.execute(select(audit)).all()) == []

    async def test_a_test_that_fails_keeps_a_file_out(self, room: Newsroom) -> None:
        wrong = NEW_RULES.replace("The bridge was closed", "The bridge was painted")
        for command in ("rules validate", "rules apply"):
            said = await room.said(command, files=file(wrong))
            assert "rules/desk.yaml:11" in said
            assert "rings" in said
        assert on_disk(room) == DESK_RULES

    async def test_rules_are_changed_from_the_workspace_of_an_admin_channel_only(
        self, room: Newsroom, tmp_path: Path
    ) -> None:
        def overseen(*admin: Place) -> None:
            room.works._upkeep = Upkeep(room.db, room.clock, room.watcher, room._swap, admin, lambda: None)

        overseen(replace(HERE, workspace="T9"))
        for typed in ("rules apply", f"rules rollback {room.works.in_force.short}"):
            assert "this one has no admin channel in tocsin.yaml" in await room.said(typed, files=file())
        assert on_disk(room) == DESK_RULES
        overseen(replace(HERE, channel="C-other"), replace(HERE, workspace="T9"))
        assert "is in force" in await room.said("rules apply", files=file())

    async def test_what_is_on_disk_and_nowhere_else_is_kept(self, room: Newsroom) -> None:
        (room.rules / "desk.yaml").write_text("an evening's work\n", encoding="utf-8")
        said = await room.said("rules apply", files=file())
        assert "What was on disk and in no recorded set is kept in " in said
        (kept,) = room.watcher.history.folder.glob("replaced/*/rules/desk.yaml")
        assert kept.read_text(encoding="utf-8") == "an evening's work\n"


async def test_suggestions_for_a_set_are_those_of_the_history(room: Newsroom) -> None:
    found = await room.commands.complete(caller(), "rules rollback", "set", "")
    assert found == [room.works.in_force.short]
