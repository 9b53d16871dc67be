"""What is known of each rule's worth: alerts from the archive, votes from the chats, its age from the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.rulebook.history import FileHistory
from bot.store import archive, feedback
from bot.store.feedback import Verdict
from rules.scorecard import Record

# A wrong figure or source is a mistake of the reading, and a duplicate one of the stories: neither is the rule's.
_FOR, _AGAINST = Verdict.RELEVANT, Verdict.NOT_RELEVANT


def rule_records(connection: Connection, history: FileHistory, since: datetime) -> dict[str, Record]:
    """Return by rule its alerts and votes since then, when it last rang, and since when it has been in force."""
    records = archive.rule_records(connection, since)
    for judged in feedback.by_rule(connection, since):
        counts = dict(judged.counts)
        records[judged.rule] = replace(
            records.get(judged.rule, Record()),
            relevant=counts.pop(_FOR, 0),
            not_relevant=counts.pop(_AGAINST, 0),
            other_votes=sum(counts.values()),
        )
    for rule, at in first_seen(history).items():
        records[rule] = replace(records.get(rule, Record()), since=at)
    return records


def first_seen(history: FileHistory) -> dict[str, datetime]:
    """Return by rule when it came into force last, as far back as the history goes."""
    found: dict[str, datetime] = {}
    for entry in history.entries():  # newest first
        for line in entry.changes:
            sign, _, rule = line.partition(" ")
            if sign == "+":
                found.setdefault(rule, entry.at)
    return found
