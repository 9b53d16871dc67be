"""What queries mean, and what is said of those that mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.query import QueryError, parse_plain, parse_query
from rules.query.ast import And, AtLeast, In, Near, Node, Not, Or, Phrase, Regex, SameSentence, Scope, Word
from rules.query.patterns import compile_pattern
from rules.query.render import write


def word(text: str, *, prefix: bool = False, caps: bool = False) -> Word:
    return Word(text=text, prefix=prefix, caps=caps)


def phrase(*texts: str) -> Phrase:
    return Phrase(words=tuple(word(text) for text in texts))


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        pytest.param("Troops", word("troops"), id="a word is folded"),
        pytest.param("Militär", word("militar"), id="accents are dropped"),
        pytest.param("МАНДАТ", word("мандат"), id="any alphabet"),
        pytest.param("withdraw*", word("withdraw", prefix=True), id="a prefix"),
        pytest.param('"UN mandate"', phrase("un", "mandate"), id="a phrase"),
        pytest.param("“UN mandate”", phrase("un", "mandate"), id="typographic quotes are quotes"),
        pytest.param("«мандат ООН»", phrase("мандат", "оон"), id="angle quotes are quotes"),
        pytest.param("pull-out", phrase("pull", "out"), id="a hyphen makes a phrase"),
        pytest.param("70,000", phrase("70", "000"), id="a number with a comma is a phrase"),
        pytest.param("中国", phrase("中", "国"), id="unspaced scripts become phrases of characters"),
        pytest.param('"and"', word("and"), id="a quoted operator is a word"),
        pytest.param("a AND b AND c", And(parts=(A, B, C)), id="AND is flat"),
        pytest.param("a OR b AND c", Or(parts=(A, And(parts=(B, C)))), id="AND binds tighter than OR"),
        pytest.param("(a OR b) AND c", And(parts=(Or(parts=(A, B)), C)), id="parentheses group"),
        pytest.param("a NOT b", And(parts=(A, Not(part=B))), id="NOT between two is AND NOT"),
        pytest.param("a AND NOT b", And(parts=(A, Not(part=B))), id="AND NOT"),
        pytest.param(
            "NOT a W/3 b", Not(part=Near(left=A, right=B, distance=3)), id="a distance binds tighter than NOT"
        ),
        pytest.param("c NOT a W/3 b", And(parts=(C, Not(part=Near(left=A, right=B, distance=3)))), id="after AND too"),
        pytest.param("NOT NOT a", Not(part=Not(part=A)), id="NOT twice"),
        pytest.param("a W/5 b", Near(left=A, right=B, distance=5), id="W/n"),
        pytest.param("a near/5 b", Near(left=A, right=B, distance=5), id="NEAR/n, in any case"),
        pytest.param("a PRE/5 b", Near(left=A, right=B, distance=5, ordered=True), id="PRE/n"),
        pytest.param(
            "a W/5 b OR c", Or(parts=(Near(left=A, right=B, distance=5), C)), id="distance binds tighter than OR"
        ),
        pytest.param(
            "a W/2 b W/3 c", Near(left=Near(left=A, right=B, distance=2), right=C, distance=3), id="from the left"
        ),
        pytest.param("a /s b", SameSentence(left=A, right=B), id="the same sentence"),
        pytest.param("a W/s b", SameSentence(left=A, right=B), id="the same sentence, as Nexis writes it"),
        pytest.param("ATLEAST3(a OR b)", AtLeast(count=3, part=Or(parts=(A, B))), id="ATLEAST"),
        pytest.param(
            "ALLCAPS(US OR WHO)", Or(parts=(word("us", caps=True), word("who", caps=True))), id="ALLCAPS reaches inside"
        ),
        pytest.param("title:a", In(scope=Scope.TITLE, part=A), id="a field"),
        pytest.param("Title: (a OR b)", In(scope=Scope.TITLE, part=Or(parts=(A, B))), id="a field of a group"),
        pytest.param(r"re:/\ba{2}\/b/", Regex(pattern=r"\ba{2}/b"), id="a pattern with an escaped slash"),
        pytest.param("12:30", phrase("12", "30"), id="a time of day is no field"),
        pytest.param("http://x.org", phrase("http", "x", "org"), id="an address is no field"),
    ],
)
def test_a_query_is_read_as_it_is_meant(query: str, tree: Node) -> None:
    assert parse_query(query).root == tree


@pytest.mark.parametrize(
    ("query", "offset", "code", "words"),
    [
        pytest.param("", 0, "TC201", "empty", id="nothing"),
        pytest.param("   ", 0, "TC201", "empty", id="blanks"),
        pytest.param("a AND (b OR c", 6, "TC202", "never closed", id="an open parenthesis"),
        pytest.param("a)", 1, "TC202", "closes nothing", id="a closing parenthesis"),
        pytest.param('a OR "b c', 5, "TC203", "never closed", id="an open quote"),
        pytest.param("UN mandate", 3, "TC204", '"UN mandate" for the phrase', id="two words"),
        pytest.param("(a) (b)", 4, "TC204", "missing before", id="two groups"),
        pytest.param("a AND", 5, "TC205", 'after "AND"', id="nothing after AND"),
        pytest.param("OR a", 0, "TC205", '"OR" comes instead', id="nothing before OR"),
        pytest.param("a AND () AND b", 7, "TC205", '")" comes instead', id="empty parentheses"),
        pytest.param("actor:(a)", 6, "TC205", "a name is expected", id="a group where a name should be"),
        pytest.param("a and b", 2, "TC206", "write AND in capitals", id="small letters"),
        pytest.param("a || b", 2, "TC206", "write OR", id="C's operators"),
        pytest.param("wi*raw", 2, "TC207", "only end a word", id="a star inside"),
        pytest.param("*ing", 0, "TC207", "only end a word", id="a star at the beginning"),
        pytest.param("*", 0, "TC207", "only end a word", id="only a star"),
        pytest.param("wom?n", 3, "TC207", "not a wildcard", id="a question mark"),
        pytest.param("withdraw!", 0, "TC207", "withdraw*", id="Nexis' wildcard"),
        pytest.param("headline:a", 0, "TC208", "title, lead", id="a field that is none"),
        pytest.param("titel:a", 0, "TC208", 'did you mean "title"', id="a misspelt field"),
        pytest.param("a W/5 (b AND c)", 7, "TC209", "no distance", id="AND beside a distance"),
        pytest.param("a W/5 NOT b", 6, "TC209", "no place", id="NOT beside a distance"),
        pytest.param("a W/5 title:b", 6, "TC209", "only words", id="a field beside a distance"),
        pytest.param("ATLEAST2(a AND b)", 9, "TC209", "no distance", id="AND in ATLEAST"),
        pytest.param("a W/0 b", 2, "TC210", "1 to 1000", id="no distance"),
        pytest.param("a W/9999999999 b", 2, "TC210", "1 to 1000", id="a huge distance"),
        pytest.param("a /p b", 2, "TC210", "W/50", id="the same paragraph"),
        pytest.param("re:/(?=a)b/", 0, "TC211", "look-around", id="look-ahead"),
        pytest.param(r"re:/(a)\1/", 0, "TC211", "back-references", id="a back-reference"),
        pytest.param("re:/a*/", 0, "TC211", "everywhere", id="a pattern that matches nothing"),
        pytest.param("re:/a(/", 0, "TC211", "cannot be read", id="a broken pattern"),
        pytest.param("re:/a{2000}/", 0, "TC211", "cannot be read", id="a repeat that RE2 refuses"),
        pytest.param(r"re:/a\b+/", 0, "TC211", "two ends", id="a word edge inside"),
        pytest.param(r"re:/\ba|b/", 0, "TC211", "(?:one|two)", id="a word edge of one alternative"),
        pytest.param("re:/a/i", 6, "TC211", "case never counts", id="a flag"),
        pytest.param("a AND %%%", 6, "TC212", "no letter", id="only signs"),
        pytest.param("(" * 50 + "a" + ")" * 50, 40, "TC213", "40 levels", id="too many parentheses"),
        pytest.param("a OR " * 5000 + "a", 0, "TC213", "20,000", id="too long a query"),
    ],
)
def test_a_slip_is_named_where_it_is(query: str, offset: int, code: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    problem = caught.value.problems[0]
    assert (problem.offset, problem.code) == (offset, code)
    assert words in problem.text


def test_several_slips_come_at_once() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("a and b W/0 c AND wi*raw AND headline:x AND re:/(?!a)/")
    assert [problem.code for problem in caught.value.problems] == ["TC206", "TC210", "TC207", "TC208", "TC211"]


def test_and_beside_or_is_remembered_for_lint() -> None:
    query = "a AND b OR c OR (d AND e) OR (f OR g) AND h"
    assert [query[start:end] for start, end in parse_query(query).mixed] == ["a AND b", "(f OR g) AND h"]


def test_plain_words_are_a_phrase() -> None:
    assert parse_plain("posture review*").root == Phrase(words=(word("posture"), word("review", prefix=True)))
    assert parse_plain("NOT so fast").root == phrase("not", "so", "fast")
    with pytest.raises(QueryError):
        parse_plain("re*view")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        pytest.param(r"\bмандат\b", "Новий МАНДАТ.", "МАНДАТ", id="word edges know Cyrillic"),
        pytest.param(r"\bмандат\b", "мандати", None, id="and refuse what is longer"),
        pytest.param(r"\w+é", "café", "café", id="a word character is any letter"),
        pytest.param(r"[\w]+", "мир", "мир", id="in a class too"),
        pytest.param(r"\d+", "٤٥", "٤٥", id="digits of any script"),
        pytest.param(r"a\Wb", "aäb", None, id="what is no word character is no letter either"),
        pytest.param(r"(?-i:US)", "us", None, id="case counts where it is asked for"),
        pytest.param(r"\\b", "a\\b", "\\b", id="an escaped backslash is no word edge"),
    ],
)
def test_patterns_know_every_alphabet(pattern: str, text: str, found: str | None) -> None:
    compiled, encoded = compile_pattern(pattern), text.encode()
    spans = [encoded[first:last].decode() for first, last in compiled.spans(encoded)]
    assert spans == ([] if found is None else [found])
    assert compiled.is_in(encoded) == (found is not None)


@given(st.text(alphabet="ab \"()*:/\\WPRENATOSOD5,'“”|&-é", max_size=40))
def test_any_text_is_read_or_refused_with_a_reason(query: str) -> None:
    try:
        parsed = parse_query(query)
    except QueryError as error:
        assert all(0 <= problem.offset <= len(query) and problem.text for problem in error.problems)  # noqa: PT017
    else:
        assert parse_query(write(parsed.root)).root == parse_query(write(parse_query(write(parsed.root)).root)).root
