"""Draws a figure over time as a PNG: a row for each value, oldest first, with its day, its origin and a bar.

On an opaque card, so that it reads the same in dark and light themes. matplotlib is an optional extra
(``pip install tocsin[charts]``) and slow to import, so it is loaded when the first chart is drawn; without it the
history table stands alone.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import structlog

from bot.message import Block, Chart, ChartPoint, Image, Message
from rules import wording

log = structlog.get_logger("tocsin.charts")

WIDTH = 7.0  # inches
ROW, FRAME = 0.36, 1.1  # inches of one value, and of title and axis together
DPI = 144
CARD = "#ffffff"
INK = "#1f2933"
FAINT = "#d5dbe1"
# Okabe and Ito's palette, told apart by colour-blind readers; the last colour serves every further origin.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5b6770")
ROOM_FOR_LABELS = 1.28  # of the axis: the longest value stands right of its bar
THINNEST = 0.012  # of the axis: a single number is drawn as a mark that can be seen


def with_pictures(message: Message) -> Message:
    """Return the message with its charts drawn, without those that cannot be. Blocks: call it in a thread."""
    if not any(isinstance(block, Image) and block.chart and not block.png for block in message.blocks):
        return message
    blocks: list[Block] = []
    for block in message.blocks:
        if isinstance(block, Image) and block.chart and not block.png:
            png = draw(block.chart)
            if png is None:
                continue
            blocks.append(replace(block, png=png))
        else:
            blocks.append(block)
    return replace(message, blocks=tuple(blocks))


def draw(chart: Chart) -> bytes | None:
    """Return the chart as a PNG, or None where matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import FuncFormatter, MaxNLocator
    except ImportError:
        log.info("no chart drawn", reason="matplotlib is not installed; pip install tocsin[charts]")
        return None
    rows = len(chart.points)
    figure = Figure(figsize=(WIDTH, FRAME + ROW * rows), dpi=DPI, facecolor=CARD, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=CARD)
    top = max(point.high for point in chart.points) or 1.0
    colours = _colours(chart)
    for row, point in enumerate(chart.points):
        low, length = _bar(point, top)
        axes.barh(row, length, left=low, height=0.55, color=colours[point.origin], zorder=3)
        axes.annotate(
            wording.span(point.low, point.high),
            (low + length, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    axes.set_yticks(range(rows), [f"{_short(point.origin)}  {point.at:%-d %b %Y}" for point in chart.points])
    axes.set_ylim(rows - 0.4, -0.6)  # the oldest above
    axes.set_xlim(0, top * ROOM_FOR_LABELS)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value)))
    axes.set_xlabel(chart.unit, color=INK)
    axes.set_title(chart.title, color=INK, fontsize=11, loc="left")
    axes.tick_params(colors=INK, labelsize=9, length=0)
    axes.grid(axis="x", color=FAINT, zorder=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "left")
        spine.set_color(FAINT)
    target = BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def _colours(chart: Chart) -> dict[str, str]:
    origins = dict.fromkeys(point.origin for point in chart.points)
    return {origin: COLOURS[min(number, len(COLOURS) - 1)] for number, origin in enumerate(origins)}


def _bar(point: ChartPoint, top: float) -> tuple[float, float]:
    """Return where a bar begins and how long it is; a single number is a mark that can be seen."""
    length = max(point.high - point.low, top * THINNEST)
    return (point.low + point.high - length) / 2, length


def _short(name: str, limit: int = 26) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"
