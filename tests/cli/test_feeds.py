"""``tocsin feeds`` as a person types it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.clock import SystemClock
from bot.feeds.polling import FeedRow, FeedSpec, FeedState, PollReason, PollUpdate
from bot.store import feeds, polls
from bot.store.db import Database
from tests.adapters.feeds.samples import rss, rss_item
from tests.databases import blank_database
from tests.fakes.feedserver import FeedServer, Ok, Status
from tests.shared import ROOT, shared_path

Output = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a database of two feeds; returns the database's path."""
    path = blank_database(tmp_path / "tocsin.db")
    database = Database(path)
    database.open()
    now = SystemClock().now()
    for number, outlet in ((1, "Ministry of Example"), (2, "Example Times")):
        spec = FeedSpec(url=f"https://feeds.example/{number}", outlet=outlet, lang="en", tier=number)
        database.write(lambda c, spec=spec: feeds.add(c, spec, now=now))  # type: ignore[misc]
    database.close()
    return path


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


def rows(place: Path) -> dict[str, FeedRow]:
    database = Database(place)
    database.open()
    found = {row.name: row for row in database.write(feeds.list_feeds)}
    database.close()
    return found


def save(place: Path, row: FeedRow) -> None:
    database = Database(place)
    database.open()
    database.write(lambda c: polls.save_poll(c, PollUpdate(row=row, reason=PollReason.STORED)))
    database.close()


def run(place: Path, *words: str) -> int:
    return main(["feeds", words[0], "--database", str(place), *words[1:]])


async def run_web(place: Path, *words: str) -> int:
    return await asyncio.to_thread(run, place, *words, "--allow-private", "127.0.0.1")


# -- the list --------------------------------------------------------------------------------------------------


def test_the_list_shows_every_feed(place: Path, capsys: Output) -> None:
    assert run(place, "list") == 0
    out = capsys.readouterr().out
    assert "Ministry of Example\n       https://feeds.example/1" in out
    assert out.endswith("2 feeds.\n")
    assert run(place, "list", "--json") == 0
    assert [json.loads(line)["tier"] for line in capsys.readouterr().out.splitlines()] == [2, 1]


def test_health_shows_trouble_first_and_says_so_to_scripts(place: Path, capsys: Output) -> None:
    assert run(place, "health") == 0
    assert "waiting" in capsys.readouterr().out
    row = rows(place)["Example Times"]
    now = SystemClock().now()
    failing = replace(row, polled_at=now, failures=4, failing_since=now, error_code="timeout", error_text="no answer")
    save(place, failing)
    assert run(place, "health") == 1
    out = capsys.readouterr().out
    assert out.startswith("failing ")
    assert "failed 4 times in a row" in out
    assert out.endswith("2 feeds: 1 failing, 1 waiting.\n")
    assert run(place, "health", "--json") == 1
    assert json.loads(capsys.readouterr().out.splitlines()[0])["error"] == "timeout"


def test_a_stale_feed_is_seen_by_its_own_rhythm(place: Path, capsys: Output) -> None:
    now = SystemClock().now()
    row = rows(place)["Example Times"]
    save(place, replace(row, polled_at=now, baselined=True, item_at=now - timedelta(days=8), gap=3600.0))
    assert run(place, "health") == 1
    assert "no new item for 8 d; one was expected within 5 d" in capsys.readouterr().out


def test_feeds_are_paused_and_resumed_by_number_name_or_part(place: Path, capsys: Output) -> None:
    assert run(place, "pause", "ministry", "2") == 0
    assert {row.state for row in rows(place).values()} == {FeedState.PAUSED}
    assert run(place, "resume", "https://feeds.example/1") == 0
    assert rows(place)["Ministry of Example"].state is FeedState.ACTIVE
    capsys.readouterr()


@pytest.mark.parametrize(
    ("name", "words"),
    [("example", "may be several feeds"), ("Example Tims", 'did you mean "Example Times"?')],
    ids=["ambiguous", "misspelt"],
)
def test_a_name_that_is_not_one_feed_is_explained(place: Path, capsys: Output, name: str, words: str) -> None:
    assert run(place, "pause", name) == 1
    assert words in capsys.readouterr().err


def test_removing_needs_a_yes(place: Path, capsys: Output) -> None:
    assert run(place, "remove", "2") == 1
    assert "--yes" in capsys.readouterr().err
    assert run(place, "remove", "2", "--yes") == 0
    assert list(rows(place)) == ["Ministry of Example"]


def test_a_list_goes_out_as_opml_and_comes_back(place: Path, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "feeds.opml"
    assert run(place, "export", str(file)) == 0
    assert run(place, "remove", "1", "2", "--yes") == 0
    assert run(place, "import", str(file)) == 0
    assert "2 feeds added, 0 known already" in capsys.readouterr().out
    assert rows(place)["Ministry of Example"].lang == "en"


def test_what_is_no_opml_is_named(place: Path, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / "list.opml"
    file.write_text("<html></html>")
    assert run(place, "import", str(file)) == 1
    assert "no OPML" in capsys.readouterr().err
    assert run(place, "import", str(tmp_path / "none.opml")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_adding_makes_the_database_as_the_first_run_would(tmp_path: Path, capsys: Output) -> None:
    place = tmp_path / "new" / "tocsin.db"
    assert run(place, "add", "--unchecked", "https://feeds.example/1") == 0
    assert "added" in capsys.readouterr().out
    assert run(place, "list") == 0
    assert capsys.readouterr().out.endswith("1 feed.\n")


def test_without_a_database_one_sentence_says_so(tmp_path: Path, capsys: Output) -> None:
    assert run(tmp_path / "none.db", "list") == 1
    assert "there is no database here" in capsys.readouterr().err
    assert main(["feeds", "list", "--config", str(tmp_path / "none.yaml")]) == 1
    assert "there is no such file" in capsys.readouterr().err


# -- the web ---------------------------------------------------------------------------------------------------


PAGE = b"""<html><head><title>Ministry</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="stylesheet" href="/x.css"></head><body><p>Hello</p></body></html>"""


async def test_the_feed_of_a_page_is_found(place: Path, server: FeedServer, capsys: Output) -> None:
    page = server.at("/", Ok(PAGE, content_type="text/html"))
    server.at("/news.xml", Ok(rss([rss_item(1)])))
    assert await run_web(place, "find", page) == 0
    assert capsys.readouterr().out == f"{server.url('/news.xml')}  1 entry, Government of Example\n"


async def test_a_feed_in_a_usual_place_is_found(place: Path, server: FeedServer, capsys: Output) -> None:
    page = server.at("/", Ok(b"<html><body>Hello</body></html>", content_type="text/html"))
    server.at("/rss.xml", Ok(rss([rss_item(1)])))
    assert await run_web(place, "find", page) == 0
    assert "rss.xml  1 entry, Government of Example  (found by guessing)" in capsys.readouterr().out


async def test_a_page_without_a_feed_is_told(place: Path, server: FeedServer, capsys: Output) -> None:
    page = server.at("/", Ok(b"<html><body>Hello</body></html>", content_type="text/html"))
    assert await run_web(place, "find", page) == 1
    assert "no feed found" in capsys.readouterr().err


async def test_adding_a_page_adds_its_feed(place: Path, server: FeedServer, capsys: Output) -> None:
    page = server.at("/", Ok(PAGE, content_type="text/html"))
    server.at("/news.xml", Ok(rss([rss_item(1)])))
    assert await run_web(place, "add", page, "--outlet", "Ministry", "--every", "30m") == 0
    row = rows(place)["Ministry"]
    assert (row.url, row.min_interval, row.max_interval) == (server.url("/news.xml"), 1800.0, 1800.0)
    assert await run_web(place, "add", server.url("/news.xml")) == 0
    assert "is in the list already" in capsys.readouterr().out


@pytest.mark.parametrize("status", [404, 500])
async def test_what_does_not_answer_is_not_added(place: Path, server: FeedServer, capsys: Output, status: int) -> None:
    url = server.at("/feed", Status(status))
    assert await run_web(place, "add", url) == 1
    assert f"answered {status}" in capsys.readouterr().err
    assert len(rows(place)) == 2
    assert await run_web(place, "add", url, "--unchecked") == 0
    assert len(rows(place)) == 3


async def test_an_internal_address_is_refused_with_the_reason(place: Path, server: FeedServer, capsys: Output) -> None:
    url = server.at("/feed", Ok(rss([rss_item(1)])))
    assert await asyncio.to_thread(run, place, "add", url) == 1
    assert "127.0.0.1 (loopback), which is not on the public internet" in capsys.readouterr().err


async def test_a_trial_shows_fields_dates_and_the_newest_entries(
    place: Path, server: FeedServer, capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    url = server.at("/feed", Ok(rss(rss_item(n) for n in range(1, 6))))
    assert await run_web(place, "test", url) == 0
    out = capsys.readouterr().out
    assert "5 entries: 5 with an id, 5 dated, 5 linked, 0 with content" in out
    assert "usual gap 1 h" in out
    assert "- 2026-08-03 01:00  Statement 1" in out
    assert "rules: not tried, there is no tocsin.yaml" in out


RULES = """version: 1
topic: ships
title: Ships
rules:
  - id: frigates
    title: Frigates
    severity: notice
    match: frigate*
    tests:
      - {name: rings, text: "A new frigate is built.", expect: {alert: new}}
"""


async def test_a_trial_says_what_the_rules_would(
    place: Path, server: FeedServer, capsys: Output, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "ships.yaml").write_text(RULES)
    config = tmp_path / "tocsin.yaml"
    config.write_text("version: 1\nrules: [rules]\npolling: {allow_private: [127.0.0.1]}\n")
    url = server.at("/feed", Ok(rss([rss_item(1, body="The navy gets a frigate."), rss_item(2)])))
    assert await asyncio.to_thread(main, ["feeds", "test", "--config", str(config), url]) == 0
    out = capsys.readouterr().out
    assert "rules on Statement 1: frigates (notice)" in out
    assert "rules on Statement 2: no rule rings" in out


async def test_checking_asks_every_feed_and_writes_into_a_catalogue(
    place: Path, server: FeedServer, capsys: Output, tmp_path: Path
) -> None:
    good, bad = server.at("/good", Ok(rss([rss_item(1)]))), server.at("/bad", Status(404))
    file = tmp_path / "feeds.yaml"
    rest = "outlet: X\n    lang: en\n    tier: 1\n    kind: official\n    topics: [x]\n    status: unverified"
    entry = f"  - url: {{url}}\n    {rest}\n"
    file.write_text("# mine\nversion: 1\nfeeds:\n" + entry.format(url=good) + entry.format(url=bad))
    assert await run_web(place, "check", "--catalogue", "--file", str(file), "--write") == 1
    text = file.read_text()
    assert text.startswith("# mine\n")
    assert text.count("status: verified 20") == 1
    assert "failed 20" in text
    assert ": http_error" in text
    assert await run_web(place, "check", "--catalogue", "--file", str(file)) == 1


# -- parse ---------------------------------------------------------------------------------------------------------


def parse(capsys: Output, *paths: str) -> tuple[int, list[dict[str, object]]]:
    code = main(["feeds", "parse", "--jsonl", *paths])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, [json.loads(line) for line in captured.out.splitlines()]


def test_one_line_a_file_in_order_with_the_path_as_given(tmp_path: Path, capsys: Output) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(rss(rss_item(n) for n in range(3)))
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    odd = f"{tmp_path}/../{tmp_path.name}/good.xml"
    code, answers = parse(capsys, str(page), odd, str(good))
    assert code == 0
    assert [(answer["path"], answer["entries"]) for answer in answers] == [(str(page), 0), (odd, 3), (str(good), 3)]
    assert answers[0]["problems"] == ['the body is a web page titled "Ministry", not a feed']
    assert answers[1]["title"] == "Government of Example"


def test_what_cannot_be_read_has_its_line_too(tmp_path: Path, capsys: Output) -> None:
    big = tmp_path / "big.xml"
    with big.open("wb") as file:
        file.truncate(6 * 1024 * 1024)
    code, answers = parse(capsys, str(tmp_path / "none"), str(tmp_path), str(big), "/dev/zero", "\udcff\udcfe")
    assert code == 1
    assert [answer["entries"] for answer in answers] == [0] * 5
    assert all(answer["problems"] for answer in answers)


def test_a_hostile_file_takes_its_time_and_no_more(capsys: Output, tmp_path: Path) -> None:
    slow = tmp_path / "slow.xml"
    slow.write_text("<rss><channel><item>" + "<a>" * 1_000_000)  # minutes of work on any machine
    started = time.monotonic()
    code, answers = parse(capsys, str(slow))
    assert (code, answers[0]["error"]) == (0, "too_slow")
    assert time.monotonic() - started < 20  # the deadline is 4.5 s of work; the rest is a busy machine's


def test_for_people_there_is_a_line_and_the_problems(tmp_path: Path, capsys: Output) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    assert main(["feeds", "parse", str(page)]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("    the body is a web page")


def test_parsing_files_needs_no_platform_and_no_database() -> None:
    code = (
        "import argparse, sys; from bot.cli import feeds; parser = argparse.ArgumentParser();"
        "feeds.add_parser(parser.add_subparsers()); args = parser.parse_args(['feeds', 'parse', '--jsonl', 'LICENSE']);"
        "args.run(args); heavy = ('sqlalchemy', 'pydantic', 'discord', 'slack_bolt', 'feedparser', 'trafilatura');"
        "print([name for name in heavy if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[1] == "[]"


def test_no_child_outlives_the_command(tmp_path: Path) -> None:
    path = shared_path("corpus/hostile/deep-nesting-100k-xml.bin")
    command = [sys.executable, "-m", "bot", "feeds", "parse", "--jsonl", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as process:
        time.sleep(1.5)  # the child has to be in the middle of it
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and _alive_in_group(process.pid):
            time.sleep(0.2)
        assert not _alive_in_group(process.pid)


def _alive_in_group(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, IndexError):
            continue
        if len(fields) > 2 and fields[2] == str(group) and fields[0] != "Z" and entry.name != str(os.getpid()):
            found.append(int(entry.name))
    return found
