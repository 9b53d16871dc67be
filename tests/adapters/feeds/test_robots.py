"""robots.txt, by RFC 9309."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.robots import SIZE_LIMIT, Rule, parse_robots

SITE = "https://news.example"


def allows(text: str, path: str) -> bool:
    return parse_robots(text.encode(), "Tocsin").allows(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("", "/a", True, id="an empty file allows all"),
        pytest.param("User-agent: *\nDisallow:", "/a", True, id="an empty Disallow allows all"),
        pytest.param("User-agent: *\nDisallow: /", "/a", False, id="a slash forbids all"),
        pytest.param("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True, id="the longer match wins"),
        pytest.param("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True, id="a tie allows"),
        pytest.param("User-agent: tocsin\nDisallow: /\nUser-agent: *\nAllow: /", "/a", False, id="our own group"),
        pytest.param("User-agent: other\nDisallow: /", "/a", True, id="another's group does not matter"),
        pytest.param("User-agent: a\nUser-agent: tocsin\nDisallow: /x", "/x", False, id="shared groups"),
        pytest.param("User-agent: tocsin\nUser-agent: *\n\nDisallow: /x", "/x", False, id="blank lines do not end it"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False, id="wildcard and end"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True, id="the end is the end"),
        pytest.param("User-agent: *\nDisallow: /*?print", "/a?print=1", False, id="queries count"),
        pytest.param("User-agent: *\nDisallow: /a%20b", "/a b", False, id="escapes are the same path"),
        pytest.param("User-agent: *\nDisallow: /x # why\nnonsense\n: y", "/x", False, id="comments and nonsense"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /x", "/x", False, id="a byte order mark"),
        pytest.param("Disallow: /x", "/x", True, id="a rule without a group"),
        pytest.param("User-agent: *\rDisallow: /x", "/x", False, id="old line ends"),
    ],
)
def test_pages_are_allowed_or_not(text: str, path: str, expected: bool) -> None:
    assert allows(text, path) is expected


def test_the_delay_is_read() -> None:
    assert parse_robots(b"User-agent: *\nCrawl-delay: 2.5", "Tocsin").delay == 2.5
    assert parse_robots(b"User-agent: *\nCrawl-delay: soon", "Tocsin").delay == 0.0


def test_stars_cost_linear_time() -> None:
    rule = Rule(pattern="/" + "*a" * 400 + "$", is_allowed=False)
    started = time.perf_counter()
    assert not rule.matches("/" + "a" * 100_000 + "b")
    assert time.perf_counter() - started < 0.5


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    parse_robots(body, "Tocsin").allows(SITE + "/a")
    assert len(body) < SIZE_LIMIT
