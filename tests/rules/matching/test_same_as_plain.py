"""The index and its shortcuts give exactly what a plain reading of the query gives."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.match import Matcher
from rules.matching.compile import compile_node
from rules.matching.highlight import spans_of
from rules.matching.view import Dictionary, ItemView
from rules.model import Item, ItemId
from rules.query import parse_query
from rules.query.ast import And, AtLeast, In, Near, Node, Not, Or, Phrase, Regex, SameSentence, Scope, Word, survey
from rules.query.render import write
from rules.ruleset import Rule, RuleSet, Source, TextQuery
from tests.rules.fakes import FakeVocabulary
from tests.rules.matching.plain import holds

# few words that overlap in every way: one the beginning of another, accents, capitals, repetition, three scripts
WRITTEN = (
    *(
        "a",
        "ab",
        "abc",
        "the",
        "50",
        "us",
        "été",
        "мир",
        "мирный",
        "straße",
        "naïve",
        "of",
        "A",
        "AB",
        "US",
        "Us",
        "ete",
    ),
    *("ete", "ÉTÉ", "МИР", "Мирный", "STRASSE", "e\u0301te\u0301", "ab-abc", "x", ".", ". The", "!\n", ",", "50,50"),
)

words = st.builds(
    Word,
    text=st.sampled_from(["a", "ab", "abc", "the", "50", "us", "ete", "мир", "мирный", "strasse", "naive"]),
    prefix=st.booleans(),
    caps=st.sampled_from([False, False, False, True]),
)
phrases = st.builds(Phrase, words=st.lists(words, min_size=2, max_size=3).map(tuple))
leaves = words | phrases


def _positional(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return (
        st.builds(Or, parts=st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Near, left=inner, right=inner, distance=st.integers(1, 6), ordered=st.booleans())
        | st.builds(SameSentence, left=inner, right=inner)
    )


positional: st.SearchStrategy[Node] = st.recursive(leaves, _positional, max_leaves=4)
regexes = st.sampled_from(["a+b", "[0-9]+", "us|мир"]).map(lambda pattern: Regex(pattern=pattern))
scopes = st.sampled_from([Scope.TITLE, Scope.BODY, Scope.LEAD, Scope.OUTLET])


def _boolean(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return (
        st.builds(And, parts=parts)
        | st.builds(Or, parts=parts)
        | st.builds(Not, part=inner)
        | st.builds(In, scope=scopes, part=positional)
        | st.builds(AtLeast, count=st.integers(1, 3), part=positional)
    )


queries: st.SearchStrategy[Node] = st.recursive(positional | regexes, _boolean, max_leaves=5)
texts = st.lists(st.sampled_from(WRITTEN), max_size=25).map(" ".join)


def _item(title: str, text: str, lead: str, outlet: str) -> Item:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Item(id=ItemId(1), outlet=outlet, title=title, text=text, lead=lead, url="", published=None, fetched=day)


items = st.builds(_item, texts, texts, texts, st.sampled_from(["The AB", "US"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(queries, min_size=1, max_size=6), items)
def test_the_matcher_agrees_with_a_plain_reading(nodes: list[Node], item: Item) -> None:
    rules = tuple(
        Rule(
            id=str(number),
            title="t",
            topic="t",
            match=TextQuery(by_lang={"": node}),
            source=Source(file="", line=0, column=0),
        )
        for number, node in enumerate(nodes)
    )
    matcher = Matcher(RuleSet(topics={"t": "t"}, rules=rules, hash=""), FakeVocabulary())
    expected = [str(number) for number, node in enumerate(nodes) if holds(node, item)]
    assert list(matcher.holding(item)) == expected
    assert list(matcher.holding(item)) == expected, "the second time, with all words remembered"
    assert not matcher.failures


@settings(max_examples=80, deadline=None)
@given(queries, items)
def test_spans_lie_in_the_text_and_only_where_the_query_holds(node: Node, item: Item) -> None:
    view = ItemView(item, Dictionary(survey([node]).keys))
    for start, end in spans_of(node, view):
        assert 0 <= start < end <= len(item.text)
        assert not item.text[start].isspace()
    if isinstance(node, Word) and not compile_node(node)(view):
        assert not spans_of(node, view)


@settings(max_examples=80, deadline=None)
@given(queries)
def test_a_query_written_back_is_the_same_query(node: Node) -> None:
    def flat(inner: Node) -> Node:
        return parse_query(write(inner)).root

    assert flat(flat(node)) == flat(node)
