"""Runs the tests that are written in rule files: a text, perhaps earlier texts, and what has to ring or must not.

Pure: reading claims out of a text and comparing them with what is known are handed in, so that the tests say what
the very functions of production would do. Earlier texts lie two days apart unless the test says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from rules.explain import explain
from rules.match import Matcher
from rules.model import (
    Claim,
    Development,
    Extraction,
    Figure,
    Item,
    ItemId,
    Mention,
    Novelty,
    Position,
    display_number,
)
from rules.ports import Vocabulary
from rules.reading import Compare, mentions_of
from rules.ruleset import Life, Rule, RuleSet, RuleTest
from rules.wording import span

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""When every test's text is published: a frozen clock, so that a test says the same for ever."""

_UNNAMED = "an outlet"
_CONTAINED = frozenset({"quote", "proposition", "condition", "source_cited"})  # a test may give a part of these


class Extract(Protocol):
    """Reads claims out of a text; ``rules.extract.Extractor.extract`` does."""

    def __call__(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        """Return figures, positions and provenance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test and its outcome. ``problems`` are sentences, empty when it passed."""

    __test__ = False  # the name is for people; pytest is not to collect it

    rule: str
    name: str
    file: str
    line: int
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether all was as expected."""
        return not self.problems


def run_tests(
    ruleset: RuleSet, *, vocabulary: Vocabulary, extract: Extract, compare: Compare, only: str | None = None
) -> tuple[TestResult, ...]:
    """Run the tests of all rules, or of the rule called ``only``. An active rule without tests is a failure."""
    found: list[TestResult] = []
    for rule in ruleset.rules:
        if only is not None and rule.id != only:
            continue
        if not rule.tests and rule.life is Life.ACTIVE:
            problem = "the rule has no tests; write one that rings and one that must not (or status: draft)"
            found.append(_result(rule, "(no tests)", rule.source.line, [problem]))
        tester = _Tester(rule, vocabulary, extract, compare)
        found += [_result(rule, test.name, test.line, list(tester.problems(test))) for test in rule.tests]
    return tuple(found)


def _result(rule: Rule, name: str, line: int, problems: list[str]) -> TestResult:
    return TestResult(rule=rule.id, name=name, file=rule.source.file, line=line, problems=tuple(problems))


class SampleText(Protocol):
    """A text of a test: the one that is tested, or one that came before."""

    @property
    def text(self) -> str:
        """The article."""

    @property
    def title(self) -> str:
        """Its headline, or nothing."""

    @property
    def outlet(self) -> str:
        """Who published it, or nothing."""

    @property
    def lang(self) -> str:
        """Its language, or nothing: then it is detected."""

    @property
    def tier(self) -> int | None:
        """The outlet's tier."""


class Reading:
    """A text read as production would read it: the item, and what is new in it."""

    def __init__(
        self,
        extract: Extract,
        compare: Compare,
        texts: Sequence[tuple[SampleText, datetime]],
    ) -> None:
        known: list[Mention] = []
        for number, (text, when) in enumerate(texts, 1):
            extraction = extract(text.text, title=text.title, outlet=text.outlet, lang=text.lang or None)
            self.item = _item(number, text, extraction.lang, when)
            mentions = mentions_of(self.item, extraction)
            self.developments = tuple(compare(mentions, known))
            known += mentions


def _item(number: int, text: SampleText, lang: str, when: datetime) -> Item:
    return Item(
        id=ItemId(number),
        outlet=text.outlet or _UNNAMED,
        title=text.title,
        text=text.text,
        url="",
        published=when,
        fetched=when,
        lang=lang,
        tier=text.tier,
    )


class _Tester:
    def __init__(self, rule: Rule, vocabulary: Vocabulary, extract: Extract, compare: Compare) -> None:
        self.rule = rule
        self.vocabulary = vocabulary
        self.extract = extract
        self.compare = compare
        alone = RuleSet(topics={rule.topic: rule.topic}, rules=(rule,), hash="")
        self.matcher = Matcher(alone, vocabulary, include_inactive=True)

    def problems(self, test: RuleTest) -> Iterator[str]:
        """Yield what is not as the test expects."""
        when = NOW if self.rule.valid_from is None else max(NOW, self.rule.valid_from)
        texts: list[tuple[SampleText, datetime]] = [
            (given, when - timedelta(hours=given.hours_before)) for given in test.given
        ]
        reading = Reading(self.extract, self.compare, [*texts, (test, when)])
        matches = self.matcher.match(reading.item, reading.developments)
        ringing = matches[0].developments if matches else ()
        if test.alert is None:
            yield from self._silent(ringing, is_ringing=bool(matches))
        elif not matches:
            yield f"it did not ring; {self._why_not(reading)}"
        elif self.rule.needs_claims:
            yield from _expected(test, test.alert, ringing)
        elif test.alert is not Novelty.NEW:
            yield f"a rule without figure or position rings as new, so alert: {test.alert} cannot come true"

    def _silent(self, ringing: Sequence[Development], *, is_ringing: bool) -> Iterator[str]:
        if ringing:
            for development in ringing:
                yield f"it rang but must not: {development.novelty} {claim_text(development.mention.claim)}"
        elif is_ringing:
            yield "it rang but must not: its words are in the text"

    def _why_not(self, reading: Reading) -> str:
        tree = explain(self.rule, reading.item, reading.developments, vocabulary=self.vocabulary)
        failing = tree.failing()
        if failing is None or failing is tree:
            return "run `tocsin rules explain` on the text to see why"
        return f"{failing.label} does not hold" + (f": {failing.note}" if failing.note else "")


def _expected(test: RuleTest, alert: Novelty, ringing: Sequence[Development]) -> Iterator[str]:
    wanted: list[tuple[type[Claim], Mapping[str, object]]] = []
    if test.figure:
        wanted.append((Figure, test.figure))
    if test.position:
        wanted.append((Position, test.position))
    of_kind = [development for development in ringing if development.novelty is alert]
    if not of_kind:
        kinds = ", ".join(sorted({f"{d.novelty} ({d.reason})" for d in ringing}))
        yield f"it rang, but not as {alert}: as {kinds}"
        return
    for kind, subset in wanted:
        claims = [d.mention.claim for d in of_kind if isinstance(d.mention.claim, kind)]
        if not claims:
            yield f"no {kind.__name__.lower()} rang"
            continue
        closest = min((list(_differences(claim, subset)) for claim in claims), key=len)
        yield from closest


def _differences(claim: Claim, subset: Mapping[str, object]) -> Iterator[str]:
    for key, wanted in subset.items():
        found = getattr(claim, key)
        if not _same(key, found, wanted):
            yield f'expected {key} {_shown(wanted)}, found {_shown(found)}; the reading was "{claim.quote}"'


def _same(key: str, found: object, wanted: object) -> bool:
    if key in _CONTAINED:
        return str(wanted).casefold() in str(found or "").casefold()
    if isinstance(wanted, str) and isinstance(found, str):
        return found.casefold() == wanted.casefold()
    return found == wanted


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, int | float):
        return display_number(value)
    return f'"{value}"'


def claim_text(claim: Claim) -> str:
    """Write a claim in one line, with its quote."""
    if isinstance(claim, Position):
        return f'position of {claim.actor} ({claim.stance}) on "{claim.proposition}", read from "{claim.quote}"'
    value = span(claim.low, claim.high)
    details = ", ".join(part for part in (claim.actor, claim.action, claim.place) if part)
    return f'figure {value} {claim.unit} ({details}), read from "{claim.quote}"'
