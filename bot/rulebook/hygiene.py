"""What is known of the rules in force, gathered for ``rules.hygiene``: archive, votes, history, feeds, channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rulebook.history import FileHistory
from bot.rulebook.records import rule_records
from bot.store import feeds, neglect
from rules.hygiene import Estate
from rules.matching.words import words
from rules.ruleset import RuleSet


def estate(
    connection: Connection,
    ruleset: RuleSet,
    history: FileHistory,
    *,
    since: datetime,
    now: datetime,
    period: str,
    workspace: tuple[str, str] | None = None,
) -> Estate:
    """Gather it; ``period`` is ``since`` in words. With a ``workspace``, the channels of others are not named."""
    rows = feeds.list_feeds(connection)
    langs = {row.lang for row in rows}
    return Estate(
        rules=ruleset.rules,
        topics=ruleset.topics,
        now=now,
        period=period,
        records=rule_records(connection, history, since),
        rang=neglect.alerts_by_rule(connection, since),
        changed=last_changed(history),
        outlets=frozenset(" ".join(words(row.name)) for row in rows),
        langs=frozenset() if None in langs else frozenset(lang.partition("-")[0] for lang in langs if lang),
        follows=neglect.follows(connection, workspace),
    )


def last_changed(history: FileHistory) -> dict[str, datetime]:
    """Return by rule when it was last added or changed, as far back as the history goes."""
    found: dict[str, datetime] = {}
    for entry in history.entries():  # newest first
        for line in entry.changes:
            sign, _, rest = line.partition(" ")
            if sign in {"+", "~"}:
                found.setdefault(rest.partition(":")[0], entry.at)
    return found
