"""Draws the pictures in docs/pictures: ``python tools/pictures.py [--scenes FILE] [--packages FOLDER]``.

    demonstration feed -> the whole bot with its real clients -> the fakes of both platforms -> PNG, light and dark

The messages are those that the platforms' fakes received, unchanged but for one thing: the loopback addresses of the
demonstration's pages are shown as those of example hosts.

Needs Node.js, npm and Chromium on the machine. Nothing of that belongs to the project: the renderers of ``PACKAGES``
are installed into a temporary folder (``--packages`` keeps one for the next time) and pictures are all that is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from adapters.charts import draw
from bot.message import Chart, ChartPoint
from tests.e2e.newsroom import TOPIC, Newsroom, open_newsroom

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "@derockdev/discord-components-core@3.6.1",
    "discord-markdown-parser@1.3.1",
    "esbuild@0.28.2",
    "playwright-core@1.64.1",
    "react@19.3.1",
    "react-dom@19.3.1",
    "slack-blocks-to-jsx@1.1.1",
)
PARTS = ROOT / "tools" / "pictures"
TARGET = ROOT / "docs" / "pictures"
POSITIONS = "un-mandate-peacekeeping"
COLOURS = 128  # of a picture's palette; text on plain ground needs no more
QUESTIONS: dict[str, dict[str, str]] = {"list": {}, "figures": {}, "why": {"alert": "1"}}
CHARTED = (
    (0, 40_000, 70_000, "Made-up Daily"),
    (9, 20_000, 30_000, "Made-up Daily"),
    (23, 35_000, 35_000, "Made-up Wire"),
)

_PAGE = re.compile(r"http://127\.0\.0\.1:\d+/(unn|courier|wire)\.html")
_FEED = re.compile(r"http(:\\*)//127\.0\.0\.1:\d+/(unn|courier|wire)\.rss")
_SHOWN_HOST = re.compile(
    r"""
      ( "url": [ ]"https://(?P<element>\w+\.example)/", [ ]"text": [ ]"(?:[^"\\]|\\.)*?  # a link in Slack's rich text
      | <https://(?P<mrkdwn>\w+\.example)/\|[^>"]*?                                    # in its small print
      | \]\(https://(?P<markdown>\w+\.example)/\)[ ]                                  # on Discord
      ) \(127\.0\.0\.1\)
    """,
    re.VERBOSE,
)

Json = dict[str, Any]


async def record() -> list[Json]:
    """Play the demonstration twice, once for each topic, and return the scenes to draw."""
    scenes: list[Json] = []
    async with _subscribed(TOPIC) as newsroom:
        await _step(newsroom, 2)
        scenes += _alerts(newsroom, "alert")
        await _step(newsroom, 3)
        await _step(newsroom, 4)
        scenes += [_slack_thread(newsroom), _discord_thread(newsroom)]
        scenes += await _answers(newsroom)
    async with _subscribed(POSITIONS) as newsroom:
        await _step(newsroom, 2)
        scenes += _alerts(newsroom, "position")
    return scenes


def _subscribed(topic: str) -> AbstractAsyncContextManager[Newsroom]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Newsroom]:
        with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as folder:
            async with open_newsroom(Path(folder)) as newsroom:
                await newsroom.ask_slack(f"subscribe {topic} confirm:true")
                await newsroom.ask_discord("subscribe", to=topic, confirm="true")
                await newsroom.poll()
                yield newsroom

    return opened()


async def _step(newsroom: Newsroom, step: int) -> None:
    newsroom.publish(step)
    await newsroom.poll()


def _alerts(newsroom: Newsroom, name: str) -> list[Json]:
    (on_slack,), (on_discord,) = newsroom.in_slack(), newsroom.in_discord()
    return [
        _scene("slack", name, [_from_slack(on_slack)]),
        _scene("discord", name, [_from_discord(on_discord)]),
    ]


def _slack_thread(newsroom: Newsroom) -> Json:
    (parent,) = newsroom.in_slack()
    replies = [_from_slack(each) for each in newsroom.in_slack(parent["ts"])]
    replies[0]["label"] = f"{len(replies)} replies"
    return _scene("slack", "thread", [_from_slack(parent), *replies])


def _discord_thread(newsroom: Newsroom) -> Json:
    """Show the channel (the alert and the line that an update leaves there), then the thread."""
    (parent,) = newsroom.in_discord()
    replies = [_from_discord(each) for each in newsroom.in_discord(parent["id"])]
    name = newsroom.discord.world.channels[parent["id"]]["name"]
    replies[0]["label"] = f"Thread: {name}"
    alert = _from_discord(parent) | {"thread": {"name": name, "count": len(replies)}}
    lines = [
        _from_discord(each) for each in newsroom.discord.messages(newsroom.channel["id"]) if each["id"] > parent["id"]
    ]
    return _scene("discord", "thread", [alert, *lines, *replies])


async def _answers(newsroom: Newsroom) -> list[Json]:
    """Ask the same three questions on both platforms."""
    on_slack, on_discord = [], []
    for name, options in QUESTIONS.items():
        words = " ".join((name, *options.values()))
        before = len(newsroom.slack.answers)
        await newsroom.ask_slack(words)
        answer = newsroom.slack.answers[before]
        on_slack.append(_from_slack({"ts": time.time(), **answer}) | {"label": f"/tocsin {words}"})
        asked = await (
            await newsroom.discord.slash(
                newsroom.channel, name, permissions=0, user="ana", attached=None, roles=(), **options
            )
        ).answered()
        on_discord.append(_from_discord(asked.original or {}) | {"label": f"/tocsin {words}"})
    return [_scene("slack", "answers", on_slack), _scene("discord", "answers", on_discord)]


def _scene(platform: str, name: str, messages: list[Json]) -> Json:
    return {"name": f"{platform}-{name}", "platform": platform, "messages": messages}


def _from_slack(message: Json) -> Json:
    at = datetime.fromtimestamp(float(message["ts"]), UTC)
    return {"at": at.isoformat(), "blocks": _example_hosts(message["blocks"])}


def _from_discord(message: Json) -> Json:
    shown: Json = {key: _example_hosts(message.get(key) or []) for key in ("embeds", "components")}
    is_edited = bool(message.get("edited_timestamp"))
    return {"at": message["timestamp"], "edited": is_edited, "content": message["content"], **shown}


def _example_hosts(payload: Any) -> Any:
    """Replace the loopback addresses of the demonstration's pages, shown hosts included."""
    text = json.dumps(payload, ensure_ascii=False)
    text = _PAGE.sub(r"https://\1.example/", text)
    text = _FEED.sub(r"https\1//\2.example/feed.rss", text)  # Discord's text has a backslash in it
    text = _SHOWN_HOST.sub(
        lambda found: f"{found[1]}({found['element'] or found['mrkdwn'] or found['markdown']})", text
    )
    if "127.0.0.1" in text:
        raise ValueError(f"an address of this machine would be in a picture: {text}")
    return json.loads(text)


def sample_chart() -> bytes:
    """Draw the chart of a made-up history; the demonstration's own has two values, and a chart begins with three."""
    first = datetime(2026, 3, 2, tzinfo=UTC)
    points = tuple(ChartPoint(first + timedelta(days=days), low, high, origin) for days, low, high, origin in CHARTED)
    png = draw(Chart("Made-up sample: withdraw from Europe", "troops", points))
    if png is None:
        sys.exit("matplotlib is not installed; pip install tocsin[charts]")
    return png


def install(folder: Path) -> None:
    """Install the renderers into ``folder`` and bundle the page there."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS.iterdir():
        shutil.copy(part, folder)
    if not (folder / "node_modules" / "playwright-core").exists():
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        _call(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", *PACKAGES)
    bundled = ("--bundle", "--minify", "--outfile=page.js", '--define:process.env.NODE_ENV="production"')
    _call(folder, "node_modules/.bin/esbuild", "page.jsx", "--jsx=automatic", "--log-level=error", *bundled)


def photograph(scenes: list[Json], folder: Path, target: Path) -> None:
    """Draw every scene on light and on dark as a PNG in ``target``."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("there is no chromium on this machine")
    (folder / "scenes.json").write_text(json.dumps(scenes), encoding="utf-8")
    _call(folder, "node", "shoot.mjs", browser, "scenes.json", str(folder / "page.html"), str(target))


def shrink(path: Path) -> None:
    """Give a picture a palette: a third of the bytes, and no difference that a reader sees."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(
            COLOURS, dither=Image.Dither.NONE, kmeans=2
        )  # or thin lines take the colour of others
    small.save(path, optimize=True)


def _call(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, timeout=300)  # noqa: S603  our own words, no shell


def main() -> None:
    """Record, install, draw."""
    parser = argparse.ArgumentParser(description="draw the pictures in docs/pictures")
    parser.add_argument("--scenes", type=Path, help="also write the recorded messages to this file, as JSON")
    parser.add_argument("--packages", type=Path, help="keep the renderers in this folder for the next time")
    given = parser.parse_args()
    scenes = asyncio.run(record())
    if given.scenes:
        given.scenes.write_text(json.dumps(scenes, indent=1, ensure_ascii=False), encoding="utf-8")
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as temporary:
        folder = (given.packages or Path(temporary)).resolve()
        install(folder)
        photograph(scenes, folder, TARGET)
    (TARGET / "chart-sample.png").write_bytes(sample_chart())
    for path in sorted(TARGET.glob("*.png")):
        shrink(path)


if __name__ == "__main__":
    main()
