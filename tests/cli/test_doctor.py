"""``tocsin doctor``: everything that could keep an alert from being heard, each with its fix."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from adapters.discord.invite import PERMISSIONS
from bot import credentials
from bot.checkup import storage
from bot.checkup.findings import Finding, Level
from bot.cli import doctorclock, doctordiscord, doctorslack
from bot.cli.doctor import look
from bot.cli.main import main
from bot.clock import SystemClock
from bot.errors import DeliveryReason
from bot.feeds.polling import FeedSpec, FeedState
from bot.message import Message, MessageKind, Paragraph, Text
from bot.ports import Place
from bot.rulebook.history import FileHistory, folder_beside
from bot.rulebook.inforce import Refused
from bot.secret import Secret
from bot.store import feeds, lanes, outbox, subscriptions
from bot.store.db import Database
from bot.store.schema import feed, item
from rules.errors import Fault
from rules.model import Severity
from tests.adapters.feeds.samples import rss, rss_item
from tests.cli.desks import TellingSlack, telling_slack
from tests.fakes.discord import TOKEN, FakeDiscord, fake_discord
from tests.fakes.feedserver import FeedServer, Ok
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, WORKSPACE
from tests.fakes.slack.behaviour import drop, error

CONFIG = """\
version: 1
database: tocsin.db
rules: [pack:sanctions]
polling: {contact: desk@example.org}
"""
CONSOLE = "console: {enabled: true}\n"
GENERAL = Place(platform="slack", workspace=WORKSPACE, channel="C0GENERAL")


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a bot ran once, with nothing wrong."""
    for name in (*credentials.NAMES, "TOCSIN_SLACK_API_URL", "TOCSIN_DISCORD_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("tocsin.yaml").write_text(CONFIG + CONSOLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def database(folder: Path, now: datetime) -> Path:
    path = folder / "tocsin.db"
    opened = Database(path)
    opened.open()
    desk = Place(platform="console", workspace="", channel="desk")

    def fill(connection: Any) -> None:
        for number in (1, 2):
            feeds.add(connection, FeedSpec(url=f"https://example.org/{number}", outlet=f"Example {number}"), now=now)
        subscriptions.subscribe(connection, desk, "sanctions", severity=Severity.NOTICE, threads=None, by="ana", at=now)

    opened.write(fill)
    opened.close()
    return path


def write(name: str, text: str, mode: int = 0o644) -> None:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def change(path: Path, work: Any) -> None:
    opened = Database(path)
    opened.open()
    opened.write(work)
    opened.close()


def found(results: Sequence[Finding], level: Level) -> list[str]:
    return [f"{one.area}: {one.text}" for one in results if one.level is level]


def the(results: Sequence[Finding], text: str) -> Finding:
    matching = [one for one in results if text in one.text]
    assert len(matching) == 1, [one.text for one in results]
    return matching[0]


def test_where_all_is_well_it_says_so_and_ends_with_0(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "0 to look at, 0 failing." in out
    assert main(["doctor", "--strict"]) == 0
    capsys.readouterr()
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["level"]) == (True, "ok")
    assert {one["area"] for one in told["findings"]} >= {"config", "tokens", "rules", "space", "database", "feeds"}


def test_every_finding_that_is_not_ok_has_a_fix_in_one_line(folder: Path, now: datetime) -> None:
    Path("tocsin.yaml").write_text(CONFIG.replace("contact: desk@example.org", "contact: ''"), encoding="utf-8")
    results = look(Path("tocsin.yaml"))
    bad = [one for one in results if one.level is not Level.OK]
    assert bad
    assert all(one.fix and "\n" not in one.fix + one.text for one in bad)


@pytest.mark.parametrize(
    ("config", "level", "said", "fix"),
    [
        pytest.param("version: 2\nfeds: []\n", "fail", "feds", "mend that line", id="a key that there is not"),
        pytest.param(CONFIG, "fail", "nothing can ring anywhere", "console.enabled: true", id="no place to ring"),
        pytest.param(
            CONFIG.replace("contact: desk@example.org", "every: 10m") + CONSOLE,
            "warn",
            "publishers cannot ask you",
            "set polling.contact",
            id="no contact",
        ),
        pytest.param(
            CONFIG.replace("pack:sanctions", "pack:sanctons") + CONSOLE,
            "fail",
            'there is no pack "sanctons"',
            "tocsin rules check",
            id="rules that are not there",
        ),
        pytest.param(
            CONFIG + "channels: [{platform: console, channel: desk, topics: [sanctons]}]\n",
            "fail",
            "channels name topics that no rule has: sanctons",
            "write one of sanctions",
            id="a topic that no rule has",
        ),
        pytest.param(
            CONFIG + CONSOLE + "channels: [{platform: slack, workspace: T1, channel: C1, topics: [sanctions]}]\n",
            "fail",
            "TOCSIN_SLACK_BOT_TOKEN is not set",
            "put the token into",
            id="a channel without its token",
        ),
    ],
)
def test_what_people_wrote(folder: Path, config: str, level: str, said: str, fix: str) -> None:
    Path("tocsin.yaml").write_text(config, encoding="utf-8")
    results = [one for one in look(Path("tocsin.yaml")) if said in one.text]
    assert results, said
    assert results[0].level == level
    assert fix in results[0].fix


def test_rules_whose_tests_fail_and_rules_without_any(folder: Path) -> None:
    rule = (
        "version: 1\ntopic: a\ntitle: A\nrules:\n"
        "  - {id: one, title: One, match: 'tariff', tests: [{name: rings, text: Snow fell., expect: {alert: new}}]}\n"
    )
    Path("a.yaml").write_text(rule, encoding="utf-8")
    Path("tocsin.yaml").write_text(CONFIG.replace("pack:sanctions", "a.yaml") + CONSOLE, encoding="utf-8")
    assert 'the test "rings" fails' in found(look(Path("tocsin.yaml")), Level.FAIL)[0]
    Path("a.yaml").write_text(rule.partition(", tests")[0] + "}\n", encoding="utf-8")
    assert the(look(Path("tocsin.yaml")), "1 without a test: one").level is Level.WARN


def test_tokens_that_others_can_read(folder: Path) -> None:
    Path(".env").write_text("TOCSIN_DISCORD_TOKEN=x\n", encoding="utf-8")
    Path(".env").chmod(0o644)
    result = the(look(Path("tocsin.yaml")), "others can read this file")
    assert result.level is Level.FAIL
    assert result.fix == f"chmod 600 {folder / '.env'}"


def test_a_database_that_is_not_there_yet_is_no_fault(folder: Path) -> None:
    assert the(look(Path("tocsin.yaml")), "is not there yet").level is Level.OK


def test_a_damaged_database_names_the_way_back(database: Path, now: datetime) -> None:
    body = bytearray(database.read_bytes())
    body[4096:] = b"\xff" * (len(body) - 4096)
    database.write_bytes(bytes(body))
    (bad,) = [one for one in storage.check(database, now).findings if one.level is Level.FAIL]
    assert "tocsin db restore FILE" in bad.fix


@pytest.mark.parametrize(
    ("revision", "level", "said"),
    [
        pytest.param("0001", Level.WARN, "the next `tocsin run` brings it to", id="an older one"),
        pytest.param("9999", Level.FAIL, "of a later Tocsin", id="a later one"),
    ],
)
def test_a_database_of_another_version(database: Path, now: datetime, revision: str, level: Level, said: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()
    assert the(storage.check(database, now).findings, said).level is level


def test_a_file_that_is_no_database_of_tocsin(folder: Path, now: datetime) -> None:
    with closing(sqlite3.connect("tocsin.db")) as connection:
        connection.execute("CREATE TABLE letters (body TEXT)")
    assert the(storage.check(Path("tocsin.db"), now).findings, "is not a database of Tocsin").level is Level.FAIL
    Path("tocsin.db").write_text("a letter, not a database", encoding="utf-8")
    assert the(storage.check(Path("tocsin.db"), now).findings, "cannot be read").level is Level.FAIL


def test_feeds_that_fail_are_stale_or_were_left_alone(database: Path, now: datetime) -> None:
    def work(connection: Any) -> None:
        first, second = feed.c.url == "https://example.org/1", feed.c.url == "https://example.org/2"
        broken = {"failures": 4, "error_code": "timeout", "error_text": "no answer", "failing_since": now}
        connection.execute(update(feed).where(first).values(**broken, polled_at=now))
        old = now - timedelta(days=40)
        stale = {"polled_at": old, "baselined": True, "item_at": old, "added_at": old, "next_due": old}
        connection.execute(update(feed).where(second).values(**stale))

    change(database, work)
    results = storage.check(database, now).findings
    assert the(results, "1 of 2 failing: Example 1").level is Level.WARN
    assert the(results, "1 stale").level is Level.WARN
    assert "is `tocsin run` running?" in the(results, "1 overdue, the oldest for").fix


def test_where_every_feed_fails_or_none_is_polled_nothing_can_ring(database: Path, now: datetime) -> None:
    change(database, lambda c: c.execute(update(feed).values(failures=4, error_code="timeout", polled_at=now)))
    assert the(storage.check(database, now).findings, "2 of 2 failing").level is Level.FAIL
    change(database, lambda c: c.execute(feed.delete()))
    assert the(storage.check(database, now).findings, "none is polled").level is Level.FAIL


def test_paused_feeds_are_neither_late_nor_failing(database: Path, now: datetime) -> None:
    paused = {"state": FeedState.PAUSED.value, "next_due": now - timedelta(days=3), "polled_at": now}
    change(database, lambda c: c.execute(update(feed).values(**paused)))
    assert [one for one in storage.check(database, now).findings if one.level is not Level.OK] == []


def test_channels_that_stand_still_and_messages_that_wait(database: Path, now: datetime) -> None:
    def work(connection: Any) -> None:
        lanes.pause_platform(connection, "discord", DeliveryReason.TOKEN_REFUSED.value)
        message = Message(kind=MessageKind.NOTICE, heading="x", fallback="x", blocks=(Paragraph((Text("x"),)),))
        outbox.enqueue(
            connection, lane="console::desk", op="post", message=message, key="k", now=now - timedelta(hours=3)
        )

    change(database, work)
    results = storage.check(database, now).findings
    assert "tocsin outbox retry --lane discord" in the(results, "discord stands still").fix
    assert the(results, "1 message waiting, the oldest for 3").level is Level.WARN


def test_a_channel_that_nobody_subscribed(database: Path, now: datetime) -> None:
    change(database, lambda c: c.exec_driver_sql("DELETE FROM subscription"))
    assert "/tocsin subscribe TOPIC" in the(storage.check(database, now).findings, "no channel follows").fix


def test_topics_that_no_rule_has_any_more(database: Path, now: datetime) -> None:
    assert the(storage.check(database, now, frozenset({"tariffs"})).findings, "hear nothing of it: sanctions").fix
    assert found(storage.check(database, now, frozenset({"sanctions"})).findings, Level.WARN) == []


def test_articles_from_the_future_tell_that_the_clock_was_turned_back(database: Path, now: datetime) -> None:
    def work(connection: Any) -> None:
        values = dict.fromkeys(("url", "outlet", "title", "lead", "text"), "x")
        more = {"feed_id": 1, "identity": "x", "lang": "en", "text_from": "title", "content_hash": b"x"}
        fetched = {"fetched": now + timedelta(hours=2), "chain": [], "trace": {}}
        connection.execute(item.insert().values(**values, **more, **fetched))

    change(database, work)
    result = the(storage.check(database, now).findings, "in the future")
    assert (result.area, result.level) == ("clock", Level.FAIL)


def test_rules_that_the_running_bot_refuses(database: Path, now: datetime) -> None:
    history = FileHistory(folder_beside(database))
    history.folder.mkdir()
    fault = Fault(file="rules/a.yaml", line=3, column=1, text="wrong", code="TC101")
    history.note_refusal(Refused(faults=(fault,), since=now, author="ana"))
    assert the(storage.check(database, now).findings, "refuses the files since").level is Level.WARN


# Slack


@pytest.fixture
async def slack() -> AsyncIterator[TellingSlack]:
    async with telling_slack() as server:
        yield server


async def ask_slack(slack: TellingSlack, *places: Place, token: str = BOT_TOKEN, app: str | None = APP_TOKEN) -> Any:
    return await doctorslack.check(Secret(token), Secret(app) if app else None, places, slack.api_url)


async def test_slack_is_well_and_nothing_is_posted_or_joined(slack: TellingSlack) -> None:
    results = await ask_slack(slack, GENERAL)
    assert {one.level for one in results} == {Level.OK}
    assert [one.text for one in results] == [
        "the bot token is good for The Desk (T0WORK)",
        f"all {len(doctorslack.needed_scopes())} scopes are there",
        "channel C0GENERAL (#alerts) can be posted to",
        "the app token opens the connection that commands come in by",
    ]
    assert {call.method for call in slack.calls} == {"auth.test", "conversations.info", "apps.connections.open"}


async def test_a_token_that_slack_refuses_ends_the_questions(slack: TellingSlack) -> None:
    results = await ask_slack(slack, GENERAL, token="xoxb-wrong")
    assert found(results, Level.FAIL)[0].startswith("slack: the bot token: ")
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_an_app_token_that_slack_refuses(slack: TellingSlack) -> None:
    results = await ask_slack(slack, app="xapp-wrong")
    assert "connections:write" in the(results, "the app token: ").fix
    assert the(results, "the bot token is good").level is Level.OK


async def test_scopes_that_the_app_lacks_are_named(slack: TellingSlack) -> None:
    slack.scopes = [scope for scope in slack.scopes if scope not in ("files:write", "users:read")]
    result = the(await ask_slack(slack), "the app lacks the scopes")
    assert result.level is Level.FAIL
    assert "files:write, users:read" in result.text
    assert "paste the manifest again" in result.fix


async def test_where_slack_names_no_scopes_it_is_said(slack: TellingSlack) -> None:
    slack.scopes = []
    assert the(await ask_slack(slack), "did not say which scopes").level is Level.WARN


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param({"is_archived": True}, "is archived", id="an archived channel"),
        pytest.param({"is_private": True, "is_member": False}, "C0DESK: ", id="a private channel that it is not in"),
    ],
)
async def test_channels_that_slack_would_not_let_us_post_to(
    slack: TellingSlack, state: dict[str, bool], said: str
) -> None:
    slack.add_channel("C0DESK", **state)
    result = the(await ask_slack(slack, Place(platform="slack", workspace=WORKSPACE, channel="C0DESK")), said)
    assert result.level is Level.FAIL
    assert result.fix


async def test_a_public_channel_needs_no_invitation_unless_the_scope_is_missing(slack: TellingSlack) -> None:
    slack.channel("C0GENERAL").is_member = False
    assert the(await ask_slack(slack, GENERAL), "C0GENERAL").level is Level.OK
    slack.scopes.remove("chat:write.public")
    result = the(await ask_slack(slack, GENERAL), "Tocsin is not in channel")
    assert (result.level, result.fix) == (Level.FAIL, "/invite @Tocsin there")


async def test_a_channel_of_another_workspace_is_no_business_of_this_token(slack: TellingSlack) -> None:
    other = Place(platform="slack", workspace="T0OTHER", channel="C0GENERAL")
    assert the(await ask_slack(slack, other), "is in the workspace T0OTHER").level is Level.WARN


@pytest.mark.parametrize("failure", [drop(), error("missing_scope")], ids=["a cut line", "a missing scope"])
async def test_whatever_slack_does_is_a_finding(slack: TellingSlack, failure: Any) -> None:
    slack.next("conversations.info", failure)
    assert len(found(await ask_slack(slack, GENERAL), Level.FAIL)) == 1


# Discord


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with fake_discord() as server:
        yield server
        assert server.violations == []


def guild_of(discord: FakeDiscord, permissions: int = PERMISSIONS) -> tuple[dict[str, Any], dict[str, Any], Place]:
    guild = discord.world.add_guild()
    guild["roles"][0]["permissions"] = str(permissions)
    channel = discord.world.add_channel(guild["id"], "alerts")
    return guild, channel, Place(platform="discord", workspace=guild["id"], channel=channel["id"])


async def ask_discord(discord: FakeDiscord, *places: Place, token: str = TOKEN) -> list[Finding]:
    return await doctordiscord.check(Secret(token), places, discord.api_url)


async def test_discord_is_well_and_only_asked(discord: FakeDiscord) -> None:
    _, _, place = guild_of(discord)
    results = await ask_discord(discord, place)
    assert {one.level for one in results} == {Level.OK}, results
    assert the(results, "(#alerts) can be posted to").level is Level.OK
    assert {request.method for request in discord.requests} == {"GET"}


async def test_a_token_that_discord_refuses(discord: FakeDiscord) -> None:
    (result,) = await ask_discord(discord, token="wrong")
    assert result.level is Level.FAIL
    assert "Reset Token" in result.fix


async def test_permissions_that_are_lacking_are_named_by_discords_names(discord: FakeDiscord) -> None:
    _, channel, place = guild_of(discord)
    channel["permission_overwrites"] = [
        {"id": place.workspace, "type": 0, "allow": "0", "deny": str(1 << 14 | 1 << 38)}
    ]
    result = the(await ask_discord(discord, place), "Tocsin lacks")
    assert result.level is Level.FAIL
    assert result.text.endswith("Embed Links, Send Messages in Threads")
    assert f"permissions={PERMISSIONS}" in result.fix


async def test_a_voice_channel_needs_no_threads(discord: FakeDiscord) -> None:
    guild, _, _ = guild_of(discord, PERMISSIONS & ~(1 << 35 | 1 << 38))
    more = {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    voice = discord.world.add_channel(guild["id"], "talk", 2, **more)
    place = Place(platform="discord", workspace=guild["id"], channel=voice["id"])
    connect = str(PERMISSIONS | 1 << 20)
    guild["roles"][0]["permissions"] = str(int(connect) & ~(1 << 35 | 1 << 38))
    assert the(await ask_discord(discord, place), "(#talk)").level is Level.OK


async def test_a_channel_or_server_that_is_gone(discord: FakeDiscord) -> None:
    _, channel, place = guild_of(discord)
    discord.delete_channel(channel["id"])
    other = Place(platform="discord", workspace="1", channel="2")
    wrong = Place(platform="discord", workspace="desk", channel="alerts")
    results = await ask_discord(discord, place, other, wrong)
    assert len(found(results, Level.FAIL)) == 3
    assert "unsubscribe it" in the(results, f"channel {channel['id']}").fix
    assert "Copy ID" in the(results, "ids are numbers").fix


async def test_privileged_intents_are_a_door_that_nobody_needs(
    discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Flags:
        def __getattr__(self, name: str) -> bool:
            return name in ("gateway_message_content", "gateway_presence_limited")

    class Application:
        flags = Flags()

    result = doctordiscord._intents(Application())
    assert result.level is Level.WARN
    assert result.text.endswith("Presence, Message Content")


# The clock, and all of it


@pytest.mark.parametrize(
    ("offset", "level"),
    [(0.0, Level.OK), (-5.0, Level.OK), (60.0, Level.WARN), (-61.0, Level.WARN), (600.0, Level.FAIL)],
)
def test_how_far_the_clock_may_be(offset: float, level: Level) -> None:
    assert doctorclock.judge(offset).level is level


async def test_the_clock_is_compared_with_whoever_answers(slack: TellingSlack) -> None:
    assert (await doctorclock.check(["http://127.0.0.1:9/", slack.api_url]))[0].level is Level.OK
    assert (await doctorclock.check(["http://127.0.0.1:9/"]))[0].level is Level.WARN


async def test_the_whole_doctor_asks_both_platforms_about_each_channel(
    folder: Path, database: Path, slack: TellingSlack, discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, place = guild_of(discord)
    fixed = f"channels: [{{platform: discord, workspace: '{place.workspace}', channel: '{place.channel}', "
    admin = "admin_channels: [{platform: slack, workspace: T0WORK, channel: C0GENERAL}]\n"
    write("tocsin.yaml", CONFIG + fixed + "topics: [sanctions]}]\n" + admin)
    tokens = f"TOCSIN_SLACK_BOT_TOKEN={BOT_TOKEN}\nTOCSIN_SLACK_APP_TOKEN={APP_TOKEN}\nTOCSIN_DISCORD_TOKEN={TOKEN}\n"
    write(".env", tokens, 0o600)
    monkeypatch.setenv("TOCSIN_SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("TOCSIN_DISCORD_API_URL", discord.api_url)
    results = await asyncio.to_thread(look, Path("tocsin.yaml"))
    assert found(results, Level.FAIL) + found(results, Level.WARN) == []
    areas = [one.area for one in results]
    assert areas == sorted(
        areas,
        key=["config", "tokens", "rules", "space", "database", "feeds", "delivery", "slack", "discord", "clock"].index,
    )
    assert the(results, "channel C0GENERAL (#alerts)").level is Level.OK
    assert the(results, f"channel {place.channel} (#alerts)").level is Level.OK
    offline = await asyncio.to_thread(lambda: look(Path("tocsin.yaml"), is_offline=True))
    assert {one.area for one in offline}.isdisjoint({"slack", "discord"})


def test_no_token_is_in_what_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_text("TOCSIN_SLACK_BOT_TOKEN=xoxb-canary-secret\n", encoding="utf-8")
    Path(".env").chmod(0o600)
    Path("tocsin.yaml").write_text(CONFIG + "slack: {api_url: 'http://127.0.0.1:9'}\n", encoding="utf-8")
    assert main(["doctor"]) == 1
    out = capsys.readouterr()
    assert "FAIL" in out.out
    assert "canary" not in out.out + out.err


# -- feeds that were never read ------------------------------------------------------------------------------------

POLLING = "polling: {contact: desk@example.org, allow_private: [127.0.0.1]}\n"


def polled(*urls: str, polling: str = POLLING) -> None:
    listed = "".join(f'  - url: "{url}"\n' for url in urls)
    text = f"version: 1\ndatabase: tocsin.db\nrules: [pack:sanctions]\n{CONSOLE}{polling}feeds:\n{listed}"
    Path("tocsin.yaml").write_text(text, encoding="utf-8")


async def looked() -> tuple[Finding, ...]:
    return await asyncio.to_thread(lambda: look(Path("tocsin.yaml")))


async def test_a_feed_on_a_private_address_fails_before_the_first_run_and_the_fix_names_the_key(folder: Path) -> None:
    polled("http://127.0.0.1:9/feed", polling="polling: {contact: desk@example.org}\n")
    refused = the(await looked(), "http://127.0.0.1:9/feed cannot be polled")
    assert (refused.level, refused.area) == (Level.FAIL, "feeds")
    assert "polling.allow_private" in refused.fix


async def test_feeds_are_asked_until_a_poll_has_read_them(folder: Path, now: datetime) -> None:
    async with FeedServer() as server:
        good = server.at("/good", Ok(rss([rss_item(1)])))
        page = server.at("/page", Ok(b"<!doctype html><title>A page</title>", content_type="text/html"))
        polled(good, page)
        results = await looked()
        assert "feeds: 1 feed asked, it answers" in found(results, Level.OK)
        assert the(results, f"{page} cannot be polled").level is Level.WARN
        db = Database(Path("tocsin.db"))
        db.open()
        db.write(lambda connection: feeds.add(connection, FeedSpec(url=good), now=now))
        db.write(lambda connection: connection.execute(update(feed).values(polled_at=now)))
        db.close()
        assert not [one for one in found(await looked(), Level.OK) if "feed asked" in one]


async def test_where_no_feed_can_be_reached_it_is_one_finding_that_asks_for_the_network(folder: Path) -> None:
    polled("http://127.0.0.1:9/1", "http://127.0.0.1:9/2")
    assert "online" in the(await looked(), "none of 2 feeds can be reached").fix
