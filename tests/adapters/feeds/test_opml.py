"""Lists of feeds, in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.opml import Outline, read_opml, write_opml
from bot.errors import ParseError

LIST = b"""<?xml version="1.0"?><opml version="1.1"><head/><body>
<outline text="Europe"><outline text="Ministry &amp; Co" xmlURL="https://gov.example/feed?a=1&amp;b=2" language="de"/>
<outline title="Twice" xmlUrl="https://gov.example/feed?a=1&amp;b=2"/></outline>
<outline text="Bad" xmlUrl="javascript:alert(1)"/><outline text="Folder" xmlUrl=""/></body></opml>"""


def test_feeds_are_read_from_all_folders_each_once() -> None:
    outlines, problems = read_opml(LIST, "list.opml")
    assert outlines == (Outline(url="https://gov.example/feed?a=1&b=2", title="Ministry & Co", lang="de"),)
    assert len(problems) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"nothing", b"<rss/>", b"\xff\xfe", b"<opml" + b" " * (6 * 1024 * 1024)],
    ids=["empty", "text", "another format", "garbage", "too large"],
)
def test_what_is_no_list_is_named(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"list\.opml"):
        read_opml(body, "list.opml")


def test_entities_are_not_resolved() -> None:
    bomb = b"""<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "https://evil.example/">]>
    <opml><body><outline text="&a;" xmlUrl="&b;"/><outline text="ok" xmlUrl="https://gov.example/feed"/></body></opml>"""
    outlines, _ = read_opml(bomb, "list.opml")
    assert "root:" not in repr(outlines)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_what_is_written_is_read_again(titles: list[str]) -> None:
    feeds = [Outline(url=f"https://gov.example/{n}?a&b='\"", title=title) for n, title in enumerate(titles)]
    outlines, problems = read_opml(write_opml(feeds, 'A "list" <&>').encode(), "list.opml")
    assert [outline.url for outline in outlines] == [f"https://gov.example/{n}?a&b='%22" for n in range(len(titles))]
    assert problems == ()
