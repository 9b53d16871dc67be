"""The catalogue that ships: well-formed, wide, honest about what was checked."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.feeds import catalogue
from bot.feeds.identity import canonical_url, url_key
from tests.shared import ROOT


def test_the_catalogue_is_wide() -> None:
    feeds = catalogue.load()
    languages, kinds = Counter(feed.lang for feed in feeds), Counter(feed.kind for feed in feeds)
    assert len(feeds) >= 120
    assert len(languages) >= 10
    assert all(kinds[kind] >= 10 for kind in ("official", "parliament", "wire", "media", "institute"))


def test_no_feed_stands_twice_and_none_carries_tracking() -> None:
    urls = [feed.url for feed in catalogue.load()]
    assert [key for key, number in Counter(map(url_key, urls)).items() if number > 1] == []
    assert all(canonical_url(url) for url in urls)


def test_words_narrow_the_choice() -> None:
    feeds = catalogue.load()
    assert {feed.outlet for feed in catalogue.search(feeds, ["NATO", "official"])} >= {"NATO"}
    assert all(feed.lang == "de" for feed in catalogue.search(feeds, ["lang:de"]))
    assert catalogue.search(feeds, ["no such thing"]) == ()


def test_results_are_written_beside_their_feed_only() -> None:
    lines = ("- url: https://a.example/", "  status: unverified", "- url: https://b.example/", "  status: unverified")
    text = "\n".join(lines)
    day = date(2026, 9, 1)
    done = catalogue.with_status(text, {"https://b.example/": "timeout"}, day)
    assert done.count("unverified") == 1
    assert done.endswith('status: "failed 2026-09-01: timeout"')
    assert "verified 2026-09-01" in catalogue.with_status(text, {"https://a.example/": ""}, day)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nfeeds: [{url: ftp://x, outlet: X}]", "feeds"),
        ("version: 1\nfeeds: [{url: https://x/, outlet: X, colour: red}]", "colour"),
        ("feeds: [", "1"),
    ],
    ids=["a wrong address", "an unknown key", "no YAML"],
)
def test_a_broken_catalogue_is_told_by_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        catalogue.load(path)


def test_a_missing_catalogue_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        catalogue.load(tmp_path / "none.yaml")


def test_the_wheel_carries_the_catalogue_where_it_is_looked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert ROOT / included["seeds/feeds.yaml"] == catalogue.SHIPPED
