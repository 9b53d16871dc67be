"""A query of a channel's own, which an item has to fit besides the rules: the same language as ``match``. Pure."""

from __future__ import annotations

from rules.match import sentence_finder
from rules.matching.compile import compile_node
from rules.matching.view import Dictionary, ItemView
from rules.model import Item
from rules.ports import Vocabulary
from rules.query.ast import survey
from rules.query.lexer import QueryError
from rules.query.names import resolve_names
from rules.query.parser import parse_query

__all__ = ["Narrowing", "QueryError"]


class Narrowing:
    """A query made ready to be held against items. Raises QueryError, with every problem, for one that is none."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        root = parse_query(text).root
        root, problems = resolve_names(root, vocabulary)
        if problems:
            raise QueryError(problems)
        self._test = compile_node(root)
        self._dictionary = Dictionary(survey([root]).keys)
        self._sentences = sentence_finder(vocabulary)

    def holds(self, item: Item) -> bool:
        """Tell whether an item fits."""
        return self._test(ItemView(item, self._dictionary, self._sentences))
