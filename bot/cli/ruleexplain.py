"""``tocsin rules explain``: why a rule rings for a text or does not, for those who wrote the rule."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.cli.ruleload import UsageError, ruleset, say_faults
from bot.cli.saying import printer, say
from rules.because import because, is_missing_words
from rules.errors import RuleFileError, guess
from rules.explain import Explanation
from rules.explain import explain as explain_rule
from rules.explainquery import ONE_OF
from rules.extract import Extractor
from rules.reading import ledger_compare
from rules.ruleset import GivenText, Rule, RuleSet
from rules.ruletest import NOW, Reading

_EXCERPT = 60
_WIDTH = 100
_PLAIN_NOTES = ("not found", "no word begins so", "does not occur at all", "do not occur at all")


def explain(args: argparse.Namespace) -> int:
    """Show every condition of one rule for one text, then the conclusion; 0 when it rings, 1 when not."""
    try:
        found, lexicon = ruleset(args, args.rules)
    except RuleFileError as error:
        say_faults(error.faults, as_json=False)
        return 1
    rule = _rule(found, args.rule)
    earlier = [GivenText(text=_read(path)) for path in args.given]
    text = _read(args.text) if args.text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("there is no text to explain; give an article on standard input, or with --text FILE")
    now = GivenText(text=text, title=args.title, outlet=args.outlet, lang=args.lang)
    texts = [(each, NOW - timedelta(days=2 * (len(earlier) - place))) for place, each in enumerate(earlier)]
    reading = Reading(Extractor(lexicon).extract, ledger_compare(lexicon), [*texts, (now, NOW)])
    tree = explain_rule(rule, reading.item, reading.developments, vocabulary=lexicon)
    for line in tree_lines(tree, reading.item.text):
        say(line)
    style = printer(sys.stdout)
    if tree.holds:
        say(style("The rule rings.", "good"))
        return 0
    say(style("The rule does not ring", "bad") + f": {because(tree)}.")
    return 1


def _rule(found: RuleSet, rule_id: str) -> Rule:
    rule = found.rule(rule_id)
    if rule is None:
        ids = [each.id for each in found.rules]
        raise UsageError(f'there is no rule "{rule_id}"{guess(rule_id, ids)} ({", ".join(ids)})')
    return rule


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read: {error.strerror}") from None


def tree_lines(tree: Explanation, text: str, depth: int = 0) -> Iterator[str]:
    """Write an explanation for people: a mark, the condition, what was found.

    Words of which one would do are one line; of claims that are not the closest, only what fails is shown.
    """
    if is_missing_words(tree):
        yield from _missing(tree, depth)
        return
    found = f"  {_excerpts(tree, text)}" if tree.holds and not tree.children and tree.spans else ""
    note = f"  ({tree.note})" if tree.note and not found and not _repeats(tree) else ""
    yield from _line(tree.holds, depth, tree.label, note + found)
    is_choice = tree.label == ONE_OF and tree.holds
    closest = _closest(tree)
    for child in tree.children:
        if is_choice and not child.holds:
            continue
        if closest is not None and child is not closest and not child.holds:
            yield from _line(child.holds, depth + 1, child.label, f"  ({_failures(child)})")
            continue
        yield from tree_lines(child, text, depth + 1)
    missing = [child.label for child in tree.children if not child.holds] if is_choice else []
    if missing:
        yield from _line(None, depth + 1, f"not there: {', '.join(missing)}", "")


def _missing(choice: Explanation, depth: int) -> Iterator[str]:
    yield from _line(False, depth, f"none of these is there: {', '.join(child.label for child in choice.children)}", "")
    for child in choice.children:
        if child.note and not child.note.endswith(_PLAIN_NOTES):
            yield from _line(None, depth + 1, f"{child.label}: {child.note}", "")


def _closest(tree: Explanation) -> Explanation | None:
    """Return the claim to look at among those that a rule could ring for; None for other conditions."""
    claims = [child for child in tree.children if child.label.startswith(("figure:", "position:"))]
    if not claims or tree.holds:
        return next((claim for claim in claims if claim.holds), None)
    return min(claims, key=lambda claim: sum(not each.holds for each in claim.children))


def _failures(claim: Explanation) -> str:
    return "; ".join(f"{each.label}, but {each.note}" for each in claim.children if not each.holds)


def _repeats(condition: Explanation) -> bool:
    """Tell whether the note only says the condition again: ``unit: troops (the unit is troops)``."""
    name, _, value = condition.label.partition(": ")
    return condition.holds and condition.note == f"the {name} is {value}"


def _line(holds: bool | None, depth: int, label: str, more: str) -> Iterator[str]:
    style = printer(sys.stdout)
    mark = "   " if holds is None else style("yes", "good") if holds else style("no ", "bad")
    indent = "  " * depth
    first, *rest = textwrap.wrap(label + more, _WIDTH, break_long_words=False) or [""]
    yield f"{mark}  {indent}{first}"
    yield from (f"     {indent}  {line}" for line in rest)


def _excerpts(node: Explanation, text: str) -> str:
    words = dict.fromkeys(re.sub(r"\s+", " ", text[start:end])[:_EXCERPT] for start, end in node.spans)
    shown = list(words)[:3]
    more = f" and {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(f'"{word}"' for word in shown) + more
