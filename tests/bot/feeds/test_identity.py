"""The same item or another one: edits, new ids, new links, new dates, reordering."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import (
    BatchVerdict,
    Identified,
    KnownItem,
    Verdict,
    canonical_url,
    content_hash,
    identify,
    identity_of,
    judge_batch,
    url_key,
    with_usable_dates,
)
from bot.ports import Entry

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
LONG = "The commission sets out how it will spend the fund, country by country, over the coming five years."


def entry(number: int = 1, **changes: object) -> Entry:
    made = Entry(
        guid=f"id-{number}",
        url=f"https://gov.example/news/{number}",
        title=f"Decision {number}",
        summary=f"{LONG} ({number})",
        content="",
        published=NOW - timedelta(hours=number),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def known(found: Identified, key: int = 1) -> KnownItem:
    return KnownItem(
        id=key,
        identity=found.identity,
        url=found.url,
        title=found.entry.title,
        content_hash=found.content_hash,
        published=found.entry.published,
    )


def stored(*entries: Entry) -> list[KnownItem]:
    return [known(found, key) for key, found in enumerate(identify(entries, []), start=1)]


def verdicts(entries: list[Entry], before: list[KnownItem]) -> list[Verdict]:
    return [found.verdict for found in identify(entries, before)]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://News.Example:443/a?utm_source=rss&id=5&fbclid=x", "https://news.example/a?id=5"),
        ("http://news.example:80", "http://news.example/"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a#xtor=RSS-1", "https://news.example/a"),
        ("https://news.example/a#:~:text=troops", "https://news.example/a"),
        ("https://news.example/log#2026-09-01", "https://news.example/log#2026-09-01"),
        ("https://news.example/a?at_medium=RSS&at_campaign=KARANGA", "https://news.example/a"),
        ("https://news.example/a?b=&c", "https://news.example/a?b=&c"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("ftp://news.example/a", ""),
        ("javascript:alert(1)", ""),
        ("http://[1:2/", ""),
        ("http://a:b/", ""),
        ("", ""),
    ],
)
def test_addresses_lose_what_does_not_name_the_page(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=80))
def test_canonical_addresses_stay_as_they_are(text: str) -> None:
    once = canonical_url("https://news.example/" + text)
    assert canonical_url(once) == once


def test_scheme_www_and_a_final_slash_do_not_make_another_page() -> None:
    keys = {url_key(f"{scheme}://{www}news.example/a{slash}") for scheme in ("http", "https")
            for www in ("", "www.") for slash in ("", "/")}  # fmt: skip
    assert keys == {"news.example/a"}


@pytest.mark.parametrize(
    ("changes", "same_as"),
    [
        ({"guid": "x"}, {"guid": "x", "url": "https://other.example/"}),
        ({"guid": ""}, {"guid": "", "title": "Other"}),
        ({"guid": "", "url": "", "published": NOW}, {"guid": "", "url": "", "published": NOW, "summary": "other"}),
        ({"guid": "http://a.example/1"}, {"guid": "https://www.a.example/1"}),
    ],
    ids=["by guid", "by link", "by title and date", "an address as guid"],
)
def test_the_key_is_guid_then_link_then_title_and_date(changes: dict[str, object], same_as: dict[str, object]) -> None:
    assert identity_of(entry(**changes)) == identity_of(entry(**same_as))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param({}, Verdict.UNCHANGED, id="nothing changed"),
        pytest.param({"published": NOW}, Verdict.REDATED, id="a new date"),
        pytest.param({"published": None}, Verdict.UNCHANGED, id="the date is gone"),
        pytest.param({"summary": "Corrected: another number."}, Verdict.EDITED, id="new words"),
        pytest.param({"title": "Decision revised"}, Verdict.EDITED, id="a new title"),
        pytest.param({"url": "https://gov.example/news/1-slug"}, Verdict.UNCHANGED, id="a new link"),
        pytest.param({"url": "http://gov.example/news/1?utm_source=x"}, Verdict.UNCHANGED, id="http and tracking"),
        pytest.param({"guid": "other"}, Verdict.UNCHANGED, id="a new guid, the same link"),
        pytest.param({"guid": "other", "title": "Decision 1, updated"}, Verdict.EDITED, id="a new guid and title"),
        pytest.param({"guid": "o", "url": "https://new.example/1"}, Verdict.UNCHANGED, id="a new guid and link"),
        pytest.param({"guid": "o", "url": ""}, Verdict.UNCHANGED, id="a new guid and no link"),
        pytest.param({"guid": "o", "url": "https://new.example/1", "published": NOW, "summary": f"{LONG} (1)"},
                     Verdict.REDATED, id="a new guid, link and date"),
        pytest.param({"guid": "o", "url": "https://gov.example/news/9", "title": "Other", "summary": "Other"},
                     Verdict.NEW, id="all is new"),
        pytest.param({"summary": f"{LONG}  (1)\n"}, Verdict.UNCHANGED, id="blanks only"),
    ],
)  # fmt: skip
def test_an_entry_against_the_item_known_before(changes: dict[str, object], verdict: Verdict) -> None:
    before = stored(entry(1), entry(2))
    (found,) = identify([entry(1, **changes)], before)
    assert found.verdict is verdict
    assert found.known == (None if verdict is Verdict.NEW else 1)
    if verdict is not Verdict.NEW:
        assert found.identity == before[0].identity


def test_short_notes_with_one_title_are_different_items() -> None:
    before = stored(entry(1, title="Daily briefing", summary=""))
    later = entry(2, title="Daily briefing", summary="")
    assert verdicts([later], before) == [Verdict.NEW]


def test_entries_that_all_link_to_the_front_page_are_told_apart() -> None:
    front = "https://gov.example/"
    before = stored(entry(1, url=front), entry(2, url=front))
    assert verdicts([entry(n, url=front) for n in (1, 2, 3)], before) == [
        Verdict.UNCHANGED, Verdict.UNCHANGED, Verdict.NEW,
    ]  # fmt: skip
    assert verdicts([entry(3, url=front)], stored(entry(1, url=front))) == [Verdict.NEW]


def test_a_guid_that_all_entries_share_is_told_apart_by_the_link() -> None:
    before = stored(entry(1, guid="site"), entry(2, guid="site"))
    assert len({item.identity for item in before}) == 2
    assert verdicts([entry(3, guid="site")], before) == [Verdict.NEW]
    assert verdicts([entry(2, guid="site"), entry(1, guid="site")], before) == [Verdict.UNCHANGED] * 2


def test_the_second_of_two_equal_entries_is_a_duplicate() -> None:
    assert verdicts([entry(1), entry(1)], []) == [Verdict.NEW, Verdict.DUPLICATE]


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_order_never_matters(seed: int, count: int) -> None:
    entries = [entry(n, guid="" if n % 3 == 0 else f"id-{n}", url="" if n % 4 == 0 else f"https://g.example/{n}")
               for n in range(count)]  # fmt: skip
    before = stored(*(replace(e, guid=f"old-{n}") if n % 2 else e for n, e in enumerate(entries) if n % 3))
    straight = {found.entry: found for found in identify(entries, before)}
    random.Random(seed).shuffle(entries)
    random_order = {found.entry: found for found in identify(entries, before)}
    assert random_order == straight


@pytest.mark.parametrize("change", ["guid", "link", "date", "scheme", "everything but the words"])
def test_a_whole_feed_whose_marks_changed_brings_nothing_new(change: str) -> None:
    entries = [entry(n) for n in range(1, 31)]
    changed = {
        "guid": [replace(e, guid="new-" + e.guid) for e in entries],
        "link": [replace(e, url=e.url + "/moved") for e in entries],
        "date": [replace(e, published=NOW) for e in entries],
        "scheme": [replace(e, url=e.url.replace("https", "http"), guid="") for e in entries],
        "everything but the words": [
            replace(e, guid="", url=e.url.replace("gov", "ministry"), published=NOW) for e in entries
        ],
    }[change]
    assert not {Verdict.NEW, Verdict.EDITED} & set(verdicts(changed, stored(*entries)))


@pytest.mark.parametrize(
    ("new", "total", "age", "verdict"),
    [
        pytest.param(20, 20, 5, BatchVerdict.FLOOD_OF_OLD, id="all new with old dates"),
        pytest.param(17, 20, 5, BatchVerdict.FLOOD_OF_OLD, id="nearly all"),
        pytest.param(15, 20, 5, BatchVerdict.NORMAL, id="a good part only"),
        pytest.param(20, 20, -1, BatchVerdict.NORMAL, id="all new with new dates"),
        pytest.param(4, 4, 5, BatchVerdict.NORMAL, id="too few to be a flood"),
    ],
)
def test_a_flood_of_old_entries_is_recognised(new: int, total: int, age: int, verdict: BatchVerdict) -> None:
    newest = NOW - timedelta(days=1)
    batch = [
        Identified(entry=entry(n, published=newest - timedelta(days=age)), identity=str(n), url="", content_hash=b"",
                   verdict=Verdict.NEW)
        for n in range(new)
    ]  # fmt: skip
    assert judge_batch(batch, total=total, newest_known=newest) is verdict
    assert judge_batch(batch, total=total, newest_known=None) is BatchVerdict.NORMAL


def test_dates_in_the_future_count_as_fetched_now() -> None:
    assert with_usable_dates(entry(published=NOW + timedelta(days=1)), NOW).published is None
    assert with_usable_dates(entry(published=NOW + timedelta(minutes=5)), NOW).published is not None


@given(st.text(), st.text(), st.text())
def test_any_text_can_be_hashed(guid: str, url: str, title: str) -> None:
    strange = entry(guid=guid, url=url, title=title)
    assert identity_of(strange) == identity_of(strange)
    assert len(content_hash(strange)) == 16
