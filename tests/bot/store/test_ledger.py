"""Which mentions are of one claim, as the ledger is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from bot.store import ledger, schema
from bot.store.db import Database
from rules.model import Development, Figure, ItemId, Mention, Novelty
from tests.bot.newsdesk import Newsdesk, report
from tests.databases import open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


async def told(db: Database) -> tuple[Newsdesk, Mention]:
    """Return a desk with one stored mention: 5,000 troops leave Germany."""
    desk = Newsdesk(db)
    await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany."))
    (known,) = (await db.read(lambda c: ledger.known(c, ledger.keys_of(c, ItemId(1))))).values()
    return desk, known


def part_of(known: Mention, low: int) -> Mention:
    assert isinstance(known.claim, Figure)
    claim = replace(known.claim, low=low, high=low, place="Bavaria")
    return replace(known, claim=claim, as_of=known.as_of + timedelta(hours=1))


def claims(desk: Newsdesk, db: Database, one: Development) -> list[int]:
    """Store a development and return the first mention of the claim of each stored one."""

    def work(connection: Connection) -> list[int]:
        earlier = ledger.known(connection, (), edited=ItemId(1))
        ledger.add_developments(connection, [one], earlier, desk.clock.now())
        return [first for _one, first in ledger.developments(connection, [1, 2]).values()]

    return db.write(work)


async def test_a_part_of_a_known_figure_is_a_claim_of_its_own(db: Database) -> None:
    desk, known = await told(db)
    part = Development(mention=part_of(known, 800), novelty=Novelty.NEW, reason="a part", previous=known, origins=1)
    assert claims(desk, db, part) == [1, 2]


async def test_a_changed_value_is_the_same_claim(db: Database) -> None:
    desk, known = await told(db)
    changed = part_of(known, 9000)
    one = Development(mention=changed, novelty=Novelty.CHANGED, reason="changed", previous=known, origins=1)
    assert claims(desk, db, one) == [1, 1]


async def test_what_was_taken_back_and_is_said_again_is_the_same_claim(db: Database) -> None:
    desk, _known = await told(db)
    db.write(lambda connection: connection.execute(update(schema.mention).values(live=False)))
    (known,) = (await db.read(lambda c: ledger.known(c, (), edited=ItemId(1)))).values()
    again = replace(known, live=True, as_of=known.as_of + timedelta(hours=1))
    one = Development(mention=again, novelty=Novelty.NEW, reason="reported anew", previous=known, origins=1)
    assert claims(desk, db, one) == [1, 1]
