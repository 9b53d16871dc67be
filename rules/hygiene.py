"""What a set of rules needs looking after: each finding with what it is seen by, and the next step.

Nothing here is wrong enough to be refused; left alone it makes a set that nobody understands any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from rules.ruleset import Life, Rule
from rules.scorecard import SILENT_AFTER, Record, noise_of
from rules.wording import count

SOON = timedelta(days=14)
UNCHANGED_FOR = timedelta(days=365)
ENOUGH_ALERTS = 5  # that a rule needs before its alerts say that another rule finds all of them


class Kind(StrEnum):
    """What may be the matter, the most urgent first."""

    GONE_TOPIC = "followed, but gone"
    BROKEN_LINK = "names what is not there"
    EXPIRED = "past its time"
    NO_TESTS = "without tests"
    NOISY = "noisy"
    OVERLAP = "finds nothing of its own"
    SILENT = "silent"
    FORGOTTEN = "forgotten"
    NO_OWNER = "without an owner"
    NO_DESCRIPTION = "without a description"
    UNFOLLOWED = "followed by nobody"


NEXT: Mapping[Kind, str] = {
    Kind.GONE_TOPIC: "unsubscribe there, or bring the topic or rule back",
    Kind.BROKEN_LINK: "name it as the feeds do (feeds list), or add a feed",
    Kind.EXPIRED: "move valid_until, or delete the rule",
    Kind.NO_TESTS: "add a test that rings and one that must not",
    Kind.NOISY: "rules tune proposes what to leave out; origins, min_change and cooldown hold back",
    Kind.OVERLAP: "delete it, or narrow one of the two",
    Kind.SILENT: "rules backtest shows whether its words still fit; else disable it",
    Kind.FORGOTTEN: "read it again: enable it, or delete it",
    Kind.NO_OWNER: "add owner: to it or to its file",
    Kind.NO_DESCRIPTION: "add description: what it is for, and what it leaves out on purpose",
    Kind.UNFOLLOWED: "subscribe a channel, or take the rules out of tocsin.yaml",
}
"""What to do, in words for people; the names in it are commands and keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What a channel follows: a topic, or with ``rules`` these of it. ``where`` is the channel in words."""

    topic: str
    where: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """All that is looked at. ``period`` is that of the records' volumes and of ``rang`` in words ("30d").

    ``rang`` has the alerts of each rule, ``changed`` when each last changed, ``outlets`` the folded names of all feeds.
    ``langs`` are the languages of the feeds, empty where one of them may be in any language.
    """

    rules: tuple[Rule, ...]
    topics: Mapping[str, str]
    now: datetime
    period: str
    records: Mapping[str, Record]
    rang: Mapping[str, Collection[int]]
    changed: Mapping[str, datetime]
    outlets: frozenset[str]
    langs: frozenset[str]
    follows: tuple[Follow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look after. ``rule`` is empty where it is a whole topic."""

    kind: Kind
    topic: str
    rule: str = ""
    owner: str = ""
    evidence: str

    @property
    def next_step(self) -> str:
        """What to do about it."""
        return NEXT[self.kind]


def hygiene(estate: Estate) -> tuple[Finding, ...]:
    """Return all there is to look after, the most urgent first."""
    order = list(Kind)
    found = (*_of_follows(estate), *_of_rules(estate), *_noisy(estate), *_overlapping(estate))
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.topic, one.rule, one.evidence)))


def _of_follows(estate: Estate) -> Iterator[Finding]:
    known = {rule.id for rule in estate.rules}
    for follow in estate.follows:
        if follow.topic not in estate.topics:
            evidence = f"{follow.where} follows this topic, and no rule file has it"
            yield Finding(kind=Kind.GONE_TOPIC, topic=follow.topic, evidence=evidence)
            continue
        for rule in follow.rules:
            if rule not in known:
                evidence = f"{follow.where} follows this rule, and no rule file has it"
                yield Finding(kind=Kind.GONE_TOPIC, topic=follow.topic, rule=rule, evidence=evidence)
    followed = {follow.topic for follow in estate.follows}
    for topic in estate.topics:
        if topic not in followed:
            rules = count(sum(rule.topic == topic for rule in estate.rules), "rule")
            yield Finding(kind=Kind.UNFOLLOWED, topic=topic, evidence=f"no channel follows it; {rules}")


def _of_rules(estate: Estate) -> Iterator[Finding]:
    for rule in estate.rules:
        for kind, evidence in _of_rule(rule, estate):
            yield _finding(kind, rule, evidence)


def _of_rule(rule: Rule, estate: Estate) -> Iterator[tuple[Kind, str]]:
    if not rule.owner:
        yield Kind.NO_OWNER, "neither it nor its file names one"
    if not rule.description:
        yield Kind.NO_DESCRIPTION, "only its title says what it is for"
    if rule.life is not Life.ACTIVE:
        yield from _forgotten(rule, estate)
        return
    if not rule.tests:
        yield Kind.NO_TESTS, "nothing shows that it rings for what it should"
    yield from _expiring(rule, estate.now)
    yield from _broken(rule, estate)
    yield from _silent(rule, estate)


def _forgotten(rule: Rule, estate: Estate) -> Iterator[tuple[Kind, str]]:
    changed = estate.changed.get(rule.id)
    if changed is not None and estate.now - changed > SILENT_AFTER:
        yield Kind.FORGOTTEN, f"{rule.life} and not changed since {_day(changed)}"


def _expiring(rule: Rule, now: datetime) -> Iterator[tuple[Kind, str]]:
    if rule.valid_until is None:
        return
    left = rule.valid_until - now
    if left <= timedelta():
        yield Kind.EXPIRED, f"it was valid until {_last_day(rule.valid_until)}, and cannot ring since"
    elif left < SOON:
        yield Kind.EXPIRED, f"it is valid until {_last_day(rule.valid_until)}: {count(left.days, 'day')} more"


def _broken(rule: Rule, estate: Estate) -> Iterator[tuple[Kind, str]]:
    unknown = sorted(rule.outlets - estate.outlets)
    if unknown:
        every = ", so it can never ring" if len(unknown) == len(rule.outlets) else ""
        yield Kind.BROKEN_LINK, f"no feed is of the {_named('outlet', unknown)}{every}"
    foreign = sorted(rule.languages - estate.langs) if estate.langs else []
    if foreign:
        every = ", so it can never ring" if len(foreign) == len(rule.languages) else ""
        yield Kind.BROKEN_LINK, f"no feed is in the {_named('language', foreign)}{every}"


def _silent(rule: Rule, estate: Estate) -> Iterator[tuple[Kind, str]]:
    record = estate.records.get(rule.id, Record())
    if record.last_rang is None:
        if record.since is not None and estate.now - record.since > SILENT_AFTER:
            days = count((estate.now - record.since).days, "day")
            yield Kind.SILENT, f"it has never rung in the {days} since {_day(record.since)}"
    elif estate.now - record.last_rang > SILENT_AFTER:
        days = count((estate.now - record.last_rang).days, "day")
        yield Kind.SILENT, f"it last rang on {_day(record.last_rang)}, {days} ago"
    else:
        changed = estate.changed.get(rule.id)
        if changed is not None and estate.now - changed > UNCHANGED_FOR:
            yield Kind.FORGOTTEN, f"it rings, and nobody has changed it since {_day(changed)}"


def _noisy(estate: Estate) -> Iterator[Finding]:
    active = [rule for rule in estate.rules if rule.life is Life.ACTIVE]
    volumes = {rule.id: estate.records.get(rule.id, Record()).alerts for rule in active}
    noise = noise_of(volumes.values())
    for rule in active:
        if volumes[rule.id] > noise.limit:
            yield _finding(Kind.NOISY, rule, f"{count(volumes[rule.id], 'alert')} in {estate.period}; {noise}")


def _overlapping(estate: Estate) -> Iterator[Finding]:
    """Find rules whose every alert was one of another rule of the same topic; of two that are equal, the later one."""
    active = [rule for rule in estate.rules if rule.life is Life.ACTIVE]
    for first, second in combinations(active, 2):
        if first.topic != second.topic:
            continue
        one, two = (set(estate.rang.get(rule.id, ())) for rule in (first, second))
        inner, outer, alerts = (second, first, two) if two <= one else (first, second, one)
        if len(alerts) >= ENOUGH_ALERTS and (one <= two or two <= one):
            all_of = f"all its {count(len(alerts), 'alert')} of {estate.period} were alerts of {outer.id} too"
            yield _finding(Kind.OVERLAP, inner, all_of)


def _finding(kind: Kind, rule: Rule, evidence: str) -> Finding:
    return Finding(kind=kind, topic=rule.topic, rule=rule.id, owner=rule.owner, evidence=evidence)


def _named(noun: str, names: Iterable[str]) -> str:
    names = list(names)
    return f"{noun if len(names) == 1 else noun + 's'} {', '.join(names)}"


def _last_day(end: datetime) -> str:
    """Return the last day before a moment: what ends at midnight was there on the day before."""
    return _day(end - timedelta(microseconds=1))


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def by_kind(findings: Iterable[Finding]) -> dict[Kind, list[Finding]]:
    """Return findings by what is the matter, in their order."""
    found: dict[Kind, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.kind, []).append(one)
    return found
