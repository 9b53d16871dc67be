"""A workbench to press the buttons of, with a rule file of its own in force."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import Answer, Browser

FILE = "rules/withdrawals.yaml"
RULES = """\
version: 1
topic: withdrawals
title: Withdrawals
owner: security desk
rules:
  - id: withdrawal-figure
    title: A number of troops that leaves Europe
    severity: urgent
    match: '(withdraw* OR "pull out") W/15 (troops OR soldiers)'
    figure: {unit: troops, actor: United States, action: [withdraw, reduce], place: Europe}
    min_change: 5%
    tests:
      - name: the figure rings
        text: Washington will withdraw 20,000 troops from Europe, two officials said.
        expect: {alert: new, figure: {low: 20000, place: Europe}}
      - name: a restated total does not ring
        text: About 100,000 US troops are stationed in Europe.
        expect: {alert: none}
"""
LEAVING = "Washington will withdraw 20,000 troops from Europe, two officials said. Turkey supports a UN mandate."
STAYING = "About 100,000 US troops are stationed in Europe."
PART = {"X-Workbench-Part": "1", "Accept": "application/json"}


def put_into_force(room: Newsroom, text: str = RULES, name: str = "withdrawals.yaml") -> None:
    """Write a rule file by hand, and let the bot take it up."""
    (room.rules / name).write_text(text, encoding="utf-8")
    room.watcher.poll(room.clock.now())
    room.watcher.poll(room.clock.now() + timedelta(seconds=5))


def field_of(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no field {name}"
    return unescape(found[1])


def text_of(page: str) -> str:
    """Return what is in the editor of a page."""
    found = re.search(r'<textarea id="text".*?>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


class Bench:
    """Presses buttons as the page does, with the fields that its page was served with."""

    def __init__(self, browser: Browser, page: str) -> None:
        self.browser = browser
        self.fields = {
            "form_token": field_of(page, "form_token"),
            "file": FILE,
            "stamp": field_of(page, "stamp"),
            "text": text_of(page),
        }

    @classmethod
    async def open(cls, browser: Browser, file: str = FILE) -> Bench:
        """Open a file in the workbench."""
        return cls(browser, (await browser.get(f"/workbench?file={file}")).text)

    async def press(self, action: str, **fields: str) -> Answer:
        """Press a button without a script: the answer is a whole page."""
        return await self.browser.post(f"/workbench/{action}", self.fields | fields)

    async def ask(self, action: str, **fields: str) -> str:
        """Press a button with the script: the answer is a part of the page."""
        answer = await self.browser.post(f"/workbench/{action}", self.fields | fields, **PART)
        assert answer.status == 200, answer.text
        return answer.text

    async def backtest(self, **fields: str) -> str:
        """Let the archive be looked through, and return the result that is sent last."""
        lines = (await self.ask("backtest", **fields)).splitlines()
        return str(json.loads(lines[-1])["html"])
