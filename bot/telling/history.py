"""A figure's or position's past as a message: a table, and a chart from three values on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Block, Chart, ChartPoint, Image, Message, MessageKind, Table
from bot.telling.fates import denies
from bot.telling.provenance import reporter
from rules import wording
from rules.ledger import ClaimState, Value, is_denial
from rules.model import Figure, Mention

CHART_FROM = 3  # values; fewer are read faster in the table
SHOWN = 12  # newest values in table and chart

HEADER = ("as of", "value", "first reported by", "said by")


def past(state: ClaimState, corrected: Sequence[Mention] = ()) -> Message | None:
    """Tell how a claim came to stand where it stands; None while it has only one value.

    ``corrected`` are mentions of the claim that their own articles no longer say.
    """
    values = state.history[-SHOWN:]
    if len(values) < 2:
        return None
    told = [(value.lead, _mark(value, state)) for value in values]
    told += [(mention, " (corrected)") for mention in corrected if mention.as_of >= values[0].since]
    rows = tuple(_row(lead, mark) for lead, mark in sorted(told, key=lambda one: (one[0].as_of, not one[1])))
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


def _row(lead: Mention, mark: str) -> tuple[str, ...]:
    claim = lead.claim
    said = wording.measure(claim) if isinstance(claim, Figure) else wording.stance(claim)
    return (lead.as_of.strftime("%-d %b %Y"), said + mark, reporter(lead), claim.source_cited or "")


def _mark(value: Value, state: ClaimState) -> str:
    """Say in a word what became of a value; nothing where it stands."""
    if is_denial(value.lead):
        return ": denied"
    if value in state.standing:
        return ""
    is_denied = any(denies(one.lead, value.lead) for one in state.history)
    return " (denied since)" if is_denied else " (superseded)"


def _chart(values: tuple[Value, ...]) -> Chart | None:
    figures = [(value, value.lead.claim) for value in values if not is_denial(value.lead)]
    points = tuple(
        ChartPoint(value.since, float(claim.low), float(claim.high), reporter(value.lead))
        for value, claim in figures
        if isinstance(claim, Figure)
    )
    if len(points) < CHART_FROM:
        return None
    newest = figures[-1][1]
    assert isinstance(newest, Figure)  # points were found, and a claim never changes its kind
    return Chart(wording.deed(newest), newest.unit, points)


def _alt(chart: Chart) -> str:
    """Say in words what the chart shows, for those who do not see it."""
    told = "; ".join(f"{point.at:%-d %b %Y}: {_span(point)} ({point.origin})" for point in chart.points)
    return f"{chart.title}, {chart.unit} over time: {told}"


def _span(point: ChartPoint) -> str:
    return wording.span(point.low, point.high)
