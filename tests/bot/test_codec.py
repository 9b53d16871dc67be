"""What is written to the outbox and the ledger comes back as the same value."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot import message as m
from bot.codec import decode_claim, decode_message, encode
from rules.model import Action, Bound, Confidence, Evidence, Figure, Position, Severity, Stance, Status

FIGURE = Figure(
    low=40000,
    high=70000.5,
    bound=Bound.RANGE,
    unit="troops",
    actor="United States",
    action=Action.WITHDRAW,
    place=None,
    of_total=100000,
    of_total_bound=Bound.AT_MOST,
    status=Status.EXPECTED,
    source_cited="NATO sources",
    quote="40,000 to 70,000",
    start=3,
    end=19,
    confidence=Confidence.HIGH,
    evidence=(Evidence(field="unit", start=1, end=2, reason="lexicon: soldier"),),
)
POSITION = Position(
    actor="China",
    actor_affiliation=None,
    stance=Stance.CONDITIONAL,
    proposition="a peacekeeping mission",
    condition="under a UN mandate",
    source_cited=None,
    quote="China is ready",
    start=0,
    end=14,
)
MESSAGE = m.Message(
    kind=m.MessageKind.ALERT,
    heading="NEW",
    fallback="Something is new",
    severity=Severity.URGENT,
    blocks=(
        m.Paragraph((m.Text("from "), m.Struck("20,000"), m.Strong("40,000"), m.Code("x"))),
        m.Quote("verbatim", m.Link("https://example.org/a", "Outlet")),
        m.Quote("no link"),
        m.Facts((("Actor", (m.Text("United States"),)), ("As of", (m.Moment(datetime(2026, 9, 1, tzinfo=UTC)),)))),
        m.Bullets(((m.Text("one"),), (m.Text("two"), m.Strong("three")))),
        m.Table(("when", "value"), (("1 Sep", "20,000"), ("2 Sep", "40,000"))),
        m.Context((m.Text("rule"),)),
        m.Image(b"\x89PNG\x00", "a chart"),
        m.Image(
            b"",
            "drawn later",
            chart=m.Chart("t", "troops", (m.ChartPoint(datetime(2026, 9, 1, tzinfo=UTC), 1, 2, "x"),)),
        ),
    ),
    buttons=(m.Button(action="why", label="Why", value="7", style=m.ButtonStyle.PRIMARY),),
)


def test_a_message_with_every_block_survives_json() -> None:
    assert decode_message(json.loads(json.dumps(encode(MESSAGE)))) == MESSAGE


@pytest.mark.parametrize("claim", [FIGURE, POSITION], ids=["figure", "position"])
def test_a_claim_survives_json(claim: Figure | Position) -> None:
    assert decode_claim(json.loads(json.dumps(encode(claim)))) == claim


def test_a_field_of_another_version_is_ignored() -> None:
    body = encode(POSITION)
    body["from_the_future"] = 1
    del body["confidence"]
    assert decode_claim(body) == POSITION


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="no message"):
        decode_message(encode(FIGURE))
    with pytest.raises(ValueError, match="no claim"):
        decode_claim(encode(MESSAGE))
    with pytest.raises(ValueError, match="unknown 'Exploit'"):
        decode_message({"is": "Exploit"})


def test_a_foreign_type_is_refused_when_written() -> None:
    with pytest.raises(TypeError, match="set cannot be stored"):
        encode({1, 2})
