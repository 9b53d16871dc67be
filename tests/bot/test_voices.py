"""Two sides quoted in one article, from the text to the message: each is told with its own voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ports import Entry
from bot.resources import load_lexicon
from bot.store.db import Database
from rules.extract import Extractor
from tests.bot.newsdesk import Newsdesk
from tests.databases import open_database

RULES = """version: 1
topic: tolls
title: Tolls
owner: desk
rules:
  - id: killed
    title: People killed
    figure: {action: kill}
    alert_on: [new, changed, contradicted, confirmed]
"""
PALESTINIAN = "Israeli air strikes killed 12 people in Gaza on Monday, the Palestinian health ministry said."
ISRAELI = "The Israeli army said that it had killed five people in Gaza."


def report(guid: str, text: str) -> Entry:
    link = f"https://outlet.example/{guid}"
    return Entry(guid=guid, url=link, title="Air strikes on Gaza", summary=text, content="", published=None)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def desk(db: Database) -> Newsdesk:
    desk = Newsdesk(db, rules=(RULES,), extractor=Extractor(load_lexicon()))
    desk.subscribe("tolls")
    return desk


async def test_an_article_with_two_sides_rings_once_and_says_who_says_what(desk: Newsdesk) -> None:
    await desk.feed(report("1", f"{PALESTINIAN} {ISRAELI}"))
    assert desk.column("development", "novelty") == ["new", "contradicted"]
    parent = next(row for row in desk.sent() if row.op == "post")
    assert "12" in parent.text
    assert "5" in parent.text
    assert "Israel" in parent.text
    assert "Palestine" in parent.text


async def test_the_side_that_answers_in_another_paper_contradicts(desk: Newsdesk) -> None:
    await desk.feed(report("1", PALESTINIAN))
    await desk.feed(report("2", ISRAELI), outlet="Second Post")
    assert desk.column("development", "novelty") == ["new", "contradicted"]
    assert "ledger" in desk.stages()
    assert desk.stages()["ledger"].startswith("contradicted: Israel says 5, Palestine says 12")


async def test_one_ministry_through_two_papers_does_not_confirm_itself(desk: Newsdesk) -> None:
    await desk.feed(report("1", PALESTINIAN))
    await desk.feed(report("2", PALESTINIAN), outlet="Second Post")
    assert desk.column("development", "novelty") == ["new", "restated"]
