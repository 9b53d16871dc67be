"""The boolean language of ``match``, ``unless`` and position clauses: text to tree."""

from rules.query.ast import Node, Query, Scope, children, walk
from rules.query.lexer import Problem, QueryError
from rules.query.parser import FIELDS, parse_plain, parse_query

__all__ = [
    "FIELDS",
    "Node",
    "Problem",
    "Query",
    "QueryError",
    "Scope",
    "children",
    "parse_plain",
    "parse_query",
    "walk",
]
