"""A rule's silence after it rang, small changes that add up, a second origin; the digest has the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.db import Database
from tests.bot.newsdesk import RULES, Newsdesk, report
from tests.databases import open_database

HOUR = 3600.0
COOLING = RULES.replace("    figure: {unit", "    cooldown: 6h\n    figure: {unit", 1)
COARSE = RULES.replace("    figure: {unit", "    min_change: 10%\n    figure: {unit", 1)


def leaving(count: int) -> str:
    return f"Washington will withdraw {count} troops from Germany."


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


async def test_within_the_cooldown_news_goes_to_the_digest_and_later_it_rings_again(db: Database) -> None:
    desk = Newsdesk(db, rules=(COOLING,))
    desk.subscribe()
    await desk.feed(report("1", leaving(5000)))
    desk.clock.advance(2 * HOUR)
    await desk.feed(report("2", leaving(9000)))
    assert desk.column("route", "reason") == ["delivered", "cooldown"]
    assert "Troops leave rang 2 h ago; its cooldown ends in 4 h" in desk.column("route", "detail")[1]
    assert desk.column("held", "reason") == ["cooldown"]
    assert [sent.op for sent in desk.sent()].count("post") == 1
    desk.deliver()
    desk.clock.advance(5 * HOUR)
    await desk.feed(report("3", leaving(7000)))
    assert desk.column("route", "reason")[-1] == "delivered"
    assert any("7,000" in sent for sent in desk.sent() if sent.heading.startswith("UPDATE"))


async def test_another_rule_of_the_same_article_rings_all_the_same(db: Database) -> None:
    desk = Newsdesk(db, rules=(COOLING,))
    desk.subscribe()
    await desk.feed(report("1", leaving(5000)))
    desk.clock.advance(HOUR)
    await desk.feed(report("2", f"{leaving(9000)} A summit is called."))
    assert sorted(desk.column("route", "reason")) == ["cooldown", "delivered", "delivered"]


async def test_small_changes_that_add_up_ring(db: Database) -> None:
    desk = Newsdesk(db, rules=(COARSE,))
    desk.subscribe()
    for number, count in enumerate((10_000, 10_600, 11_200, 11_700)):
        await desk.feed(report(str(number), leaving(count)))
        desk.deliver()
        desk.clock.advance(HOUR)
    rang = [sent.heading.partition(" · ")[0] for sent in desk.sent() if sent.op in {"post", "reply"}]
    assert [word for word in rang if word in {"NEW", "UPDATE"}] == ["NEW", "UPDATE"]
    assert any("10,000 troops → 11,200 troops" in sent for sent in desk.sent())


async def test_what_waits_for_a_second_origin_rings_when_that_reports_it_and_once(db: Database) -> None:
    wary = RULES.replace("    alert_on: [new, changed, corrected, contradicted, withdrawn]\n", "    origins: 2\n", 1)
    desk = Newsdesk(db, rules=(wary,))
    desk.subscribe()
    for number, origin in enumerate(("Fenn Gazette", "Moor Herald", "Vale Gazette")):
        text = f"Washington will withdraw 5000 troops from Germany, the {origin} reported."
        await desk.feed(report(str(number), text), outlet=f"Outlet {number}")
        desk.deliver()
        desk.clock.advance(HOUR)
    assert desk.column("development", "origins") == [1, 2, 3]
    assert [sent.heading.partition(" · ")[0] for sent in desk.sent() if sent.op == "post"] == ["CONFIRMED"]
    assert desk.column("route", "reason") == ["delivered"]
