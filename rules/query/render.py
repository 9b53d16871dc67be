"""A query's tree written back as a query, for explanations."""

from __future__ import annotations

from rules.query.ast import And, AtLeast, In, Named, Near, Node, Not, Or, Phrase, Regex, SameSentence, Word

_LOOSE = (And, Or)
_OPERATORS = {"and", "or", "not"}  # as words they need quotes


def write(node: Node) -> str:
    """Return ``node`` in the query language; words appear folded, as they are compared."""
    match node:
        case Word():
            shown = f'"{node.key}"' if node.key in _OPERATORS else node.key
            return f"ALLCAPS({shown})" if node.caps else shown
        case Phrase():
            phrase = f'"{" ".join(word.key for word in node.words)}"'
            return f"ALLCAPS({phrase})" if node.words[0].caps else phrase
        case Or():
            return " OR ".join(_inner(part) for part in node.parts)
        case And():
            return " AND ".join(_inner(part) for part in node.parts)
        case Not():
            return f"NOT {_inner(node.part)}"
        case Near():
            return f"{_inner(node.left)} {'PRE' if node.ordered else 'W'}/{node.distance} {_inner(node.right)}"
        case SameSentence():
            return f"{_inner(node.left)} /s {_inner(node.right)}"
        case AtLeast():
            return f"ATLEAST{node.count}({write(node.part)})"
        case In():
            return f"{node.scope}:{_inner(node.part)}"
        case Named():
            return f'{node.field}:"{node.name}"'
        case Regex():
            return f"re:/{node.pattern}/"


def _inner(node: Node) -> str:
    written = write(node)
    return f"({written})" if isinstance(node, (*_LOOSE, Near, SameSentence)) else written
