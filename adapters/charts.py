"""Draws a figure over time as a PNG: a bar from low to high for each value, its origin beside it.

On an opaque card, so that it reads the same in dark and light themes. matplotlib is an optional extra
(``pip install tocsin[charts]``) and slow to import, so it is loaded when the first chart is drawn; without it the
history table stands alone.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import structlog

from bot.message import Block, Chart, Image, Message

log = structlog.get_logger("tocsin.charts")

INCHES = (7.0, 3.6)
DPI = 144
CARD = "#ffffff"
INK = "#1f2933"
FAINT = "#d5dbe1"
# Okabe and Ito's palette, told apart by colour-blind readers; the last colour serves every further origin.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5b6770")
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
        from matplotlib.ticker import FuncFormatter
    except ImportError:
        log.info("no chart drawn", reason="matplotlib is not installed; pip install tocsin[charts]")
        return None
    figure = Figure(figsize=INCHES, dpi=DPI, facecolor=CARD, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=CARD)
    top = max(point.high for point in chart.points) or 1.0
    colours = _colours(chart)
    for place, point in enumerate(chart.points):
        height = max(point.high - point.low, top * THINNEST)
        middle = (point.low + point.high) / 2
        axes.bar(place, height, bottom=middle - height / 2, width=0.5, color=colours[point.origin], zorder=3)
        axes.annotate(
            _label(point.low, point.high),
            (place, middle + height / 2),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=9,
        )
    axes.set_xticks(
        range(len(chart.points)), [f"{point.at:%-d %b %Y}\n{_short(point.origin)}" for point in chart.points]
    )
    axes.set_ylim(0, top * 1.18)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_ylabel(chart.unit, color=INK)
    axes.set_title(chart.title, color=INK, fontsize=11, loc="left")
    axes.tick_params(colors=INK, labelsize=8)
    axes.grid(axis="y", color=FAINT, zorder=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(FAINT)
    target = BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def _colours(chart: Chart) -> dict[str, str]:
    origins = dict.fromkeys(point.origin for point in chart.points)
    return {origin: COLOURS[min(number, len(COLOURS) - 1)] for number, origin in enumerate(origins)}


def _label(low: float, high: float) -> str:
    return "–".join(dict.fromkeys((f"{low:,.10g}", f"{high:,.10g}")))


def _short(name: str, limit: int = 18) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"
