"""What each key of a rule file is for, in a few words, beside it where it is proposed. docs/rules.md says more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HINTS: Final[Mapping[str, str]] = {
    # a file
    "version": "of this format: 1",
    "topic": "what a channel subscribes to",
    "title": "in words, for people",
    "description": "what it is about, for people",
    "owner": "whom to ask",
    "rules": "the rules of this topic",
    # a rule
    "id": "its name, for ever: lower-case words with dashes",
    "severity": "how soon a reader has to react",
    "status": "draft, active or deprecated; of a figure: how real it is",
    "references": "links, for people",
    "match": "words that have to be there, as a query",
    "unless": "words that keep it silent",
    "figure": "a number that it rings for",
    "position": "a stance that it rings for",
    "alert_on": "for which kinds of news",
    "min_change": "the least change that counts: 5% or 500",
    "origins": "independent origins it takes",
    "cooldown": "silence after it rang: 6h, 2d",
    "outlets": "only items of these outlets",
    "tier": "only outlets of this tier or better",
    "languages": "only texts in these languages",
    "valid_from": "the first day: 2026-01-31",
    "valid_until": "the last day: 2026-12-31",
    "expect": "of a rule: how often it should ring; of a test: what has to come out",
    "tests": "texts that ring, and texts that must not",
    # figure and position
    "unit": "what is counted",
    "actor": "whose it is",
    "action": "the deed that is measured",
    "place": "where; a region holds its countries",
    "bound": "how the text bounds it",
    "low": "the lower end: {gte: 1000}",
    "high": "the upper end: {lt: 5000}",
    "of_total": "the whole it is a part of",
    "confidence": "how sure the reading has to be",
    "stance": "for, against, on a condition, undecided",
    "proposition": "what it is about, as a query",
    "condition": "on what condition, as a query",
    # queries as lists, bounds, volumes
    "any": "one of these",
    "all": "all of these",
    "none": "none of these",
    "gt": "more than",
    "gte": "this or more",
    "lt": "less than",
    "lte": "this or less",
    "eq": "exactly this",
    "at_least": "rings at least so often",
    "at_most": "rings at most so often",
    # tests
    "name": "what the test shows",
    "text": "the article",
    "outlet": "who published it",
    "lang": "its language",
    "given": "what was told before",
    "alert": "the kind of news, or none",
    "hours_before": "how long before the test's text",
    "source_cited": "who is cited for it",
    "quote": "words of the reading",
    "actor_affiliation": "the state or body a person speaks for",
}

VALUES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "cooldown": (("6h", "six hours"), ("1d", "a day"), ("7d", "a week")),
    "min_change": (("5%", "of the former value"), ("10%", "of the former value")),
}
"""Samples for keys that take free text of one form."""

MEANINGS: Final[Mapping[str, str]] = {
    "notice": "within days",
    "important": "today",
    "urgent": "within hours",
    "draft": "tested, never rings",
    "active": "rings",
    "deprecated": "does not ring any more",
    "new": "first told",
    "changed": "another value or stance than before",
    "confirmed": "by a further independent origin",
    "contradicted": "origins disagree",
    "corrected": "the item itself was edited",
    "withdrawn": "taken back or denied",
}
"""What a value means, where its name does not say it."""

OPERATORS: Final[tuple[tuple[str, str], ...]] = (
    ("AND", "both"),
    ("OR", "one of the two"),
    ("NOT", "the first without the second"),
    ("W/10", "at most ten words apart"),
    ("PRE/10", "the same, the first one first"),
    ("/s", "in one sentence"),
    ("ATLEAST3(", "in three places or more"),
    ("ALLCAPS(", "written in capitals"),
    ("title:", "in the headline"),
    ("lead:", "in the first paragraph"),
    ("body:", "in the text"),
    ("outlet:", "published by"),
    ("lang:", "in this language"),
    ("actor:", "an actor by any of its names"),
    ("place:", "a place by any of its names"),
)
"""The language of queries."""
