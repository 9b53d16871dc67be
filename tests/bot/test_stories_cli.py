from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cli.storylines import answer_lines
from tests.rules.story_cases import words

ITEM = {
    "id": "a",
    "title": "Norway lends Iceland 300 million euro",
    "text": "Oslo and Reykjavik signed the loan on Friday.",
    "time": "2025-09-05",
}


def answer(*lines: bytes, explain: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for line, _ in answer_lines(words(), lines, explain=explain)]


def test_each_line_is_answered_by_id_story_and_reason() -> None:
    again = ITEM | {
        "id": 7,
        "title": "Iceland gets 300 million euro loan from Norway",
        "time": "2025-09-06T10:00:00+02:00",
    }
    first, second = answer(json.dumps(ITEM).encode(), b"  \n", json.dumps(again).encode())
    assert list(first) == ["id", "story", "reason"]
    assert (first["id"], first["story"], second["id"], second["story"]) == ("a", 1, 7, 1)
    assert "Iceland" in second["reason"]


def test_explain_adds_what_the_decision_rests_on() -> None:
    lines = [json.dumps(ITEM | {"id": number}).encode() for number in (1, 2)]
    assert answer(*lines, explain=True)[1].items() >= {"kind": "join", "days": 0.0, "related": None}.items()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(b"not json", "no JSON", id="no JSON"),
        pytest.param(b"[1]", "no JSON object", id="no object"),
        pytest.param(b'{"id": 1}', "are missing", id="neither title nor text"),
        pytest.param(b'{"id": 1, "title": 5}', "has to be text, not int", id="a title that is a number"),
        pytest.param(b'{"id": 1, "title": "x", "time": "soon"}', '"soon" is no time', id="a time that is none"),
        pytest.param(b'{"id": 1, "title": "\xff"}', "not UTF-8", id="bytes that are no text"),
        pytest.param(b'{"id": 1, "title": "x", "time": "0001-01-01T00:00:00+10:00"}', "is no time", id="before time"),
    ],
)
def test_a_bad_line_is_answered_in_place_and_the_next_ones_go_on(line: bytes, told: str) -> None:
    bad, good = answer(line, json.dumps(ITEM).encode())
    assert bad["id"] is None
    assert told in bad["error"]
    assert bad["error"].startswith("line 1: ")
    assert good["story"] == 1


def test_a_lone_surrogate_breaks_neither_input_nor_output() -> None:
    (only,) = answer(b'{"id": "\\ud800", "title": "\\ud800 x", "text": ""}')
    assert only["id"] == "\ud800"
