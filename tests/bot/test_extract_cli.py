"""``tocsin extract``: one answer a line, faults named, nothing dropped."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import extract, extractlines
from bot.cli.extractlines import answer_lines
from rules.errors import LexiconError
from tests.rules.extract.figure_cases import extractor

SENTENCE = "Norway will send 300 soldiers to Latvia."
FIGURE_KEYS = {
    *("low", "high", "bound", "unit", "actor", "action", "place", "of_total", "status"),
    *("source_cited", "quote", "start", "end"),
}


def answers(*lines: bytes, explain: bool = False) -> tuple[list[dict[str, Any]], list[str]]:
    pairs = list(answer_lines(extractor(), lines, explain=explain))
    return [json.loads(line) for line, _ in pairs], [error for _, error in pairs if error]


def request(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    extract.add_parser(parser.add_subparsers())
    args = parser.parse_args(["extract", *arguments])
    code = args.run(args)
    assert isinstance(code, int)
    return code


def test_a_line_is_answered_with_the_keys_of_the_contract() -> None:
    (answer,), errors = answers(request(id="a", text=SENTENCE))
    assert errors == []
    assert set(answer) == {"id", "figures", "positions", "provenance"}
    assert set(answer["provenance"]) == {"chain", "anonymous", "origin"}
    (figure,) = answer["figures"]
    assert set(figure) == FIGURE_KEYS
    assert (figure["low"], figure["unit"], figure["actor"], figure["place"]) == (300, "troops", "Norway", "Latvia")
    assert figure["of_total"] is None
    assert SENTENCE[figure["start"] : figure["end"]] == figure["quote"]


def test_a_total_is_a_number() -> None:
    (answer,), _ = answers(request(id=1, text="London will withdraw 300 of a total of 900 soldiers from Iraq."))
    assert answer["figures"][0]["of_total"] == 900


def test_the_nth_answer_belongs_to_the_nth_line() -> None:
    found, errors = answers(request(id=1, text=SENTENCE), b"{no json", request(id=2, text=""), b'{"id": 3}')
    assert [answer["id"] for answer in found] == [1, None, 2, None]
    assert found[1]["error"] == errors[0].join(("line ", ""))
    assert errors[0].startswith("2: the line is no JSON at column 2")
    assert errors[1] == '4: the key "text" is missing'


def test_blank_lines_are_passed_over() -> None:
    found, errors = answers(request(id=1, text=""), b"\n", b"  \r\n")
    assert len(found) == 1
    assert errors == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"[1]", '1: the line is no JSON object; write {"id": ..., "text": ...}'),
        (b'{"text": 5}', '1: "text" has to be text, not int'),
        (b'{"text": null}', '1: "text" has to be text, not NoneType'),
        (b'{"text": "", "lang": []}', '1: "lang" has to be text, not list'),
        (b'{"text": "\xff"}', "1: byte 11 is not UTF-8 text; write the line as UTF-8"),
        (b'{"text": "", "id": NaN}', "1: the line is no JSON: it is nested too deeply or holds a number"),
        (b"[" * 100_000, "1: the line is no JSON: it is nested too deeply"),
    ],
)
def test_a_bad_line_is_one_sentence(line: bytes, error: str) -> None:
    _, errors = answers(line)
    assert errors[0].startswith(error)


@pytest.mark.parametrize("lang", ["en", "de-AT", "xx", "", None])
def test_any_language_tag_is_taken(lang: str | None) -> None:
    (answer,), errors = answers(request(id=1, text=SENTENCE, lang=lang))
    assert errors == []
    assert answer["id"] == 1


def test_lone_surrogates_come_back_as_valid_json() -> None:
    text = "Norway sent 300 \ud800 soldiers to Latvia."
    ((line, _),) = answer_lines(extractor(), [json.dumps({"id": "\udfff", "text": text}).encode()])
    answer = json.loads(line.encode("utf-8"))
    for figure in answer["figures"]:
        assert text[figure["start"] : figure["end"]] == figure["quote"]


@given(st.text(max_size=80))
def test_any_text_is_answered_in_one_line_of_utf_8(text: str) -> None:
    ((line, error),) = answer_lines(extractor(), [json.dumps({"id": text, "text": text}).encode()])
    assert error == ""
    assert "\n" not in line
    assert json.loads(line.encode("utf-8"))["id"] == text


def test_explain_shows_the_words_behind_every_field() -> None:
    (answer,), _ = answers(request(id=1, text=SENTENCE), explain=True)
    (claim,) = answer["explain"]
    words = {each["field"]: SENTENCE[each["start"] : each["end"]] for each in claim["evidence"]}
    assert words == {
        "value": "300",
        "unit": "soldiers",
        "action": "send",
        "actor": "Norway",
        "place": "Latvia",
        "status": "will",
    }
    assert claim["reason"]


def test_a_file_of_lines_with_a_fault_ends_in_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(request(id=1, text=SENTENCE) + b"\nnonsense\n")
    assert run("--jsonl", str(path)) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.startswith(f"{path}:2: the line is no JSON")


def test_standard_input_is_read_where_no_file_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(request(id=7, text=SENTENCE))))
    assert run("--jsonl") == 0
    assert json.loads(capsys.readouterr().out)["id"] == 7


def test_plain_text_is_shown_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "article.txt"
    path.write_text(SENTENCE, encoding="utf-8")
    assert run("--explain", str(path)) == 0
    out = capsys.readouterr().out
    assert "FIGURE 300 troops (exact): Norway, deploy, Latvia, planned" in out
    assert 'status       "will"' in out


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--jsonl", str(tmp_path / "none")) == 1
    assert "none: cannot be read: No such file or directory" in capsys.readouterr().err


def test_a_lexicon_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lexicon, article = tmp_path / "mine.yaml", tmp_path / "article.txt"
    lexicon.write_text("tables: {states: {layer: names, kind: state, entries: [{name: Utopia}]}}", encoding="utf-8")
    article.write_text("Utopia will send 300 soldiers to Latvia.", encoding="utf-8")
    assert run("--lexicon", str(lexicon), str(article)) == 0
    assert "Utopia, deploy, Latvia" in capsys.readouterr().out
    lexicon.write_text("tables: 5", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"mine\.yaml:1:1: tables: .* \[TL003\]"):
        run("--lexicon", str(lexicon), str(article))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\x7fELF\0\0\0", "it is no text", id="a program"),
        pytest.param(b"a " * 600, "more than 1,000 bytes", id="too long"),
    ],
)
def test_what_is_no_article_is_named(
    content: bytes, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extractlines, "LARGEST", 1_000)
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert run(str(path)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
