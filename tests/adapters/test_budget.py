"""Whatever does not fit into a message moves on whole: no platform shows a part of a figure or of a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from adapters.console import render as console
from adapters.discord import render as discord
from adapters.slack import render as slack
from bot.message import Message, Quote
from bot.telling import summary
from bot.telling.alerts import Excerpt
from rules.model import Severity
from tests.adapters.discord.reading import read as read_discord
from tests.adapters.slack.reading import original
from tests.adapters.slack.reading import read as read_slack
from tests.bot.telling.alert_samples import GAZETTE, alert, telling
from tests.rules.builders import figure

_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_BLANKS = re.compile(r"\s+")


def on_console(message: Message, width: int) -> list[str]:
    out = StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(console.render(message))
    lines = [line.removeprefix("▌ ").removeprefix("· ") for line in out.getvalue().splitlines()]
    return ["\n".join(line.strip() for line in lines)]


def on_slack(message: Message, width: int) -> list[str]:
    rendered = slack.render(message)
    return [original(read_slack(part.blocks).text) for part in (rendered.main, *rendered.overflow)]


def on_discord(message: Message, width: int) -> list[str]:
    pages = discord.render_all(message)
    return [read_discord(embed.get("description", "")).text for page in pages for embed in page.embeds]


PLATFORMS: dict[str, Callable[[Message, int], list[str]]] = {
    "console": on_console,
    "slack": on_slack,
    "discord": on_discord,
}


def words(texts: list[str]) -> str:
    """Return the words of all posts, however they were wrapped."""
    return _BLANKS.sub(" ", " ".join(texts)).replace("> ", "")


NUMBERS = st.integers(10_000, 99_999_999)
FILLER = st.sampled_from(
    ["the ministry said", "„so“ hieß es", "за словами речника", "in the Fennmark hills", "§ 7", "(see above)"]
)
SENTENCES = st.lists(st.one_of(NUMBERS.map(lambda number: f"{number:,} troops"), FILLER), min_size=3, max_size=28).map(
    lambda parts: f"They would move {', '.join(parts)}."
)


def messages() -> st.SearchStrategy[tuple[Message, list[str], list[int]]]:
    """Return a parent or a detail with many claims and quotations, and the quotations and numbers in it."""

    def build(sentences: list[str], numbers: list[int], *, is_parent: bool) -> tuple[Message, list[str], list[int]]:
        told = [
            telling(
                figure(low=number, high=number + 1_000, quote=sentence, of_total=None),
                claim_id=place,
                passage=sentence,
                severity=Severity.URGENT,
            )
            for place, (number, sentence) in enumerate(zip(numbers, sentences, strict=False), start=1)
        ]
        excerpts = tuple(Excerpt(text=sentence, outlet=GAZETTE.outlet, url=GAZETTE.url) for sentence in sentences)
        made = alert(*told, excerpts=excerpts, backings={})
        message = summary.parent(made) if is_parent else summary.details(made)[0]
        return message, [block.text for block in message.blocks if isinstance(block, Quote)], numbers

    return st.builds(
        build,
        st.lists(SENTENCES, min_size=1, max_size=60, unique=True),
        st.lists(NUMBERS, min_size=1, max_size=12, unique=True),
        is_parent=st.booleans(),
    )


@pytest.mark.parametrize("platform", PLATFORMS)
@given(messages(), st.integers(60, 140))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_quotation_stands_whole_in_one_post_and_no_figure_is_cut(
    platform: str, made: tuple[Message, list[str], list[int]], width: int
) -> None:
    message, quotations, numbers = made
    posts = PLATFORMS[platform](message, width)
    for quotation in quotations:
        assert any(quotation in words([post]) for post in posts)
    known = {f"{number:,}" for number in numbers} | {f"{number + 1_000:,}" for number in numbers}
    known |= {found for quotation in quotations for found in _FIGURE.findall(quotation)}
    shown = {found for found in _FIGURE.findall(words(posts)) if "," in found}
    assert {figure_.rstrip(",.") for figure_ in shown} <= {figure_.rstrip(",.") for figure_ in known}
