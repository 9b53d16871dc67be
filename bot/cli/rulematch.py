"""``tocsin rules match`` and ``tocsin rules explain``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.cli.itemlines import LineError, open_lines, read_items
from bot.cli.ruleload import ruleset, say_faults
from bot.cli.saying import say, say_json
from rules.errors import RuleFileError
from rules.extract import Extractor
from rules.match import Matcher
from rules.model import Item
from rules.reading import ledger_compare, mentions_of
from rules.vocabulary import Lexicon

Answer = Callable[[Matcher, Item], dict[str, Any]]


def match(args: argparse.Namespace) -> int:
    """Answer every item with the rules that match it; each stands alone, so that all its claims are new.

    A rule that matches but rings for other news only, such as a change, is under ``waiting`` with what it waits for.
    """
    try:
        found, lexicon = ruleset(args, args.rules)
    except RuleFileError as error:
        say_faults(error.faults, as_json=False)
        return 1
    matcher = Matcher(found, lexicon)
    answer: Answer = _keywords if args.no_claims else _with_claims(lexicon)
    bad = 0
    for identity, item in read_items(open_lines(args.files, sys.stdin.buffer)):
        if isinstance(item, LineError):
            sys.stderr.write(f"{item}\n")
            bad += 1
            record: dict[str, Any] = {"id": identity, "error": str(item)}
        else:
            record = {"id": identity, **answer(matcher, item)}
        if args.jsonl:
            say_json(record)
        else:
            say(f"{identity}: {_in_words(record)}")
    return 1 if bad else 0


def _keywords(matcher: Matcher, item: Item) -> dict[str, Any]:
    item = replace(item, lang=item.lang or "en")
    return {"matches": [_record(found.rule, found.topic, found.spans) for found in matcher.keywords(item)]}


def _with_claims(lexicon: Lexicon) -> Answer:
    extractor = Extractor(lexicon)
    compare = ledger_compare(lexicon)

    def answer(matcher: Matcher, item: Item) -> dict[str, Any]:
        extraction = extractor.extract(item.text, title=item.title, outlet=item.outlet, lang=item.lang or None)
        item = replace(item, lang=item.lang or extraction.lang)
        developments = compare(mentions_of(item, extraction), ())
        found: dict[str, Any] = {
            "matches": [_record(one.rule, one.topic, one.spans) for one in matcher.match(item, developments)]
        }
        if waiting := matcher.waiting(item, developments):
            found["waiting"] = [{**_record(one.rule, one.topic, one.spans), "until": one.until} for one in waiting]
        return found

    return answer


def _in_words(record: dict[str, Any]) -> str:
    if "error" in record:
        return "not read"
    matches = [each["rule"] for each in record["matches"]]
    waiting = [f"{each['rule']} (once {each['until']})" for each in record.get("waiting", ())]
    return ", ".join([*matches, *waiting]) or "-"


def _record(rule: str, topic: str, spans: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    return {"rule": rule, "topic": topic, "spans": [list(span) for span in spans]}
