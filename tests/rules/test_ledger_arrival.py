"""What the store does with a stream of reports, edits and vanished items, in any order in which they may arrive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.ledger import ClaimState, Policy, compare_item, states, withdraw
from rules.model import Action, Claim, ItemId, Mention, Novelty, Stance, Status
from tests.rules.ledger_cases import HOUR, contains, figure, position, said

POLICY = Policy(contains=contains)
OUTLETS = ("Reuters", "AFP", "Kyiv Courier")


@dataclass(frozen=True)
class Report:
    """An item as it stands in the end: its texts in order, each a set of claims; ``is_gone``: the page vanished."""

    item: int
    hour: int
    origin: str | None
    texts: tuple[tuple[Claim, ...], ...]
    is_gone: bool = False

    def mentions(self, version: int) -> list[Mention]:
        at, outlet = timedelta(hours=self.hour), OUTLETS[self.item % len(OUTLETS)]
        return [said(claim, at, self.origin, item=self.item, story=1, outlet=outlet) for claim in self.texts[version]]


class Store:
    """Keeps mentions as the database does: rows stay, an edit or a vanished item makes the former ones not live."""

    def __init__(self) -> None:
        self.rows: list[Mention] = []
        self.verdicts: list[Novelty] = []

    def take(self, report: Report, version: int) -> None:
        fresh = report.mentions(version)
        self.verdicts += [each.novelty for each in compare_item(fresh, self.rows, POLICY, item=ItemId(report.item))]
        self._retire(report.item)
        self.rows += fresh

    def drop(self, report: Report) -> None:
        self.verdicts += [each.novelty for each in withdraw(self.rows, ItemId(report.item))]
        self._retire(report.item)

    def state(self) -> tuple[ClaimState, ...]:
        return states(self.rows, POLICY)

    def _retire(self, item: int) -> None:
        self.rows = [replace(row, live=False) if row.item == item else row for row in self.rows]


claims = st.one_of(
    st.builds(
        figure,
        st.sampled_from([12_000, 20_000, 39_800, 40_000, 70_000]),
        status=st.sampled_from([Status.EXPECTED, Status.PLANNED, Status.FACT, Status.DENIED]),
        place=st.sampled_from(["Europe", "Germany", None]),
        action=st.sampled_from([Action.WITHDRAW, Action.REDUCE]),
    ),
    st.builds(
        position,
        st.sampled_from(list(Stance)),
        st.sampled_from(["a peacekeeping mission in Ukraine", "an oil embargo"]),
        condition=st.sampled_from([None, "only with a mandate"]),
    ),
)
texts = st.lists(claims, max_size=3).map(tuple)
months = st.lists(
    st.builds(
        Report,
        item=st.just(0),
        hour=st.integers(0, 90),
        origin=st.sampled_from(["Reuters", "AFP", None]),
        texts=st.lists(texts, min_size=1, max_size=3).map(tuple),
        is_gone=st.booleans(),
    ),
    max_size=7,
).map(lambda reports: [replace(report, item=number) for number, report in enumerate(reports, 1)])


def played(reports: list[Report], chance: Random) -> Store:
    """Play the reports in a random order in which only each item's own texts keep theirs."""
    waiting = {report.item: list(range(len(report.texts))) for report in reports}
    store = Store()
    open_ = list(reports)
    while open_:
        report = chance.choice(open_)
        if waiting[report.item]:
            store.take(report, waiting[report.item].pop(0))
            continue
        if report.is_gone:
            store.drop(report)
        open_.remove(report)
    return store


@settings(deadline=None)
@given(months, st.integers(0, 10_000), st.integers(0, 10_000))
def test_corrections_withdrawals_and_late_news_end_alike_whatever_came_first(
    reports: list[Report], one: int, other: int
) -> None:
    assert played(reports, Random(one)).state() == played(reports, Random(other)).state()


@settings(deadline=None)
@given(months, st.integers(0, 10_000))
def test_only_what_is_still_said_stands(reports: list[Report], seed: int) -> None:
    said_in_the_end = {(report.item, claim) for report in reports if not report.is_gone for claim in report.texts[-1]}
    for state in played(reports, Random(seed)).state():
        assert {(mention.item, mention.claim) for mention in state.mentions} <= said_in_the_end


class TestEveryVerdict:
    """One stream for each verdict: what a reader would call it."""

    FIRST = Report(item=1, hour=0, origin="Reuters", texts=((figure(20_000),),))

    @pytest.mark.parametrize(
        ("second", "expected"),
        [
            pytest.param(
                Report(item=2, hour=30, origin="AFP", texts=((figure(40_000),),)), Novelty.CHANGED, id="another number"
            ),
            pytest.param(
                Report(item=2, hour=3, origin="dpa", texts=((figure(20_000),),)),
                Novelty.CONFIRMED,
                id="a second origin",
            ),
            pytest.param(
                Report(item=2, hour=3, origin="AFP", texts=((figure(20_000),),)),
                Novelty.RESTATED,
                id="the first report quoted, whose own origin is another",
            ),
            pytest.param(
                Report(item=2, hour=3, origin="dpa", texts=((figure(40_000),),)),
                Novelty.CONTRADICTED,
                id="origins that disagree within hours",
            ),
            pytest.param(
                Report(item=2, hour=30, origin="AFP", texts=((figure(20_000, status=Status.DENIED),),)),
                Novelty.WITHDRAWN,
                id="a denial",
            ),
            pytest.param(
                Report(item=2, hour=3, origin="Reuters", texts=((figure(20_100),),)),
                Novelty.RESTATED,
                id="the same number within tolerance",
            ),
            pytest.param(
                Report(item=2, hour=30, origin="AFP", texts=((figure(20_000, status=Status.FACT),),)),
                Novelty.CHANGED,
                id="from expected to done",
            ),
            pytest.param(
                Report(item=1, hour=0, origin="Reuters", texts=((figure(25_000),),)),
                Novelty.CORRECTED,
                id="an edit of the number",
            ),
            pytest.param(
                Report(item=1, hour=0, origin="Reuters", texts=((),)), Novelty.WITHDRAWN, id="an edit that drops it"
            ),
        ],
    )
    def test_each_is_told_apart(self, second: Report, expected: Novelty) -> None:
        store = Store()
        store.take(self.FIRST, 0)
        store.take(second, 0)
        assert store.verdicts == [Novelty.NEW, expected]

    def test_an_item_that_is_gone_is_withdrawn_and_nothing_of_it_stands(self) -> None:
        store = Store()
        store.take(self.FIRST, 0)
        store.drop(self.FIRST)
        assert store.verdicts == [Novelty.NEW, Novelty.WITHDRAWN]
        assert store.state() == ()

    def test_late_old_news_changes_neither_the_verdict_nor_what_stands(self) -> None:
        newer = Report(item=2, hour=60, origin="AFP", texts=((figure(40_000),),))
        store = Store()
        store.take(newer, 0)
        store.take(self.FIRST, 0)
        assert store.verdicts == [Novelty.NEW, Novelty.RESTATED]
        (state,) = store.state()
        assert state.latest.lead.claim == figure(40_000)

    def test_contested_values_stand_side_by_side_each_with_its_origin(self) -> None:
        rival = Report(item=2, hour=3, origin="dpa", texts=((figure(40_000),),))
        store = Store()
        for report in (rival, self.FIRST):
            store.take(report, 0)
        (state,) = store.state()
        assert [value.origins for value in state.standing] == [("Reuters",), ("dpa",)]
        assert state.standing[1].since - state.standing[0].since == 3 * HOUR
