"""Why a rule rings for a text or not, as a tree to be drawn: what would do, what is there, what failed first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.because import because, is_missing_words
from rules.explainquery import ONE_OF
from rules.explanation import Explanation, Needs
from rules.ruleset import Rule
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
    """A rule held against a text, as if it were active. ``because`` says why it does not ring; empty where it does.

    ``life`` is ``draft`` or ``deprecated`` where it does not ring at all as it stands.
    """

    rule: str
    title: str
    rings: bool
    life: str
    because: str
    branches: tuple[Branch, ...]
    spans: tuple[tuple[int, int], ...]


def verdict(rule: Rule, tree: Explanation, text: str) -> Verdict:
    """Turn the explanation of a rule into what is drawn. ``text`` is what the spans are offsets into."""
    asked = tuple(child for child in tree.children if child.label != "status")
    life = next((rule.life for child in tree.children if child.label == "status" and not child.holds), "")
    tree = replace(tree, children=asked, holds=all(child.holds for child in asked))
    blamed = tree.blamed()
    first = blamed[-1] if blamed else None
    return Verdict(
        rule=rule.id,
        title=rule.title,
        rings=tree.holds,
        life=str(life),
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
    if node.needs is Needs.CLOSEST:
        return _claims(node, text, first)
    return Branch(
        label=node.label,
        holds=node.holds,
        note="" if _repeats(node) else node.note,
        found=tuple(_excerpts(node, text)) if node.holds and not children else (),
        is_first=node is first,
        below=tuple(_branch(child, text, first) for child in children),
    )


def _claims(node: Explanation, text: str, first: Explanation | None) -> Branch:
    """Show the claims that hold and, where none does, the one that comes closest whole; of the others what fails."""
    holding = [child for child in node.children if child.holds]
    closest = holding or [min(node.children, key=_misses)]
    others = [child for child in node.children if not any(child is one for one in closest)]
    below = [_branch(child, text, first) for child in closest] + [_briefly(child) for child in others]
    return Branch(label=node.label, holds=node.holds, note=node.note, is_first=node is first, below=tuple(below))


def _misses(claim: Explanation) -> int:
    return sum(not each.holds for each in claim.children)


def _briefly(claim: Explanation) -> Branch:
    failing = "; ".join(f"{each.label}, but {each.note}" for each in claim.children if not each.holds)
    return Branch(label=claim.label, holds=False, note=failing)


def _excerpts(node: Explanation, text: str) -> Iterator[str]:
    words = list(dict.fromkeys(shorten(one_line(text[start:end]), _EXCERPT) for start, end in node.spans))
    yield from words[:_EXCERPTS]
    if len(words) > _EXCERPTS:
        yield f"and {len(words) - _EXCERPTS} more"


def _word_spans(node: Explanation) -> Iterator[tuple[int, int]]:
    """Yield the places of the words that made queries hold; of one that does not hold, of those that are there."""
    if node.label.startswith(("figure:", "position:")) or node.label == "unless":
        return
    if node.label == "match" and node.holds:
        yield from node.spans
    elif node.children:
        for child in node.children:
            yield from _word_spans(child)
    elif node.holds:
        yield from node.spans


def _repeats(node: Explanation) -> bool:
    """Tell whether the note only says the condition again: ``unit: troops (the unit is troops)``."""
    name, _, value = node.label.partition(": ")
    return node.holds and node.note == f"the {name} is {value}"
