"""Tokens and feed passwords show themselves nowhere: not in the loudest log, on disk, in a repr or in an error."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from adapters.webserver import WebServer
from bot import pages, vitals
from bot.commands.desk import Desk
from bot.errors import DeliveryError
from bot.secret import Secret
from bot.web.door import Door
from bot.web.routes import ROUTES
from bot.web.sessions import Sessions
from bot.web.site import Site
from tests.cli.terminal import ROOT
from tests.e2e.newsroom import TOPIC, open_newsroom
from tests.fakes import slack
from tests.fakes.discord import TOKEN, FakeDiscord, fake_discord
from tests.fakes.feedserver import FeedServer, Status

DISCORD_CANARY = "MTE0canary.Gdiscord.hunter2-discord-token"
FEED_CANARY = "hunter2-feed-password"
WEB_CANARY = "hunter2-access-token-of-the-page"
CANARIES = (slack.BOT_TOKEN, slack.APP_TOKEN, DISCORD_CANARY, FEED_CANARY)


def leaked(text: str, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    return [canary for canary in canaries if canary in text]


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes().decode("latin-1")


async def run_until_connected(
    folder: Path, slack_server: slack.FakeSlack, discord_server: FakeDiscord
) -> tuple[int, str]:
    """Serve with debug logs until both gateways stand, then end it as a service manager would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")} | {
        "PYTHONPATH": str(ROOT),
        "TOCSIN_LOG": "debug",
        "TOCSIN_SLACK_BOT_TOKEN": slack.BOT_TOKEN,
        "TOCSIN_SLACK_APP_TOKEN": slack.APP_TOKEN,
        "TOCSIN_SLACK_API_URL": slack_server.api_url,
        "TOCSIN_DISCORD_TOKEN": DISCORD_CANARY,
        "TOCSIN_DISCORD_API_URL": discord_server.api_url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    reading = asyncio.create_task(process.communicate())
    try:
        await slack_server.wait_for(lambda: slack_server.sockets)
        await discord_server.gateway.ready()
        asked = await discord_server.slash(next(iter(discord_server.world.channels.values())), "list")
        await asked.answered()
        process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(reading, 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode()


async def pages_of_the_web(desk: Desk) -> str:
    """Sign in, and return every page that stands for itself, with its headers."""
    door = Door(sessions=Sessions(Secret(WEB_CANARY)), where="web-token")
    server = WebServer(Site(desk, door).application, host="127.0.0.1", port=0)
    base = f"http://127.0.0.1:{await server.start()}"
    found = ""
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
            paths = [route.path for route in ROUTES if route.method == "GET" and "{" not in route.path]
            for path in ("/sign-in", *paths):
                async with client.get(base + path) as reply:
                    assert reply.status == 200, path
                    found += f"{reply.headers} {await reply.text()}"
                if path == "/sign-in":
                    await client.post(f"{base}/sign-in", data={"token": WEB_CANARY}, headers={"Origin": base})
    finally:
        await server.close()
    return found


async def test_a_whole_run_with_the_loudest_log_shows_no_secret_and_leaves_none_on_disk(tmp_path: Path) -> None:
    async with slack.fake_slack() as slack_server, fake_discord(DISCORD_CANARY) as discord_server, FeedServer() as web:
        guild = discord_server.world.add_guild()
        discord_server.world.add_channel(guild["id"], "alerts")
        broken = web.at("/feed", Status(500)).replace("http://", f"http://ana:{FEED_CANARY}@")
        (tmp_path / "tocsin.yaml").write_text(
            "version: 1\nrules: [pack:us-forces-europe]\npolling: {allow_private: [127.0.0.1]}\n"
            f"feeds:\n  - url: {broken}\n",
            encoding="utf-8",
        )
        code, said = await run_until_connected(tmp_path, slack_server, discord_server)
    assert code == 0, said
    assert len(said.splitlines()) > 20, "the log was not at its loudest"
    assert [line for line in said.splitlines() if leaked(line)] == []
    # The address of a feed is what the operator wrote; the tokens have no place on disk at all.
    tokens = CANARIES[:3]
    assert {name: leaked(text, tokens) for name, text in contents(tmp_path) if leaked(text, tokens)} == {}


async def test_in_the_process_no_repr_and_no_log_record_shows_a_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = (slack.BOT_TOKEN, slack.APP_TOKEN, TOKEN, WEB_CANARY)
    async with open_newsroom(tmp_path) as newsroom:
        await newsroom.ask_slack(f"subscribe {TOPIC} confirm:true")
        await newsroom.ask_discord("subscribe", to=TOPIC, confirm="true")
        newsroom.slack.next("chat.postMessage", slack.error("invalid_blocks"), slack.error("channel_not_found"))
        newsroom.discord.faults.on("create_message", "error 50013")
        await newsroom.poll()
        newsroom.publish(2)
        await newsroom.poll()
        parts = [newsroom.app, *newsroom.app.gateways, newsroom.app.dispatcher, newsroom.app.commands]
        shown = " ".join(f"{part!r} {vars(part) if hasattr(part, '__dict__') else ''}" for part in parts)
        kept = await newsroom.app.db.read(
            lambda connection: str(connection.exec_driver_sql("SELECT * FROM outbox").all())
        )
        app, now = newsroom.app, newsroom.app.clock.now()
        found = await app.db.read(lambda connection: vitals.collect(connection, app.upkeep.watcher, {}, now))
        web_pages = await pages_of_the_web(app.commands.desk)
        assert "Sign out" in web_pages, "nobody was signed in"
        shown += web_pages + "".join(write(found).text for write in (pages.health, pages.ready, pages.metrics))
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''} {vars(record)}" for record in caplog.records)
    printed = "".join(capsys.readouterr())
    assert leaked(shown + kept + printed, tokens) == []
    assert leaked(logged, tokens) == []


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_refusal_shows_no_token_in_any_link_of_its_chain(tmp_path: Path, method: str) -> None:
    async with open_newsroom(tmp_path) as newsroom:
        newsroom.slack.always(method, slack.error("invalid_auth"))
        from adapters.slack.bolt import Backstage
        from adapters.slack.gateway import SlackGateway
        from adapters.slack.workspaces import OneWorkspace
        from bot.secret import Secret

        commands, clock, url = newsroom.app.commands, newsroom.app.clock, newsroom.slack.api_url
        backstage = Backstage(
            OneWorkspace(Secret(slack.BOT_TOKEN), url),
            on_command=commands.handle,
            on_button=commands.press,
            clock=clock,
            api_url=url,
        )
        gateway = SlackGateway(Secret(slack.APP_TOKEN), backstage, clock=clock)
        with pytest.raises(DeliveryError) as caught:
            await asyncio.wait_for(gateway.run(), 20)
    error: BaseException | None = caught.value
    while error is not None:
        assert leaked(f"{error} {error!r} {error.args}") == []
        error = error.__cause__ or error.__context__
