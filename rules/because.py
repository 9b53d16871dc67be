"""Why a rule does not ring, in one sentence: the conclusion of an explanation's tree."""

from __future__ import annotations

from rules.explainquery import ONE_OF
from rules.explanation import Explanation

_LISTED = 8
_CLAIMS = ("figure:", "position:")


def because(tree: Explanation) -> str:
    """Say what is to blame, without a full stop; empty where the rule rings."""
    path = tree.blamed()
    if not path:
        return ""
    last = path[-1]
    claim = next((node for node in path if node.label.startswith(_CLAIMS)), None)
    if claim is not None and claim is not last:
        kind, _, told = claim.label.partition(": ")
        wanted = f"the rule asks for {last.label}"
        if last.label.startswith("alert_on: "):
            wanted = f"the rule rings for {last.label.partition(': ')[2]}"
        return f"a {kind} was read ({told}), but {last.note}; {wanted}"
    if last.label == ONE_OF:
        return f"the text has none of these: {_words(last)}{_hint(last)}{_place(path)}"
    if last.label == "unless":
        inner = last.children[0] if last.children else last
        return f"unless keeps it silent, as this is in the text: {_found(inner) or inner.label}"
    return f"{last.label}: {last.note}" if last.note else f"{last.label} does not hold"


def is_missing_words(condition: Explanation) -> bool:
    """Tell whether a condition is a list of words of which one would do, and none is there."""
    return condition.label == ONE_OF and not condition.holds and not any(child.children for child in condition.children)


def _words(choice: Explanation) -> str:
    labels = [child.label for child in choice.children]
    more = f" and {len(labels) - _LISTED} more" if len(labels) > _LISTED else ""
    return ", ".join(labels[:_LISTED]) + more


def _hint(choice: Explanation) -> str:
    near = next((child for child in choice.children if "the text has" in child.note), None)
    return "" if near is None else f" ({near.label}: {near.note.removeprefix('not found; ')})"


def _place(path: tuple[Explanation, ...]) -> str:
    """Name the part of the text that was looked at, where it is not the whole."""
    return next((f" ({node.label})" for node in path if node.label.startswith("in the ")), "")


def _found(condition: Explanation) -> str:
    """Name the first words that are there."""
    if not condition.children:
        return condition.label if condition.holds else ""
    return next((found for child in condition.children if (found := _found(child))), "")
