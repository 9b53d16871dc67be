"""Messages as the application makes them, for the tests of rendering and posting."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.message import (
    Bullets,
    Button,
    ButtonStyle,
    Context,
    Facts,
    Link,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Quote,
    Strong,
    Struck,
    Table,
    Text,
)
from rules.model import Severity

QUOTE = 'The minister spoke of "between 12,000 and 15,000 soldiers", to be home by spring.'


def alert() -> Message:
    return Message(
        kind=MessageKind.ALERT,
        heading="NEW - urgent - Allied forces in the north",
        fallback="Norway: 12,000-15,000 allied soldiers leave, it was 8,000.",
        severity=Severity.URGENT,
        blocks=(
            Paragraph(
                (
                    Text("Allied troops leaving the north: "),
                    Struck("8,000"),
                    Text(" → "),
                    Strong("12,000-15,000"),
                    Text(" (range)"),
                )
            ),
            Quote(QUOTE, Link("https://www.fjordposten.example/politics/7", "Fjordposten")),
            Facts((("Actor", (Text("Norway"),)), ("As of", (Moment(datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),)))),
            Context((Text("Origin: Fjordposten, citing two officials (unnamed) · 1 independent origin · 4 rewrites"),)),
            Context((Text("Rule: Allied withdrawal figure"),)),
        ),
        buttons=(
            Button(action="why", label="Why", value="a1b2", style=ButtonStyle.PRIMARY),
            Button(action="sources", label="Sources", value="a1b2"),
            Button(action="snooze", label="Snooze", value="a1b2"),
            Button(action="bad", label="Not relevant", value="a1b2", style=ButtonStyle.DANGER),
            Button(action="follow", label="Follow", value="a1b2"),
        ),
    )


def detail() -> Message:
    return Message(
        kind=MessageKind.DETAIL,
        heading="What the sources say",
        fallback="Three sentences from two outlets.",
        blocks=(
            Bullets(
                (
                    (Text("The first convoy left on Monday. "), Link("https://nordlys.example/a", "Nordlys")),
                    (Text("Two bases stay open. "), Link("https://kystavisa.example/b", "kystavisa.example")),
                )
            ),
            Table(
                ("When", "Who", "Figure"),
                (("2 Mar", "Fjordposten", "12,000-15,000"), ("12 Jan", "Nordlys", "8,000")),
            ),
        ),
    )


def update() -> Message:
    return Message(
        kind=MessageKind.UPDATE,
        heading="UPDATE - important - Allied forces in the north",
        fallback="Norway: now 18,000 soldiers, it was 12,000-15,000.",
        severity=Severity.IMPORTANT,
        blocks=(Paragraph((Struck("12,000-15,000"), Text(" → "), Strong("18,000"))),),
    )


def list_reply() -> Message:
    return Message(
        kind=MessageKind.REPLY,
        heading="This channel is subscribed to 2 topics",
        fallback="2 subscriptions",
        blocks=(
            Table(
                ("Topic", "From", "Added by", "Last rang"),
                (("allied-forces-north", "important", "ana", "2 h ago"), ("grain-corridor", "notice", "ben", "never")),
            ),
            Context((Text("Change one with /tocsin subscribe."),)),
        ),
    )


SAMPLES = {"alert": alert, "detail": detail, "update": update, "list_reply": list_reply}
