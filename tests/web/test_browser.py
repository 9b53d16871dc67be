"""The pages in a real browser. Skipped where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.web.chromium import DESK, LOOKS, PHONE, Watched, open_tab, started
from tests.web.desk import COOKIE_NAME, TOKEN, Browser

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

pytestmark = pytest.mark.asyncio(loop_scope="session")
SHOWN = ["/", "/stories", "/stories/1", "/figures", "/positions", "/search?q=withdraw*", "/items/5", "/nothing"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    async with started() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tabs(library: Browser, chromium: Chromium) -> dict[str, Watched]:
    """A tab for each look, all signed in by one cookie."""
    await library.sign_in()
    (cookie,) = (one.value for one in library.client.cookie_jar if one.key == COOKIE_NAME)
    found = {}
    for look, options in LOOKS.items():
        context = await chromium.new_context(**options)
        await context.add_cookies([{"name": COOKIE_NAME, "value": cookie, "url": library.base}])
        found[look] = await open_tab(context, library.base)
    return found


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", SHOWN)
async def test_a_page_can_be_read_by_everybody(reader: Browser, tabs: dict[str, Watched], path: str, look: str) -> None:
    tab = tabs[look]
    await tab.page.goto(reader.base + path)
    await tab.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    faults = await tab.faults()
    tab.trouble.clear()
    expected = "Failed to load resource: the server responded with a status of 404"
    assert [one for one in faults if not (path == "/nothing" and expected in one)] == []


async def test_dark_is_dark_and_light_is_light(reader: Browser, tabs: dict[str, Watched]) -> None:
    grounds = {}
    for look in ("light", "dark"):
        await tabs[look].page.goto(reader.base + "/figures")
        grounds[look] = await tabs[look].page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds["light"] != grounds["dark"]


async def test_everything_can_be_reached_by_keyboard_and_is_seen_when_it_is(
    reader: Browser, tabs: dict[str, Watched]
) -> None:
    page = tabs["light"].page
    await page.goto(reader.base + "/figures")
    wanted = await page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]"
        ".filter((one) => one.checkVisibility()).length"
    )
    reached, rings = set(), []
    for _ in range(wanted + 6):
        await page.keyboard.press("Tab")
        number, ring = await page.evaluate(
            "[[...document.querySelectorAll('*')].indexOf(document.activeElement),"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        if number in reached:
            break
        reached.add(number)
        rings.append(ring)
    assert len(reached) >= wanted
    assert "none" not in rings[:wanted]


async def test_the_first_key_leads_past_the_navigation(reader: Browser, tabs: dict[str, Watched]) -> None:
    page = tabs["light"].page
    await page.goto(reader.base + "/stories")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_one_signs_in_with_the_keyboard_alone_and_out_again(reader: Browser, chromium: Chromium) -> None:
    tab = await open_tab(await chromium.new_context(viewport=PHONE), reader.base)
    await tab.page.goto(reader.base + "/figures?actor=Washington")
    assert await tab.faults() == []
    await tab.page.keyboard.type("wrong")
    await tab.page.keyboard.press("Enter")
    await tab.page.wait_for_selector("[role=alert]")
    assert [one for one in await tab.faults() if "403" not in one] == []
    tab.trouble.clear()
    await tab.page.keyboard.type(TOKEN)
    await tab.page.keyboard.press("Enter")
    await tab.page.wait_for_url("**/figures?actor=Washington")
    assert await tab.page.evaluate("document.cookie") == ""
    await tab.page.get_by_role("button", name="Sign out").click()
    await tab.page.wait_for_url("**/sign-in")
    await tab.page.goto(reader.base + "/figures")
    assert "/sign-in" in tab.page.url
    assert tab.trouble == []


async def test_a_script_that_got_into_a_page_would_not_run(reader: Browser, tabs: dict[str, Watched]) -> None:
    page = tabs["light"].page
    await page.set_viewport_size(DESK)
    await page.goto(reader.base + "/figures")
    await page.evaluate(
        "const one = document.createElement('script'); one.textContent = 'window.ran = 1'; document.body.append(one);"
        "const two = document.createElement('img'); two.src = 'https://evil.example/x.png'; document.body.append(two);"
    )
    assert await page.evaluate("window.ran") is None
    refused = [one for one in tabs["light"].trouble if "Content Security Policy" in one]
    tabs["light"].trouble.clear()
    assert len(refused) == 2
