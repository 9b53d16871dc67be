"""The browser of this machine, driven by Playwright, and what is asked of every page that it shows."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
DESK: ViewportSize = {"width": 1200, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESK},
    "dark": {"color_scheme": "dark", "viewport": DESK},
    "phone": {"color_scheme": "light", "viewport": PHONE},
}


def found() -> str:
    """Return the browser of this machine; skips the test where there is none."""
    pytest.importorskip("playwright", reason="Playwright is not installed: pip install --group dev")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    return path


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """Start the browser."""
    path = found()
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """A tab of which is noted what went wrong: errors on its console, requests to others, forbidden parts."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", lambda line: self._note(line.type, line.text))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url, base))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.trouble.append(f"{kind}: {text}")

    def _asked(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:")):
            self.trouble.append(f"asked {url}")

    async def faults(self) -> list[str]:
        """Return everything that is wrong with what is shown now; see checks.js for what is looked at."""
        return [*self.trouble, *await self.page.evaluate(CHECKS)]


async def open_tab(context: BrowserContext, base: str) -> Watched:
    """Open a tab and watch it."""
    return Watched(await context.new_page(), base)
