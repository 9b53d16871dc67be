"""The index and its shortcuts give exactly what a plain reading of the query gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.match import Frequencies, Matcher
from rules.matching.compile import compile_node
from rules.matching.highlight import spans_of
from rules.matching.view import Dictionary, ItemView
from rules.model import Item, ItemId
from rules.query import parse_query
from rules.query.ast import (
    And,
    AtLeast,
    In,
    Named,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    SameSentence,
    Scope,
    Word,
    survey,
)
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


def _item(title: str, text: str, lead: str, outlet: str, lang: str) -> Item:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    plain = Item(id=ItemId(1), outlet=outlet, title=title, text=text, lead=lead, url="", published=None, fetched=day)
    return replace(plain, lang=lang)


items = st.builds(_item, texts, texts, texts, st.sampled_from(["The AB", "US"]), st.sampled_from(["en", "de", "de-AT"]))


named = st.builds(Named, field=st.just("actor"), name=st.just("A"), names=leaves)
several = st.lists(leaves, min_size=2, max_size=3).map(tuple)
same_word = st.builds(
    lambda word, count: Phrase(words=(word,) * count),
    word=words.filter(lambda word: not word.caps),
    count=st.integers(2, 3),
)
both_ways = words.map(lambda word: Or(parts=(replace(word, prefix=True), replace(word, prefix=False))))
CONSTRUCTS: dict[str, st.SearchStrategy[Node]] = {
    "a prefix and the word itself": both_ways,
    "a phrase of one word repeated": same_word,
    "capitals": words.map(lambda word: replace(word, caps=True)),
    "AND": st.builds(And, parts=several),
    "OR": st.builds(Or, parts=several),
    "NOT in an AND": st.builds(lambda one, other: And(parts=(one, Not(part=other))), leaves, leaves),
    "NOT of an OR in an AND": st.builds(
        lambda one, others: And(parts=(one, Not(part=Or(parts=others)))), leaves, several
    ),
    "W/n": st.builds(Near, left=positional, right=positional, distance=st.integers(1, 6)),
    "PRE/n": st.builds(Near, left=positional, right=positional, distance=st.integers(1, 6), ordered=st.just(True)),
    "/s": st.builds(SameSentence, left=positional, right=positional),
    "ATLEAST": st.builds(AtLeast, count=st.integers(1, 5), part=positional | same_word),
    "a field": st.builds(In, scope=scopes, part=positional),
    "the field of languages": st.builds(In, scope=st.just(Scope.LANG), part=st.just(Word(text="de"))),
    "a name under several forms": named | st.builds(Near, left=named, right=leaves, distance=st.integers(1, 6)),
    "a pattern": st.builds(lambda pattern, part: And(parts=(pattern, part)), regexes, leaves),
}


def _rules(queries: Sequence[TextQuery], unless: TextQuery | None = None) -> RuleSet:
    source = Source(file="", line=0, column=0)
    rules = tuple(
        Rule(id=str(number), title="t", topic="t", match=query, unless=unless, source=source)
        for number, query in enumerate(queries)
    )
    return RuleSet(topics={"t": "t"}, rules=rules, hash="")


@pytest.mark.parametrize("construct", CONSTRUCTS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_each_construct_alone_agrees_with_a_plain_reading(construct: str, data: st.DataObject) -> None:
    nodes = data.draw(st.lists(CONSTRUCTS[construct], min_size=1, max_size=4))
    item = data.draw(items)
    matcher = Matcher(_rules([TextQuery(by_lang={"": node}) for node in nodes]), FakeVocabulary())
    assert list(matcher.holding(item)) == [str(number) for number, node in enumerate(nodes) if holds(node, item)]
    assert not matcher.failures


@settings(max_examples=100, deadline=None)
@given(st.lists(queries, min_size=1, max_size=6), items, st.none() | st.lists(texts, max_size=4))
def test_the_matcher_agrees_with_a_plain_reading(nodes: list[Node], item: Item, archive: list[str] | None) -> None:
    frequencies = None if archive is None else Frequencies.of(archive)
    rules = _rules([TextQuery(by_lang={"": node}) for node in nodes])
    matcher = Matcher(rules, FakeVocabulary(), frequencies=frequencies)
    expected = [str(number) for number, node in enumerate(nodes) if holds(node, item)]
    assert list(matcher.holding(item)) == expected
    assert list(matcher.holding(item)) == expected, "the second time, with all words remembered"
    assert [match.rule for match in matcher.match(item)] == expected
    assert not matcher.failures


by_language = st.dictionaries(st.sampled_from(["en", "de", "uk"]), queries, min_size=1, max_size=3)


@settings(max_examples=30, deadline=None)
@given(st.lists(by_language, min_size=1, max_size=3), queries, items)
def test_a_query_a_language_and_unless_agree_with_a_plain_reading(
    languages: list[dict[str, Node]], unless: Node, item: Item
) -> None:
    rules = _rules([TextQuery(by_lang=nodes) for nodes in languages], TextQuery(by_lang={"": unless}))
    matcher = Matcher(rules, FakeVocabulary())
    lang = item.lang.partition("-")[0].lower()
    expected = [
        str(number)
        for number, nodes in enumerate(languages)
        if lang in nodes and holds(nodes[lang], item) and not holds(unless, item)
    ]
    assert list(matcher.holding(item)) == expected
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
