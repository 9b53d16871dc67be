"""Answers that are files: figures as CSV and as a chart, and the archive of everything."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from bot.claimfile import HEADER, claims_csv
from bot.cli.main import main
from bot.commands.claims import known_states
from bot.message import Image
from bot.store import claims, feeds, subscriptions
from bot.store.guest import visit
from rules.ledger import Policy
from tests.bot.commands.newsroom import DESK_RULES, LOWER, RANGE, RIVAL, Newsroom, caller, words_of


async def told(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=30)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=2)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_figures_come_as_csv_with_every_value(room: Newsroom) -> None:
    await told(room)
    reply = await room.ask("figures csv:true")
    (file,) = reply.files
    assert file.name == "tocsin-figures.csv"
    rows = rows_of(file.content)
    assert [(row["low"], row["high"], row["standing"]) for row in rows] == [
        ("40000", "70000", "no"),
        ("20000", "30000", "yes"),
    ]
    assert rows[0]["unit"] == "troops"
    assert rows[0]["quote"] in RANGE
    assert tuple(rows[0]) == HEADER


async def test_a_page_of_figures_has_the_chart_of_the_first_long_one(room: Newsroom) -> None:
    await told(room)
    assert not [one for one in (await room.ask("figures")).message.blocks if isinstance(one, Image)]
    await room.publish(
        "The Wire", "US may withdraw up to 15,000 troops", LOWER.replace("20,000 to 30,000", "15,000"), hours=1
    )
    (chart,) = [one for one in (await room.ask("figures")).message.blocks if isinstance(one, Image)]
    assert chart.chart is not None
    assert len(chart.chart.points) == 3


async def test_text_from_feeds_is_no_formula(room: Newsroom) -> None:
    await room.subscribe()
    await room.publish("=HYPERLINK(1)", "US may withdraw up to 70,000 troops", RANGE, url="https://x.example/1")
    found = await room.db.read(lambda c: claims.newest(c, "figure", 100))
    (row,) = rows_of(claims_csv(known_states(found.mentions, Policy())))
    assert row["outlet"] == "'=HYPERLINK(1)"


async def test_nothing_to_tell_makes_no_file(room: Newsroom) -> None:
    reply = await room.ask("figures csv:true")
    assert reply.files == ()
    assert "Nothing in the ledger fits that" in words_of(reply.message)


async def test_the_archive_holds_rules_subscriptions_feeds_and_the_ledger(room: Newsroom) -> None:
    await told(room)
    await room.publish("The Times", "US may withdraw 90,000 troops", RIVAL, hours=1)
    reply = await room.ask("export")
    (file,) = reply.files
    assert reply.ephemeral
    assert reply.announce is None
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert archive.read("files/rules/desk.yaml").decode() == DESK_RULES
        (channel,) = json.loads(archive.read("state.json"))["channels"]
        (follow,) = channel["follows"]
        assert (follow["topic"], follow["mode"], channel["channel"]) == ("us-forces-europe", "realtime", "C1")
        assert b"https://the-courier.example/feed" in archive.read("feeds.opml")
        assert len(rows_of(archive.read("ledger.csv"))) >= 3
    assert all(not name.startswith("/") and ".." not in name for name in names)


async def test_the_archive_can_be_imported_where_there_are_settings(
    room: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await told(room)
    (file,) = (await room.ask("export")).files
    source, there = tmp_path / "chat.zip", tmp_path / "there"
    source.write_bytes(file.content)
    there.mkdir()
    settings = there / "tocsin.yaml"
    asked = ["import", str(source), "--config", str(settings), "--yes"]
    assert main(asked) == 1
    assert f"it has no tocsin.yaml, and {settings} is not there" in capsys.readouterr().err
    settings.write_text("version: 1\nrules: [rules]\nconsole: {enabled: true}\n", encoding="utf-8")
    assert main(asked) == 0
    assert (there / "rules" / "desk.yaml").read_text(encoding="utf-8") == DESK_RULES
    database = there / "var" / "tocsin.db"
    assert {row.outlet for row in visit(database, feeds.list_feeds)} >= {"The Courier", "The Wire"}
    found = visit(database, lambda c: subscriptions.of_channel(c, caller().place))
    assert [one.topic for one in found] == ["us-forces-europe"]
    capsys.readouterr()
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith("Nothing to change")


async def test_another_workspaces_subscriptions_stay_out(room: Newsroom) -> None:
    from bot.ports import Place

    await room.subscribe(Place(platform="slack", workspace="T2", channel="C9"))
    (file,) = (await room.ask("export")).files
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert json.loads(archive.read("state.json"))["channels"] == []
