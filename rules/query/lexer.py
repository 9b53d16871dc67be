"""From the text of a query to tokens, with every slip of the pen reported where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MAX_QUERY = 20_000  # characters; far more than anybody writes, few enough to stay quick
MAX_NESTING = 40


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a query: where it starts, what it is, and its code."""

    offset: int
    text: str
    code: str


class QueryError(ValueError):
    """The query cannot be used; ``problems`` holds every reason found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("; ".join(problem.text for problem in self.problems))


class Kind(StrEnum):
    """The kinds of tokens."""

    OPEN = "("
    CLOSE = ")"
    QUOTED = "phrase"
    WORD = "word"
    REGEX = "regex"
    FIELD = "field"
    NEAR = "W/n"
    PRE = "PRE/n"
    SENTENCE = "/s"
    ATLEAST = "ATLEAST"
    ALLCAPS = "ALLCAPS"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    END = "end"


class Token(NamedTuple):
    """One token: ``value`` is the inside of quotes, the field's name, or the number of an operator."""

    kind: Kind
    value: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<plain>[^\W_]+\*?)(?:[ ]|(?=[\s)]|\Z))   # takes the blank along: half of all tokens would be blanks
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<quoted>[^"]*)"
    | [“„«](?P<curly>[^”“»"]*)[”“»]
    | (?P<unclosed>["“„«])
    | re:/(?P<regex>(?:[^/\\]|\\.)*)/(?P<flags>[A-Za-z]*)
    | (?P<near>(?:W|NEAR)/(?P<within>\d+)(?![^\s()"]))
    | (?P<pre>PRE/(?P<before>\d+)(?![^\s()"]))
    | (?P<sentence>(?:W)?/s(?![^\s()"]))
    | (?P<paragraph>W?/p(?![^\s()"]))
    | (?P<atleast>ATLEAST(?P<count>\d+)\s*(?=\())
    | (?P<allcaps>ALLCAPS\s*(?=\())
    | (?P<field>[A-Za-z_]+):(?![/:])\s*(?=\S)
    | (?P<word>[^\s()"“”„«»]+)
    | (?P<stray>.)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERED = {"near": (Kind.NEAR, "within"), "pre": (Kind.PRE, "before"), "atleast": (Kind.ATLEAST, "count")}
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_BORROWED = {"&": Kind.AND, "&&": Kind.AND, "+": Kind.AND, "|": Kind.OR, "||": Kind.OR, "-": Kind.NOT}
"""Operators of other languages."""
_LONGEST_OPERATOR = max(map(len, _OPERATORS))


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.open: list[int] = []

    def run(self) -> None:
        add = self.tokens.append
        for found in _TOKEN.finditer(self.text):
            kind = found.lastgroup
            if kind == "space":
                continue
            if kind == "plain" and len(found["plain"]) > _LONGEST_OPERATOR:  # most of what people write
                add(Token(Kind.WORD, found["plain"], found.start(), found.end("plain")))
            else:
                self._take(found)
        for offset in self.open:
            self.problems.append(Problem(offset, 'this "(" is never closed', "TC202"))
        add(Token(Kind.END, "", len(self.text), len(self.text)))

    def _take(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        match kind:
            case "open" | "close":
                self._parenthesis(found)
            case "quoted" | "curly":
                self._add(Kind.QUOTED, found[kind], found)
            case "unclosed":
                self.problems.append(Problem(found.start(), "this quote is never closed", "TC203"))
            case "regex" | "flags":
                self._regex(found)
            case "near" | "pre" | "atleast":
                self._number(found)
            case "sentence":
                self._add(Kind.SENTENCE, "", found)
            case "paragraph":
                text = "/p (same paragraph) is not known here; use /s (same sentence) or W/50"
                self.problems.append(Problem(found.start(), text, "TC210"))
                self._add(Kind.SENTENCE, "", found)
            case "allcaps":
                self._add(Kind.ALLCAPS, "", found)
            case "field":
                self._add(Kind.FIELD, found["field"], found)
            case _:
                self._word(found)

    def _add(self, kind: Kind, value: str, found: re.Match[str]) -> None:
        self.tokens.append(Token(kind, value, found.start(), found.end()))

    def _parenthesis(self, found: re.Match[str]) -> None:
        if found[0] == "(":
            self.open.append(found.start())
            if len(self.open) == MAX_NESTING + 1:
                text = f"parentheses are nested deeper than {MAX_NESTING} levels"
                self.problems.append(Problem(found.start(), text, "TC213"))
            self._add(Kind.OPEN, "(", found)
        elif self.open:
            self.open.pop()
            self._add(Kind.CLOSE, ")", found)
        else:
            self.problems.append(Problem(found.start(), 'this ")" closes nothing', "TC202"))

    def _regex(self, found: re.Match[str]) -> None:
        if found["flags"]:
            text = "a pattern takes no letters after its last /; case never counts, write (?-i) inside if it shall"
            self.problems.append(Problem(found.start("flags"), text, "TC211"))
        self._add(Kind.REGEX, found["regex"], found)

    def _number(self, found: re.Match[str]) -> None:
        kind, group = _NUMBERED[str(found.lastgroup)]
        number = int(found[group][:6])
        if not 1 <= number <= 1000:
            text = f"{found[0].strip()} is out of range; the number goes from 1 to 1000"
            self.problems.append(Problem(found.start(), text, "TC210"))
        self._add(kind, str(number), found)

    def _word(self, found: re.Match[str]) -> None:
        group = str(found.lastgroup)
        start, end = found.span(group)
        word = found[group]
        operator = _OPERATORS.get(word)
        if operator is None and word.upper() in _OPERATORS:
            operator = _OPERATORS[word.upper()]
            text = f'write {operator} in capitals; the word itself needs quotes: "{word}"'
            self.problems.append(Problem(start, text, "TC206"))
        elif word in _BORROWED:
            operator = _BORROWED[word]
            self.problems.append(Problem(start, f'"{word}" is not an operator here; write {operator}', "TC206"))
        self.tokens.append(Token(operator or Kind.WORD, word, start, end))


def tokenize(text: str) -> tuple[list[Token], list[Problem]]:
    """Cut a query into tokens, the last of which is END; problems do not stop the cutting."""
    if len(text) > MAX_QUERY:
        problem = Problem(0, f"the query has {len(text):,} characters; at most {MAX_QUERY:,} are allowed", "TC213")
        return [Token(Kind.END, "", 0, 0)], [problem]
    lexer = _Lexer(text)
    lexer.run()
    return lexer.tokens, lexer.problems
