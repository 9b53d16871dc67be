"""What people think of alerts, and articles that should have rung: the raw material of better rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select

from bot.store.schema import feedback, missed, rule_match


class Verdict(StrEnum):
    """One person's word on one alert."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"
    DUPLICATE = "duplicate"
    WRONG_FIGURE = "wrong_figure"
    WRONG_SOURCE = "wrong_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How often the alerts of a rule got each verdict."""

    rule: str
    title: str
    counts: tuple[tuple[Verdict, int], ...]


def record(connection: Connection, alert_id: int, lane: str, user: str, verdict: Verdict, at: datetime) -> None:
    """Keep one person's verdict on an alert; an earlier one is replaced."""
    connection.execute(
        delete(feedback).where(feedback.c.alert_id == alert_id, feedback.c.lane == lane, feedback.c.user == user)
    )
    connection.execute(insert(feedback).values(alert_id=alert_id, lane=lane, user=user, verdict=verdict.value, at=at))


def of_alert(connection: Connection, alert_id: int) -> tuple[tuple[Verdict, int], ...]:
    """Count the verdicts on one alert."""
    rows = connection.execute(
        select(feedback.c.verdict, func.count()).where(feedback.c.alert_id == alert_id).group_by(feedback.c.verdict)
    ).all()
    return _ordered([(row[0], row[1]) for row in rows])


def by_rule(connection: Connection, since: datetime) -> tuple[RuleCount, ...]:
    """Count the verdicts on each rule's alerts since then, the most judged rule first."""
    hits = select(rule_match.c.alert_id, rule_match.c.rule, func.max(rule_match.c.title).label("title"))
    hits_once = hits.group_by(rule_match.c.alert_id, rule_match.c.rule).subquery()
    rows = connection.execute(
        select(hits_once.c.rule, func.max(hits_once.c.title), feedback.c.verdict, func.count())
        .join(hits_once, hits_once.c.alert_id == feedback.c.alert_id)
        .where(feedback.c.at >= since)
        .group_by(hits_once.c.rule, feedback.c.verdict)
    ).all()
    rules: dict[str, list[tuple[str, int]]] = {}
    titles: dict[str, str] = {}
    for rule, title, verdict, number in rows:
        rules.setdefault(rule, []).append((verdict, number))
        titles[rule] = title
    found = [RuleCount(rule=rule, title=titles[rule], counts=_ordered(counts)) for rule, counts in rules.items()]
    return tuple(sorted(found, key=lambda one: (-sum(number for _, number in one.counts), one.rule)))


def report_missed(
    connection: Connection,
    *,
    url: str,
    item_id: int | None,
    stage: str,
    note: str,
    lane: str,
    user: str,
    at: datetime,
) -> int:
    """Keep an article that should have rung, and where its way ended; return the case's number."""
    values = {"url": url, "item_id": item_id, "stage": stage, "note": note, "lane": lane, "user": user, "at": at}
    (key,) = connection.execute(insert(missed).values(values)).inserted_primary_key or (0,)
    return int(key)


def count_missed(connection: Connection, since: datetime) -> int:
    """Count the articles reported as missed since then."""
    return int(connection.execute(select(func.count()).select_from(missed).where(missed.c.at >= since)).scalar_one())


def _ordered(counts: Sequence[tuple[str, int]]) -> tuple[tuple[Verdict, int], ...]:
    found = {Verdict(name): number for name, number in counts}
    return tuple((verdict, found[verdict]) for verdict in Verdict if verdict in found)
