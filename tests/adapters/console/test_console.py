"""Messages on a terminal: what comes from feeds stays text, at any width, with and without colour."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.console.messenger import REMEMBERED, ConsoleMessenger
from adapters.console.render import render
from bot.message import (
    Block,
    Bullets,
    Button,
    Code,
    Context,
    Facts,
    Image,
    Line,
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
from bot.ports import Place
from rules.model import Severity

AT = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
DESK = Place(platform="console", workspace="", channel="desk")
HOSTILE = (
    "[red]x[/red]",
    "[/]",
    "[link=https://evil.example]click[/link]",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07",
    "\x1b]0;title\x07",
    "\x9b31m",
    "up\x1b[2Aand over\r",
    "bell\x07\x08\x00",
    "\u202edetrever\u202c",
    ":warning:",
)


def message(*blocks: Block, heading: str = "NEW · urgent · Bases", **changes: object) -> Message:
    made: dict[str, object] = {"kind": MessageKind.ALERT, "severity": Severity.URGENT, "fallback": "x"}
    return Message(heading=heading, blocks=blocks, **(made | changes))  # type: ignore[arg-type]


def every_block(text: str) -> tuple[Block, ...]:
    """Return one block of each kind with ``text`` wherever feeds may have put it."""
    line: Line = (Text(text), Strong(text), Struck(text), Code(text), Link(f"https://a.example/{text}", text))
    return (
        Paragraph(line),
        Quote(text, Link("https://a.example", text)),
        Facts(((text, line),)),
        Bullets((line, line)),
        Table((text,), ((text,), (text,))),
        Context(line),
        Image(b"", text),
    )


def drawn(made: Message, *, width: int = 80, colour: bool = False, **options: object) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(render(made, **options))  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_what_a_feed_writes_is_neither_markup_nor_an_escape_code(text: str) -> None:
    plain = drawn(message(*every_block(text), heading=text), width=200)
    assert not {char for char in plain if ord(char) < 32 and char != "\n"}
    assert not {char for char in plain if 0x7F <= ord(char) < 0xA0}
    assert "\u202e" not in plain
    for shown in ("[red]x[/red]", "[/]", "[link=https://evil.example]click[/link]", ":warning:"):
        if text == shown:
            assert plain.count(shown) > 10


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_in_colour_only_our_own_codes_are_written(text: str) -> None:
    harmless = drawn(message(*every_block("x"), heading="x"), width=200, colour=True)
    hostile = drawn(message(*every_block(text), heading=text), width=200, colour=True)
    ours = {code for code in harmless.split("\x1b")[1:] for code in [code.partition("m")[0]]}
    theirs = {code for code in hostile.split("\x1b")[1:] for code in [code.partition("m")[0]]}
    assert theirs <= ours
    assert "\x1b]8" not in hostile


async def test_a_channel_named_like_markup_is_named_so() -> None:
    out = StringIO()
    messenger = ConsoleMessenger(Console(file=out, width=60, color_system=None))
    place = Place(platform="console", workspace="", channel="[/] [red]desk")
    await messenger.post(place, message(), key="k")
    assert out.getvalue().startswith("#[/] [red]desk ─")


@pytest.mark.parametrize("width", [40, 60, 120, 400])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = "Grauwacke " * 40 + "https://a.example/" + "x" * 150 + " 兵力" * 30
    lines = drawn(message(*every_block(long), heading=long), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width


@given(st.text(max_size=60))
def test_any_text_can_be_drawn_and_stays_within_the_width(text: str) -> None:
    lines = drawn(message(*every_block(text), heading=text), width=50).split("\n")
    assert max(map(cell_len, lines)) <= 50


def test_every_kind_of_block_is_readable_without_colour() -> None:
    made = message(
        Paragraph((Text("was "), Struck("5"), Text(" → "), Strong("8"))),
        Quote("Eight leave.", Link("https://a.example/1", "Fenn Gazette")),
        Facts((("As of", (Moment(AT),)),)),
        Bullets(((Text("one"),), (Text("two"),))),
        Table(("outlet", "items"), (("Fenn Gazette", "2"),)),
        Context((Code("/tocsin list"),)),
        Image(b"", "a chart"),
        buttons=(Button(action="why", label="Why", value="1"), Button(action="snooze", label="Snooze", value="1")),
    )
    assert [line.rstrip() for line in drawn(made).splitlines()] == [
        "▌ NEW · urgent · Bases",
        "▌ was [5] → 8",
        "▌   “Eight leave.” — Fenn Gazette <https://a.example/1>",
        "▌   As of  9 Mar 2026 14:30 UTC",
        "▌ • one",
        "▌ • two",
        "▌ outlet        items",
        "▌ Fenn Gazette  2",
        "▌ /tocsin list",
        "▌ [picture: a chart]",
        "▌ [Why] [Snooze]",
    ]


class TestMessenger:
    @pytest.fixture
    def out(self) -> StringIO:
        return StringIO()

    @pytest.fixture
    def messenger(self, out: StringIO) -> ConsoleMessenger:
        return ConsoleMessenger(Console(file=out, width=70, color_system=None))

    async def test_a_post_and_its_reply_are_told_apart(self, messenger: ConsoleMessenger, out: StringIO) -> None:
        root = await messenger.post(DESK, message(Paragraph((Text("first"),))), key="a")
        reply = await messenger.post(DESK, message(heading="UPDATE"), key="b", thread=root.thread, broadcast=True)
        shown = out.getvalue()
        assert (root.message, root.thread, reply.thread) == ("a", "a", "a")
        assert "#desk ─" in shown
        assert "▌ first" in shown
        assert "#desk · thread ─" in shown
        assert "  │ UPDATE  (also shown in the channel)" in shown

    async def test_an_edit_shows_what_is_new_in_it(self, messenger: ConsoleMessenger, out: StringIO) -> None:
        same, old, new = (Paragraph((Text(words),)) for words in ("the same", "one outlet", "two outlets"))
        root = await messenger.post(DESK, message(same, old), key="a")
        out.truncate(0)
        await messenger.edit(DESK, root, message(same, new))
        shown = out.getvalue()
        assert "#desk · edited ─" in shown
        assert "two outlets" in shown
        assert "the same" not in shown

    async def test_after_a_restart_an_edit_shows_the_whole(self, out: StringIO, messenger: ConsoleMessenger) -> None:
        root = await messenger.post(DESK, message(Paragraph((Text("the same"),))), key="a")
        out.truncate(0)
        restarted = ConsoleMessenger(Console(file=out, width=70, color_system=None))
        await restarted.edit(DESK, root, message(Paragraph((Text("the same"),))))
        assert "the same" in out.getvalue()

    async def test_nothing_that_was_printed_can_be_found_again(self, messenger: ConsoleMessenger) -> None:
        await messenger.post(DESK, message(), key="a")
        assert await messenger.find(DESK, "a", since=AT) is None

    async def test_only_so_many_messages_are_remembered(self, messenger: ConsoleMessenger) -> None:
        for number in range(REMEMBERED + 5):
            messenger._remember(str(number), message())
        assert len(messenger._forms) == REMEMBERED
        assert "4" not in messenger._forms
