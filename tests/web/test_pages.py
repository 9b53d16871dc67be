from __future__ import annotations

from tests.web.desk import Browser


async def test_the_status_page_tells_of_feeds_and_of_what_rang(reader: Browser) -> None:
    page = await reader.get("/")
    assert page.status == 200
    assert "Made-up Courier" in page.text
    assert "withdraw 40,000–70,000" in page.text
