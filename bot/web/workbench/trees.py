"""Why a rule rings for a text or not, as a tree to be drawn: what would do, what is there, what failed first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.because import because, is_missing_words
from rules.explainquery import ONE_OF
from rules.explanation import Explanation
from rules.sanitise import one_line, shorten

_EXCERPTS = 3
_EXCERPT = 60
_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A condition. ``is_first`` marks the one because of which the rule does not ring."""

    label: str
    holds: bool
    note: str = ""
    found: tuple[str, ...] = ()
    is_first: bool = False
    below: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A rule held against a text. ``because`` says why it does not ring; empty where it does."""

    rule: str
    title: str
    rings: bool
    because: str
    branches: tuple[Branch, ...]
    spans: tuple[tuple[int, int], ...]


def verdict(rule: str, title: str, tree: Explanation, text: str) -> Verdict:
    """Turn the explanation of a rule into what is drawn. ``text`` is what the spans are offsets into."""
    blamed = tree.blamed()
    first = blamed[-1] if blamed else None
    return Verdict(
        rule=rule,
        title=title,
        rings=tree.holds,
        because=because(tree),
        branches=tuple(_branch(child, text, first) for child in tree.children),
        spans=tuple(sorted(set(_word_spans(tree)))),
    )


def _branch(node: Explanation, text: str, first: Explanation | None) -> Branch:
    if is_missing_words(node):
        listed = [child.label for child in node.children]
        more = f" and {len(listed) - _WORDS} more" if len(listed) > _WORDS else ""
        label = f"none of these is there: {', '.join(listed[:_WORDS])}{more}"
        notes = "; ".join(f"{child.label}: {child.note}" for child in node.children if "the text has" in child.note)
        return Branch(label=label, holds=False, note=notes, is_first=node is first)
    children = node.children
    if node.label == ONE_OF and node.holds:
        children = tuple(child for child in children if child.holds)
    return Branch(
        label=node.label,
        holds=node.holds,
        note=node.note,
        found=tuple(_excerpts(node, text)) if node.holds and not children else (),
        is_first=node is first,
        below=tuple(_branch(child, text, first) for child in children),
    )


def _excerpts(node: Explanation, text: str) -> Iterator[str]:
    words = list(dict.fromkeys(shorten(one_line(text[start:end]), _EXCERPT) for start, end in node.spans))
    yield from words[:_EXCERPTS]
    if len(words) > _EXCERPTS:
        yield f"and {len(words) - _EXCERPTS} more"


def _word_spans(node: Explanation) -> Iterator[tuple[int, int]]:
    """Yield the places of the words that made queries hold: those of the conditions that have none below them."""
    if not node.holds or node.label.startswith(("figure:", "position:")):
        return
    if not node.children:
        yield from node.spans
    for child in node.children:
        yield from _word_spans(child)
