"""What rules would have rung over past items: volumes a day, the difference between two rule sets, expectations.

Pure: items come from an iterator in the order of time, with what was new in each. A rule without figure or position
rings once a story; a cooldown holds back what follows within it; so the counts are those of alerts, not of matches.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from rules.ledger import claim_key
from rules.match import Matcher
from rules.model import Claim, Development, Item, ItemId, Match, StoryId
from rules.ports import Vocabulary
from rules.ruleset import Life, Rule, RuleSet

_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """One item as it came, the story it belongs to (None: a story of its own), and what was new in it."""

    item: Item
    developments: tuple[Development, ...] = ()
    story: StoryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One alert that a rule would have raised."""

    rule: str
    item: ItemId
    at: datetime
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVolume:
    """What one rule did over the period. ``per_day`` holds the days on which it rang, ascending."""

    rule: str
    title: str
    total: int
    per_day: tuple[tuple[date, int], ...]
    held: int  # matches kept back by the cooldown, or because the story had rung
    examples: tuple[Ring, ...]
    problems: tuple[str, ...] = ()  # of ``expect``

    @property
    def passed(self) -> bool:
        """Tell whether the volume is as the rule expects."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The whole of it. ``noisy`` are rules that ring far more than the others."""

    items: int
    first: datetime | None
    last: datetime | None
    volumes: tuple[RuleVolume, ...]
    rings: tuple[Ring, ...]

    @property
    def noisy(self) -> tuple[str, ...]:
        """Rules above the median by more than five median deviations, and by more than ten alerts."""
        totals = [volume.total for volume in self.volumes]
        if len(totals) < 3:
            return ()
        middle = median(totals)
        spread = median(abs(total - middle) for total in totals)
        return tuple(v.rule for v in self.volumes if v.total > middle + max(5 * spread, 10))


def backtest(ruleset: RuleSet, past: Iterable[PastItem], vocabulary: Vocabulary) -> Backtest:
    """Run all rules but deprecated ones over ``past``; drafts count, since that is when one wants to know."""
    rules = tuple(rule for rule in ruleset.rules if rule.life is not Life.DEPRECATED)
    runner = _Runner(RuleSet(topics=ruleset.topics, rules=rules, hash=ruleset.hash), vocabulary)
    for each in past:
        runner.take(each)
    return runner.result()


class _Runner:
    def __init__(self, ruleset: RuleSet, vocabulary: Vocabulary) -> None:
        self.rules = {rule.id: rule for rule in ruleset.rules}
        self.matcher = Matcher(ruleset, vocabulary, include_inactive=True)
        self.rings: list[Ring] = []
        self.held: Counter[str] = Counter()
        self.last_rang: dict[str, datetime] = {}
        self.stories: set[tuple[str, StoryId]] = set()
        self.told: dict[tuple[str, str], Claim] = {}  # by rule and the claim's key: what it rang for last
        self.items = 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def take(self, past: PastItem) -> None:
        item = past.item
        self.items += 1
        self.first = item.time if self.first is None else min(self.first, item.time)
        self.last = item.time if self.last is None else max(self.last, item.time)
        for match in self.matcher.judge(item, past.developments, self._last_rung).matches:
            if self._is_held(match, past):
                self.held[match.rule] += 1
                continue
            for one in match.developments:
                self.told[match.rule, claim_key(one.mention.claim)] = one.mention.claim
            self.last_rang[match.rule] = item.time
            self.rings.append(Ring(rule=match.rule, item=item.id, at=item.time, title=item.title or item.text[:80]))

    def _last_rung(self, rule: str, development: Development) -> Claim | None:
        return self.told.get((rule, claim_key(development.mention.claim)))

    def _is_held(self, match: Match, past: PastItem) -> bool:
        rule = self.rules[match.rule]
        if not rule.needs_claims and past.story is not None:
            key = (rule.id, past.story)
            if key in self.stories:
                return True
            self.stories.add(key)
        last = self.last_rang.get(rule.id)
        return rule.cooldown is not None and last is not None and past.item.time - last < rule.cooldown

    def result(self) -> Backtest:
        return Backtest(
            items=self.items,
            first=self.first,
            last=self.last,
            volumes=tuple(self._volume(rule) for rule in self.rules.values()),
            rings=tuple(self.rings),
        )

    def _volume(self, rule: Rule) -> RuleVolume:
        mine = [ring for ring in self.rings if ring.rule == rule.id]
        days = Counter(ring.at.date() for ring in mine)
        return RuleVolume(
            rule=rule.id,
            title=rule.title,
            total=len(mine),
            per_day=tuple(sorted(days.items())),
            held=self.held[rule.id],
            examples=tuple(mine[:_MOST_EXAMPLES]),
            problems=tuple(_unexpected(rule, len(mine))),
        )


def _unexpected(rule: Rule, total: int) -> Iterator[str]:
    if rule.expect is None:
        return
    least, most = rule.expect.at_least, rule.expect.at_most
    if least is not None and total < least:
        yield f"it would have rung {total:,} times, at least {least:,} are expected"
    if most is not None and total > most:
        yield f"it would have rung {total:,} times, at most {most:,} are expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changes for one rule between the rules in force and the new ones."""

    rule: str
    before: int
    after: int
    gained: tuple[Ring, ...]
    lost: tuple[Ring, ...]


def differences(before: Backtest, after: Backtest) -> tuple[Difference, ...]:
    """Compare two backtests over the same items, alert by alert; rules without any difference are left out."""
    old, new = _by_rule(before.rings), _by_rule(after.rings)
    found: list[Difference] = []
    for rule in dict.fromkeys((*old, *new)):
        was, now = old.get(rule, {}), new.get(rule, {})
        gained = tuple(ring for item, ring in now.items() if item not in was)
        lost = tuple(ring for item, ring in was.items() if item not in now)
        if gained or lost:
            found.append(Difference(rule=rule, before=len(was), after=len(now), gained=gained, lost=lost))
    return tuple(found)


def _by_rule(rings: Sequence[Ring]) -> dict[str, dict[ItemId, Ring]]:
    by_rule: dict[str, dict[ItemId, Ring]] = defaultdict(dict)
    for ring in rings:
        by_rule[ring.rule][ring.item] = ring
    return by_rule
