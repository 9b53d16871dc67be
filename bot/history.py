"""A figure's or position's past as a message: a table, and a chart from three values on. Pure."""

from __future__ import annotations

from bot.message import Block, Chart, ChartPoint, Image, Message, MessageKind, Table
from rules import wording
from rules.ledger import ClaimState, Value
from rules.model import Figure

CHART_FROM = 3  # values; fewer are read faster in the table
SHOWN = 12  # newest values in table and chart

HEADER = ("as of", "value", "first reported by", "said by")


def past(state: ClaimState) -> Message | None:
    """Tell how a claim came to stand where it stands; None while it has only one value."""
    values = state.history[-SHOWN:]
    if len(values) < 2:
        return None
    rows = tuple(_row(value, is_standing=value in state.standing) for value in values)
    blocks: list[Block] = [Table(HEADER, rows)]
    chart = _chart(values)
    if chart is not None:
        blocks.append(Image(b"", _alt(chart), chart=chart))
    earlier = len(state.history) - len(values)
    heading = "History" + (f" (the newest {SHOWN}; {earlier} earlier)" if earlier else "")
    return Message(kind=MessageKind.DETAIL, heading=heading, fallback=heading, blocks=tuple(blocks))


def picture(state: ClaimState) -> Image | None:
    """Return a figure over time as a chart; None while it has fewer values than make one."""
    chart = _chart(state.history[-SHOWN:])
    return None if chart is None else Image(b"", _alt(chart), chart=chart)


def _row(value: Value, *, is_standing: bool) -> tuple[str, ...]:
    claim = value.lead.claim
    said = wording.measure(claim) if isinstance(claim, Figure) else wording.stance(claim)
    mark = "" if is_standing else " (superseded)"
    origin = value.lead.origin or value.lead.outlet
    return (value.since.strftime("%-d %b %Y"), said + mark, origin, claim.source_cited or "")


def _chart(values: tuple[Value, ...]) -> Chart | None:
    figures = [(value, value.lead.claim) for value in values]
    points = tuple(
        ChartPoint(value.since, float(claim.low), float(claim.high), value.lead.origin or value.lead.outlet)
        for value, claim in figures
        if isinstance(claim, Figure)
    )
    if len(points) < CHART_FROM:
        return None
    newest = values[-1].lead.claim
    assert isinstance(newest, Figure)  # points were found, and a claim never changes its kind
    return Chart(wording.deed(newest), newest.unit, points)


def _alt(chart: Chart) -> str:
    """Say in words what the chart shows, for those who do not see it."""
    told = "; ".join(f"{point.at:%-d %b %Y}: {_span(point)} ({point.origin})" for point in chart.points)
    return f"{chart.title}, {chart.unit} over time: {told}"


def _span(point: ChartPoint) -> str:
    return wording.span(point.low, point.high)
