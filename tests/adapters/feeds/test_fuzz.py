"""Bytes that nobody would write: parsing and identity answer, whatever they are given."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.feeds import feedjob
from adapters.feeds.discover import declared_links
from adapters.feeds.parse import feed_from_answer
from bot.errors import ParseReason
from bot.feeds.identity import KnownItem, identify, with_usable_dates
from tests.adapters.feeds.samples import atom, atom_entry, rss, rss_item

FEEDS = (
    rss(rss_item(n, body="A &amp; <![CDATA[<p>B</p>]]> &#233;") for n in range(3)),
    atom(atom_entry(n) for n in range(3)),
    json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "content_text": "x"}]}).encode(),
)
SNIPPETS = (
    b"&#xD800;", b"&#99999999999;", b"<!--", b"<![CDATA[", b"]]>", b"</item>", b"<item>", b"<entry", b"\0", b"\xff\xfe",
    b"<?xml version='1.0' encoding='punycode'?>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<x:y:z>", b"xmlns:a='",
    b"<georss:point>1 2 3</georss:point>", b"<image><width>x</width></image>", b"<category/>", b"\xed\xa0\x80", b"<",
)  # fmt: skip
NOW = datetime(2026, 9, 1, tzinfo=UTC)
bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A feed with a few bytes cut out, doubled, overwritten or put in."""
    body = draw(st.sampled_from(FEEDS))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.integers(0, 30))
        piece = draw(st.sampled_from((*SNIPPETS, body[at : at + 60])) | st.binary(max_size=8))
        body = body[:at] + piece + body[at + length :]
    return body


def job(body: bytes, content_type: str = "") -> dict[str, object]:
    return feedjob.run({"url": "https://gov.example/feed", "content_type": content_type}, body)


@bounded
@given(mutants())
def test_a_damaged_feed_is_parsed_or_named(body: bytes) -> None:
    answer = job(body)
    json.dumps(answer)
    if "error" in answer:
        assert ParseReason(str(answer["error"]))
        return
    feed = feed_from_answer(answer)
    for entry in feed.entries:
        (entry.title + entry.summary + entry.content + entry.guid + entry.url).encode("utf-8")
        assert entry.url == "" or entry.url.startswith(("http://", "https://"))


@bounded
@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_answered(body: bytes, content_type: str) -> None:
    answer = job(body, content_type)
    assert json.loads(json.dumps(answer)) == answer
    assert "feed" in answer or ParseReason(str(answer["error"]))


@bounded
@given(mutants(), mutants())
def test_identity_holds_for_damaged_feeds(first: bytes, second: bytes) -> None:
    answers = [job(first), job(second)]
    if any("error" in answer for answer in answers):
        return
    before, after = (feed_from_answer(answer).entries for answer in answers)
    known = [
        KnownItem(
            id=number,
            identity=found.identity,
            url=found.url,
            title=found.entry.title,
            content_hash=found.content_hash,
            published=found.entry.published,
        )
        for number, found in enumerate(identify(before, []))
    ]
    found = identify([with_usable_dates(entry, NOW - timedelta(days=60)) for entry in after], known)
    taken = [one.identity for one in found if one.verdict != "duplicate"]
    assert len(taken) == len(set(taken))
    assert all((one.known is None) == (one.verdict in {"new", "duplicate"}) for one in found)


@bounded
@given(st.text(alphabet="<>linkarhef=\"' /?x", max_size=300))
def test_any_page_can_be_searched_for_feeds(page: str) -> None:
    found = declared_links("<link " + page, "https://gov.example/")
    assert all(link.startswith(("http://", "https://")) for link in found)
    assert len(found) == len(set(found))
