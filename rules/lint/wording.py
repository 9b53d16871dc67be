"""Checks on the words of queries: what matches too much, and what reads differently elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.lint.model import Check, Remark, Subject
from rules.match import Matcher, queries_of
from rules.matching.anchors import is_common
from rules.query import QueryError, parse_query
from rules.query.ast import Named, Node, Or, Phrase, Word, children
from rules.ruleset import Rule

_SHORT_PREFIX = 3
_NAMES = {"US": "us", "IT": "it", "WHO": "who", "AID": "aid", "IS": "is"}  # names that are words when case is dropped
_NAME = re.compile(rf"\b({'|'.join(_NAMES)})\b")
_NOT_BARE = re.compile(r'"[^"]*"|ALLCAPS\s*\([^)]*\)|\b\w+:\S+|re:/.*?/')


class AlwaysRun(Check):
    """No word of the query has to occur, so that it is tried on every item."""

    code = "TL106"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Ask the matcher."""
        matcher = Matcher(subject.ruleset, subject.vocabulary, include_inactive=True)
        for rule_id in matcher.always:
            rule = subject.ruleset.rule(rule_id)
            if rule is not None:
                text = "no word has to occur for the query to hold, so it is tried on every text; add one with AND"
                yield Remark(rule, text)


class BroadWildcard(Check):
    """A prefix so short that it matches half the dictionary."""

    code = "TL107"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at every prefix."""
        for rule in subject.ruleset.rules:
            for word in _words(rule):
                if word.prefix and len(word.text) < _SHORT_PREFIX:
                    yield Remark(
                        rule, f"{word.key} matches far too much; write at least {_SHORT_PREFIX} letters before the star"
                    )


class CommonWord(Check):
    """An alternative that nearly every text has."""

    code = "TL108"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at single words in ORs."""
        for rule in subject.ruleset.rules:
            for part in _alternatives(rule):
                if is_common(part.text):
                    meant = f"; write ALLCAPS({part.text.upper()}) if the name is meant" if len(part.text) < 4 else ""
                    yield Remark(rule, f'"{part.text}" is in nearly every text, so this OR says nothing{meant}')


class NameLikeWord(Check):
    """A name in capitals that is also a common word, such as US."""

    code = "TL109"

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at words that stand bare in a query."""
        for written in subject.queries():
            bare = _NOT_BARE.sub(lambda found: " " * len(found[0]), written.text)
            for found in _NAME.finditer(bare):
                name = found[1]
                place = written.document.inner_position(written.path, found.start())
                text = f'{name} also matches the word "{_NAMES[name]}"; write ALLCAPS({name}) if the name is meant'
                yield Remark(written.rule, text, place)


class MixedOperators(Check):
    """AND and OR side by side without parentheses."""

    code = "TL110"
    fixable = True

    def run(self, subject: Subject) -> Iterator[Remark]:
        """Look at the grouping."""
        for written in subject.queries():
            try:
                mixed = parse_query(written.text).mixed
            except QueryError:  # a member of any/all/none that is no query
                continue
            for start, _end in mixed:
                place = written.document.inner_position(written.path, start)
                text = "AND and OR stand side by side; AND binds tighter here, parentheses would say so to everybody"
                yield Remark(written.rule, text, place)


def _nodes(rule: Rule) -> Iterator[Node]:
    """Yield the nodes of a rule's queries, but not the forms that a name stands for."""
    queue = [root for query in queries_of(rule) for root in query.by_lang.values()]
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, Named):
            queue.extend(children(node))


def _words(rule: Rule) -> Iterator[Word]:
    for node in _nodes(rule):
        if isinstance(node, Word):
            yield node
        elif isinstance(node, Phrase):
            yield from node.words


def _alternatives(rule: Rule) -> Iterator[Word]:
    """Yield the plain words that stand in an OR."""
    for node in _nodes(rule):
        if isinstance(node, Or):
            yield from (p for p in node.parts if isinstance(p, Word) and not p.caps and not p.prefix)
