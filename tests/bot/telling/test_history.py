"""A claim's past: a table from two values on, a chart from three, words for those who cannot see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from adapters.charts import DPI, ROW, draw, with_pictures
from bot.message import Chart, Image, Message, Table
from bot.telling.history import past
from rules.ledger import ClaimState, states
from rules.model import Action, Bound, Figure, ItemId, Mention, Position, Stance, Status, StoryId

DAY = datetime(2026, 9, 1, 8, tzinfo=UTC)


def figure(low: int, high: int | None = None) -> Figure:
    return Figure(
        low=low,
        high=high or low,
        bound=Bound.RANGE if high else Bound.EXACT,
        unit="troops",
        actor="United States",
        action=Action.WITHDRAW,
        place="Europe",
        of_total=None,
        status=Status.EXPECTED,
        source_cited="NATO sources",
        quote="x",
        start=0,
        end=1,
    )


def told(claim: Figure | Position, day: int, origin: str) -> Mention:
    return Mention(
        claim=claim,
        item=ItemId(day),
        story=StoryId(1),
        outlet=origin,
        origin=origin,
        as_of=DAY + timedelta(days=day),
    )


def state(*mentions: Mention) -> ClaimState:
    (found,) = states(mentions)
    return found


VALUES = (
    told(figure(12_000), 0, "Reuters"),
    told(figure(40_000, 70_000), 3, "Welt am Sonntag"),
    told(figure(20_000, 30_000), 6, "Welt am Sonntag"),
)


def table(message: Message) -> Table:
    (found,) = (block for block in message.blocks if isinstance(block, Table))
    return found


def picture(message: Message) -> Image:
    (found,) = (block for block in message.blocks if isinstance(block, Image))
    return found


def test_one_value_has_no_past() -> None:
    assert past(state(VALUES[0])) is None


def test_two_values_make_a_table_and_no_chart() -> None:
    message = past(state(*VALUES[:2]))
    assert message is not None
    assert len(message.blocks) == 1
    assert table(message).rows == (
        ("1 Sep 2026", "12,000 troops (superseded)", "Reuters", "NATO sources"),
        ("4 Sep 2026", "40,000–70,000 troops", "Welt am Sonntag", "NATO sources"),
    )


def test_three_values_make_a_chart_that_is_also_said_in_words() -> None:
    message = past(state(*VALUES))
    assert message is not None
    chart = picture(message)
    assert chart.png == b""
    assert chart.alt == (
        "United States, withdraw from Europe (expected), troops over time: 1 Sep 2026: 12,000 (Reuters); "
        "4 Sep 2026: 40,000–70,000 (Welt am Sonntag); 7 Sep 2026: 20,000–30,000 (Welt am Sonntag)"
    )


def test_a_long_past_is_cut_at_its_old_end_and_says_so() -> None:
    message = past(state(*(told(figure(1000 * 2**day), day * 3, "Reuters") for day in range(15))))
    assert message is not None
    assert len(table(message).rows) == 12
    assert "the newest 12; 3 earlier" in message.heading


def test_a_position_has_a_table_and_never_a_chart() -> None:
    stances = (Stance.SUPPORT, Stance.OPPOSE, Stance.UNDECIDED)
    mentions = [
        told(
            Position(
                actor="Italy",
                actor_affiliation=None,
                stance=stance,
                proposition="a UN mandate",
                condition=None,
                source_cited=None,
                quote="x",
                start=0,
                end=1,
            ),
            day * 3,
            "ANSA",
        )
        for day, stance in enumerate(stances)
    ]
    message = past(state(*mentions))
    assert message is not None
    assert [row[1] for row in table(message).rows] == ["in favour (superseded)", "against (superseded)", "undecided"]
    assert not any(isinstance(block, Image) for block in message.blocks)


def test_the_chart_is_a_picture_on_an_opaque_card() -> None:
    pytest.importorskip("matplotlib")
    message = past(state(*VALUES))
    assert message is not None
    drawn = picture(with_pictures(message))
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt == picture(message).alt
    from matplotlib.image import imread

    pixels = imread(BytesIO(drawn.png))
    assert pixels.shape[1] > 900
    assert pixels[0, 0, :3].min() > 0.99
    assert pixels.min() < 0.3


def test_every_value_has_a_row_of_its_own_so_that_no_label_lies_on_another() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.image import imread

    heights = []
    for count in (3, 12):
        message = past(state(*(told(figure(1000 * 2**day), day * 3, f"Paper {day}") for day in range(count))))
        assert message is not None
        heights.append(imread(BytesIO(picture(with_pictures(message)).png)).shape[0])
    assert heights[1] - heights[0] == pytest.approx(9 * ROW * DPI, abs=2)


def test_a_message_without_charts_passes_untouched() -> None:
    message = past(state(*VALUES[:2]))
    assert message is not None
    assert with_pictures(message) is message


def test_without_matplotlib_the_table_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    message = past(state(*VALUES))
    assert message is not None
    assert draw(_chart_of(message)) is None
    assert [type(block) for block in with_pictures(message).blocks] == [Table]


def _chart_of(message: Message) -> Chart:
    chart = picture(message).chart
    assert chart is not None
    return chart


DENIAL = told(replace(figure(20_000, 30_000), status=Status.DENIED), 8, "Pentagon")


def test_a_denial_is_said_in_its_row_and_at_the_value_that_it_denies() -> None:
    message = past(state(*VALUES[1:], DENIAL))
    assert message is not None
    assert [row[1] for row in table(message).rows] == [
        "40,000–70,000 troops (superseded)",
        "20,000–30,000 troops (denied since)",
        "20,000–30,000 troops: denied",
    ]


def test_a_denial_is_no_value_of_the_chart() -> None:
    message = past(state(*VALUES, DENIAL))
    assert message is not None
    assert len(_chart_of(message).points) == 3
    two = past(state(*VALUES[1:], DENIAL))
    assert two is not None
    assert not any(isinstance(block, Image) for block in two.blocks)


def test_a_value_that_its_own_article_corrected_stays_with_its_mark() -> None:
    wrong = replace(told(figure(8_000), 2, "Reuters"), live=False)
    message = past(state(*VALUES[:2]), (wrong,))
    assert message is not None
    assert [row[1] for row in table(message).rows] == [
        "12,000 troops (superseded)",
        "8,000 troops (corrected)",
        "40,000–70,000 troops",
    ]


@pytest.mark.parametrize(
    "origin",
    [pytest.param("United States", id="the actor"), pytest.param("NATO sources", id="whom the sentence cites")],
)
def test_who_is_only_quoted_did_not_report_it(origin: str) -> None:
    quoted = replace(VALUES[1], outlet="The Fenn Ledger", origin=origin)
    message = past(state(VALUES[0], quoted))
    assert message is not None
    assert [row[2] for row in table(message).rows] == ["Reuters", "The Fenn Ledger"]
