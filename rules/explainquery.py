"""Why a query holds for a text or does not, part by part, with a hint where a near miss is to be seen."""

from __future__ import annotations

from collections.abc import Callable

from rules.explanation import Explanation, Needs
from rules.matching.compile import compile_node
from rules.matching.highlight import spans_of
from rules.matching.places import Interval, places
from rules.matching.view import ItemView, TextView
from rules.matching.words import fold_token
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
    SameSentence,
    Scope,
    Word,
    children,
)
from rules.query.render import write

ONE_OF = "one of these (OR)"
_SHOWN = 3
_STEM = 4  # letters that a near miss has to share at least


def explain_query(node: Node, view: ItemView, scope: Scope = Scope.ANY) -> Explanation:
    """Hold ``node`` and all below it against a text."""
    holds = compile_node(node, scope)(view)
    inner_scope = node.scope if isinstance(node, In) else scope
    below = () if isinstance(node, Word | Phrase | Named) else children(node)
    explained = tuple(explain_query(child, view, inner_scope) for child in below)
    return Explanation(
        label=_label(node),
        holds=holds,
        note=_note(node, view, scope, is_met=holds),
        spans=spans_of(node, view, scope) if holds else (),
        needs=Needs.ANY if isinstance(node, Or | Named) else Needs.ALL,
        children=explained,
    )


def _label(node: Node) -> str:
    match node:
        case And():
            return "all of these (AND)"
        case Or():
            return ONE_OF
        case Not():
            return "not this (NOT)"
        case Near() if not _are_plain(node.left, node.right):
            first = "the first before the second" if node.ordered else "both of these"
            return f"{first}, at most {node.distance} words apart ({'PRE' if node.ordered else 'W'}/{node.distance})"
        case SameSentence() if not _are_plain(node.left, node.right):
            return "both of these in one sentence (/s)"
        case AtLeast() if not _are_plain(node.part):
            return f"in {node.count} places or more (ATLEAST{node.count})"
        case In() if not _are_plain(node.part):
            return f"in the {node.scope} ({node.scope}:)"
        case _:
            return write(node)


def _are_plain(*nodes: Node) -> bool:
    """Tell whether a condition is short enough to be shown as it is written."""
    return all(isinstance(node, Word | Phrase | Named) for node in nodes)


def _note(node: Node, view: ItemView, scope: Scope, *, is_met: bool) -> str:
    match node:
        case Word() if not is_met:
            return _word_note(node, view, scope)
        case Phrase() if not is_met:
            return _phrase_note(node, view, scope)
        case Near() if not is_met:
            return _near_note(node, view, scope)
        case SameSentence() if not is_met:
            both = places(node.left, view, scope) and places(node.right, view, scope)
            return "both occur, but never in one sentence" if both else ""
        case AtLeast():
            count = len({first for first, _last in places(node.part, view, scope)})
            return f"found {count} time{'' if count == 1 else 's'}"
        case _:
            return ""


def _word_note(word: Word, view: ItemView, scope: Scope) -> str:
    if word.caps and view.positions(scope, word.key):
        return "found, but not in capitals"
    if word.prefix:
        return "no word begins so"
    longer = _tokens(view, scope, lambda token: token.startswith(word.text) and len(word.text) >= _STEM)
    if longer:
        return f"not found; the text has {_listed(longer)}, which {word.text}* would match"
    stem = word.text[: max(_STEM, len(word.text) - 3)]
    near = _tokens(view, scope, lambda token: token.startswith(stem)) if len(word.text) > _STEM else []
    return f"not found; the text has {_listed(near)}" if near else "not found"


def _phrase_note(phrase: Phrase, view: ItemView, scope: Scope) -> str:
    missing = [word.key for word in phrase.words if not view.positions(scope, word.key)]
    if missing:
        return f"not found; {_listed(missing)} {'does' if len(missing) == 1 else 'do'} not occur at all"
    if any(word.caps for word in phrase.words):
        return "its words occur, but not one after the other in capitals"
    return "its words occur, but not one after the other"


def _near_note(node: Near, view: ItemView, scope: Scope) -> str:
    left, right = places(node.left, view, scope), places(node.right, view, scope)
    if not left or not right:
        return ""
    gaps = [
        gap for one in left[:200] for two in right[:200] if (gap := _gap(one, two, ordered=node.ordered)) is not None
    ]
    if not gaps or min(gaps) > view.shift + len(view.body.tokens):
        return "both occur, but in the wrong order" if node.ordered else "both occur, but not apart"
    apart = min(gaps)
    if view.shift and apart >= view.shift - len(view.title.tokens):
        return "one is in the title only, the other in the text only"
    return f"the nearest are {apart} words apart, {node.distance} are allowed"


def _gap(one: Interval, two: Interval, *, ordered: bool) -> int | None:
    if two[0] > one[1]:
        return two[0] - one[1]
    if one[0] > two[1] and not ordered:
        return one[0] - two[1]
    return None


def _tokens(view: ItemView, scope: Scope, wanted: Callable[[str], bool]) -> list[str]:
    parts: tuple[TextView, ...] = (view.title, view.body) if scope is Scope.ANY else (view.part(scope),)
    folded = {fold_token(token) for part in parts for token in part.tokens}
    return sorted(token for token in folded if wanted(token))


def _listed(tokens: list[str]) -> str:
    return " and ".join(f'"{token}"' for token in tokens[:_SHOWN])
