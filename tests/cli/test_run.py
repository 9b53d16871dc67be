"""``tocsin run`` as an operator meets it: every mistake ends in clear sentences, and nothing is left half-done."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.cli.terminal import Ended, files, tocsin
from tests.fakes import discord, slack
from tests.fakes.feedserver import FeedServer, Ok

RULES = "version: 1\nrules: [pack:us-forces-europe]\n"
DESK = "channels:\n  - {platform: console, channel: desk, topics: [us-forces-europe]}\n"
NO_PAGE = "web: {enabled: false}\n"  # whose port may be another test's just now
ALLOWED = "polling: {allow_private: [127.0.0.1], articles: false}\n"


def write(folder: Path, text: str) -> None:
    (folder / "tocsin.yaml").write_text(text, encoding="utf-8")


def rss(*items: tuple[str, str]) -> Ok:
    """Return a feed whose items (title, description) are an hour old."""
    date = format_datetime(SystemClock().now() - timedelta(hours=1))
    entries = "".join(
        f"<item><guid isPermaLink='false'>{title}</guid><title>{title}</title><pubDate>{date}</pubDate>"
        f"<description>{text}</description></item>"
        for title, text in items
    )
    return Ok(f"<rss version='2.0'><channel><title>Example Courier</title>{entries}</channel></rss>".encode())


def check_mistake(ended: Ended, code: int = 1) -> None:
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert ended.err.strip()


async def test_without_a_configuration_the_next_step_is_named(tmp_path: Path) -> None:
    ended = await tocsin("run", folder=tmp_path)
    check_mistake(ended)
    assert ended.sentences[0].startswith("tocsin.yaml: there is no such file; `tocsin init` makes one")
    assert files(tmp_path) == []


async def test_every_fault_of_the_configuration_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, RULES + "feedz: []\nfeeds:\n  - url: nonsense\n    every: 5\nconsole: {enabled: maybe}\n")
    ended = await tocsin("run", folder=tmp_path)
    check_mistake(ended)
    places = [line.split(": ")[0] for line in ended.sentences[:-1]]
    assert places == ["tocsin.yaml:3:1", "tocsin.yaml:5:10", "tocsin.yaml:6:12", "tocsin.yaml:7:20"]
    assert ended.sentences[-1] == "4 faults found; nothing was started or changed."
    assert files(tmp_path) == ["tocsin.yaml"]


async def test_an_unknown_topic_of_a_channel_is_told_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, RULES + DESK.replace("us-forces-europe", "us-forces-europ"))
    ended = await tocsin("run", folder=tmp_path)
    check_mistake(ended)
    assert ended.sentences[0].startswith("tocsin.yaml:4:49: channels[0].topics[0]: no rule file has a topic")
    assert 'did you mean "us-forces-europe"?' in ended.sentences[0]
    assert files(tmp_path) == ["tocsin.yaml"]


async def test_a_rule_file_with_three_faults_starts_nothing(tmp_path: Path) -> None:
    write(tmp_path, "version: 1\nrules: [mine.yaml]\n")
    (tmp_path / "mine.yaml").write_text(THREE_FAULTS, encoding="utf-8")
    ended = await tocsin("run", folder=tmp_path)
    check_mistake(ended)
    assert [line.split(": ")[0].rpartition("/")[2] for line in ended.sentences[:-1]] == [
        "mine.yaml:7:5",
        "mine.yaml:8:24",
        "mine.yaml:9:35",
    ]
    assert not (tmp_path / "var").exists()


THREE_FAULTS = """version: 1
topic: bridges
title: Bridges
rules:
  - id: closed
    title: A bridge is closed
    severty: urgent
    match: 'troops AND ('
    figure: {unit: troops, actor: Untied States}
    tests:
      - {name: quiet, text: The bridge is open., expect: {alert: none}}
"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"TOCSIN_DISCORD_TOKEN=hunter2\n", "chmod 600", id="which others can read"),
        pytest.param(b"hunter2\n", ":1:1: this line is not NAME=value", id="with a line that is no assignment"),
        pytest.param(b"hunter2\xff\n", "is not UTF-8 text", id="that is not UTF-8"),
    ],
)
async def test_a_file_of_secrets_ends_the_start_without_showing_them(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    write(tmp_path, RULES)
    secrets = tmp_path / ".env"
    secrets.write_bytes(content)
    secrets.chmod(0o644 if sentence == "chmod 600" else 0o600)
    ended = await tocsin("run", "--once", folder=tmp_path)
    check_mistake(ended)
    assert sentence in ended.sentences[0]
    assert "hunter2" not in ended.out + ended.err


async def test_a_feed_that_is_a_web_page_and_a_dead_host_are_named_with_their_reason(tmp_path: Path) -> None:
    async with FeedServer() as server:
        page = server.at("/", Ok(b"<!doctype html><html><body>Hello</body></html>", content_type="text/html"))
        write(tmp_path, f"{RULES}{ALLOWED}feeds:\n  - url: {page}\n  - url: http://nowhere.invalid/feed\n")
        ended = await tocsin("run", "--once", folder=tmp_path)
    check_mistake(ended)
    by_feed = {line.split(": ")[1]: line for line in ended.sentences}
    assert "HTML page" in by_feed[page] or "web page" in by_feed[page]
    assert "does not resolve" in by_feed["http://nowhere.invalid/feed"]
    assert len(ended.sentences) == 2
    assert "Polled 2 feeds: 1 fetch_failed, 1 parse_failed." in ended.out


async def test_a_database_that_is_none_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, RULES + "database: notes.txt\n")
    (tmp_path / "notes.txt").write_text("my notes\n" * 200, encoding="utf-8")
    ended = await tocsin("run", "--once", folder=tmp_path)
    check_mistake(ended)
    assert "is damaged or is no Tocsin database" in ended.err
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "my notes\n" * 200


async def test_once_delivers_to_the_terminal_what_came_after_the_baseline(tmp_path: Path) -> None:
    async with FeedServer() as server:
        url = server.at("/feed", rss(("Weather", "Rain is expected.")))
        write(tmp_path, f"{RULES}{DESK}{ALLOWED}feeds:\n  - {{url: '{url}', every: 1s}}\n")
        first = await tocsin("run", "--once", folder=tmp_path)
        report = ("Troops leave", "Washington plans to withdraw 8,000 troops from Europe, the Pentagon said.")
        server.at("/feed", rss(("Weather", "Rain is expected."), report))
        second = await tocsin("run", "--once", folder=tmp_path)
    assert (first.code, first.err) == (0, "")
    assert "Polled 1 feed: 1 baseline. 1 new item, 0 edited, 0 alerts." in first.out
    assert (second.code, second.err) == (0, "")
    assert "Polled 1 feed: 1 stored. 1 new item, 0 edited, 1 alert." in second.out
    assert "#desk" in second.out
    assert "United States: withdraw 8,000 troops from Europe (planned)" in second.out


async def test_a_platform_without_its_token_is_told_at_the_start(tmp_path: Path) -> None:
    write(tmp_path, RULES + DESK.replace("console, channel: desk", "slack, workspace: T1, channel: C1"))
    ended = await tocsin("run", "--once", folder=tmp_path)
    assert ended.code == 0
    assert ended.sentences == [
        "tocsin: slack: TOCSIN_SLACK_BOT_TOKEN is not set; messages for its channels (1) wait until it is"
    ]


async def test_a_refused_slack_token_ends_it_in_one_sentence_after_one_call(tmp_path: Path) -> None:
    write(tmp_path, RULES + NO_PAGE)
    async with slack.fake_slack() as server:
        ended = await tocsin(
            "run",
            folder=tmp_path,
            TOCSIN_SLACK_BOT_TOKEN="xoxb-hunter2",
            TOCSIN_SLACK_APP_TOKEN=slack.APP_TOKEN,
            TOCSIN_SLACK_API_URL=server.api_url,
        )
    check_mistake(ended)
    assert len(ended.sentences) == 1
    assert ended.err.startswith("tocsin: slack stopped: the bot token (TOCSIN_SLACK_BOT_TOKEN) is refused")
    assert "hunter2" not in ended.err
    assert [call.method for call in server.calls] == ["auth.test"]


async def test_a_refused_discord_token_ends_it_in_one_sentence_after_one_call(tmp_path: Path) -> None:
    write(tmp_path, RULES + NO_PAGE)
    async with discord.fake_discord() as server:
        ended = await tocsin(
            "run", folder=tmp_path, TOCSIN_DISCORD_TOKEN="hunter2", TOCSIN_DISCORD_API_URL=server.api_url
        )
    check_mistake(ended)
    assert len(ended.sentences) == 1
    assert ended.err.startswith("tocsin: discord stopped: ")
    assert "hunter2" not in ended.err
    assert len(server.requests) == 1
