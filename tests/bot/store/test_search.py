"""Full-text search: what is found, what is not, and that the index follows the items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert, select, text, update

from bot.store import schema, search
from bot.store.db import Database
from bot.store.search import Hits, Narrowing
from bot.store.searchtext import QueryError, folded, holds, read, spell
from bot.store.wordtables import VOLUME, tsvector
from tests.databases import open_database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        database.write(
            lambda c: c.execute(insert(schema.feed).values(id=1, url="https://f", next_due=NOW, added_at=NOW))
        )
        yield database


def add(
    db: Database, title: str, body: str = "", *, outlet: str = "The Courier", hours: float = 1.0, key: int | None = None
) -> int:
    """Store an item and index it, as the pipeline does."""

    def work(connection: Connection) -> int:
        values: dict[str, object] = {} if key is None else {"id": key}
        values |= {
            "feed_id": 1,
            "identity": f"{title}/{outlet}",
            "url": "",
            "outlet": outlet,
            "lang": "en",
            "title": title,
            "lead": "",
            "text": body,
            "text_from": "content",
            "content_hash": b"x",
            "published": NOW - timedelta(hours=hours),
            "fetched": NOW,
            "chain": [],
            "trace": [],
        }
        (own,) = connection.execute(insert(schema.item).values(values)).inserted_primary_key or (0,)
        search.add(connection, own, title, body)
        return int(own)

    return db.write(work)


def found(db: Database, query: str, *, page: int = 1, size: int = 10, narrowing: Narrowing | None = None) -> Hits:
    wanted, given = read(query), narrowing or Narrowing()
    return db.write(lambda c: search.index_of(c).search(c, wanted, given, page=page, size=size))


def titles(db: Database, query: str, narrowing: Narrowing | None = None) -> list[str]:
    return [hit.title for hit in found(db, query, narrowing=narrowing).hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("troops", ["Troops leave Poland", "Troops stay in Italy"]),
        ("TROOPS", ["Troops leave Poland", "Troops stay in Italy"]),
        ("troops poland", ["Troops leave Poland"]),
        ("troop*", ["Troops leave Poland", "Troops stay in Italy"]),
        ("troop", []),
        ('"stay in"', ["Troops stay in Italy"]),
        ('"in stay"', []),
        ("poland OR italy", ["Troops leave Poland", "Troops stay in Italy"]),
        ("troops poland OR italy", ["Troops leave Poland", "Troops stay in Italy"]),
        ("troops -poland", ["Troops stay in Italy"]),
        ('troops -"stay in"', ["Troops leave Poland"]),
        ("zolc", ["Żółć w Łodzi"]),
        ("ŻÓŁĆ", ["Żółć w Łodzi"]),
        ("strasse", ["Die Straße nach Köln"]),
        ("koln", ["Die Straße nach Köln"]),
        ("війська", ["Війська залишають Польщу"]),
        ("联合国", ["联合国授权维和部队"]),
        ("维和", ["联合国授权维和部队"]),
        ("u.n.", ["The U.N. votes"]),
        ("body-only-word", ["The U.N. votes"]),
    ],
)
def test_queries_find_what_they_say(db: Database, query: str, expected: list[str]) -> None:
    add(db, "Troops leave Poland", hours=1)
    add(db, "Troops stay in Italy", hours=2)
    add(db, "Żółć w Łodzi", hours=3)
    add(db, "Die Straße nach Köln", hours=4)
    add(db, "Війська залишають Польщу", hours=5)
    add(db, "联合国授权维和部队", hours=6)
    add(db, "The U.N. votes", "It holds the body only word.", hours=7)
    assert titles(db, query) == expected


def test_newest_published_comes_first_whatever_came_in_first(db: Database) -> None:
    add(db, "Troops three", hours=3)
    add(db, "Troops one", hours=1)
    add(db, "Troops two", hours=2)
    assert titles(db, "troops") == ["Troops one", "Troops two", "Troops three"]


def test_an_edited_item_is_found_by_its_new_words_only(db: Database) -> None:
    key = add(db, "Troops leave Poland")

    def edit(connection: Connection) -> None:
        connection.execute(update(schema.item).where(schema.item.c.id == key).values(title="Troops leave Latvia"))
        search.edit(connection, key, ("Troops leave Poland", ""), "Troops leave Latvia", "")

    db.write(edit)
    assert titles(db, "poland") == []
    assert titles(db, "latvia") == ["Troops leave Latvia"]
    assert titles(db, "troops") == ["Troops leave Latvia"]


def test_a_deleted_item_is_not_found(db: Database) -> None:
    key = add(db, "Troops leave Poland")
    db.write(lambda c: c.execute(delete(schema.item).where(schema.item.c.id == key)))
    assert titles(db, "troops") == []


def test_since_and_outlet_narrow(db: Database) -> None:
    add(db, "Troops one", outlet="Le Monde", hours=1)
    add(db, "Troops two", outlet="The Courier", hours=30)
    assert titles(db, "troops", Narrowing(since=NOW - timedelta(hours=24))) == ["Troops one"]
    assert titles(db, "troops", Narrowing(outlet="le monde")) == ["Troops one"]
    assert titles(db, "troops", Narrowing(outlet="the courier")) == ["Troops two"]
    assert titles(db, "troops", Narrowing(topics=["anything"])) == []


def test_pages_do_not_overlap_and_count_all(db: Database) -> None:
    for number in range(12):
        add(db, f"Troops {number}", hours=number)
    pages = [found(db, "troops", page=page, size=5) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [5, 5, 2, 0]
    assert {page.total for page in pages} == {12}
    assert len({hit.id for page in pages for hit in page.hits}) == 12


def test_more_hits_than_are_put_in_order_are_said_to_be_there(db: Database) -> None:
    for number in range(4):
        add(db, f"Troops {number}", hours=number)
    hits = db.write(lambda c: search.index_of(c, window=3).search(c, read("troops"), Narrowing(), page=1, size=10))
    assert (hits.total, hits.has_more) == (3, True)


def test_rebuilding_brings_everything_back(db: Database) -> None:
    add(db, "Troops leave Poland")
    add(db, "Troops stay in Italy")
    db.write(lambda c: search.index_of(c).words.clear(c))
    assert titles(db, "troops") == []
    assert db.write(lambda c: search.index_of(c).rebuild(c)) == 2
    assert len(titles(db, "troops")) == 2


def test_items_from_before_the_index_are_caught_up_in_portions(db: Database) -> None:
    for number in range(5):
        add(db, f"Troops {number}")
    db.write(lambda c: c.execute(insert(schema.unindexed).from_select(["item_id"], select(schema.item.c.id))))
    db.write(lambda c: search.index_of(c).words.clear(c))
    assert [db.write(lambda c: search.index_of(c).catch_up(c, 2)) for _ in range(4)] == [2, 2, 1, 0]
    assert len(titles(db, "troops")) == 5


@pytest.mark.parametrize("query", ["", "   ", "-cheese", "!!!", '""', "OR", "- -", "*", "troops AND cheese", "NOT x"])
def test_a_query_that_asks_for_nothing_says_what_to_write(query: str) -> None:
    with pytest.raises(QueryError, match=r"phrases|minus"):
        read(query)


@pytest.mark.parametrize("query", ["a*", "troops w*", "-ab*"])
def test_a_star_after_too_few_letters_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="at least 3 letters before the star"):
        read(query)


def test_an_endless_query_is_refused() -> None:
    with pytest.raises(QueryError, match="more than 20 words"):
        read(" ".join(f"w{number}" for number in range(21)))
    with pytest.raises(QueryError, match="more than 20 words"):
        read(" OR ".join(f"w{number}" for number in range(22)))


def test_a_phrase_is_found_however_long_the_text_before_it(db: Database) -> None:
    long = "the troops stay and " * 300
    add(db, "Long and repetitive", f"{long} at last the troops leave. " + "word " * 20_000 + "the bridge was closed")
    add(db, "Long without", f"{long} the leave of troops")
    assert titles(db, '"troops leave"') == ["Long and repetitive"]
    assert titles(db, '"bridge was closed"') == ["Long and repetitive"]
    assert titles(db, 'troops -"troops leave"') == ["Long without"]
    assert titles(db, '"stay and troops"') == []


def test_a_phrase_does_not_reach_from_the_title_into_the_text(db: Database) -> None:
    add(db, "Troops leave", "Poland says so")
    assert titles(db, '"leave poland"') == []
    assert titles(db, "leave poland") == ["Troops leave"]


WORDS = st.sampled_from(
    ["troop", "troops", "poland", "łódź", "2026", "u.n.", "мир", "миру", "联合国", "it's", "e5", "x"]
)
TEXTS = st.lists(WORDS, max_size=7).map(" ".join)
STARTS = st.sampled_from(["troop*", "мир*", "poland*", "łód*"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"')
TERMS = st.one_of(WORDS, PHRASES, STARTS)
ASKED = st.lists(st.one_of(TERMS, TERMS.map("-{}".format), st.just("OR")), min_size=1, max_size=5).map(" ".join)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_any(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), st.lists(ASKED, min_size=1, max_size=6))
def test_every_database_finds_what_the_words_say(
    db: Database, documents: list[tuple[str, str]], queries: list[str]
) -> None:
    db.write(lambda c: c.execute(delete(schema.item)))
    for number, (title, body) in enumerate(documents):
        add(db, title, body, outlet=f"outlet {number}", hours=number)
    for query in queries:
        with suppress(QueryError):
            wanted = read(query)
            plain = [title for title, body in documents if holds(wanted, folded(title), folded(body))]
            assert titles(db, query) == plain, query


ENGINE = create_engine("sqlite://")


@settings(max_examples=300)
@given_any(st.one_of(st.text(max_size=60), ASKED, ASKED.map("-x {} * OR x".format)))
def test_no_text_breaks_out_of_the_query(query: str) -> None:
    try:
        asked = read(query)
    except QueryError:
        return
    words = folded(query).split()
    documents = [" ".join(words), " ".join(reversed(words))]
    with ENGINE.begin() as connection:  # what PostgreSQL is asked holds the same words in the same quotes
        # Words come folded: a tokenizer that knows no letters but splits at blanks finds exactly them.
        connection.execute(text("CREATE VIRTUAL TABLE IF NOT EXISTS probe USING fts5(title, tokenize='ascii')"))
        connection.execute(text("DELETE FROM probe"))
        connection.execute(text("INSERT INTO probe (title) VALUES (:title)"), [{"title": one} for one in documents])
        matching = text("SELECT title FROM probe WHERE probe MATCH :query ORDER BY rowid")
        found = connection.execute(matching, {"query": spell(asked)}).scalars().all()
    assert found == [one for one in documents if holds(asked, one, "")]


@given_any(st.text(max_size=80))
def test_folding_twice_is_folding_once(value: str) -> None:
    once = " ".join(folded(value).split())
    assert " ".join(folded(once).split()) == once


def test_an_edited_item_that_is_not_in_the_index_yet_is_taken_in_once(db: Database) -> None:
    key = add(db, "Troops leave Poland")
    db.write(lambda c: c.execute(insert(schema.unindexed).values(item_id=key)))
    db.write(lambda c: search.index_of(c).words.clear(c))

    def edit(connection: Connection) -> None:
        connection.execute(update(schema.item).where(schema.item.c.id == key).values(title="Troops leave Latvia"))
        search.edit(connection, key, ("Troops leave Poland", ""), "Troops leave Latvia", "")

    db.write(edit)
    assert titles(db, "troops") == []
    db.write(lambda c: search.index_of(c).catch_up(c))
    assert titles(db, "troops") == ["Troops leave Latvia"]
    assert titles(db, "poland") == []


def test_a_new_item_is_not_found_by_the_words_of_a_deleted_one(db: Database) -> None:
    add(db, "Troops leave Poland")
    db.write(lambda c: c.execute(delete(schema.item)))
    add(db, "Cheese is cheap")
    assert titles(db, "troops") == []
    assert titles(db, "cheese") == ["Cheese is cheap"]


@pytest.mark.parametrize("query", ["troops", "troop*", '"troops leave"', "leave -cheese"])
def test_all_volumes_of_the_index_are_looked_through_the_newest_first(db: Database, query: str) -> None:
    for key in (3, VOLUME - 1, VOLUME, 2 * VOLUME + 7):
        add(db, f"Troops leave {key}", key=key)
    assert len(titles(db, query)) == 4
    newest = db.write(lambda c: search.index_of(c).words.newest(c, read(query), 2))
    assert newest == [2 * VOLUME + 7, VOLUME]


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        pytest.param("a b", "b c", ("'a':1 'b':2,4 'c':5", False), id="the text begins one place further on"),
        pytest.param("", "c", ("'c':2", False), id="no title"),
        pytest.param("", "", ("", False), id="no words"),
        pytest.param(
            "", "x " * 300, (f"'x':{','.join(map(str, range(2, 257)))}", True), id="too often for a place each"
        ),
        pytest.param("", "y" * 600, (f"'{'y' * 500}':2", False), id="a word too long to keep"),
    ],
)
def test_words_are_told_to_postgresql_with_their_places(title: str, body: str, expected: tuple[str, bool]) -> None:
    assert tsvector(title, body) == expected


def test_a_vector_never_outgrows_what_postgresql_takes() -> None:
    vector, is_cut = tsvector("", " ".join(f"word{number}" for number in range(200_000)))
    assert is_cut
    assert len(vector.encode()) < 1_800_000
    assert "16383" in vector
