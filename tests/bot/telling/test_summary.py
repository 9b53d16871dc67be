"""What alerts say and leave out; how they look on each platform is in ``test_golden_alerts``."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console

from adapters.console.render import render
from bot.message import Bullets, Facts, Message, MessageKind, Quote, Strong
from bot.telling import summary
from bot.telling.alerts import present
from bot.telling.headline import plain
from bot.telling.provenance import grade
from rules.ledger import states
from rules.model import ItemId, Novelty, Severity
from tests.bot.telling.alert_samples import (
    AT,
    CHANGED,
    GAZETTE,
    HERALD,
    LEAVES,
    NEW,
    PASSAGE,
    RIVAL,
    SINGLE,
    STANCE,
    THREADS,
    alert,
    telling,
)
from tests.rules.builders import figure


def drawn(*messages: Message, width: int = 78) -> str:
    """Draw messages as the console does; replies hang below the first."""
    out = StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False)
    for number, message in enumerate(messages):
        console.print(render(message, is_reply=number > 0))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


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
        assert any("6 more claims" in line for line in lines)
        assert len(lines) <= 13

    def test_every_further_claim_is_in_the_thread(self) -> None:
        many = [telling(figure(low=number, high=number), claim_id=number) for number in range(1, 12)]
        (further,) = summary.details(alert(*many))
        assert further.kind is MessageKind.DETAIL
        assert len(quotes(further)) == 10

    def test_the_original_is_linked_first_and_an_outlet_once(self) -> None:
        again = replace(HERALD, id=ItemId(3), url="https://herald.example/2")
        late = replace(GAZETTE, at=AT + timedelta(days=1))
        text = drawn(summary.parent(alert(items=(HERALD, again, late))), width=200)
        assert "Source: Fenn Gazette <https://gazette.example/bases> · Hill Herald <https://herald.example/1>" in text
        assert "herald.example/2" not in text

    @pytest.mark.parametrize("name", ["new", "changed", "corrected", "contradicted", "total", "keyword"])
    def test_no_source_is_linked_twice(self, name: str) -> None:
        text = drawn(THREADS[name][0], width=200)
        links = re.findall(r"<(https:\S+)>", text)
        assert len(links) == len(set(links))

    @pytest.mark.parametrize("name", THREADS)
    def test_no_fact_says_what_the_headline_says(self, name: str) -> None:
        said = THREADS[name][0].fallback
        for block in THREADS[name][0].blocks:
            for _, line in block.rows if isinstance(block, Facts) else ():
                assert not any(len(words) > 4 and words in said for words in plain(line).split(", "))

    def test_further_claims_are_quieter_than_the_first(self) -> None:
        (bullets,) = (block for block in summary.parent(NEW).blocks if isinstance(block, Bullets))
        assert not any(isinstance(part, Strong) for line in bullets.lines for part in line)

    def test_in_a_further_claim_only_the_new_value_stands_out_and_its_kind_is_named(self) -> None:
        told = alert(telling(STANCE), telling(CHANGED, Novelty.CHANGED, before=LEAVES, claim_id=2))
        (bullets,) = (block for block in summary.parent(told).blocks if isinstance(block, Bullets))
        (line,) = bullets.lines
        assert [part.text for part in line if isinstance(part, Strong)] == ["12,000 troops"]
        assert plain(line).startswith("Update: 7,000–9,500 of 35,000 troops → 12,000 troops")

    def test_a_heads_heading_is_about_its_first_line_and_as_severe(self) -> None:
        first = telling(LEAVES)
        small = replace(telling(STANCE, Novelty.CONFIRMED, before=STANCE, claim_id=2), severity=Severity.NOTICE)
        told = replace(alert(first, small), fresh=(small,), severity=Severity.NOTICE)
        assert summary.parent(told).heading.startswith("NEW · urgent")
        assert summary.update(told).heading.startswith("CONFIRMED · notice")

    def test_a_further_claim_from_another_article_is_linked(self) -> None:
        other = telling(STANCE, claim_id=2)
        moved = replace(other.development.mention, outlet=HERALD.outlet, url=HERALD.url)
        other = replace(other, development=replace(other.development, mention=moved))
        text = drawn(summary.parent(alert(telling(LEAVES), other)), width=200)
        assert "if both sides ask for it · Hill Herald <https://herald.example/1>" in text

    def test_without_a_known_origin_it_says_so(self) -> None:
        item = replace(GAZETTE, origin=None, chain=())
        told = telling(LEAVES)
        mention = replace(told.development.mention, origin=None)
        told = replace(told, development=replace(told.development, mention=mention))
        text = drawn(summary.parent(alert(told, items=(item,), item=item)))
        assert "Origin: not known · 0 independent origins · 1 report of unknown origin" in text

    def test_the_fallback_is_one_sentence(self) -> None:
        assert summary.parent(NEW).fallback == (
            "NEW: United States: withdraw 7,000–9,500 of 35,000 troops from Germany (expected)"
        )


BOTH = replace(SINGLE, reports=frozenset({GAZETTE.id, RIVAL.id}))


class TestOrigins:
    def test_an_item_that_brought_something_new_is_no_rewrite(self) -> None:
        told = alert(telling(LEAVES), items=(GAZETTE, HERALD))
        assert told.spread.rewrites == 1
        assert replace(told, rang=frozenset({HERALD.id})).spread.rewrites == 0

    def test_origins_are_counted_by_whom_they_name_however_it_is_written(self) -> None:
        other = replace(RIVAL, origin="FENN gazette", is_rewrite=True)
        assert alert(telling(LEAVES), items=(GAZETTE, other)).spread.origins == ("Fenn Gazette",)

    def test_an_unknown_origin_is_never_independent(self) -> None:
        unknown = replace(RIVAL, origin=None)
        told = alert(telling(LEAVES), items=(GAZETTE, unknown), backings={1: BOTH})
        assert "1 independent origin · 1 report of unknown origin" in drawn(summary.parent(told), width=200)

    def test_the_origin_is_that_of_the_claim_told_first_not_of_the_storys_first_item(self) -> None:
        items = (replace(RIVAL, at=AT - timedelta(days=1)), GAZETTE)
        text = drawn(summary.parent(alert(telling(LEAVES), items=items, backings={1: BOTH})), width=200)
        assert "Origin: Fenn Gazette, citing two officials (unnamed) · 2 independent origins" in text

    def test_counted_and_linked_is_what_carries_the_value_and_the_rest_of_the_story_is_only_counted(self) -> None:
        told = alert(telling(CHANGED, Novelty.CHANGED, before=LEAVES), items=(GAZETTE, HERALD))
        for text in (drawn(make(told), width=200) for make in (summary.update, summary.parent)):
            assert "1 independent origin · 2 reports in the story" in text
            assert "rewrite" not in text
            assert "Also: Hill Herald" not in text

    def test_a_rival_origin_does_not_stand_behind_the_value_that_it_contradicts(self) -> None:
        told = alert(telling(CHANGED, Novelty.CONTRADICTED, before=LEAVES), items=(RIVAL, GAZETTE))
        assert "1 independent origin · 2 reports in the story" in drawn(summary.parent(told), width=200)

    def test_who_carries_the_new_value_is_linked(self) -> None:
        told = alert(telling(CHANGED, Novelty.CHANGED, before=LEAVES), items=(GAZETTE, RIVAL), backings={1: BOTH})
        assert "Also: Coast Post" in drawn(summary.update(told), width=200).splitlines()[-1]

    def test_whom_an_article_quotes_on_another_matter_is_not_cited(self) -> None:
        item = replace(GAZETTE, chain=("Oda Brandvik",), anonymous=False)
        mention = replace(telling(LEAVES, passage="The army will go.").development.mention)
        calm = replace(mention, claim=replace(LEAVES, source_cited=None))
        told = telling(LEAVES)
        told = replace(told, development=replace(told.development, mention=calm))
        assert "Origin: Fenn Gazette · 1 independent" in drawn(summary.parent(alert(told, items=(item,), item=item)))

    def test_an_actor_who_is_quoted_is_cited_and_the_outlet_is_the_origin(self) -> None:
        claim = replace(LEAVES, source_cited="a spokesman")
        item = replace(GAZETTE, origin="United States", chain=("United States",), anonymous=False)
        one = telling(claim)
        mention = replace(one.development.mention, origin="United States")
        one = replace(one, development=replace(one.development, mention=mention))
        text = drawn(summary.parent(alert(one, items=(item,), item=item)), width=200)
        assert "Origin: Fenn Gazette, citing a spokesman ·" in text

    def test_an_actor_who_is_quoted_has_the_letter_of_the_outlet_that_quotes_it(self) -> None:
        quoted = replace(telling(LEAVES).development.mention, origin="United States")
        (state,) = states([quoted])
        found = grade(state, {"Fenn Gazette": 2}.get, is_anonymous=False)
        assert str(found) == "B2"
        assert found.reason == "Fenn Gazette is of tier 2; United States speaks for itself"

    def test_the_grade_stands_with_its_words_and_its_reason(self) -> None:
        text = drawn(summary.parent(NEW), width=200)
        assert (
            "Credibility B3 (usually reliable, possibly true): Fenn Gazette is of tier 2; a single origin, citing"
            " unnamed sources"
        ) in text


class TestPresent:
    def test_the_newest_telling_of_a_claim_is_kept(self) -> None:
        old, new = telling(LEAVES), telling(CHANGED, Novelty.CHANGED, before=LEAVES, alert=2)
        assert present([new, old]) == (replace(new, earlier=(old,)),)

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
    assert said == "7,000–9,500 of 35,000 troops → 12,000 troops · United States, withdraw from Germany (expected)"
