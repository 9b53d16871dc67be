"""The workbench in the system's Chromium: what only a browser can show."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from yarl import URL

from bot.store.schema import audit
from bot.web.sessions import COOKIE
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import Browser, fill, serving
from tests.web.workbench import FILE, LEAVING, RULES, put_into_force

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
CHANGED = RULES.replace("min_change: 5%", "min_change: 10%")

# Whatever can be worked with and has no name that a screen reader could say.
NAMELESS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary, [role]")]
  .filter((one) => one.type !== "hidden" && one.offsetParent !== null)
  .filter((one) => !(one.textContent.trim() || one.labels?.length || one.ariaLabel
    || one.getAttribute("aria-labelledby")))
  .map((one) => one.outerHTML)"""

# Contrast of text with what is behind it, as WCAG counts it.
CONTRAST = """(selector) => {
  const channels = (color) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = (color) => [...channels(color)].slice(0, 3).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (one) => {
    for (let here = one; here; here = here.parentElement) {
      const color = getComputedStyle(here).backgroundColor;
      if (channels(color)[3] === 255) return color;
    }
    return "white";
  };
  return [...document.querySelectorAll(selector)].filter((one) => one.offsetParent !== null).map((one) => {
    const [text, back] = [light(getComputedStyle(one).color), light(ground(one))];
    return (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
  });
}"""
INKS = (
    ".gutter span, .under span, .m, .sign, .blame, .because, .why, .note, .proposals b, .proposals span, .code, button"
)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A browser beside the bot that it looks at."""

    chromium: Any
    server: Browser
    room: Newsroom

    @asynccontextmanager
    async def page(self, path: str = f"/workbench?file={FILE}", **options: Any) -> AsyncIterator[Any]:
        """Open a page as somebody who is signed in; whatever the browser complains of fails the test."""
        context = await self.chromium.new_context(**({"viewport": {"width": 1300, "height": 900}} | options))
        token = self.server.client.cookie_jar.filter_cookies(URL(self.server.base))[COOKIE].value
        await context.add_cookies([{"name": COOKIE, "value": token, "url": self.server.base}])
        page = await context.new_page()
        page.set_default_timeout(5_000)
        troubles: list[str] = []
        page.on("console", lambda said: troubles.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request", lambda asked: troubles.append(asked.url) if not asked.url.startswith(self.server.base) else None
        )
        await page.goto(self.server.base + path)
        yield page
        await context.close()
        assert [one for one in troubles if "401" not in one] == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> AsyncIterator[Stage]:
    room = Newsroom(tmp_path_factory.mktemp("browser") / "tocsin.db", lexicon)
    await fill(room)
    async with playwright.async_playwright() as driver, serving(room) as server:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        await server.sign_in()
        yield Stage(chromium=chromium, server=server, room=room)
        await chromium.close()
    room.db.close()


@pytest.fixture(autouse=True)
def a_moment_later(stage: Stage) -> None:
    """Let every test begin with the same rules, and with the pace of requests forgotten."""
    stage.room.clock.advance(60)
    put_into_force(stage.room)


async def write(page: Any, text: str) -> None:
    """Put a text into the editor as if it were pasted."""
    await page.fill("#text", text)


async def test_a_bad_key_is_marked_at_its_line_as_one_types(stage: Stage) -> None:
    async with stage.page() as page:
        await page.wait_for_selector("#faults .good")
        await page.evaluate("workbench.goTo(11, 5)")
        await page.keyboard.type("x")
        await page.wait_for_selector(".gutter .fault")
        assert await page.inner_text(".gutter .fault") == "11"
        assert await page.inner_text(".under .fault") == "xmin_change"
        assert 'did you mean "min_change"?' in await page.inner_text("#faults")
        assert "1 fault, in line 11" in await page.inner_text("#summary")
        await page.click("#faults a[data-line]")
        assert await page.evaluate("[document.activeElement.id, workbench.place().line]") == ["text", 10]


async def test_a_proposal_is_chosen_and_taken_by_keys(stage: Stage) -> None:
    async with stage.page() as page:
        await page.evaluate("workbench.goTo(11, 99)")
        await page.keyboard.press("Enter")
        await page.keyboard.type("ale", delay=20)
        await page.wait_for_selector(".proposals li")
        assert await page.get_attribute("#text", "role") == "combobox"
        assert await page.get_attribute("#text", "aria-activedescendant") == "proposal-0"
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".proposals li:nth-child(6)")  # the kinds of news
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        assert await page.inner_text(".proposals [aria-selected=true] b") == "changed"
        await page.keyboard.press("Enter")
        assert "    min_change: 5%\n    alert_on: changed\n    tests:" in await page.input_value("#text")
        await page.keyboard.press("Control+z")
        assert "alert_on: \n" in await page.input_value("#text")


async def test_proposals_close_and_the_editor_is_no_trap(stage: Stage) -> None:
    async with stage.page() as page:
        await page.evaluate("workbench.goTo(10, 40)")
        await page.keyboard.press("Control+Space")
        await page.wait_for_selector(".proposals li")
        await page.keyboard.press("Escape")
        assert await page.is_hidden(".proposals")
        assert await page.get_attribute("#text", "role") is None
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Check"


async def test_a_text_is_tried_and_tried_again_as_the_rule_changes(stage: Stage) -> None:
    async with stage.page() as page:
        await page.fill("#article", LEAVING)
        await page.click("#try")
        await page.wait_for_selector(".m.figure")
        assert await page.inner_text(".verdict .sign.rings") == "rings"
        assert await page.inner_text(".article .m.word >> nth=0") == "withdraw"
        await page.click("text=Other rules")
        await write(page, RULES.replace("place: Europe}\n    min", "place: Asia}\n    min"))
        await page.wait_for_selector(".tree .first")
        assert "place: Asia" in await page.inner_text(".tree .first")
        assert await page.get_attribute("details[data-key=others]", "open") is not None


async def test_a_change_comes_into_force_and_is_audited(stage: Stage) -> None:
    async with stage.page() as page:
        await write(page, CHANGED)
        await page.click("text=Compare and apply")
        await page.wait_for_selector(".diff .added")
        assert "min_change: 10%" in await page.inner_text(".diff .added")
        await page.click("text=into force")
        await page.wait_for_selector("h3:text('In force')")
        assert stage.room.works.in_force.documents[FILE] == CHANGED
        noted = await stage.room.db.read(lambda connection: connection.execute(select(audit.c.user)).scalars().all())
        assert noted[-1] == "an admin (web page)"
        await write(page, RULES)  # from what is in force now, without loading the page
        await page.click("text=Compare and apply")
        await page.click("text=into force")
        await page.wait_for_selector("h3:text('In force')")
        assert stage.room.works.in_force.documents[FILE] == RULES


async def test_the_archive_is_looked_through(stage: Stage) -> None:
    async with stage.page() as page:
        await page.click("text=How often would it have rung?")
        await page.wait_for_selector(".volume rect")
        assert "3 alerts" in await page.inner_text("#answer")
        assert await page.is_hidden("#progress")


async def test_unsaved_text_outlives_a_reload_and_a_change_by_others(stage: Stage) -> None:
    async with stage.page() as page:
        await write(page, CHANGED)
        put_into_force(stage.room, RULES.replace("severity: urgent", "severity: notice"))
        await page.reload()
        await page.wait_for_selector("#kept:not([hidden])")
        assert await page.input_value("#text") == CHANGED
        await page.click("text=Compare and apply")
        await page.click("text=into force")
        await page.wait_for_selector("text=changed by somebody else meanwhile")
        await page.click("#forget")
        await page.wait_for_selector("#kept", state="hidden")
        assert "severity: notice" in await page.input_value("#text")


async def test_the_text_stays_when_the_session_is_over(stage: Stage) -> None:
    async with stage.page() as page:
        await page.context.clear_cookies()
        await write(page, CHANGED)
        await page.wait_for_selector("text=You are signed out")
        assert await page.input_value("#text") == CHANGED


async def test_everything_works_without_a_script(stage: Stage) -> None:
    async with stage.page(java_script_enabled=False) as page:
        await write(page, RULES.replace("severity: urgent", "severity: urgnt"))
        await page.click("text=Check")
        assert "severity: urgnt" in await page.input_value("#text")
        assert 'did you mean "urgent"?' in await page.inner_text("#answer")
        await write(page, CHANGED)
        await page.fill("#article", LEAVING)
        await page.click("#try")
        assert await page.inner_text(".verdict .sign.rings") == "rings"
        await page.click("text=Compare and apply")
        await page.click("text=into force")
        assert "is in force" in await page.inner_text("#answer")
    assert stage.room.works.in_force.documents[FILE] == CHANGED


async def test_it_can_be_read_by_day_and_night_and_on_a_phone(stage: Stage) -> None:
    async with stage.page() as page:
        await page.fill("#article", LEAVING)
        await page.click("#try")
        await page.wait_for_selector(".tree")
        for scheme, width in itertools.product(("light", "dark"), (360, 1300)):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": 800})
            await page.evaluate("workbench.goTo(10, 40)")
            await page.keyboard.press("Control+Space")
            await page.wait_for_selector(".proposals li")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert await page.evaluate(NAMELESS) == []
            assert min(await page.evaluate(CONTRAST, INKS)) >= 4.5
            await page.keyboard.press("Escape")
