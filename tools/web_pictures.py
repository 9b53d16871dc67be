"""Draws the pictures of the web page in docs/pictures: ``python tools/web_pictures.py [NAME...]``.

    a newsroom of the tests -> the real server on 127.0.0.1 -> the system's Chromium -> PNG, light and dark

A scene is a name, an address and what is done there before the picture is taken. Needs Chromium and Playwright.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.async_api import async_playwright
from yarl import URL

from bot.resources import load_lexicon
from bot.web.sessions import COOKIE
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import Browser, fill, serving
from tests.web.workbench import FILE, RULES, put_into_force
from tools.pictures import TARGET, shrink

SCHEMES = ("light", "dark")
ARTICLE = (
    "Allied officials met in Brussels on Monday. NATO sources expect Washington to withdraw 40,000 to 70,000 troops "
    "from Europe, the Made-up Courier reports. Italy supports a UN mandate for peacekeepers in Ukraine. No decision "
    "on the withdrawal has been announced."
)

Prepare = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture to take: ``prepare`` works on the page, a Playwright one, before it is taken."""

    name: str
    path: str
    prepare: Prepare
    width: int = 1360
    height: int = 940


async def workbench(page: Any) -> None:
    """Try a rule on an article, and begin to write another key."""
    await page.fill("#article", ARTICLE)
    await page.click("#try")
    await page.wait_for_selector(".tree")
    await page.evaluate("workbench.goTo(11, 99)")
    await page.keyboard.press("Enter")
    await page.keyboard.type("alert_on: ", delay=20)
    await page.wait_for_selector(".proposals li")
    await page.wait_for_selector("#faults .fault")
    await page.evaluate("window.scrollTo(0, document.querySelector('#answer').offsetTop - 12)")


async def nothing(_page: Any) -> None:
    """Leave the page as it is."""


SCENES = (
    Scene(name="workbench", path=f"/workbench?file={FILE}", prepare=workbench),
    Scene(name="web-figures", path="/figures", prepare=nothing, height=820),
    Scene(name="web-positions", path="/positions", prepare=nothing, height=820),
)


async def photograph(scene: Scene, chromium: Any, server: Browser) -> None:
    """Take the picture of a scene by day and by night."""
    token = server.client.cookie_jar.filter_cookies(URL(server.base))[COOKIE].value
    for scheme in SCHEMES:
        view = {"width": scene.width, "height": scene.height}
        context = await chromium.new_context(color_scheme=scheme, viewport=view)
        await context.add_cookies([{"name": COOKIE, "value": token, "url": server.base}])
        page = await context.new_page()
        await page.goto(server.base + scene.path)
        await scene.prepare(page)
        path = TARGET / f"{scene.name}-{scheme}.png"
        await page.screenshot(path=path)
        await context.close()
        shrink(path)


async def draw(scenes: tuple[Scene, ...], browser: str) -> None:
    """Serve a newsroom and take all pictures."""
    with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as folder:
        room = Newsroom(Path(folder) / "tocsin.db", load_lexicon())
        put_into_force(room, RULES)
        await fill(room)
        async with async_playwright() as driver, serving(room) as server:
            await server.sign_in()
            chromium = await driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            for scene in scenes:
                await photograph(scene, chromium, server)
            await chromium.close()
        room.db.close()


def main() -> None:
    """Draw the scenes that were named, or all."""
    parser = argparse.ArgumentParser(description="draw the pictures of the web page")
    parser.add_argument("names", nargs="*", choices=[*(scene.name for scene in SCENES), []], help="scenes (all)")
    names = parser.parse_args().names
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("there is no chromium on this machine")
    asyncio.run(draw(tuple(scene for scene in SCENES if not names or scene.name in names), browser))


if __name__ == "__main__":
    main()
