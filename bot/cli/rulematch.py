"""``tocsin rules match`` and ``tocsin rules explain``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.cli.itemlines import LineError, open_lines, read_items
from bot.cli.ruleload import UsageError, printer, ruleset, say, say_faults, say_json
from rules.errors import RuleFileError, guess
from rules.explain import Explanation
from rules.explain import explain as explain_rule
from rules.explainquery import ONE_OF
from rules.extract import Extractor
from rules.match import Matcher
from rules.model import Item
from rules.reading import ledger_compare, mentions_of
from rules.ruleset import GivenText, Rule, RuleSet
from rules.ruletest import NOW, Reading
from rules.vocabulary import Lexicon

_EXCERPT = 60
_LABEL = 110


def match(args: argparse.Namespace) -> int:
    """Answer every item with the rules that match it; each stands alone, so that all its claims are new."""
    try:
        found, lexicon = ruleset(args, args.rules)
    except RuleFileError as error:
        say_faults(error.faults, as_json=False)
        return 1
    matcher = Matcher(found, lexicon)
    answer = _keywords if args.no_claims else _with_claims(lexicon)
    bad = 0
    for identity, item in read_items(open_lines(args.files, sys.stdin.buffer)):
        if isinstance(item, LineError):
            sys.stderr.write(f"{item}\n")
            bad += 1
            record: dict[str, Any] = {"id": identity, "error": str(item)}
        else:
            record = {"id": identity, "matches": answer(matcher, item)}
        if args.jsonl:
            say_json(record)
        else:
            say(f"{identity}: " + (", ".join(each["rule"] for each in record.get("matches", ())) or "-"))
    return 1 if bad else 0


def _keywords(matcher: Matcher, item: Item) -> list[dict[str, Any]]:
    item = replace(item, lang=item.lang or "en")
    return [_record(found.rule, found.topic, found.spans) for found in matcher.keywords(item)]


def _with_claims(lexicon: Lexicon) -> Any:
    extractor = Extractor(lexicon)
    compare = ledger_compare(lexicon)

    def answer(matcher: Matcher, item: Item) -> list[dict[str, Any]]:
        extraction = extractor.extract(item.text, title=item.title, outlet=item.outlet, lang=item.lang or None)
        item = replace(item, lang=item.lang or extraction.lang)
        developments = compare(mentions_of(item, extraction), ())
        return [_record(found.rule, found.topic, found.spans) for found in matcher.match(item, developments)]

    return answer


def _record(rule: str, topic: str, spans: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    return {"rule": rule, "topic": topic, "spans": [list(span) for span in spans]}


def explain(args: argparse.Namespace) -> int:
    """Show every condition of one rule for one text; exit 0 when it rings, 1 when not."""
    try:
        found, lexicon = ruleset(args, args.rules)
    except RuleFileError as error:
        say_faults(error.faults, as_json=False)
        return 1
    rule = _rule(found, args.rule)
    earlier = [GivenText(text=_read(path)) for path in args.given]
    text = _read(args.text) if args.text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
    now = GivenText(text=text, title=args.title, outlet=args.outlet, lang=args.lang)
    texts = [(each, NOW - timedelta(days=2 * (len(earlier) - place))) for place, each in enumerate(earlier)]
    reading = Reading(Extractor(lexicon).extract, ledger_compare(lexicon), [*texts, (now, NOW)])
    tree = explain_rule(rule, reading.item, reading.developments, vocabulary=lexicon)
    for line in tree_lines(tree, reading.item.text):
        say(line)
    failing = tree.failing()
    style = printer(sys.stdout)
    if failing is None:
        say(style("The rule rings.", "good"))
        return 0
    note = f" ({failing.note})" if failing.note else ""
    say(style("The rule does not ring.", "bad") + f" First to fail: {failing.label}{note}")
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
    """Write an explanation for people: a mark, the condition, what was found. Alternatives that fail are one line."""
    style = printer(sys.stdout)
    mark = style("yes", "good") if tree.holds else style("no ", "bad")
    found = style(f"  {_excerpts(tree, text)}", "dim") if tree.holds and not tree.children and tree.spans else ""
    note = f"  ({tree.note})" if tree.note and not found else ""
    yield f"{mark}  {'  ' * depth}{_shortened(tree.label)}{note}{found}"
    is_choice = tree.label == ONE_OF and tree.holds
    for child in tree.children:
        if child.holds or not is_choice:
            yield from tree_lines(child, text, depth + 1)
    missing = [child.label for child in tree.children if not child.holds] if is_choice else []
    if missing:
        yield style(f"     {'  ' * (depth + 1)}not there: {_shortened(', '.join(missing))}", "dim")


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"


def _excerpts(node: Explanation, text: str) -> str:
    words = dict.fromkeys(" ".join(text[start:end].split())[:_EXCERPT] for start, end in node.spans)
    shown = list(words)[:3]
    more = f" and {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(f'"{word}"' for word in shown) + more
