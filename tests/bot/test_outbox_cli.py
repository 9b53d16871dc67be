"""``tocsin outbox``: what an operator sees and does, beside a running owner of the database."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import outbox as command
from bot.delivery.model import RowState
from bot.store import lanes, outbox
from tests.bot.delivery.desk import LANE, Desk
from tests.databases import open_database

Run = Callable[..., int]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_database(tmp_path) as db:
        yield Desk(db=db)


@pytest.fixture
def run(desk: Desk) -> Run:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())

    def call(*words: str) -> int:
        args = parser.parse_args(["outbox", *words, "--database", str(desk.db.path)])
        return int(args.run(args))

    return call


def end(desk: Desk, key: str, state: RowState, why: str = "gave_up: tried for a day") -> None:
    row_id = desk.row(key).id
    desk.write(lambda c: outbox.mark_final(c, [row_id], state, why))


def test_an_empty_outbox_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert capsys.readouterr().out == "Nothing waits and nothing failed.\n"


def test_the_list_names_key_state_channel_and_reason(desk: Desk, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    key = desk.put("Troops leave")
    end(desk, key, RowState.DEAD)
    sent = desk.put("Already out")
    end(desk, sent, RowState.SENT, "")
    assert run("list") == 0
    shown = capsys.readouterr().out
    for part in (key, "dead", LANE, "Troops leave", "gave_up: tried for a day"):
        assert part in shown
    assert "Already out" not in shown


def test_the_list_as_json_is_one_object_a_line(desk: Desk, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    keys = [desk.put("one"), desk.put("two")]
    assert run("list", "--json") == 0
    assert [json.loads(line)["key"] for line in capsys.readouterr().out.splitlines()] == keys


def test_a_longer_list_says_that_there_is_more(desk: Desk, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two", "three"):
        desk.put(name)
    run("list", "--limit", "2")
    shown = capsys.readouterr().out
    assert "three" not in shown
    assert "... and more" in shown


def test_a_state_that_does_not_exist_is_refused_with_those_that_do(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list", "--state", "lost") == 2
    assert "ready, sending, sent, dead, unknown, dropped" in capsys.readouterr().err


def test_retry_of_keys_reports_what_it_could_not_do(desk: Desk, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    key = desk.put("one")
    end(desk, key, RowState.DEAD)
    assert run("retry", key, "nonsense") == 1
    shown = capsys.readouterr()
    assert shown.out == "1 row to be sent again.\n"
    assert shown.err.startswith("nonsense: nothing done")
    assert desk.states() == ["ready"]


def test_retry_all_takes_dead_and_unknown_rows_and_not_those_left_out_on_purpose(desk: Desk, run: Run) -> None:
    for name, state in (("one", RowState.DEAD), ("two", RowState.UNKNOWN), ("three", RowState.DROPPED)):
        end(desk, desk.put(name), state)
    assert run("retry", "--all") == 0
    assert desk.states() == ["ready", "sending", "dropped"]


def test_retry_of_nothing_is_a_mistake(run: Run) -> None:
    assert run("retry") == 2


@pytest.mark.parametrize("name", [LANE, "fake"], ids=["a parked channel", "a paused platform"])
def test_retry_lets_what_stands_still_go_on(
    desk: Desk, run: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    desk.put("one")
    desk.write(
        lambda c: lanes.park(c, name, "channel_gone", "") if ":" in name else lanes.pause_platform(c, name, "refused")
    )
    run("list")
    assert f"tocsin outbox retry --lane {name}" in capsys.readouterr().out
    assert run("retry", "--lane", name) == 0
    assert desk.write(lanes.standing_still) == []


async def test_what_was_retried_is_delivered_by_the_running_dispatcher(desk: Desk, run: Run) -> None:
    key = desk.put("one")
    end(desk, key, RowState.DEAD)
    dispatcher = desk.dispatcher()
    await dispatcher.drain()
    run("retry", key)
    await dispatcher.drain()
    assert desk.fake.texts() == ["one"]


def test_drop_leaves_a_row_out(desk: Desk, run: Run) -> None:
    key = desk.put("one")
    assert run("drop", key, "--reason", "old news") == 0
    assert desk.states() == ["dropped"]


def test_the_configuration_names_the_database(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tocsin.yaml").write_text(f"version: 1\ndatabase: {desk.db.path.name}\n")
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["outbox", "list", "--config", str(tmp_path / "tocsin.yaml")])
    assert command.run(args) == 0
    assert "Nothing waits" in capsys.readouterr().out
