"""A backtest as it is drawn: how often each rule would have rung, day by day, and what for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rulebook.works import Trial
from rules.backtest import Difference, Ring, RuleVolume

RINGS = 40  # that are listed for a rule, the newest first
_HEIGHT = 40
_WIDE = 600
_MOST_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day on which it rang, as a bar of the picture."""

    x: float
    y: float
    width: float
    height: float
    day: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What one rule would have done. ``now`` is what the rule in force does, None where there is no difference."""

    rule: str
    title: str
    now: int | None
    total: int = 0
    a_week: float = 0.0
    most: int = 0
    held: int = 0
    is_noisy: bool = False
    gained: tuple[Ring, ...] = ()
    lost: tuple[Ring, ...] = ()
    problems: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    rings: tuple[Ring, ...] = ()


def volumes(trial: Trial) -> list[Volume]:
    """Return a volume for each rule of the trial, and for those that are gone, those that differ first."""
    by_rule = {change.rule: change for change in trial.changes}
    present = [_volume(one, trial, by_rule.get(one.rule)) for one in trial.result.volumes]
    known = {one.rule for one in trial.result.volumes}
    gone = [_gone(change) for change in trial.changes if change.rule not in known]
    return sorted((*present, *gone), key=lambda one: (one.now is None, -one.total, one.rule))


def days_of(trial: Trial) -> int:
    """Return over how many days the items lie; at least one."""
    if trial.result.first is None or trial.result.last is None:
        return 1
    return (trial.result.last.date() - trial.result.first.date()).days + 1


def _volume(one: RuleVolume, trial: Trial, change: Difference | None) -> Volume:
    rings = [ring for ring in trial.result.rings if ring.rule == one.rule]
    return Volume(
        rule=one.rule,
        title=one.title,
        total=one.total,
        a_week=one.total / days_of(trial) * 7,
        most=max((count for _day, count in one.per_day), default=0),
        held=one.held,
        is_noisy=one.rule in trial.result.noisy,
        now=change.before if change is not None else None,
        gained=change.gained if change is not None else (),
        lost=change.lost if change is not None else (),
        problems=one.problems,
        bars=tuple(_bars(one, trial)),
        rings=tuple(reversed(rings))[:RINGS],
    )


def _gone(change: Difference) -> Volume:
    return Volume(rule=change.rule, title="not there any more", now=change.before, lost=change.lost)


def _bars(one: RuleVolume, trial: Trial) -> Iterator[Bar]:
    """Yield the newest days as bars in a picture of 600 by 40."""
    if trial.result.last is None or not one.per_day:
        return
    shown = min(days_of(trial), _MOST_DAYS)
    first = trial.result.last.date() - timedelta(days=shown - 1)
    most = max(count for _day, count in one.per_day)
    width = min(_WIDE / shown, 24)
    for day, count in one.per_day:
        place = (day - first).days
        height = max(_HEIGHT * count / most, 2)
        if place >= 0:
            yield Bar(
                x=round(place * width, 1),
                y=round(_HEIGHT - height, 1),
                width=round(max(width - 1, 1), 1),
                height=round(height, 1),
                day=day,
                count=count,
            )
