"""Feeds to entries through real child processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.feeds import reading
from adapters.feeds.parse import PooledParser
from adapters.feeds.slices import cut
from bot.errors import ParseError, ParseReason
from tests.adapters.feeds.samples import atom, atom_entry, rss, rss_item
from tests.shared import ROOT

URL = "https://gov.example/feed.xml"


@pytest.fixture
async def parser() -> AsyncIterator[PooledParser]:
    made = PooledParser(workers=1, timeout=3)
    yield made
    await made.close()


async def test_an_rss_entry_comes_whole(parser: PooledParser) -> None:
    feed = await parser.parse(URL, rss([rss_item(7)]))
    (entry,) = feed.entries
    assert (feed.title, feed.lang, feed.site_url) == ("Government of Example", "en", "https://gov.example/")
    assert (entry.guid, entry.url, entry.title) == ("s-7", "https://gov.example/s/7", "Statement 7")
    assert (entry.summary, entry.content, entry.lang) == ("Minister number 7 spoke.", "", "en")
    assert entry.published == datetime(2026, 8, 3, 7, tzinfo=UTC)
    assert entry.date_text == "Mon, 03 Aug 2026 07:00:00 GMT"


async def test_an_atom_entry_comes_whole(parser: PooledParser) -> None:
    feed = await parser.parse(URL, atom([atom_entry(1)]))
    (entry,) = feed.entries
    assert (entry.title, entry.url, entry.guid) == ("Note 1", "https://gov.example/notes/1", "urn:note:1")
    assert (entry.content, entry.lang) == ("First of 1.\nSecond.", "uk")
    assert entry.published == datetime(2026, 8, 2, 8, tzinfo=UTC)


async def test_a_json_feed_comes_whole(parser: PooledParser) -> None:
    item = {"id": 5, "url": "/five", "title": "Five &amp; more", "content_html": "<p>Text</p>",
            "date_published": "2026-08-03T10:00:00+02:00"}  # fmt: skip
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "de", "items": [item, 3]}
    feed = await parser.parse(URL, json.dumps(document).encode(), content_type="application/feed+json")
    (entry,) = feed.entries
    assert (entry.guid, entry.url, entry.title) == ("5", "https://gov.example/five", "Five & more")
    assert (entry.content, entry.lang, feed.lang) == ("Text", "de", "de")
    assert entry.published == datetime(2026, 8, 3, 8, tzinfo=UTC)
    assert feed.problems == ("1 items are not objects and were left out",)


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        pytest.param(b"", ParseReason.EMPTY, "empty", id="an empty body"),
        pytest.param(b" \n\t ", ParseReason.EMPTY, "empty", id="blanks"),
        pytest.param(b"<!doctype html><html><title>Intranet</title><form><input type='password'></form></html>",
                     ParseReason.HTML_PAGE, 'login page titled "Intranet"', id="a login page"),
        pytest.param(b"<html><head><title>News</title></head><body><p>Hello</p></body></html>",
                     ParseReason.HTML_PAGE, 'web page titled "News"', id="a web page"),
        pytest.param(b"<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform'></script>",
                     ParseReason.BOT_WALL, "challenge", id="a challenge page"),
        pytest.param(b"/etc/passwd", ParseReason.NOT_A_FEED, "neither", id="a path"),
        pytest.param(b"http://127.0.0.1:9/feed", ParseReason.NOT_A_FEED, "neither", id="an address"),
        pytest.param(b'{"error": "no such feed"}', ParseReason.NOT_A_FEED, "JSON", id="some JSON"),
        pytest.param(b"{" * 100_000, ParseReason.NOT_A_FEED, "JSON", id="JSON without end"),
        pytest.param(b'{"a":' * 100_000, ParseReason.NOT_A_FEED, "JSON", id="JSON without a floor"),
        pytest.param(b"\x1f\x8b\x08\x00\x00\x00", ParseReason.NOT_A_FEED, "compressed", id="compressed bytes"),
        pytest.param(b"<opml version='2.0'><body><outline/></body></opml>", ParseReason.NOT_A_FEED, "OPML", id="OPML"),
    ],
)  # fmt: skip
async def test_what_is_no_feed_is_named(parser: PooledParser, body: bytes, reason: ParseReason, words: str) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        await parser.parse(URL, body)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.example/", "https://u@evil.example/",
     "http://a.example/\r\nX: y", "http://[::1"],
)  # fmt: skip
async def test_only_web_addresses_become_links(parser: PooledParser, link: str) -> None:
    feed = await parser.parse(URL, rss([f"<item><title>t</title><link>{link}</link></item>"]))
    assert [entry.url for entry in feed.entries] == [""]


async def test_titles_hold_no_markup_and_nothing_hidden(parser: PooledParser) -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;Troops&lt;/b&gt; with\u200bdraw \u202eback&#x202C;"
    feed = await parser.parse(URL, rss([f"<item><title>{title}</title></item>"]))
    assert feed.entries[0].title == "Troops withdraw back"


async def test_absurd_dates_are_dropped_and_their_words_kept(parser: PooledParser) -> None:
    items = [
        f"<item><title>t</title><pubDate>{date}</pubDate></item>"
        for date in ("2026-13-45T99:99:99Z", "0000-00-00T00:00:00Z", "Mon, 01 Jan 2026 00:00:00 +9999", "9" * 20)
    ]
    feed = await parser.parse(URL, rss(items))
    assert [entry.published for entry in feed.entries] == [None] * 4
    assert feed.entries[0].date_text == "2026-13-45T99:99:99Z"
    assert any("not believed" in problem for problem in feed.problems)


async def test_the_feed_says_when_to_come_again(parser: PooledParser) -> None:
    head = "<ttl>45</ttl><skipHours><hour>0</hour><hour>23</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    feed = await parser.parse(URL, rss([rss_item(1)], head=head))
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (2700.0, frozenset({0, 23}), frozenset({6}))


@pytest.mark.parametrize(
    ("declaration", "encoding", "content_type"),
    [
        ('<?xml version="1.0" encoding="windows-1251"?>', "windows-1251", ""),
        ("", "utf-8", "text/xml"),
        ("", "windows-1251", "application/rss+xml; charset=windows-1251"),
        ('<?xml version="1.0" encoding="x-evil"?>', "utf-8", ""),
        ('<?xml version="1.0" encoding="unicode_escape"?>', "utf-8", ""),
        ('<?xml version="1.0" encoding="punycode"?>', "utf-8", "text/xml; charset=punycode"),
        ("", "utf-16", ""),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16-be", ""),
    ],
)
async def test_encodings_are_read_as_meant(
    parser: PooledParser, declaration: str, encoding: str, content_type: str
) -> None:
    text = rss(["<item><title>Україна</title></item>"], declaration=declaration).decode("utf-8")
    feed = await parser.parse(URL, text.encode(encoding), content_type=content_type)
    assert feed.entries[0].title == "Україна"


async def test_one_bad_byte_does_not_garble_the_whole_feed(parser: PooledParser) -> None:
    body = rss(["<item><title>Україна та НАТО</title></item>", "<item><title>\x01</title></item>"])
    feed = await parser.parse(URL, body.replace(b"\x01", b"\xff"))
    assert feed.entries[0].title == "Україна та НАТО"
    assert feed.problems[0] == "1 characters are not the UTF-8 that they should be"


async def test_entries_that_make_feedparser_raise_cost_only_themselves(parser: PooledParser) -> None:
    bad = rss_item(2, body="&#99999999999; &#xD800; x & y")
    feed = await parser.parse(URL, rss([rss_item(1), bad, rss_item(3)]))
    assert [entry.guid for entry in feed.entries] == ["s-1", "s-2", "s-3"]
    assert any("cleaned copy" in problem for problem in feed.problems)


@pytest.mark.parametrize("name", ["author", "managingEditor"])
async def test_a_text_where_a_name_should_be_does_not_cost_the_feed(parser: PooledParser, name: str) -> None:
    odd = f"<{name}>{'a' * 50_000}</{name}><{name}>Ana</{name}>"
    feed = await parser.parse(URL, rss([rss_item(1, extra=odd), rss_item(2)]))
    assert [entry.guid for entry in feed.entries] == ["s-1", "s-2"]
    assert feed.problems == ("an author of more than a name's length was left out",)


async def test_a_feed_that_takes_too_long_is_stopped_and_the_next_one_parsed(parser: PooledParser) -> None:
    slow = rss(["<item><title>t</title>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>"])
    quick = PooledParser(workers=1, timeout=0.5)
    with pytest.raises(ParseError) as caught:
        await quick.parse(URL, slow)
    assert caught.value.reason is ParseReason.TOO_SLOW
    assert len((await quick.parse(URL, rss([rss_item(1)]))).entries) == 1
    assert quick.killed == 1
    await quick.close()


async def test_a_feed_that_needs_too_much_memory_fails_alone() -> None:
    small = PooledParser(workers=1, timeout=20, memory=120 * 1024 * 1024)
    big = rss([rss_item(n, body="x" * 900) for n in range(1000)], head="<x>" + "y" * 4_000_000 + "</x>")
    with pytest.raises(ParseError) as caught:
        await small.parse(URL, big * 6)
    assert caught.value.reason is ParseReason.CRASHED
    assert len((await small.parse(URL, rss([rss_item(1)]))).entries) == 1
    await small.close()


@pytest.mark.parametrize("make", [rss, atom], ids=["RSS", "Atom"])
async def test_entries_seen_before_are_not_parsed_again(parser: PooledParser, make: object) -> None:
    kind, item = (rss, rss_item) if make is rss else (atom, atom_entry)
    before = await parser.parse(URL, kind(item(n) for n in range(1, 6)))
    now = kind(item(n) for n in range(1, 7))
    delta = await parser.parse(URL, now, seen=before.seen)
    whole = await parser.parse(URL, now)
    assert (len(delta.entries), delta.total_entries) == (1, 6)
    assert delta.entries == whole.entries[-1:]
    assert delta.seen == whole.seen


async def test_nothing_new_needs_no_parser_at_all() -> None:
    body = rss(rss_item(n) for n in range(5))
    slices = cut(body)
    assert slices is not None
    idle = PooledParser(workers=1, timeout=0.000_001)  # any use of a child would be too slow
    feed = await idle.parse(URL, body, seen=frozenset(slices.digests))
    assert (feed.entries, feed.total_entries) == ((), 5)


async def test_a_huge_feed_is_parsed_in_parts_with_the_same_result(parser: PooledParser) -> None:
    items = [rss_item(n, body="word " * 200) for n in range(1200)]
    before = await parser.parse(URL, rss(items[:-1]))
    assert [entry.guid for entry in before.entries] == [f"s-{n}" for n in range(1199)]
    after = await parser.parse(URL, rss(items), seen=before.seen)
    assert ([entry.guid for entry in after.entries], after.total_entries) == (["s-1199"], 1200)


async def test_all_parts_together_have_a_deadline_too() -> None:
    hurried = PooledParser(workers=1, timeout=20, total=0.4)
    with pytest.raises(ParseError, match="1,200 entries took longer") as caught:
        await hurried.parse(URL, rss(rss_item(n, body="word " * 400) for n in range(1200)))
    assert caught.value.reason is ParseReason.TOO_SLOW
    await hurried.close()


def test_the_cleaned_copy_keeps_what_is_good() -> None:
    cleaned = reading.clean_copy(
        "<?xml version='1.0' encoding='hex'?><a>&#xD800;&#65;&#0;\x02b<geo:point>1 2</geo:point></a>"
    )
    assert cleaned == b"<?xml version='1.0' ?><a>&#65;b1 2</a>"


def test_feedparser_is_called_in_one_place_only() -> None:
    calls = [
        path.relative_to(ROOT).as_posix()
        for folder in ("bot", "adapters", "rules", "tests", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "feedparser" + ".parse(" in line
    ]
    assert [path for path in calls if not path.startswith("benchmarks/")] == ["adapters/feeds/reading.py"]


def test_the_parent_does_not_load_feedparser() -> None:
    code = (
        "import sys, adapters.feeds.parse, adapters.feeds.article; "
        "print('feedparser' in sys.modules, 'trafilatura' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False False"
