"""What people said of a rule's alerts, with the articles: what a rule is tuned by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store import items, ledger
from bot.store.feedback import Verdict
from bot.store.schema import alert, feedback, item, missed, rule_match
from rules.model import Item, ItemId, StoryId
from rules.tune import Evidence
from rules.tuneterms import Case

JUDGED, OTHERS, MISSED, BACKGROUND = 400, 200, 200, 400
"""How many of each are looked at, the newest: enough to see what articles share, and read in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An alert of a rule."""

    item: int
    story: int
    developments: tuple[int, ...]


def evidence(connection: Connection, rule: str) -> Evidence:
    """Return what is known of a rule's alerts.

    An alert that anybody found relevant is wanted, whoever disagrees. A wrong figure or source and a repetition are
    not the rule's doing: such an alert is one that nobody judged.
    """
    verdicts = _verdicts(connection, rule)
    judged = _rung(connection, rule, sorted(verdicts, reverse=True)[:JUDGED])
    others = _rung(connection, rule, _unjudged(connection, rule))
    wanted = [one for key, one in judged.items() if Verdict.RELEVANT in verdicts[key]]
    unwanted = [one for key, one in judged.items() if verdicts[key] >= {Verdict.NOT_RELEVANT} and one not in wanted]
    unsure = [one for one in judged.values() if one not in wanted and one not in unwanted]
    return Evidence(
        wanted=_cases(connection, wanted),
        unwanted=_cases(connection, unwanted),
        missed=_missed(connection),
        others=_cases(connection, [*unsure, *others.values()]),
        background=_background(connection, rule),
    )


def _verdicts(connection: Connection, rule: str) -> Mapping[int, set[Verdict]]:
    """Return by alert what was said of it."""
    mine = select(rule_match.c.alert_id).where(rule_match.c.rule == rule)
    rows = connection.execute(
        select(feedback.c.alert_id, feedback.c.verdict).where(feedback.c.alert_id.in_(mine)).distinct()
    )
    found: dict[int, set[Verdict]] = defaultdict(set)
    for key, verdict in rows:
        found[key].add(Verdict(verdict))
    return found


def _unjudged(connection: Connection, rule: str) -> Sequence[int]:
    """Return the newest alerts of a rule of which nobody said anything."""
    told = select(feedback.c.alert_id)
    query = select(rule_match.c.alert_id).where(rule_match.c.rule == rule, rule_match.c.alert_id.not_in(told))
    return connection.execute(query.distinct().order_by(rule_match.c.alert_id.desc()).limit(OTHERS)).scalars().all()


def _rung(connection: Connection, rule: str, alerts: Collection[int]) -> dict[int, Rung]:
    """Return by alert what a rule rang for, in the order given."""
    rows = connection.execute(
        select(alert.c.id, alert.c.item_id, alert.c.story_id, rule_match.c.developments)
        .join(rule_match, rule_match.c.alert_id == alert.c.id)
        .where(rule_match.c.rule == rule, alert.c.id.in_(list(alerts)))
    ).all()
    by_alert: dict[int, Rung] = {}
    for key, article, story, developments in rows:
        known = by_alert[key].developments if key in by_alert else ()
        by_alert[key] = Rung(item=article, story=story, developments=(*known, *developments))
    return {key: by_alert[key] for key in alerts if key in by_alert}


def _cases(connection: Connection, rung: Iterable[Rung]) -> tuple[Case, ...]:
    rung = tuple(rung)
    found = ledger.developments(connection, {key for one in rung for key in one.developments})
    return tuple(
        Case(
            item=items.get(connection, ItemId(one.item)),
            developments=tuple(found[key][0] for key in one.developments if key in found),
            story=StoryId(one.story),
        )
        for one in rung
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCase:
    """An article that somebody missed here. ``title`` is empty where no feed ever brought it."""

    url: str
    title: str
    stage: str
    note: str
    at: datetime


def missed_cases(connection: Connection, workspace: str, since: datetime, limit: int) -> tuple[MissedCase, ...]:
    """Return the newest articles that a workspace (``slack:T1``) reported as missed since then."""
    query = (
        select(missed.c.url, item.c.title, missed.c.stage, missed.c.note, missed.c.at)
        .outerjoin(item, item.c.id == missed.c.item_id)
        .where(missed.c.at >= since, missed.c.lane.startswith(f"{workspace}:", autoescape=True))
        .order_by(missed.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return tuple(
        MissedCase(url=url, title=title or "", stage=stage, note=note, at=at) for url, title, stage, note, at in rows
    )


def _missed(connection: Connection) -> tuple[Case, ...]:
    query = select(missed.c.item_id).where(missed.c.item_id.is_not(None)).group_by(missed.c.item_id)
    keys = connection.execute(query.order_by(func.max(missed.c.id).desc()).limit(MISSED)).scalars().all()
    return tuple(Case(item=items.get(connection, ItemId(key))) for key in keys)


def _background(connection: Connection, rule: str) -> tuple[Item, ...]:
    """Return the newest articles for which a rule did not ring."""
    rang = (
        select(alert.c.item_id).join(rule_match, rule_match.c.alert_id == alert.c.id).where(rule_match.c.rule == rule)
    )
    query = select(item.c.id).where(item.c.id.not_in(rang)).order_by(item.c.id.desc()).limit(BACKGROUND)
    return tuple(items.get(connection, ItemId(key)) for key in connection.execute(query).scalars().all())
