"""Alerts as people read them on a terminal: golden files, and what must hold for every message.

Set UPDATE_GOLDEN=1 to write the golden files anew; they are reviewed as prose.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console.render import render
from bot import summary
from bot.alerts import Alert, Excerpt, StoryItem, Telling, present
from bot.message import Message, MessageKind, Quote
from rules.model import (
    Claim,
    Development,
    Figure,
    ItemId,
    Mention,
    Novelty,
    Position,
    Severity,
    Stance,
    StoryId,
)
from tests.rules.builders import figure, position

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "console"
AT = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
GAZETTE = StoryItem(
    id=ItemId(1),
    outlet="Fenn Gazette",
    url="https://gazette.example/bases",
    title="Ministry plans to empty the Grauwacke garrison",
    at=AT,
    origin="Fenn Gazette",
    chain=("Fenn Gazette", "two officials"),
    anonymous=True,
)
HERALD = StoryItem(
    id=ItemId(2),
    outlet="Hill Herald",
    url="https://herald.example/1",
    title="Garrison to go",
    at=AT + timedelta(hours=2),
    origin="Fenn Gazette",
    chain=("Fenn Gazette",),
    is_rewrite=True,
)
LEAVES = figure(
    low=7000,
    high=9500,
    of_total=35000,
    place="Germany",
    source_cited="two officials",
    quote="withdraw between 7,000 and 9,500 of its 35,000 troops from Germany",
)
PASSAGE = (
    "The ministry wants to withdraw between 7,000 and 9,500 of its 35,000 troops from Germany, two officials said."
)
STANCE = position(
    actor="Oda Brandvik",
    actor_affiliation="France",
    stance=Stance.CONDITIONAL,
    proposition="a buffer in the Fennmark hills",
    condition="if both sides ask for it",
    quote="we would agree to a buffer in the Fennmark hills if both sides ask for it",
)


def telling(
    claim: Claim,
    novelty: Novelty = Novelty.NEW,
    *,
    before: Claim | None = None,
    claim_id: int = 1,
    alert: int = 1,
    origins: int = 1,
    passage: str = "",
    severity: Severity = Severity.URGENT,
) -> Telling:
    def mention(of: Claim, item: StoryItem) -> Mention:
        return Mention(
            claim=of,
            item=item.id,
            story=StoryId(1),
            outlet=item.outlet,
            origin=item.origin,
            as_of=item.at,
            url=item.url,
            passage=passage if of is claim else "",
        )

    found = Development(
        mention=mention(claim, GAZETTE),
        novelty=novelty,
        reason="was 7,000-9,500 on 9 Mar (Fenn Gazette), now another" if before else "first figure of its kind",
        previous=mention(before, HERALD) if before else None,
        origins=origins,
    )
    return Telling(
        development=found,
        claim=claim_id,
        alert=alert,
        rule_title="Troops leave",
        topic="bases",
        severity=severity,
    )


def alert(*tellings: Telling, **changes: object) -> Alert:
    made = Alert(
        id=41,
        story=1,
        story_title="Garrison",
        severity=Severity.URGENT,
        topics=("Bases abroad",),
        rule_titles=("Troops leave",),
        tellings=tellings,
        fresh=tellings,
        items=(GAZETTE,),
        item=GAZETTE,
        origins=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def drawn(*messages: Message, width: int = 78) -> str:
    """Draw messages as the console does; replies hang below the first."""
    out = StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False)
    for number, message in enumerate(messages):
        console.print(render(message, is_reply=number > 0))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


CHANGED: Figure = replace(LEAVES, low=12000, high=12000, of_total=None, quote="withdraw 12,000 troops from Germany")
AGAINST: Position = replace(STANCE, stance=Stance.OPPOSE, condition=None, quote="we are against a buffer")
NEW = alert(
    telling(LEAVES, passage=PASSAGE),
    telling(STANCE, claim_id=2),
    excerpts=(Excerpt(text=PASSAGE, outlet=GAZETTE.outlet, url=GAZETTE.url),),
)
TWO = {"items": (GAZETTE, HERALD), "origins": 1}
MESSAGES: dict[str, tuple[Message, ...]] = {
    "new": (summary.parent(NEW), *summary.details(NEW)),
    "changed": (summary.update(alert(telling(CHANGED, Novelty.CHANGED, before=LEAVES), **TWO)),),
    "corrected": (summary.update(alert(telling(CHANGED, Novelty.CORRECTED, before=LEAVES), **TWO)),),
    "contradicted": (summary.update(alert(telling(CHANGED, Novelty.CONTRADICTED, before=LEAVES), **TWO)),),
    "confirmed": (summary.update(alert(telling(LEAVES, Novelty.CONFIRMED, before=LEAVES, origins=2), **TWO)),),
    "withdrawn": (summary.update(alert(telling(LEAVES, Novelty.WITHDRAWN, before=LEAVES), **TWO)),),
    "stance": (summary.update(alert(telling(AGAINST, Novelty.CHANGED, before=STANCE), **TWO)),),
    "keyword": (summary.parent(alert(rule_titles=("Talks about bases",))),),
    "continued": (summary.parent(NEW, continues="https://chat.example/thread/7"),),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_alert_reads_as_it_was_reviewed(name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    text = drawn(*MESSAGES[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def quotes(message: Message) -> list[str]:
    return [block.text for block in message.blocks if isinstance(block, Quote)]


class TestQuotes:
    def test_the_whole_sentence_is_quoted_where_it_fits(self) -> None:
        assert quotes(summary.parent(alert(telling(LEAVES, passage=PASSAGE)))) == [PASSAGE]

    def test_a_sentence_that_is_too_long_gives_way_to_the_claims_own_words(self) -> None:
        long = f"{PASSAGE[:-1]}, {'and so on, ' * 20}."
        assert quotes(summary.parent(alert(telling(LEAVES, passage=long)))) == [LEAVES.quote]

    def test_a_quote_that_is_too_long_is_left_out_rather_than_cut(self) -> None:
        long = replace(LEAVES, quote="withdraw " + "very " * 60 + "many")
        assert quotes(summary.parent(alert(telling(long)))) == []


class TestParent:
    def test_it_stays_short_however_many_claims_there_are_and_says_how_many_more(self) -> None:
        many = [telling(figure(low=number, high=number), claim_id=number) for number in range(1, 12)]
        lines = drawn(summary.parent(alert(*many)), width=200).splitlines()
        assert sum("•" in line for line in lines) == summary.MORE_CLAIMS
        assert any("6 more in the thread" in line for line in lines)
        assert len(lines) <= 17

    def test_every_further_claim_is_in_the_thread(self) -> None:
        many = [telling(figure(low=number, high=number), claim_id=number) for number in range(1, 12)]
        (further,) = summary.details(alert(*many))
        assert further.kind is MessageKind.DETAIL
        assert len(quotes(further)) == 10

    def test_the_original_is_linked_first_and_an_outlet_once(self) -> None:
        again = replace(HERALD, id=ItemId(3), url="https://herald.example/2")
        late = replace(GAZETTE, at=AT + timedelta(days=1))
        text = drawn(summary.parent(alert(telling(LEAVES), items=(HERALD, again, late))), width=200)
        (line,) = [line for line in text.splitlines() if "gazette.example" in line and "herald" in line]
        assert line.index("gazette.example") < line.index("herald.example")
        assert "herald.example/2" not in line

    def test_without_a_known_origin_it_says_so(self) -> None:
        item = replace(GAZETTE, origin=None, chain=())
        text = drawn(summary.parent(alert(telling(LEAVES), items=(item,), item=item, origins=0)))
        assert "Origin: not known · 1 outlet, 0 origins" in text

    def test_the_fallback_is_one_sentence(self) -> None:
        assert summary.parent(NEW).fallback == (
            "NEW: United States: withdraw 7,000–9,500 troops of 35,000 from Germany (expected)"
        )


class TestPresent:
    def test_the_newest_telling_of_a_claim_is_kept(self) -> None:
        old, new = telling(LEAVES), telling(CHANGED, Novelty.CHANGED, before=LEAVES, alert=2)
        assert present([new, old]) == (new,)

    def test_of_one_alert_the_strongest_telling_is_kept(self) -> None:
        weak = telling(LEAVES, Novelty.CONFIRMED, before=LEAVES)
        strong = telling(CHANGED, Novelty.CORRECTED, before=LEAVES)
        assert present([strong, weak]) == (strong,)
        assert present([weak, strong]) == (strong,)

    def test_the_most_severe_comes_first_then_what_is_taken_back_then_figures(self) -> None:
        notice = telling(LEAVES, Novelty.CORRECTED, before=LEAVES, claim_id=1, severity=Severity.NOTICE)
        stance = telling(STANCE, claim_id=2)
        number = telling(LEAVES, claim_id=3)
        wrong = telling(CHANGED, Novelty.CORRECTED, before=LEAVES, claim_id=4)
        assert present([notice, stance, number, wrong]) == (wrong, number, stance, notice)


def test_in_one_line_a_change_is_said_as_from_and_to() -> None:
    said = summary.in_one_line(telling(CHANGED, Novelty.CHANGED, before=LEAVES))
    assert said == "7,000–9,500 troops → 12,000 troops · United States, withdraw from Germany (expected)"
