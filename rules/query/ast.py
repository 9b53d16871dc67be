"""The boolean query language as a tree. Every node knows where it stands in the query's text.

``start`` and ``end`` are half-open offsets into the query and do not count when nodes are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple


class Scope(StrEnum):
    """The part of an item that a query, or a piece of one, looks at."""

    ANY = "any"  # title and text
    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    OUTLET = "outlet"
    LANG = "lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned:
    """What every node has."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Spanned):
    """One token, folded; with ``prefix`` the beginning of one; with ``caps`` only where it is written in capitals."""

    text: str
    prefix: bool = False
    caps: bool = False

    @property
    def key(self) -> str:
        """What stands for the word in indexes; a token never has a star, so prefixes cannot clash with words."""
        return f"{self.text}*" if self.prefix else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Spanned):
    """Tokens one after the other."""

    words: tuple[Word, ...]

    @property
    def pairs(self) -> tuple[str, ...]:
        """Its neighbouring words as keys ("un mandate"); none where a prefix or capitals ask for more."""
        for word in self.words:
            if word.prefix or word.caps:
                return ()
        return tuple([f"{one.text} {two.text}" for one, two in pairwise(self.words)])


@dataclass(frozen=True, slots=True, kw_only=True)
class And(Spanned):
    """All of ``parts``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(Spanned):
    """At least one of ``parts``."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Spanned):
    """Not ``part``."""

    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(Spanned):
    """``left`` and ``right`` apart, with at most ``distance - 1`` words between; ``ordered`` wants left first."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SameSentence(Spanned):
    """``left`` and ``right`` apart, within one sentence."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(Spanned):
    """``part`` in ``count`` places or more."""

    count: int
    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class In(Spanned):
    """``part``, looked for in ``scope`` only."""

    scope: Scope
    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Spanned):
    """An actor or place under any of its names. ``name`` is as written; ``names`` are the forms it stands for."""

    field: str  # actor or place
    name: str
    names: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex(Spanned):
    """An RE2 pattern over the text."""

    pattern: str


Node = Word | Phrase | And | Or | Not | Near | SameSentence | AtLeast | In | Named | Regex


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed query.

    ``mixed`` are the ANDs that stand in an OR without parentheses, as half-open offsets; ``has_names`` tells that
    there is an ``actor:`` or ``place:``, which only means something once its name is resolved.
    """

    text: str
    root: Node
    mixed: tuple[tuple[int, int], ...] = ()
    has_names: bool = False


_CHILDREN: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    And: lambda node: node.parts,
    Or: lambda node: node.parts,
    Near: lambda node: (node.left, node.right),
    SameSentence: lambda node: (node.left, node.right),
    Not: lambda node: (node.part,),
    AtLeast: lambda node: (node.part,),
    In: lambda node: (node.part,),
    Named: lambda node: (node.names,) if node.names is not None else (),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below ``node``."""
    below = _CHILDREN.get(type(node))
    return below(node) if below is not None else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, parents first, left to right."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        below = _CHILDREN.get(type(node))
        if below is not None:
            stack.extend(reversed(below(node)))


class Survey(NamedTuple):
    """What some trees ask for: ``keys`` as often as they stand there, and the scopes they name."""

    keys: list[str]
    scopes: set[Scope]


def survey(nodes: Iterable[Node]) -> Survey:
    """Collect what a matcher's dictionary has to know for ``nodes``: words, prefixes and pairs of words."""
    keys: list[str] = []
    scopes: set[Scope] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, Word):
            keys.append(node.key)
        elif isinstance(node, Phrase):
            keys += [word.key for word in node.words]
            keys += node.pairs
        else:
            if isinstance(node, In):
                scopes.add(node.scope)
            stack += children(node)
    return Survey(keys, scopes)
