"""Messages as the application makes them, in sentences of our own."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.message import (
    Bullets,
    Button,
    ButtonStyle,
    Code,
    Context,
    Facts,
    Image,
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

AT = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
GAZETTE = Link("https://www.gazette.example/defence/bavaria-bases?page=1&view=full", "The Gazette")
HERALD = Link("https://herald.example/1", "herald.example")

BUTTONS = (
    Button(action="why", label="Why", value="41", style=ButtonStyle.PRIMARY),
    Button(action="sources", label="Sources", value="41"),
    Button(action="snooze", label="Snooze", value="41"),
    Button(action="irrelevant", label="Not relevant", value="41", style=ButtonStyle.DANGER),
    Button(action="follow", label="Follow", value="41"),
)

PARENT = Message(
    kind=MessageKind.ALERT,
    heading="NEW · urgent · Bases in Germany",
    fallback="NEW: the ministry plans to withdraw 7,000 to 9,500 soldiers from Bavaria",
    blocks=(
        Paragraph((Strong("The ministry plans to withdraw 7,000 to 9,500 soldiers from Bavaria"),)),
        Quote(
            "Between 7,000 and 9,500 soldiers & their families would leave Bavaria by June, two officials said.",
            GAZETTE,
        ),
        Facts(
            (
                ("Figure", (Text("7,000 to 9,500 soldiers of up to 35,000"),)),
                ("Status", (Text("planned"),)),
                ("Said by", (Text("two officials"),)),
                ("As of", (Moment(AT),)),
            )
        ),
        Context(
            (Text("Origin: The Gazette, citing two officials (unnamed)"), Text(" · "), Text("2 outlets, 1 origin"))
        ),
        Context((GAZETTE, Text(" · "), HERALD)),
        Context((Text("matched: us-bases-figure"),)),
    ),
    buttons=BUTTONS,
    severity=Severity.URGENT,
)

UPDATE = Message(
    kind=MessageKind.UPDATE,
    heading="UPDATE · important · Bases in Germany",
    fallback="UPDATE: 12,000 soldiers, was 7,000 to 9,500",
    blocks=(
        Paragraph((Text("The number is now "), Strong("12,000"), Text("; it was 7,000 to 9,500 → 12,000."))),
        Context((HERALD,)),
    ),
    severity=Severity.IMPORTANT,
)

CORRECTION = Message(
    kind=MessageKind.CORRECTION,
    heading="CORRECTION · notice · Bases in Germany",
    fallback="CORRECTION: 1,200 soldiers, not 12,000",
    blocks=(
        Paragraph((Strong("1,200 soldiers"), Text(" – was "), Struck("12,000 soldiers"))),
        Facts((("Figure", (Struck("12,000"), Text(" → 1,200"))),)),
        Context((Text("The outlet changed its text on "), Moment(AT))),
    ),
    severity=Severity.NOTICE,
)

DETAIL = Message(
    kind=MessageKind.DETAIL,
    heading="History of the figure",
    fallback="History of the figure",
    blocks=(
        Table(
            ("When", "Soldiers", "Outlet"),
            (("2 March", "7,000", "The Gazette"), ("9 March", "12,000", "日報"), ("10 March", "1,200", "Herald")),
        ),
        Bullets(((Text("Two outlets "), Link("https://third.example/x", "repeat it")), (Text("None denies it"),))),
        Image(png=b"\x89PNG\r\n\x1a\n", alt="Soldiers by day"),
    ),
)

REPLY = Message(
    kind=MessageKind.REPLY,
    heading="Subscribed",
    fallback="This channel now follows Bases in Germany",
    blocks=(
        Paragraph((Text("This channel now follows "), Strong("Bases in Germany"), Text(". Undo with "))),
        Paragraph((Code("/tocsin unsubscribe bases-germany"),)),
    ),
    buttons=(Button(action="undo", label="Undo", value="7"),),
)

DRILL = Message(
    kind=MessageKind.DRILL,
    heading="Bases in Germany",
    fallback="A drill",
    blocks=(Paragraph((Text("Nothing has happened."),)),),
    severity=Severity.URGENT,
    mention="S0DEFENCE",
)

SAMPLES = {
    "parent": PARENT,
    "update": UPDATE,
    "correction": CORRECTION,
    "detail": DETAIL,
    "reply": REPLY,
    "drill": DRILL,
}
