"""Messages as Block Kit: golden files, limits, and untrusted text that stays text."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.escape import mrkdwn, plain
from adapters.slack.render import Part, Rendered, action_of, render, render_edit
from bot.message import (
    Block,
    Bullets,
    Button,
    Code,
    Context,
    Facts,
    Inline,
    Line,
    Link,
    Message,
    MessageKind,
    Paragraph,
    Quote,
    Strong,
    Struck,
    Table,
    Text,
)
from rules.model import Severity
from rules.sanitise import clean
from tests.adapters.slack.reading import original, read, read_mrkdwn
from tests.adapters.slack.samples import BUTTONS, PARENT, SAMPLES
from tests.fakes.slack.rules import violations
from tests.shared import shared_path

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "slack"


def parts(rendered: Rendered) -> tuple[Part, ...]:
    return (rendered.main, *rendered.overflow)


def problems(part: Part) -> list[str]:
    return violations("chat.postMessage", {"channel": "C1", "text": part.text, "blocks": list(part.blocks)})


def everywhere(text: str) -> Message:
    """Put one untrusted text into every place that takes one."""
    line: Line = (
        Text(text),
        Strong(text),
        Struck(text),
        Code(text),
        Link("https://our.example/a", text),
        Link(text, text),
    )
    return Message(
        kind=MessageKind.ALERT,
        heading=text,
        fallback=text,
        blocks=(
            Paragraph(line),
            Quote(text, Link("https://our.example/b", text)),
            Facts(((text, line), ("Label", (Text(text),)))),
            Bullets((line, (Text(text),))),
            Table((text, "n"), ((text, text), ("a", "1"))),
            Context(line),
        ),
        buttons=(Button(action="why", label=text, value="1"),),
        severity=Severity.URGENT,
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    rendered = render(SAMPLES[name])
    shown = [{"text": part.text, "blocks": list(part.blocks)} for part in parts(rendered)]
    text = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if request.config.getoption("--update-golden", default=False) or os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert [problem for part in parts(rendered) for problem in problems(part)] == []


def test_an_alert_reads_without_colour() -> None:
    header = render(PARENT).main.blocks[0]
    assert header == {
        "type": "header",
        "text": {"type": "plain_text", "text": "🔴 NEW · urgent · Bases in Germany", "emoji": False},
    }


def test_the_severity_is_named_even_if_the_heading_does_not() -> None:
    message = replace(PARENT, heading="NEW", severity=Severity.IMPORTANT)
    assert render(message).main.blocks[0]["text"]["text"] == "🔶 important: NEW"


def test_a_drill_is_always_marked() -> None:
    assert "DRILL - Bases in Germany" in read(render(SAMPLES["drill"]).main.blocks).text


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        pytest.param("S0DEFENCE", ["!subteam^S0DEFENCE"], id="a user group"),
        pytest.param("U0ANA", ["@U0ANA"], id="a user"),
        pytest.param("channel", [], id="the whole channel is no id"),
        pytest.param("<!channel>", [], id="markup is no id"),
        pytest.param(None, [], id="none"),
    ],
)
def test_only_a_configured_id_is_mentioned(mention: str | None, expected: list[str]) -> None:
    shown = read(render(replace(PARENT, mention=mention)).main.blocks)
    assert shown.mentions == expected
    assert ("cannot mention" in shown.text) is (mention is not None and not expected)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param(
            Link("https://www.gazette.example/x", "The Gazette"), "The Gazette (gazette.example)", id="host added"
        ),
        pytest.param(Link("https://gazette.example/x", "gazette.example"), "gazette.example", id="host already shown"),
        pytest.param(
            Link("https://evil.example/", "nato.int"), "nato.int (evil.example)", id="a label that names another"
        ),
        pytest.param(Link("https://evil.example/", ""), "evil.example", id="no label"),
    ],
)
def test_a_link_shows_where_it_leads(link: Link, expected: str) -> None:
    for block in (Paragraph((link,)), Context((link,))):
        shown = read(render(replace(PARENT, blocks=(block,))).main.blocks[1:])
        assert [label for _, label in shown.links] == [expected]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://a.example@b.example/", "data:text/html,x", "no link"]
)
def test_what_must_not_be_a_link_is_text(url: str) -> None:
    for block in (Paragraph((Link(url, "label"),)), Context((Link(url, "label"),))):
        shown = read(render(replace(PARENT, blocks=(block,))).main.blocks[1:])
        assert shown.links == []
        assert shown.text.strip() == "label"


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<!channel> <!here> <@U0ANA> <#C1> <!subteam^S1>", id="mentions"),
        pytest.param("<https://evil.example|nato.int>", id="a forged link"),
        pytest.param("&lt;!channel&gt; &amp;lt;", id="entities"),
        pytest.param("*bold* _it_ ~gone~ `code` ```pre```", id="formatting"),
        pytest.param("5*3 snake_case a~b (*x*) _a_, *b* *", id="formatting characters in words"),
        pytest.param("> quoted", id="a block quote"),
        pytest.param(":rotating_light: a:smile:b :100:", id="emoji names"),
        pytest.param("[nato.int](https://evil.example) @channel @everyone", id="markup of elsewhere"),
        pytest.param("https://evil.example/ evil.example", id="bare addresses"),
    ],
)
def test_untrusted_text_is_shown_as_it_is(hostile: str) -> None:
    fields = Facts((("Said by", (Text(hostile),)), ("Place", (Text("Oslo"),))))
    for block in (fields, Context((Text(hostile),)), Paragraph((Text(hostile),))):
        shown = read(render(replace(PARENT, blocks=(block,))).main.blocks[1:])
        assert hostile in original(shown.text)
        assert shown.links == []
        assert shown.mentions == []
        assert {style for style, _ in shown.styled} <= ({"*"} if isinstance(block, Facts) else set())


def test_our_own_markup_inside_words_still_formats() -> None:
    shown = read_mrkdwn(
        mrkdwn((Text("from"), Struck("20,000"), Text("to"), Strong("40,000"), Struck("x"), Text("now")))
    )
    assert shown.styled == [("~", "20,000"), ("*", "40,000"), ("~", "x")]
    assert original(shown.text) == "from20,000to40,000xnow"


def test_nothing_is_put_into_ordinary_text() -> None:
    text = "At 10:30:45 the U.S. said: 40,000-70,000 (of 100,000) & more - 5*3, snake_case."
    assert read_mrkdwn(plain(text)).text == text


def test_blocks_that_do_not_fit_move_whole_and_in_order() -> None:
    blocks = tuple(Paragraph((Text(f"Paragraph {number}. " + "word " * 300),)) for number in range(30))
    rendered = render(replace(PARENT, blocks=blocks))
    shown = "".join(read(part.blocks).text for part in parts(rendered))
    assert [f"Paragraph {number}. " in shown for number in range(30)] == [True] * 30
    assert shown.index("Paragraph 3.") < shown.index("Paragraph 29.")
    assert f"Continues in the thread ({len(rendered.overflow)} more posts)." in read(rendered.main.blocks).text
    assert rendered.main.blocks[-1]["type"] == "actions"
    assert [problem for part in parts(rendered) for problem in problems(part)] == []


def test_many_small_blocks_keep_to_fifty() -> None:
    rendered = render(replace(PARENT, blocks=tuple(Paragraph((Text(str(n)),)) for n in range(170))))
    assert max(len(part.blocks) for part in parts(rendered)) <= 50
    assert "169" in read(rendered.overflow[-1].blocks).text


@pytest.mark.parametrize("length", [2_000, 3_001, 9_000])
def test_a_long_quote_is_whole_and_no_figure_in_it_is_cut(length: int) -> None:
    text = ("Between 40,000 and 70,000 of 100 000 troops may leave Europe by then. " * 200)[:length].strip()
    rendered = render(replace(PARENT, blocks=(Quote(text),)))
    quotes = [
        element["elements"][0]["text"]
        for part in parts(rendered)
        for block in part.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
    ]
    assert "".join(quotes) == text
    assert all(not piece[-1:].isdigit() or piece is quotes[-1] for piece in quotes)


def test_an_edit_counts_what_it_leaves_out() -> None:
    blocks = tuple(Paragraph((Text("word " * 500),)) for _ in range(8))
    part = render_edit(replace(PARENT, blocks=blocks))
    assert "more blocks." in read(part.blocks).text
    assert "Continues" not in read(part.blocks).text
    assert problems(part) == []


def test_a_fact_too_long_for_a_field_becomes_a_paragraph() -> None:
    rows = (("First", (Text("short"),)), ("Long", (Text("word " * 450),)), ("Last", (Text("short"),)))
    kinds = [block["type"] for block in render(replace(PARENT, blocks=(Facts(rows),))).main.blocks]
    assert kinds == ["header", "section", "rich_text", "section", "actions"]


def test_many_facts_share_sections_of_ten() -> None:
    rows = tuple((f"Fact {number}", (Text("x"),)) for number in range(23))
    sections = [
        block for block in render(replace(PARENT, blocks=(Facts(rows),))).main.blocks if block["type"] == "section"
    ]
    assert [len(section["fields"]) for section in sections] == [10, 10, 3]


def test_a_long_table_repeats_its_header() -> None:
    rows = tuple((f"2026-03-{day % 28 + 1:02}", f"{day:,}", "The Gazette") for day in range(300))
    rendered = render(replace(PARENT, blocks=(Table(("Day", "Soldiers", "Outlet"), rows),)))
    texts = [
        block["elements"][0]["elements"][0]["text"]
        for part in parts(rendered)
        for block in part.blocks
        if block["type"] == "rich_text"
    ]
    assert len(texts) > 1
    assert all(text.startswith("Day") for text in texts)
    assert sum(text.count("The Gazette") for text in texts) == 300


def test_more_than_five_buttons_take_two_rows() -> None:
    buttons = tuple(Button(action="page", label=str(number), value=str(number)) for number in range(7))
    rows = [block for block in render(replace(PARENT, buttons=buttons)).main.blocks if block["type"] == "actions"]
    assert [len(row["elements"]) for row in rows] == [5, 2]


@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.action)
def test_a_button_names_its_action(button: Button) -> None:
    (element,) = render(replace(PARENT, buttons=(button,))).main.blocks[-1]["elements"]
    assert action_of(element["action_id"]) == button.action
    assert element["value"] == button.value


@pytest.mark.parametrize("action_id", ["other:why#0", "why", "tocsin:", "tocsin:why", ""])
def test_other_buttons_are_not_ours(action_id: str) -> None:
    assert action_of(action_id) is None


def test_an_empty_message_still_says_something() -> None:
    rendered = render(Message(kind=MessageKind.REPLY, heading="", fallback=""))
    assert (rendered.main.text, rendered.main.blocks) == ("Tocsin", ())


def check_untrusted(text: str) -> None:
    rendered = render(everywhere(text))
    for part in parts(rendered):
        assert problems(part) == []
        shown = read(part.blocks)
        assert shown.mentions == []
        assert read_mrkdwn(part.text).mentions == []
        assert read_mrkdwn(part.text).links == []
        allowed = {"https://our.example/a", "https://our.example/b"}
        own = {url for url, _ in shown.links} - allowed
        assert all(url.startswith(("http://", "https://")) and clean(text).strip()[:4].lower() == "http" for url in own)
        json.dumps([*part.blocks, part.text]).encode("utf-8")


def test_naughty_strings_come_out_lawful_and_harmless() -> None:
    for text in json.loads(shared_path("corpus/naughty-strings/blns.json").read_text(encoding="utf-8")):
        check_untrusted(text)


any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=400)
markup_text = st.text(alphabet="<>&|*_~`:@!#^ \nab1.\"'[]()\\/", max_size=200)
inlines: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Text, any_text),
    st.builds(Text, markup_text),
    st.builds(Strong, markup_text),
    st.builds(Struck, any_text),
    st.builds(Code, markup_text),
    st.builds(Link, st.sampled_from(["https://our.example/a", "javascript:x", ""]), markup_text),
)
lines: st.SearchStrategy[Line] = st.lists(inlines, max_size=6).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Quote, st.one_of(any_text, markup_text, any_text.map(lambda text: text * 40))),
    st.builds(Facts, st.lists(st.tuples(any_text, lines), max_size=15).map(tuple)),
    st.builds(Bullets, st.lists(lines, max_size=8).map(tuple)),
    st.builds(Context, lines),
    st.builds(
        Table,
        st.lists(any_text, max_size=6).map(tuple),
        st.lists(st.lists(any_text, max_size=8).map(tuple), max_size=12).map(tuple),
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(blocks, max_size=12), markup_text, st.sampled_from(list(MessageKind)))
def test_any_message_is_lawful(content: list[Block], text: str, kind: MessageKind) -> None:
    message = Message(kind=kind, heading=text, fallback=text, blocks=tuple(content), severity=Severity.NOTICE)
    for part in parts(render(message)):
        assert problems(part) == []
        shown = read(part.blocks)
        assert shown.mentions == []
        assert {url for url, _ in shown.links} <= {"https://our.example/a"}


@settings(max_examples=150)
@given(st.one_of(any_text, markup_text))
def test_mrkdwn_of_untrusted_text_reads_back_as_the_text(text: str) -> None:
    shown = read_mrkdwn(plain(text))
    assert shown.styled == []
    assert shown.links == []
    assert original(shown.text) == original(clean(text))


@settings(max_examples=60)
@given(st.one_of(any_text, markup_text))
def test_rich_text_is_the_text(text: str) -> None:
    part = render(Message(kind=MessageKind.REPLY, heading="", fallback="x", blocks=(Paragraph((Text(text),)),))).main
    assert read(part.blocks).text.strip() == clean(text).strip()


def test_rendering_is_pure() -> None:
    first, second = render(PARENT), render(PARENT)
    assert first == second
    assert json.dumps(_plain(first)) == json.dumps(_plain(second))


def _plain(rendered: Rendered) -> Any:
    return [list(part.blocks) for part in parts(rendered)]
