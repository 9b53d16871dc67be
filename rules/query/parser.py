"""Tokens to tree. From tightest to loosest: W/n PRE/n /s, then NOT, then AND, then OR; all group from the left."""

from __future__ import annotations

from rules.errors import guess
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
    Query,
    Regex,
    SameSentence,
    Scope,
    Word,
)
from rules.query.lexer import Kind, Problem, QueryError, Token, tokenize
from rules.query.patterns import pattern_problem
from rules.query.phrases import read_phrase

_SCOPES = {"title": Scope.TITLE, "lead": Scope.LEAD, "body": Scope.BODY, "outlet": Scope.OUTLET, "lang": Scope.LANG}
_NAMED = ("actor", "place")
FIELDS = (*_SCOPES, *_NAMED)
# tuples, not sets: identity is checked first, and an enum's hash is Python code
_STARTS = (Kind.WORD, Kind.QUOTED, Kind.OPEN, Kind.NOT, Kind.FIELD, Kind.ATLEAST, Kind.ALLCAPS, Kind.REGEX)
_PROXIMITY = (Kind.NEAR, Kind.PRE, Kind.SENTENCE)


def parse_query(text: str) -> Query:
    """Read a query. Raises QueryError with every problem found."""
    tokens, problems = tokenize(text)
    parser = _Parser(text, tokens, problems)
    root = parser.run()
    if parser.problems or root is None:
        raise QueryError(parser.problems)
    return Query(text=text, root=root, mixed=tuple(parser.mixed), has_names=parser.has_names)


def parse_plain(text: str) -> Query:
    """Read a text as the phrase that it is (a word may end in ``*``), with no operators. Raises QueryError."""
    node, problems = read_phrase(text, 0)
    if problems:
        raise QueryError(list(problems))
    return Query(text=text, root=node)


class _Stop(Exception):  # noqa: N818 - control flow inside this module
    """The rest of the query cannot be understood."""


class _Parser:
    """Recursive descent; the depth is bounded by the lexer's limit on parentheses."""

    def __init__(self, text: str, tokens: list[Token], problems: list[Problem]) -> None:
        self.text = text
        self.tokens = tokens
        self.problems = problems
        self.mixed: list[tuple[int, int]] = []
        self.at = 0
        self.in_caps = False
        self.has_names = False

    def run(self) -> Node | None:
        """Parse the whole query; None when it is beyond reading."""
        if any(problem.code in {"TC213"} for problem in self.problems):
            return None
        if self.peek.kind is Kind.END and not self.problems:
            self._problem(0, "the query is empty", "TC201")
            return None
        try:
            node = self._or()
        except _Stop:
            return None
        if self.peek.kind is not Kind.END and not self.problems:
            self._problem(self.peek.start, f"{self._shown(self.peek)} is not expected here", "TC205")
        return node

    @property
    def peek(self) -> Token:
        return self.tokens[self.at]

    def _next(self) -> Token:
        token = self.tokens[self.at]
        self.at += token.kind is not Kind.END
        return token

    def _problem(self, offset: int, text: str, code: str) -> None:
        self.problems.append(Problem(offset, text, code))

    def _shown(self, token: Token) -> str:
        return "the end" if token.kind is Kind.END else f'"{self.text[token.start : token.end].strip()}"'

    def _or(self) -> Node:
        begin, parts = self.at, [self._and()]
        while self.tokens[self.at].kind is Kind.OR:
            self._note_bare_and(begin, parts[-1])
            self.at += 1
            begin = self.at
            parts.append(self._and())
        if len(parts) == 1:
            return parts[0]
        self._note_bare_and(begin, parts[-1])
        return Or(parts=_flat(Or, parts), start=parts[0].start, end=parts[-1].end)

    def _note_bare_and(self, begin: int, part: Node) -> None:
        """Remember an AND, read from token ``begin`` up to here, that stands in an OR without parentheses."""
        if isinstance(part, And) and not self._is_one_group(begin):
            self.mixed.append((self.tokens[begin].start, self.tokens[self.at - 1].end))

    def _is_one_group(self, first: int) -> bool:
        """Tell whether the tokens from ``first`` up to here are one pair of parentheses."""
        depth = 0
        for place in range(first, self.at):
            kind = self.tokens[place].kind
            depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
            if depth == 0:
                return place == self.at - 1
        return False

    def _and(self) -> Node:
        parts = [self._negated()]
        while True:
            kind = self.tokens[self.at].kind
            if kind is Kind.AND:
                self.at += 1
                parts.append(self._negated())
            elif kind is Kind.NOT:
                parts.append(self._negated())
            elif kind in _STARTS:
                self._missing_operator(parts[-1])
                parts.append(self._negated())
            else:
                break
        if len(parts) == 1:
            return parts[0]
        return And(parts=_flat(And, parts), start=parts[0].start, end=parts[-1].end)

    def _missing_operator(self, left: Node) -> None:
        following = self.peek
        one, two = self.text[left.start : left.end], self.text[following.start : following.end]
        text = f"an operator is missing before {two.strip()}; write AND, OR, NOT or W/5 between the two"
        if isinstance(left, Word | Phrase) and following.kind in {Kind.WORD, Kind.QUOTED}:
            text = f"an operator is missing between {one} and {two}; write {one} AND {two}"
            text += f', or "{one} {two}" for the phrase' if '"' not in one + two else ""
        self._problem(following.start, text, "TC204")

    def _negated(self) -> Node:
        if self.tokens[self.at].kind is not Kind.NOT:
            return self._near()
        operator = self._next()
        part = self._negated()
        return Not(part=part, start=operator.start, end=part.end)

    def _near(self) -> Node:
        left = self._primary()
        while self.tokens[self.at].kind in _PROXIMITY:
            operator = self._next()
            right = self._operand()
            shown = self.text[operator.start : operator.end]
            self._check_positional(left, shown)
            self._check_positional(right, shown)
            start, end = left.start, right.end
            if operator.kind is Kind.SENTENCE:
                left = SameSentence(left=left, right=right, start=start, end=end)
            else:
                ordered = operator.kind is Kind.PRE
                left = Near(left=left, right=right, distance=int(operator.value), ordered=ordered, start=start, end=end)
        return left

    def _operand(self) -> Node:
        """Read the right side of a distance; a NOT there is read on, so that it can be reported for what it is."""
        return self._negated() if self.tokens[self.at].kind is Kind.NOT else self._primary()

    def _check_positional(self, node: Node, operator: str) -> None:
        """Only what has a place in the text can be near something."""
        match node:
            case Word() | Phrase() | Named():
                return
            case Or():
                for part in node.parts:
                    self._check_positional(part, operator)
            case Near() | SameSentence():
                return
            case And():
                text = f"AND cannot stand beside {operator}: two places have no distance. Use OR, a phrase or W/n"
                self._problem(node.start, text, "TC209")
            case Not():
                text = f"NOT cannot stand beside {operator}: what is absent has no place. Use ... NOT (a {operator} b)"
                self._problem(node.start, text, "TC209")
            case _:
                shown = self.text[node.start : node.end]
                text = f"{shown} cannot stand beside {operator}; only words, phrases and their OR can"
                self._problem(node.start, text, "TC209")

    def _primary(self) -> Node:
        token = self._next()
        if token.kind is Kind.WORD:
            return self._phrase(token, quotes=0)
        match token.kind:
            case Kind.OPEN:
                node = self._or()
                self._close()
                return node
            case Kind.QUOTED:
                return self._phrase(token, quotes=1)
            case Kind.REGEX:
                return self._regex(token)
            case Kind.FIELD:
                return self._field(token)
            case Kind.ATLEAST:
                return self._at_least(token)
            case Kind.ALLCAPS:
                return self._all_caps()
        if not self.problems:
            before = self.tokens[self.at - 2] if self.at > 1 else None
            after = f" after {self._shown(before)}" if before is not None and token.kind is not Kind.END else ""
            after = (
                f" after {self._shown(self.tokens[-2])}" if token.kind is Kind.END and len(self.tokens) > 1 else after
            )
            self._problem(token.start, f"a word is missing{after}: {self._shown(token)} comes instead", "TC205")
        raise _Stop

    def _close(self) -> None:
        if self.peek.kind is Kind.CLOSE:
            self._next()
        elif not self.problems:
            self._problem(self.peek.start, f"{self._shown(self.peek)} is not expected here", "TC205")
            raise _Stop

    def _phrase(self, token: Token, quotes: int) -> Node:
        node, problems = read_phrase(token.value, token.start + quotes, quotes=quotes, caps=self.in_caps)
        self.problems += problems
        return node

    def _regex(self, token: Token) -> Node:
        pattern = token.value.replace("\\/", "/")
        problem = pattern_problem(pattern)
        if problem:
            self._problem(token.start, problem, "TC211")
        return Regex(pattern=pattern, start=token.start, end=token.end)

    def _field(self, token: Token) -> Node:
        name = token.value.lower()
        if name in _NAMED:
            return self._named(token, name)
        if name not in _SCOPES:
            near = guess(name, FIELDS)
            advice = f'"{token.value}:" is not a field{near} ({", ".join(FIELDS)}); a text with a colon needs quotes'
            self._problem(token.start, advice, "TC208")
        part = self._primary()
        return In(scope=_SCOPES.get(name, Scope.ANY), part=part, start=token.start, end=part.end)

    def _named(self, token: Token, name: str) -> Node:
        value = self._next()
        if value.kind not in {Kind.QUOTED, Kind.WORD}:
            self._problem(value.start, f'after {name}: a name is expected, as in {name}:"United States"', "TC205")
            raise _Stop
        self.has_names = True
        return Named(field=name, name=value.value, start=token.start, end=value.end)

    def _at_least(self, token: Token) -> Node:
        part = self._primary()
        self._check_positional(part, f"ATLEAST{token.value}")
        return AtLeast(count=int(token.value), part=part, start=token.start, end=self.tokens[self.at - 1].end)

    def _all_caps(self) -> Node:
        outside, self.in_caps = self.in_caps, True
        try:
            return self._primary()
        finally:
            self.in_caps = outside


def _flat(kind: type[And | Or], parts: list[Node]) -> tuple[Node, ...]:
    """Take nested ANDs of ANDs (ORs of ORs) apart: they mean the same."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return tuple(flat)
