"""The platform-neutral message: what a renderer turns into Block Kit, embeds or terminal lines.

Text that came from a feed travels as ``Text`` (or ``Quote``) and is never markup: each renderer escapes
it. Only the renderer writes markup. Nothing here knows a platform's limits; the renderer fits a message to
them by moving whole blocks to the overflow, never by cutting inside a figure or a quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.model import Severity


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters; may be untrusted."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Emphasised plain characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Struck:
    """A value that no longer holds, shown struck through."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be typed or copied as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose label is ours; renderers add the target's real host where the label does not show it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, shown in the reader's or the channel's time zone."""

    at: datetime


Inline = Text | Strong | Struck | Code | Link | Moment
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or sentence group."""

    line: Line


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim quotation; ``link`` names where it stands."""

    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled values, few and short."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells under a header; shown monospaced where the platform has no tables."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Small print: provenance, rule name, counts."""

    line: Line


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One value of a figure: from ``low`` to ``high`` as of ``at``, first reported by ``origin``."""

    at: datetime
    low: float
    high: float
    origin: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure over time, oldest point first; drawn by the adapter that sends it, never in a transaction."""

    title: str
    unit: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG with the words that stand for it. With ``chart``, ``png`` is empty until the picture is drawn."""

    png: bytes
    alt: str
    name: str = "chart.png"
    chart: Chart | None = None


Block = Paragraph | Quote | Facts | Bullets | Table | Context | Image


class ButtonStyle(StrEnum):
    """How a button is drawn."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A press that comes back as ``action`` with ``value`` (together at most 90 characters)."""

    action: str
    label: str
    value: str
    style: ButtonStyle = ButtonStyle.PLAIN


class MessageKind(StrEnum):
    """What a message is for; decides its place in the thread and its colour."""

    ALERT = "alert"  # the parent of a story's thread
    UPDATE = "update"
    DETAIL = "detail"  # summary, history, further outlets: below the parent
    CORRECTION = "correction"
    DIGEST = "digest"
    NOTICE = "notice"  # about Tocsin itself
    DRILL = "drill"
    REPLY = "reply"  # answer to a command


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One post. ``heading`` is a plain line (``NEW - urgent - US forces in Europe``); ``fallback`` is the
    one-sentence plain text for notifications and screen readers.
    """

    kind: MessageKind
    heading: str
    fallback: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    severity: Severity | None = None
    mention: str | None = None  # a platform role or group id, only ever from configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that comes with an answer; ``title`` says in words what it holds."""

    name: str
    content: bytes
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a command: ``message`` for the one who asked, ``announce`` one visible line for the channel.

    ``files`` go where the message goes: to the one who asked, or with a public answer to the channel.
    """

    message: Message
    ephemeral: bool = True
    announce: Message | None = None
    files: tuple[File, ...] = ()
