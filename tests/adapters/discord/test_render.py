"""Messages as embeds: golden files, limits, nothing cut, and untrusted text that stays text."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord.limits import message_faults
from adapters.discord.markdown import escape, line
from adapters.discord.render import MAX_MESSAGES, Rendered, custom_id, parse_custom_id, render, render_all, sentence
from bot.message import (
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
from rules.model import Severity
from rules.sanitise import clean, one_line, web_link
from tests.adapters.discord.reading import Reading, read
from tests.adapters.discord.samples import QUOTE, SAMPLES, alert
from tests.fakes.discord import contract
from tests.shared import ROOT, shared_path

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "discord"
OURS = "https://our.example/a"
MARKUP = st.text(alphabet="\\`*_~|<>[]()#-+@&:/.!1 aehnorvyxt\n\u200b\u202e", max_size=60)
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    MARKUP,
    st.sampled_from(
        [
            "@everyone",
            "@here <@123> <@&456> <#789> </ban:1> <:x:1> <t:1:R> <id:browse>",
            "[nato.int](http://evil.example)",
            "https://evil.example/x http://evil.example",
            "<https://evil.example>",
            "```\n@everyone\n```",
            "# big\n> quote\n-# small\n- item\n1. one\n>>> all",
            "||spoiler|| ~~gone~~ __under__ ***all***",
            "\\[x](http://evil.example)\\",
            "[a]\n(http://evil.example)",
        ]
    ),
)


def pages_text(pages: tuple[Rendered, ...]) -> list[str]:
    found = [page.content for page in pages]
    for page in pages:
        found += [str(embed.get(part, "")) for embed in page.embeds for part in ("title", "description")]
    return [text for text in found if text]


def problems(page: Rendered) -> list[str]:
    return [*message_faults(page.payload()), *contract.violations("create_message", page.payload())]


def everywhere(text: str) -> Message:
    """Put one untrusted text into every place that takes one."""
    content: Line = (Text(text), Strong(text), Struck(text), Code(text), Link(OURS, text), Link(text, text))
    return Message(
        kind=MessageKind.ALERT,
        heading=text,
        fallback=text,
        blocks=(
            Paragraph(content),
            Quote(text, Link(OURS, text)),
            Facts(((text, content), ("Label", (Text(text),)))),
            Bullets((content, (Text(text),))),
            Table((text, "n"), ((text, text), ("a", "1"))),
            Context(content),
        ),
        buttons=(Button(action="why", label=text or "x", value="1"),),
        severity=Severity.URGENT,
    )


def seen(text: str) -> str:
    """Return what a reader sees of untrusted text: cleaned, one line; our invisible breaks do not count."""
    return text.replace("\u200b", "")


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    pages = render_all(SAMPLES[name]())
    text = json.dumps([page.payload() for page in pages], ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert [problem for page in pages for problem in problems(page)] == []


def test_blocks_stand_in_the_order_of_the_message() -> None:
    (embed,) = render(alert()).embeds
    reading = read(embed["description"])
    places = [reading.text.index(words) for words in ("Allied troops", QUOTE, "Actor", "Origin:", "Rule:")]
    assert places == sorted(places)
    assert reading.openers == [">", "-#", "-#"]
    assert "<t:1772443800:f>" in embed["description"]
    assert "~~8,000~~" in embed["description"]


def test_an_alert_reads_without_colour() -> None:
    message = dataclasses.replace(alert(), heading="NEW", severity=Severity.IMPORTANT)
    assert render(message).embeds[0]["title"] == "NEW · important"
    assert render(alert()).embeds[0]["title"] == "NEW - urgent - Allied forces in the north"


def test_severities_differ_in_colour() -> None:
    colours = {render(dataclasses.replace(alert(), severity=each)).embeds[0]["color"] for each in Severity}
    assert len(colours) == 3


def test_a_drill_is_always_marked() -> None:
    drill = dataclasses.replace(alert(), kind=MessageKind.DRILL)
    assert render(drill).embeds[0]["title"].startswith("DRILL")
    plain = dataclasses.replace(drill, blocks=())
    assert "DRILL" in render(plain).content


def test_a_message_without_blocks_is_plain_text() -> None:
    page = render(dataclasses.replace(alert(), blocks=()))
    assert page.embeds == ()
    assert read(page.content).text == f"{alert().heading}\n{alert().fallback}"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        pytest.param(Link("https://www.nordlys.example/a", "Nordlys"), "Nordlys (nordlys.example)", id="a name"),
        pytest.param(Link("https://nordlys.example/a", "nordlys.example"), "nordlys.example", id="the domain itself"),
        pytest.param(
            Link("https://evil.example/nato.int", "nato.int"), "nato.int (evil.example)", id="somebody else's domain"
        ),
        pytest.param(
            Link("https://nato.int.evil.example/", "nato.int"), "nato.int (nato.int.evil.example)", id="a prefix"
        ),
        pytest.param(Link("https://nordlys.example/a", ""), "nordlys.example", id="no label"),
    ],
)
def test_a_link_shows_where_it_leads(link: Link, shown: str) -> None:
    reading = read(line((link,)))
    assert reading.text == shown
    assert len(reading.links) == 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://nato.int@evil.example/",
        "https://a.example/\r\nx",
        "data:text/html,x",
        "",
        "https://a.example/" + "x" * 5000,
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    reading = read(line((Link(url, "label"),)))
    assert reading.links == []
    assert reading.text.startswith("label")


def test_a_bracket_in_an_address_does_not_end_the_link() -> None:
    reading = read(line((Link("https://a.example/x_(y)?q=[1]", "A"), Text(") [b](https://evil.example)"))))
    assert reading.links == ["https://a.example/x_%28y%29?q=%5B1%5D"]


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_untrusted_text_stays_text(text: str) -> None:
    pages = render_all(everywhere(text))
    ours = {web_link(OURS), web_link(text)}
    for page in pages:
        assert problems(page) == []
    for part in pages_text(pages):
        reading = read(part)
        assert set(reading.links) <= ours
        assert reading.live == []
        assert "@everyone" not in part
        assert "@here" not in part


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_escaping_changes_nothing_that_is_seen(text: str) -> None:
    reading = read(line((Text(text),)))
    assert seen(reading.text).split() == seen(clean(text)).split()
    assert reading.styles == reading.openers == reading.live == reading.links == []


def test_the_naughty_strings_stay_text() -> None:
    for text in json.loads(shared_path("corpus/naughty-strings/blns.json").read_text("utf-8")):
        pages = render_all(everywhere(text))
        assert [problem for page in pages for problem in message_faults(page.payload())] == []
        readings = [read(part) for part in pages_text(pages)]
        assert {link for reading in readings for link in reading.links} <= {web_link(OURS), web_link(text)}
        assert [live for reading in readings for live in reading.live] == []


def test_the_naughty_strings_are_valid_requests() -> None:
    shared_path(contract.SPEC)
    for text in json.loads(shared_path("corpus/naughty-strings/blns.json").read_text("utf-8"))[::10]:
        found = [each for page in render_all(everywhere(text)) for each in problems(page)]
        assert found == []


def long_blocks() -> st.SearchStrategy[Message]:
    words = st.lists(st.sampled_from(["grain", "12,000", "40 000", "corridor", "€4.5", "*", "_x_", "§7"]), min_size=1)
    sentence = words.map(" ".join)
    long = st.tuples(sentence, st.integers(1, 400)).map(lambda pair: " ".join([pair[0]] * pair[1]))
    block = st.one_of(
        long.map(lambda text: Paragraph((Text(text),))),
        long.map(lambda text: Quote(text, Link(OURS, "A"))),
        st.lists(long, max_size=8).map(lambda texts: Bullets(tuple((Text(text),) for text in texts))),
        st.lists(st.tuples(sentence, long), max_size=5).map(
            lambda rows: Facts(tuple((label, (Text(text),)) for label, text in rows))
        ),
        st.lists(sentence, max_size=80).map(lambda cells: Table(("a",), tuple((cell,) for cell in cells))),
    )
    return st.lists(block, max_size=8).map(
        lambda blocks: Message(kind=MessageKind.DIGEST, heading="Digest", fallback="Digest", blocks=tuple(blocks))
    )


@given(long_blocks())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_long_messages_are_split_within_the_limits_and_say_what_is_left_out(message: Message) -> None:
    pages = render_all(message)
    assert len(pages) <= MAX_MESSAGES
    assert [fault for page in pages for fault in message_faults(page.payload())] == []
    if pages[-1].overflow:
        raise AssertionError("the last page holds back blocks without saying so")


@given(st.lists(st.integers(1000, 99_999_999), min_size=1, max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_figure_is_cut(numbers: list[int]) -> None:
    figures = [f"{number:,}" for number in numbers]
    message = dataclasses.replace(
        alert(), blocks=(Quote("We count " + ", then ".join(figures)), Paragraph((Text(" of ".join(figures)),)))
    )
    shown = " ".join(read(embed["description"]).text for page in render_all(message) for embed in page.embeds)
    assert [figure for figure in re.findall(r"[\d,]*\d", shown) if figure not in figures] == []
    assert len(re.findall(r"[\d,]*\d", shown)) == 2 * len(figures)


def test_a_quote_of_usual_length_moves_whole() -> None:
    filler = Paragraph((Text("grain " * 670),))
    message = dataclasses.replace(alert(), blocks=(filler, Quote(QUOTE), Context((Text("end"),))))
    first, second = render_all(message)
    assert QUOTE not in read(first.embeds[0]["description"]).text
    assert QUOTE in read(second.embeds[0]["description"]).text


def test_a_message_of_ten_megabytes_is_ten_messages_that_say_what_is_left_out() -> None:
    message = dataclasses.replace(alert(), blocks=tuple(Paragraph((Text("grain " * 20_000),)) for _ in range(80)))
    pages = render_all(message)
    assert len(pages) == MAX_MESSAGES
    assert "more parts are not shown" in pages[-1].embeds[0]["description"]
    text = "".join(page.embeds[0]["description"] for page in pages)
    assert "more characters" in text or "not shown" in text


def test_a_second_picture_goes_into_the_next_message() -> None:
    picture = Image(b"png", "A chart")
    message = dataclasses.replace(alert(), blocks=(picture, Context((Text("one"),)), picture))
    first, second = render_all(message)
    assert (len(first.files), len(second.files)) == (1, 1)
    assert first.overflow == (picture,)


def test_table_columns_line_up_also_for_wide_letters() -> None:
    table = Table(("Name", "N"), (("東京", "1"), ("Oslo", "22")))
    lines = read(render(dataclasses.replace(alert(), blocks=(table,))).embeds[0]["description"]).text.splitlines()
    assert lines == ["Name  N", "----  --", "東京  1", "Oslo  22"]


def test_button_ids_come_back_as_they_went() -> None:
    assert parse_custom_id(custom_id("snooze", "a:b:1h")) == ("snooze", "a:b:1h")
    assert parse_custom_id("tocsin:") is None
    assert parse_custom_id("other:why:1") is None


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    at = alert().blocks[2]
    assert isinstance(at, Facts)
    moment = at.rows[1][1][0]
    assert isinstance(moment, Moment)
    assert line((moment,)) == f"<t:{int(moment.at.timestamp())}:f>"


def test_what_is_in_a_code_span_stays_there() -> None:
    reading = read(line((Code("/tocsin subscribe `x` @everyone [a](https://evil.example)"),)))
    assert reading == Reading(text="/tocsin subscribe 'x' @\u200beveryone [a](https://evil.example)")


def test_escape_is_for_one_line() -> None:
    assert escape("a\nb\tc") == "a b c"
    assert one_line(escape("# x")) == "# x"


def test_rendering_needs_no_discord_py() -> None:
    code = "import sys, adapters.discord.render; sys.exit('discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_thread_is_named_without_the_kind_which_changes_while_the_thread_stays() -> None:
    message = dataclasses.replace(alert(), heading="NEW · urgent · Ports", fallback="NEW: 3 ports are to close")
    assert sentence(message) == "3 ports are to close"
    assert sentence(dataclasses.replace(message, fallback="")) == "NEW · urgent · Ports"
    assert sentence(dataclasses.replace(message, heading="", fallback="NEW: 3 ports")) == "NEW: 3 ports"
