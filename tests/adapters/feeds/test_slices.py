"""Cutting a feed into raw entries."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.slices import cut
from tests.adapters.feeds.samples import atom, atom_entry, rss, rss_item


def test_entries_are_found_and_nothing_else_changes() -> None:
    body = rss([rss_item(1), "\n  ", rss_item(2)])
    slices = cut(body)
    assert slices is not None
    assert [body[start:end].decode() for start, end in slices.spans] == [rss_item(1), rss_item(2)]
    assert slices.without(()) == body
    assert slices.without({slices.digests[0]}) == rss(["\n  ", rss_item(2)])
    assert slices.keeping({1}) == rss(["\n  ", rss_item(2)])


def test_a_feed_wide_date_does_not_make_entries_new() -> None:
    first, second = (cut(rss([rss_item(1)], head=f"<lastBuildDate>{hour}</lastBuildDate>")) for hour in ("9", "10"))
    assert first is not None
    assert second is not None
    assert first.digests == second.digests


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss([]), id="no entry"),
        pytest.param(rss(["<item><title>open"]), id="an entry that does not close"),
        pytest.param(rss(["<item><item></item></item>"]), id="nested entries"),
        pytest.param(rss([rss_item(1), "<!-- <item></item> "]), id="an open comment"),
        pytest.param(rss([rss_item(1, body="<![CDATA[ </item> ]]>")]), id="a closing tag inside CDATA"),
        pytest.param(rss([rss_item(1)]).decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"items": []}', id="JSON"),
        pytest.param(b"<rss><channel><items/><itemised>x</itemised></channel></rss>", id="other names"),
    ],
)
def test_what_is_not_plain_is_left_whole(body: bytes) -> None:
    assert cut(body) is None


def test_other_elements_that_begin_alike_are_no_entries() -> None:
    slices = cut(b"<rss><channel><items><li/></items>" + rss_item(1).encode() + b"</channel></rss>")
    assert slices is not None
    assert len(slices.spans) == 1


@pytest.mark.parametrize("unit", [b"<item>", b"<item", b"</item>", b"<!--<item>", b"<![CDATA[", b"<entry>"])
def test_hostile_repetition_costs_linear_time(unit: bytes) -> None:
    started = time.perf_counter()
    cut(unit * (400_000 // len(unit)))
    assert time.perf_counter() - started < 0.5


@given(
    st.binary(max_size=400), st.sampled_from([b"<item>", b"<item x='1'>", b"</item>", b"<![CDATA[", b"]]>", b"<!--"])
)
def test_any_bytes_come_back_whole(noise: bytes, tag: bytes) -> None:
    body = tag.join(noise[at : at + 3] for at in range(0, len(noise), 3))
    slices = cut(body)
    if slices is not None:
        assert slices.without(()) == body
        assert len(slices.without(set(slices.digests))) == len(body) - sum(end - start for start, end in slices.spans)


@given(st.lists(st.integers(0, 9), max_size=8), st.sets(st.integers(0, 9)))
def test_only_what_was_not_seen_is_left(numbers: list[int], seen: set[int]) -> None:
    slices = cut(atom(atom_entry(n) for n in numbers))
    known = cut(atom(atom_entry(n) for n in sorted(seen)))
    if slices is None:
        assert numbers == []
        return
    digests = known.digests if known else ()
    assert slices.without(digests) == atom(atom_entry(n) for n in numbers if n not in seen)
