"""What strict YAML reads, what it refuses, and where it says the trouble is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError
from pydantic_core import PydanticCustomError

from rules import strictyaml
from rules.errors import Fault, FaultsError
from tests.shared import shared_path


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(FaultsError) as caught:
        strictyaml.parse(text, "f.yaml")
    return caught.value.faults


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("no", "no", id="Norway is a string"),
        pytest.param("on", "on", id="on is a string"),
        pytest.param("yes", "yes", id="yes is a string"),
        pytest.param("22:22", "22:22", id="a time of day is a string"),
        pytest.param("010", "010", id="an octal look-alike is a string"),
        pytest.param("3.10", "3.10", id="a version keeps its last zero"),
        pytest.param("1e3", "1e3", id="an exponent is a string"),
        pytest.param("0x10", "0x10", id="hexadecimal is a string"),
        pytest.param("1_000", "1_000", id="underscores make a string"),
        pytest.param("2026-02-30", "2026-02-30", id="a date that cannot be is still a string"),
        pytest.param(".nan", ".nan", id="not-a-number is a string"),
        pytest.param("=", "=", id="an equals sign is a string"),
        pytest.param("1" * 5000, "1" * 5000, id="an endless integer is a string"),
        pytest.param("012345678901234567", "012345678901234567", id="an id keeps its leading zero"),
        pytest.param("true", True, id="true is true"),
        pytest.param("False", False, id="False is false"),
        pytest.param("null", None, id="null is nothing"),
        pytest.param("~", None, id="a tilde is nothing"),
        pytest.param("", None, id="an empty value is nothing"),
        pytest.param("-12", -12, id="a whole number"),
        pytest.param("0.5", 0.5, id="a decimal number"),
        pytest.param("'true'", "true", id="quotes keep true a string"),
        pytest.param('"12"', "12", id="quotes keep a number a string"),
        pytest.param("[no, 1, {a: on}]", ["no", 1, {"a": "on"}], id="flow collections follow the same rules"),
    ],
)
def test_scalars_mean_what_they_look_like(written: str, value: object) -> None:
    read = strictyaml.parse(f"key: {written}\n", "f.yaml").value["key"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_always_strings() -> None:
    assert strictyaml.parse("on: 1\n1: 2\ntrue: 3\n", "f.yaml").value == {"on": 1, "1": 2, "true": 3}


def test_an_empty_file_is_nothing() -> None:
    assert strictyaml.parse("# only a comment\n", "f.yaml").value is None


@pytest.mark.parametrize(
    ("text", "place", "code", "words"),
    [
        pytest.param("title: NATO: pullback\n", (1, 12), "TC001", "title: 'NATO: pullback'", id="a colon in a text"),
        pytest.param("- title: NATO: it's\n", (1, 14), "TC001", "'NATO: it''s'", id="a colon and an apostrophe"),
        pytest.param("query: troops #1\n", (1, 15), "TC011", '"#1" would be cut off', id="an unquoted hash"),
        pytest.param("channel: #alerts\n", (1, 10), "TC011", '"#alerts" would be cut off', id="a channel name"),
        pytest.param("a: @here\n", (1, 4), "TC001", "'@here'", id="an at sign"),
        pytest.param("a: `x`\n", (1, 4), "TC001", "'`x`'", id="a backtick"),
        pytest.param("a: %x\n", (1, 4), "TC001", "'%x'", id="a percent sign"),
        pytest.param('a: "\\d+"\n', (1, 5), "TC001", "single quotes: '\\d+'", id="a backslash in double quotes"),
        pytest.param("a: 'it's so'\n", (1, 7), "TC001", "written twice", id="an apostrophe in single quotes"),
        pytest.param('a: "UN mandate" OR b\n', (1, 17), "TC001", "one pair of quotes", id="a phrase that opens a text"),
        pytest.param('a: "UN mandate" OR b\n', (1, 17), "TC001", "'\"UN mandate\" OR b'", id="with the text to write"),
        pytest.param("a:\n  b: c\n    d: e\n", (3, 5), "TC001", 'deeper than "b:"', id="a line indented too deep"),
        pytest.param("a: [1, 2\nb: 3\n", (1, 4), "TC001", 'closing "]"', id="a list left open"),
        pytest.param("a: {b: 1\n", (1, 4), "TC001", 'closing "}"', id="a mapping left open"),
        pytest.param("a: 'open\nb: 1\n", (1, 4), "TC001", "never closed", id="a quote left open"),
        pytest.param("a:\n\tb: 1\n", (2, 1), "TC001", "use spaces", id="a tab as indentation"),
        pytest.param("a: 1\nb 2\nc: 3\n", (2, 1), "TC001", '"b 2" is not "key: value"', id="a forgotten colon"),
        pytest.param("a:\n  - b\n c: d\n", (3, 2), "TC001", "indentation is off", id="a line between two levels"),
        pytest.param("a: *b\n", (1, 4), "TC004", '"*b" refers', id="an alias"),
        pytest.param("*b : 1\n", (1, 1), "TC004", '"*b" refers', id="an alias as a key"),
        pytest.param("a: &b 1\n", (1, 4), "TC004", '"&b" names', id="an anchor"),
        pytest.param("<<: {a: 1}\n", (1, 1), "TC005", "merges", id="a merge key"),
        pytest.param("a: !!python/name:os.system x\n", (1, 4), "TC006", "tag", id="a tag"),
        pytest.param("%TAG ! tag:x,2000:\n---\na: 1\n", (1, 1), "TC006", "directives", id="a directive"),
        pytest.param("a: 1\nb: 2\na: 3\n", (3, 1), "TC007", "first at 1:1", id="a duplicate key"),
        pytest.param("a: 1\n---\nb: 2\n", (2, 1), "TC008", "second document", id="two documents"),
        pytest.param("a: x\x07y\n", (1, 5), "TC009", "U+0007", id="a control character"),
        pytest.param("ä: x\n\ud800\n", (2, 1), "TC009", "U+D800", id="a lone surrogate"),
        pytest.param("a: x\u2028b: 1\n", (1, 5), "TC009", "U+2028", id="a line end that editors do not show"),
        pytest.param('a: "\\0"\n', (1, 4), "TC009", "no text", id="an escaped control character"),
        pytest.param("? [a, b]\n: 1\n", (1, 3), "TC010", "a key must be a word", id="a list as a key"),
        pytest.param("{a: 1}: 2\n", (1, 1), "TC010", "a key must be a word", id="a mapping as a key"),
        pytest.param("мандат: мир #1\n", (1, 13), "TC011", "#1", id="columns count characters, not bytes"),
    ],
)
def test_a_trap_is_reported_where_it_is_with_the_way_out(
    text: str, place: tuple[int, int], code: str, words: str
) -> None:
    fault = faults_of(text)[0]
    assert (fault.line, fault.column) == place
    assert fault.code == code
    assert words in fault.text


def test_a_comment_after_a_value_is_a_comment() -> None:
    assert strictyaml.parse("a: b # a comment\nc: 'd' #e\n", "f.yaml").value == {"a": "b", "c": "d"}


def test_every_problem_is_reported_at_once() -> None:
    text = "a: &x 1\nlist:\n  - {b: 1, b: 2}\n  - c: !t 3\nd: *x\na: 4\nquery: troops #1\n"
    faults = faults_of(text)
    assert [fault.code for fault in faults] == ["TC004", "TC007", "TC006", "TC004", "TC007", "TC011"]
    assert [fault.line for fault in faults] == [1, 3, 4, 5, 6, 7]
    assert [fault.path for fault in faults] == ["a", "list[0]", "list[1].c", "d", "", "query"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="brackets"),
        pytest.param("- " * 100_000, id="dashes"),
        pytest.param("{a: " * 100_000, id="mappings in mappings"),
        pytest.param("\n".join(" " * depth + "a:" for depth in range(500)), id="indentation"),
    ],
)
def test_depth_is_bounded_before_anything_is_built(text: str) -> None:
    (fault,) = faults_of(text)
    assert fault.code == "TC003"
    assert fault.text == "nested deeper than 64 levels"


def test_the_deepest_allowed_document_is_read() -> None:
    assert strictyaml.parse("[" * 64 + "]" * 64, "f.yaml").value


def test_size_is_bounded() -> None:
    (fault,) = faults_of("a: " + "x" * strictyaml.MAX_CHARACTERS)
    assert fault.code == "TC002"
    with pytest.raises(FaultsError, match="TC002"):
        strictyaml.decode(b" " * (4 * strictyaml.MAX_CHARACTERS + 1), "f.yaml")


def test_bytes_that_are_not_utf8_are_named_with_their_place() -> None:
    with pytest.raises(FaultsError) as caught:
        strictyaml.decode(b"a: 1\nb: caf\xe9\n", "f.yaml")
    assert str(caught.value) == "f.yaml:2:7: byte 0xe9 is not UTF-8 text; save the file as UTF-8 [TC013]"
    assert strictyaml.decode("\ufeffa: ä".encode(), "f.yaml") == "a: ä"


def test_values_and_keys_have_positions() -> None:
    document = strictyaml.parse("ключ: мир\nlist:\n  - one\n  - name: two\n    flow: [a, {b: c}]\n", "f.yaml")
    assert document.position(()) == (1, 1)
    assert document.position(("ключ",)) == (1, 7)
    assert document.position(("list", 0)) == (3, 5)
    assert document.position(("list", 1, "name")) == (4, 11)
    assert document.key_position(("list", 1, "name")) == (4, 5)
    assert document.position(("list", 1, "flow", 1, "b")) == (5, 19)
    assert document.position(("list", 1, "missing", "deeper")) == document.position(("list", 1)) == (4, 5)
    assert document.key_position(("list", 1, "missing")) == (4, 5)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        pytest.param("a: b c d\n", 4, (1, 8), id="in a plain text"),
        pytest.param("a: 'b c d'\n", 4, (1, 9), id="in single quotes"),
        pytest.param("a: |\n  b c\n  d e\n", 6, (3, 5), id="in a literal block"),
        pytest.param("a: 'it''s here'\n", 8, (1, 4), id="unsure after an escape, so where it begins"),
        pytest.param("a: b\n  c d\n", 4, (1, 4), id="unsure in a folded text, so where it begins"),
    ],
)
def test_a_place_inside_a_text_is_found(text: str, offset: int, place: tuple[int, int]) -> None:
    assert strictyaml.parse(text, "f.yaml").inner_position(("a",), offset) == place


words = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
values = st.recursive(words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4))


@given(st.dictionaries(words, values, max_size=4))
def test_what_is_dumped_with_quotes_is_read_back(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    assert strictyaml.parse(text, "f.yaml").value == value


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        document = strictyaml.parse(text, "f.yaml")
    except FaultsError as error:
        assert all(fault.line and fault.column for fault in error.faults)  # noqa: PT017
    else:
        assert document.position(()) >= (1, 1)


def test_the_yaml_test_suite_is_read_or_refused_with_a_place() -> None:
    folder = shared_path("corpus/yaml-test-suite")
    refused = 0
    for file in sorted(folder.iterdir()):
        for case in yaml.safe_load(file.read_text("utf-8")):
            text = case.get("yaml", "").replace("␣", " ").replace("↵", "").replace("»", "\t").replace("∎", "")
            try:
                strictyaml.parse(text, file.name)
            except FaultsError as error:
                refused += 1
                assert all(fault.line and fault.column for fault in error.faults)  # noqa: PT017
    assert refused > 100


def test_hostile_files_are_read_or_refused() -> None:
    for file in sorted(shared_path("corpus/hostile").glob("*.bin")):
        try:
            strictyaml.parse(strictyaml.decode(file.read_bytes(), file.name), file.name)
        except FaultsError as error:
            assert error.faults  # noqa: PT017


class Stance(StrEnum):
    SUPPORT = "support"
    CONDITIONAL = "conditional"
    OPPOSE = "oppose"


class Clause(BaseModel):
    model_config = ConfigDict(extra="forbid")
    stance: Stance | None = None
    level: int = Field(default=1, ge=1)
    since: date | None = None


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    severity: Literal["notice", "urgent"] = "notice"
    match: Clause | None = None
    kinds: list[Literal["new", "changed"]] = []
    by_name: dict[str, Clause] = {}


def _no_dots(value: str) -> str:
    if "." in value:
        raise PydanticCustomError(
            "query", "a dot is not allowed", {"problems": ((value.index("."), "a dot is not allowed", "TC777"),)}
        )
    return value


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rules: list[Rule]
    enabled: StrictBool = True
    note: Annotated[str, Field(max_length=12)] = ""
    query: Annotated[str, AfterValidator(_no_dots)] = ""


def validation_faults(text: str) -> list[str]:
    document = strictyaml.parse(text, "f.yaml")
    with pytest.raises(ValidationError) as caught:
        File.model_validate(document.value)
    nouns = {"kinds": "kind of development"}
    faults = strictyaml.faults_from_validation(document, caught.value, model=File, nouns=nouns)
    return [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "rules:\n  - id: a\n    match:\n      stance: conditonal\n",
            'f.yaml:4:15: rules[0].match.stance: "conditonal" is not a stance; did you mean "conditional"? '
            "(support, conditional, oppose) [TC104]",
            id="a misspelt value of an enumeration",
        ),
        pytest.param(
            "rules:\n  - id: a\n    severty: urgent\n",
            'f.yaml:3:5: rules[0]: "severty" is not a key here; did you mean "severity"? '
            "(by_name, id, kinds, match, severity) [TC101]",
            id="a misspelt key",
        ),
        pytest.param(
            "rules:\n  - id: a\n    by_name: {x: {stanc: oppose}}\n",
            'f.yaml:3:19: rules[0].by_name.x: "stanc" is not a key here; did you mean "stance"? '
            "(level, since, stance) [TC101]",
            id="a misspelt key below a free one",
        ),
        pytest.param(
            "rules:\n  - id: a\n    kinds: [new, chanegd]\n",
            'f.yaml:3:18: rules[0].kinds[1]: "chanegd" is not a kind of development; did you mean "changed"? '
            "(new, changed) [TC104]",
            id="a misspelt member of a list",
        ),
        pytest.param(
            "rules:\n  - severity: urgent\n",
            'f.yaml:2:5: rules[0]: the key "id" is missing [TC102]',
            id="a missing key",
        ),
        pytest.param(
            "x: 1\nrules: []\n", 'f.yaml:1:1: "x" is not a key here (enabled, note, query, rules) [TC101]', id="top"
        ),
        pytest.param(
            "rules: []\nenabled: no\n",
            'f.yaml:2:10: enabled: "no" is not true or false [TC103]',
            id="a word for a boolean",
        ),
        pytest.param(
            "rules:\n  - id: a\n    match: {level: 0}\n",
            'f.yaml:3:20: rules[0].match.level: "0" is too small; the least is 1 [TC105]',
            id="a number out of range",
        ),
        pytest.param(
            "rules: {id: a}\n",
            'f.yaml:1:8: rules: a mapping is not a list (lines that start with "- ", or [a, b]) [TC103]',
            id="a mapping for a list",
        ),
        pytest.param(
            "rules:\n  - id: a\n    match: {since: 2026-02-30}\n",
            'f.yaml:3:20: rules[0].match.since: "2026-02-30" is not a date (2026-09-30) [TC103]',
            id="a date that cannot be",
        ),
        pytest.param(
            "rules: []\nnote: much too long a note\n",
            'f.yaml:2:7: note: "much too long a note" is too long; at most 12 characters fit [TC105]',
            id="a text that is too long",
        ),
        pytest.param(
            "rules: []\nquery: 'ab.cd'\n",
            "f.yaml:2:11: query: a dot is not allowed [TC777]",
            id="a custom error with its own code and place",
        ),
    ],
)
def test_a_validation_error_reads_as_a_sentence(text: str, message: str) -> None:
    assert validation_faults(text) == [message]


def test_all_validation_errors_come_at_once() -> None:
    text = "rules:\n  - id: a\n    severity: urgnt\n  - kinds: [x]\n    idd: b\n"
    assert len(validation_faults(text)) == 4


def test_the_file_may_be_called_something_else_and_have_other_codes() -> None:
    document = strictyaml.parse("rules: 3\n", "f.yaml")
    with pytest.raises(ValidationError) as caught:
        File.model_validate(document.value)
    (fault,) = strictyaml.faults_from_validation(document, caught.value, name="tocsin.yaml", code_prefix="CF")
    assert (fault.file, fault.code) == ("tocsin.yaml", "CF103")
