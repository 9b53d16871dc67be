"""A table too wide for a chat is told as a list, and says the same."""

from __future__ import annotations

import pytest

from adapters.discord import render as discord
from adapters.slack import render as slack
from adapters.tables import CELL, WIDEST, listed
from bot.message import Message, MessageKind, Strong, Table, Text

HEADER = ("as of", "value", "first reported by", "said by")
WIDE = Table(
    HEADER,
    (
        ("3 May 2026", "12,000–15,000 tonnes (superseded)", "The Harbour Gazette", "two ministers"),
        ("9 May 2026", "9,000 tonnes", "The Harbour Gazette", ""),
    ),
)
NARROW = Table(("day", "n"), (("3 May", "12"), ("9 May", "9")))


def told(table: Table) -> Message:
    return Message(kind=MessageKind.DETAIL, heading="History", fallback="History", blocks=(table,))


def test_a_row_names_the_columns_that_do_not_explain_themselves_and_leaves_out_empty_cells() -> None:
    first, second = listed(WIDE).lines
    assert first[0] == Strong("3 May 2026")
    assert "".join(part.text for part in first if isinstance(part, (Strong, Text))) == (
        "3 May 2026 · 12,000–15,000 tonnes (superseded) · first reported by: The Harbour Gazette"
        " · said by: two ministers"
    )
    assert "said by" not in "".join(part.text for part in second if isinstance(part, (Strong, Text)))


def test_a_cell_without_end_is_cut() -> None:
    ((cell,),) = listed(Table((), (("x" * 5000,),))).lines
    assert isinstance(cell, Strong)
    assert len(cell.text) <= CELL


def test_a_wide_table_is_a_list_on_discord_and_a_narrow_one_a_table() -> None:
    wide = discord.render(told(WIDE)).embeds[0]["description"]
    assert "```" not in wide
    assert "- **9 May 2026** · 9,000 tonnes · first reported by: The Harbour Gazette" in wide
    assert "```" in discord.render(told(NARROW)).embeds[0]["description"]


def test_a_wide_table_is_a_list_on_slack_and_a_narrow_one_a_table() -> None:
    assert [block["elements"][0]["type"] for block in slack.render(told(WIDE)).main.blocks[1:]] == ["rich_text_list"]
    assert [block["elements"][0]["type"] for block in slack.render(told(NARROW)).main.blocks[1:]] == [
        "rich_text_preformatted"
    ]


@pytest.mark.parametrize("wider", [0, 1], ids=["as wide as a chat", "one column wider"])
def test_both_platforms_draw_the_line_at_the_same_width(wider: int) -> None:
    table = Table(("a", "b"), (("x" * 30, "y" * (WIDEST - 32 + wider)),))
    on_discord = "```" not in discord.render(told(table)).embeds[0]["description"]
    on_slack = slack.render(told(table)).main.blocks[1]["elements"][0]["type"] == "rich_text_list"
    assert (on_discord, on_slack) == (bool(wider), bool(wider))


def test_an_empty_table_shows_nothing_and_breaks_nothing() -> None:
    assert "```" not in str(discord.render(told(Table((), ()))).payload())
    assert slack.render(told(Table((), ()))).main.blocks[1:] == ()
