"""The pure parts of the pages: charts, marked texts, positions side by side, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import words
from bot.web.claims import Card, Fate, Saying
from bot.web.marking import paragraphs, pieces
from bot.web.matrix import COLUMNS, matrix
from bot.web.plot import BOTTOM, GAP, HEIGHT, HUES, LEFT, RIGHT, THINNEST, TOP, WIDTH, Point, plot
from rules.model import Action, Bound, Claim, Figure, Position, Stance, Status

START = datetime(2026, 9, 1, tzinfo=UTC)
TEXT = "Rome sends 500 engineers. Rome backs the plan for a bridge.\nNothing else is known."


def figure(start: int, end: int, text: str = TEXT) -> Figure:
    return Figure(
        low=500,
        high=500,
        bound=Bound.EXACT,
        unit="engineer",
        actor="Italy",
        action=Action.DEPLOY,
        place=None,
        of_total=None,
        status=Status.PLANNED,
        source_cited=None,
        quote=text[start:end],
        start=start,
        end=end,
    )


def position(start: int, end: int, text: str = TEXT) -> Position:
    return Position(
        actor="Italy",
        actor_affiliation=None,
        stance=Stance.SUPPORT,
        proposition="a bridge",
        condition=None,
        source_cited=None,
        quote=text[start:end],
        start=start,
        end=end,
    )


def point(number: int, low: float, high: float, *, hours: float, origin: str = "Wire", until: float = 0) -> Point:
    end = START + timedelta(hours=until) if until else None
    return Point(number=number, at=START + timedelta(hours=hours), low=low, high=high, origin=origin, until=end)


def test_a_range_is_a_bar_from_low_to_high_and_a_number_can_be_seen() -> None:
    found = plot([point(1, 40, 70, hours=0, until=5), point(2, 90, 90, hours=5)], START + timedelta(hours=10))
    wide, thin = found.bars
    assert wide.height > 5 * thin.height
    assert thin.height == THINNEST
    assert wide.top > thin.top  # what is more stands higher
    assert (wide.stands, thin.stands) == (False, True)
    assert wide.end < thin.end


def test_the_axis_has_round_numbers_that_hold_all_values() -> None:
    found = plot([point(1, 40_000, 70_000, hours=0), point(2, 90_000, 90_000, hours=3)], START + timedelta(days=1))
    assert [tick.label for tick in found.rows] == ["0", "50,000", "100,000"]
    assert [tick.label for tick in found.days] == ["1 Sep 2026", "2 Sep 2026"]


def test_values_that_lie_close_together_are_told_apart() -> None:
    found = plot([point(1, 980, 980, hours=0), point(2, 1000, 1000, hours=1)], START + timedelta(hours=3))
    assert found.rows[0].label != "0"


def test_each_origin_has_its_colour_and_the_last_one_serves_the_rest() -> None:
    found = plot([point(n, n, n, hours=n, origin=f"outlet {n % 9}") for n in range(1, 12)], START + timedelta(days=1))
    assert found.bars[0].hue == found.bars[9].hue  # the same origin again
    assert [bar.hue for bar in found.bars[:8]] == [1, 2, 3, 4, 5, 6, HUES, HUES]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1e12, allow_nan=False), st.floats(0, 1e12, allow_nan=False), st.floats(0, 5000), st.booleans()
        ),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_the_values_are_every_bar_is_on_the_plane_and_beside_the_others(
    values: list[tuple[float, float, float, bool]],
) -> None:
    ordered = sorted(values, key=lambda value: value[2])
    points = [
        point(number, min(a, b), max(a, b), hours=hours, until=0 if stands else hours + 1)
        for number, (a, b, hours, stands) in enumerate(ordered, start=1)
    ]
    found = plot(points, START + timedelta(hours=6000))
    for bar in found.bars:
        assert LEFT <= bar.x <= WIDTH - RIGHT
        assert bar.x <= bar.end <= WIDTH - RIGHT
        assert TOP - THINNEST <= bar.top <= bar.top + bar.height <= HEIGHT - BOTTOM + THINNEST
    gaps = [right.x - left.x for left, right in zip(found.bars, found.bars[1:], strict=False)]
    assert all(gap >= GAP - 0.01 for gap in gaps)
    assert len({tick.label for tick in found.rows}) == len(found.rows) >= 2


def test_claims_are_marked_where_they_stand_also_within_each_other() -> None:
    found = pieces(TEXT, [position(0, 24), figure(11, 24)])
    assert [(piece.text, piece.kind, piece.claims) for piece in found[:3]] == [
        ("Rome sends ", "position", (1,)),
        ("500 engineers", "figure position", (1, 2)),
        (". Rome backs the plan for a bridge.\nNothing else is known.", "", ()),
    ]
    assert [piece.starts for piece in found[:3]] == [(1,), (2,), ()]


def test_a_claim_whose_words_moved_in_an_edit_is_not_marked() -> None:
    edited = "Correction. " + TEXT
    assert [piece.kind for piece in pieces(edited, [figure(11, 24)])] == [""]


def test_paragraphs_keep_their_marks() -> None:
    found = paragraphs(pieces(TEXT, [figure(11, 24)]))
    assert ["".join(piece.text for piece in paragraph) for paragraph in found] == TEXT.split("\n")


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_marking_loses_nothing_of_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    claims: list[Claim] = [figure(min(pair), max(pair), text) for pair in spans if min(pair) < max(pair) <= len(text)]
    found = pieces(text, claims)
    assert "".join(piece.text for piece in found) == text
    for number, claim in enumerate(claims, start=1):
        assert "".join(piece.text for piece in found if number in piece.claims) == claim.quote
    assert "".join(piece.text for line in paragraphs(found) for piece in line) == text.replace("\n", "")


def held(actor: str, about: str, stance: str = "support") -> Card:
    saying = Saying(
        number=1,
        at=START,
        words="in favour",
        fate=Fate.STANDS,
        origin="Wire",
        cited="",
        is_unnamed=False,
        before="",
        quote="q",
        after="",
        outlet="Wire",
        url="",
        item=1,
        reports=1,
        origins=1,
    )
    return Card(
        id=f"{actor}-{about}",
        title=actor,
        about=about,
        now="in favour",
        stance=stance,
        stance_words="in favour",
        is_contested=False,
        at=START,
        sayings=(saying,),
        earlier=0,
        chart=None,
    )


def test_positions_on_one_proposition_stand_in_one_row_whatever_its_words() -> None:
    found = matrix(
        [held("Malta", "new tolls"), held("Italy", "a bridge over the strait"), held("Greece", "the strait bridge")]
    )
    assert [row.about for row in found.rows] == ["a bridge over the strait", "new tolls"]
    assert [card.title if card else None for card in found.rows[0].cells] == [
        name if name != "Malta" else None for name in found.actors
    ]


def test_a_matrix_has_room_for_few_actors_and_the_rows_keep_all() -> None:
    found = matrix([held(f"actor {number}", "a bridge over the strait") for number in range(COLUMNS + 4)])
    assert len(found.actors) == COLUMNS
    assert len(found.rows[0].cards) == COLUMNS + 4


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://news.example/a?b=1", "https://news.example/a?b=1", id="a web address"),
        pytest.param("javascript:alert(1)", "", id="a script"),
        pytest.param("data:text/html,x", "", id="a document in an address"),
        pytest.param("https://bank.example@evil.example/", "", id="a host that hides behind another"),
        pytest.param("", "", id="none"),
    ],
)
def test_only_web_addresses_become_links(url: str, shown: str) -> None:
    assert words.safe(url) == shown


def test_the_real_host_is_told_where_the_label_does_not() -> None:
    assert words.host_beside("https://www.evil.example/x", "The Courier") == "evil.example"
    assert words.host_beside("https://evil.example/x", "courier.example") == "evil.example"
    assert words.host_beside("https://courier.example/x", "courier.example") == ""


def test_what_hides_in_a_text_is_taken_out_and_our_own_markup_is_left() -> None:
    assert words.shown("a\u202eb\x00c") == "abc"
    assert words.shown(3) == 3
