"""The web page as a part of the bot: on by default, out of the way when it is not asked for."""

from __future__ import annotations

import re
import socket
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.app import opened
from bot.cluster.share import Share
from bot.config import Config, Console, Web
from bot.credentials import Credentials
from bot.errors import ConfigError
from bot.secret import Secret
from bot.serving import App
from rules.errors import TocsinError
from tests.shared import ROOT

Probe = Callable[[App], Awaitable[object]]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def config(port: int) -> Config:
    return Config(
        version=1,
        rules=("pack:us-forces-europe",),
        console=Console(enabled=True),
        web=Web(listen=f"127.0.0.1:{port}"),
    )


async def serve(
    settings: Config, folder: Path, probe: Probe, *, token: Secret | None = None, asked: bool = True
) -> None:
    """Serve until the probe has looked."""
    async with opened(settings, folder, Credentials(web=token), environment={}) as app:
        app.needs_web = asked

        async def look() -> object:
            return await probe(app)

        app.share = Share(poll=None, tasks=(look,))
        await app.serve()


async def enter(base: str, token: str) -> str:
    """Sign in and return what the first page says."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
        async with client.post(f"{base}/sign-in", data={"token": token}, headers=headers) as reply:
            return await reply.text()


async def test_it_is_served_on_this_machine_unless_it_is_turned_off() -> None:
    web = Config(version=1).web
    assert web.enabled
    assert web.address == ("127.0.0.1", 8480)


async def test_a_running_bot_serves_pages_and_monitors_on_one_port(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    kept = tmp_path / "var" / "web-token"
    seen: list[str] = []

    async def probe(app: App) -> None:
        assert app.web is not None
        assert app.web.address == f"{base}/"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        async with aiohttp.ClientSession() as client, client.get(f"{base}/healthz") as reply:
            seen.append((await reply.json())["status"])
        seen.append(await enter(base, kept.read_text("ascii")))

    await serve(config(port), tmp_path, probe)
    assert seen[0] == "ok"
    assert "<h1>Status</h1>" in seen[1]
    assert "us-withdrawal-figure" in seen[1]


async def test_a_token_of_ones_own_is_taken_and_none_is_made(tmp_path: Path) -> None:
    port = free_port()
    pages: list[str] = []

    async def probe(_app: App) -> None:
        pages.append(await enter(f"http://127.0.0.1:{port}", "my-own-token-of-24-letters"))

    await serve(config(port), tmp_path, probe, token=Secret("my-own-token-of-24-letters"))
    assert "<h1>Status</h1>" in pages[0]
    assert not (tmp_path / "var" / "web-token").exists()


async def test_a_bot_that_does_not_serve_makes_no_token(tmp_path: Path) -> None:
    async with opened(config(free_port()), tmp_path, Credentials(), environment={}) as app:
        await app.once()
    assert not (tmp_path / "var" / "web-token").exists()


async def test_a_port_that_is_taken_stops_only_those_who_asked_for_the_page(tmp_path: Path) -> None:
    looked: list[str] = []

    async def probe(_app: App) -> None:
        looked.append("went on")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = config(taken.getsockname()[1])
        await serve(settings, tmp_path, probe, asked=False)
        assert looked == ["went on"]
        with pytest.raises(TocsinError, match=re.escape("web.listen in tocsin.yaml: cannot listen there")):
            await serve(settings, tmp_path, probe)
    assert looked == ["went on"]


async def test_a_token_that_cannot_be_kept_stops_only_those_who_asked_for_the_page(tmp_path: Path) -> None:
    looked: list[str] = []

    async def probe(_app: App) -> None:
        looked.append("went on")

    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "web-token").write_text("for everybody to read", encoding="ascii")
    (tmp_path / "var" / "web-token").chmod(0o644)
    await serve(config(free_port()), tmp_path, probe, asked=False)
    with pytest.raises(ConfigError, match="chmod 600"):
        await serve(config(free_port()), tmp_path, probe)
    assert looked == ["went on"]


async def test_a_section_in_the_file_is_what_asking_means(tmp_path: Path) -> None:
    for settings, is_asked in (
        (config(free_port()), True),
        (Config(version=1, rules=("pack:us-forces-europe",)), False),
    ):
        async with opened(settings, tmp_path, Credentials(), environment={}) as app:
            assert app.needs_web is is_asked


def test_nothing_of_it_is_loaded_before_somebody_opens_it() -> None:
    code = (
        "import sys, bot.app, bot.web.site, bot.web.door\n"
        "from bot.web.drawing import Drawing\n"
        "assert 'jinja2' not in sys.modules, 'templates were loaded'\n"
        "Drawing().draw('error.html', {'title': 't', 'sentence': 's', 'code': 1, 'nav': []})\n"
        "assert 'jinja2' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)
