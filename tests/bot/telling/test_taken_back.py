"""An item whose edited text says nothing any more takes its claims back."""

from __future__ import annotations

from pathlib import Path

from tests.bot.newsdesk import Newsdesk, report
from tests.databases import open_database


async def test_an_edit_that_drops_the_only_figure_withdraws_it(tmp_path: Path) -> None:
    with open_database(tmp_path) as db:
        desk = Newsdesk(db)
        desk.subscribe()
        await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany."))
        await desk.feed(report("1", "An earlier version of this report was wrong."))
        assert desk.column("development", "novelty") == ["new", "withdrawn"]
        assert desk.column("mention", "live") == [False]
        assert "the edited text no longer says it" in desk.stages()["ledger"]
