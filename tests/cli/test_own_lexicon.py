"""An own lexicon file, named in the configuration: own names, an own outlet and an own unit, from feed to alert."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.resources import load_lexicon
from rules.errors import LexiconError
from tests.cli.terminal import tocsin
from tests.cli.test_run import ALLOWED, rss, write
from tests.fakes.feedserver import FeedServer
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "lexicon.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(version: 1\n.*?)```", PAGE, re.DOTALL)
FAULTY = """\
version: 1
abuot: names of ours
tables:
  armed_groups:
    layer: nmaes
    entries:
      - {nam: Salt Coast Front}
      - {name: Reef Guard, aliases: [7]}
  people:
    lang: norsk!
    entries: []
  outlets:
    entris: []
"""
FAULTS = [
    ("2:1", '"abuot" is not known here; did you mean "about"?'),
    ("5:5", '"nmaes" is no layer; did you mean "names"?'),
    ("7:9", "an entry is a mapping with a name"),
    ("8:28", "a form is a text"),
    ("10:5", '"norsk!" is no language code'),
    ("12:3", "a table is a mapping with a list of entries"),
]
BRIDGES = """\
version: 1
topic: bridges
title: Bridges
rules:
  - {id: bridges-sent, title: Bridges sent, figure: {unit: pontoon bridge}}
  - {id: front, title: The front takes a stand, position: {actor: Salt Coast Front}}
"""
DESK = "channels:\n  - {platform: console, channel: desk, topics: [bridges]}\n"
NEWS = "Finland will send 40 pontoon bridges to Ukraine, Vartiainen said, Havnebladet reported."
STAND = "The SCF rejected the ceasefire."


def furnish(folder: Path, lexicon: str) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "mine.yaml").write_text(lexicon, encoding="utf-8")
    (folder / "bridges.yaml").write_text(BRIDGES, encoding="utf-8")


async def test_own_names_outlets_and_units_reach_the_alert(tmp_path: Path) -> None:
    furnish(tmp_path, EXAMPLE)
    async with FeedServer() as server:
        url = server.at("/feed", rss(("Weather", "Rain is expected.")))
        feeds = f"feeds:\n  - {{url: '{url}', every: 1s}}\n"
        write(tmp_path, f"version: 1\nrules: [bridges.yaml]\nlexicon: [words/mine.yaml]\n{DESK}{ALLOWED}{feeds}")
        first = await tocsin("run", "--once", folder=tmp_path)
        server.at("/feed", rss(("Weather", "Rain is expected."), ("Bridges", NEWS), ("The front", STAND)))
        second = await tocsin("run", "--once", folder=tmp_path)
    assert (first.code, first.err) == (0, "")
    assert (second.code, second.err) == (0, "")
    assert "2 alerts" in second.out
    assert "40 pontoon bridges" in second.out
    assert "Harbour Gazette" in second.out
    assert "Salt Coast Front" in second.out


async def test_without_the_file_the_rules_name_the_unit_and_the_actor_that_nobody_knows(tmp_path: Path) -> None:
    furnish(tmp_path, EXAMPLE)
    write(tmp_path, f"version: 1\nrules: [bridges.yaml]\n{DESK}")
    ended = await tocsin("run", "--once", folder=tmp_path)
    assert ended.code == 1
    assert [line.split(": ")[0].rpartition("/")[2] for line in ended.sentences[:2]] == [
        "bridges.yaml:5:60",
        "bridges.yaml:6:67",
    ]


async def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    furnish(tmp_path, FAULTY)
    write(tmp_path, "version: 1\nrules: [bridges.yaml]\nlexicon: [words/mine.yaml]\n")
    ended = await tocsin("run", "--once", folder=tmp_path)
    assert ended.code == 1
    assert "Traceback" not in ended.err
    told = [line.rpartition("mine.yaml:")[2].split(": ", 1) for line in ended.sentences[:-1]]
    assert [place for place, _ in told] == [place for place, _ in FAULTS]
    assert [words for (_, words), (_, line) in zip(FAULTS, told, strict=True) if words not in line] == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"mine\.yaml: the lexicon file cannot be read: .*TL001"):
        load_lexicon([tmp_path / "mine.yaml"])
