"""One model, three platforms: each sample alert as console text, Block Kit and embed, side by side in one folder.

Set UPDATE_GOLDEN=1 to write the golden files anew; they are reviewed as prose.
"""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console import render as console
from adapters.discord import render as discord
from adapters.discord.limits import message_faults
from adapters.slack import render as slack
from bot.message import Message
from tests.bot.telling.alert_samples import THREADS
from tests.fakes.slack.rules import violations

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "alerts"
WIDTH = 90


def on_console(messages: tuple[Message, ...]) -> str:
    out = StringIO()
    terminal = Console(file=out, width=WIDTH, color_system=None, highlight=False)
    for number, message in enumerate(messages):
        terminal.print(console.render(message, is_reply=number > 0))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def on_slack(messages: tuple[Message, ...]) -> str:
    bodies = []
    for message in messages:
        rendered = slack.render(message)
        for part in (rendered.main, *rendered.overflow):
            body = {"text": part.text, "blocks": list(part.blocks)}
            assert violations("chat.postMessage", {"channel": "C1", **body}) == []
            bodies.append(body)
    return json.dumps(bodies, ensure_ascii=False, indent=1) + "\n"


def on_discord(messages: tuple[Message, ...]) -> str:
    pages = [page for message in messages for page in discord.render_all(message)]
    assert [fault for page in pages for fault in message_faults(page.payload())] == []
    return json.dumps([page.payload() for page in pages], ensure_ascii=False, indent=1) + "\n"


PLATFORMS = {"console.txt": on_console, "slack.json": on_slack, "discord.json": on_discord}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", THREADS)
def test_an_alert_reads_as_it_was_reviewed(name: str, platform: str) -> None:
    path = GOLDEN / name / platform
    text = PLATFORMS[platform](THREADS[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(THREADS)
