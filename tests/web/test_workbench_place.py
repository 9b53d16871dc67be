from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.workbench.place import Place, Wants, place_of


def at(text: str) -> Place:
    """Return the place of the ¦ in a text."""
    before, _, after = text.partition("¦")
    return place_of(before + after, before.count("\n"), len(before) - (before.rfind("\n") + 1))


RULE = "version: 1\nrules:\n  - id: x\n"


@pytest.mark.parametrize(
    ("text", "path", "wants", "typed"),
    [
        pytest.param("¦", (), Wants.KEY, "", id="an empty file wants a key"),
        pytest.param("version: 1\nto¦", (), Wants.KEY, "to", id="a word at the edge is a key of the file"),
        pytest.param("rules:\n  - ¦", ("rules", 0), Wants.NODE, "", id="after a dash anything may begin"),
        pytest.param("rules:\n- ¦", ("rules", 0), Wants.NODE, "", id="a dash may stand under its key"),
        pytest.param(f"{RULE}    sev¦", ("rules", 0), Wants.KEY, "sev", id="below a key of a rule is its next key"),
        pytest.param(f"{RULE}  - id: y\n    ¦", ("rules", 1), Wants.KEY, "", id="the second rule is counted"),
        pytest.param(f"{RULE}    severity: ur¦", ("rules", 0, "severity"), Wants.VALUE, "ur", id="after a colon"),
        pytest.param(f"{RULE}    figure:\n      ¦", ("rules", 0, "figure"), Wants.NODE, "", id="below an open key"),
        pytest.param(
            f"{RULE}    figure: {{unit: troops, ac¦", ("rules", 0, "figure"), Wants.KEY, "ac", id="a key in brackets"
        ),
        pytest.param(
            f"{RULE}    figure: {{actor: United St¦, place: x}}",
            ("rules", 0, "figure", "actor"),
            Wants.VALUE,
            "United St",
            id="a value of two words in brackets",
        ),
        pytest.param(
            f"{RULE}    figure: {{\n      unit: troops,\n      pla¦",
            ("rules", 0, "figure"),
            Wants.KEY,
            "pla",
            id="brackets over several lines",
        ),
        pytest.param(
            f"{RULE}    alert_on: [new, ch¦]", ("rules", 0, "alert_on", 1), Wants.VALUE, "ch", id="a member of a list"
        ),
        pytest.param(
            f"{RULE}    alert_on:\n      - new\n      - ch¦",
            ("rules", 0, "alert_on", 1),
            Wants.NODE,
            "ch",
            id="a member of a list with dashes",
        ),
        pytest.param(
            f"{RULE}    match: >-\n      troops OR actor:Uni¦",
            ("rules", 0, "match"),
            Wants.WORDS,
            "troops OR actor:Uni",
            id="inside a folded text",
        ),
        pytest.param(
            f"{RULE}    match: >-\n      troops OR ¦",
            ("rules", 0, "match"),
            Wants.WORDS,
            "troops OR ",
            id="after a blank in a folded text",
        ),
        pytest.param(
            f"{RULE}    match: >-\n      troops\n    ¦", ("rules", 0), Wants.KEY, "", id="after a folded text has ended"
        ),
        pytest.param(
            f"{RULE}    match: 'it''s tro¦",
            ("rules", 0, "match"),
            Wants.VALUE,
            "its tro",
            id="a quotation",
        ),
        pytest.param(f"{RULE}    # sev¦", (), Wants.NOTHING, "", id="nothing in a comment"),
        pytest.param(f"{RULE}    title: a # b¦", (), Wants.NOTHING, "", id="nothing in a comment behind a value"),
        pytest.param(f"{RULE}    figure: {{unit: x}} ¦", (), Wants.NOTHING, "", id="after a bracket"),
        pytest.param(
            f"{RULE}    tests:\n      - name: a\n        expect: {{alert: new, figure: {{lo¦",
            ("rules", 0, "tests", 0, "expect", "figure"),
            Wants.KEY,
            "lo",
            id="brackets in brackets",
        ),
    ],
)
def test_the_place_is_understood(text: str, path: tuple[str | int, ...], wants: Wants, typed: str) -> None:
    place = at(text)
    assert (place.wants, place.typed) == (wants, typed)
    if wants is not Wants.NOTHING:
        assert place.path == path


@pytest.mark.parametrize(
    ("text", "used"),
    [
        pytest.param(f"{RULE}    title: t\n    ¦\n    match: x\n  - id: y\n    figure: {{}}", {"id", "title", "match"}),
        pytest.param(f"{RULE}    figure: {{unit: a, ¦ place: b}}", {"unit", "place"}),
        pytest.param(f"{RULE}    figure:\n      ¦\n      unit: a\n    match: x", {"unit"}),
    ],
    ids=["of a rule, before and after, not of the next one", "in brackets, before and after", "of a mapping below"],
)
def test_keys_that_are_there_are_known(text: str, used: set[str]) -> None:
    assert at(text).used == used


def test_a_key_that_has_its_colon_gets_no_second_one() -> None:
    place = at(f"{RULE}    sev¦erity: urgent")
    assert (place.has_colon, place.rest) == (True, "erity")


def test_a_blank_is_missing_right_after_a_colon() -> None:
    assert at(f"{RULE}    severity:¦").is_glued
    assert not at(f"{RULE}    severity: ¦").is_glued


YAML = st.text(alphabet=st.sampled_from(list("ab:- \n{}[],'\"|>#*&!é\t\U0001f600")), max_size=200)


@given(YAML, st.integers(-1, 40), st.integers(0, 60))
def test_what_is_typed_stands_before_the_cursor_in_any_text(text: str, line: int, column: int) -> None:
    place = place_of(text, line, column)
    lines = text.split("\n")
    before = lines[line][:column] if 0 <= line < len(lines) else ""
    assert before.endswith(place.typed) or "''" in before


def test_a_long_file_is_read_in_a_moment() -> None:
    text = "rules:\n" + "  - id: x\n    match: 'a OR b'\n    figure: {unit: troops}\n" * 8_000
    place = place_of(text + "    sev", text.count("\n"), 7)
    assert place.path == ("rules", 7_999)
    assert place.typed == "sev"
