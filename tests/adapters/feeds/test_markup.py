"""HTML to plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.markup import to_line, to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("<p>One.</p><p>Two<br/>three.</p>", "One.\nTwo\nthree.", id="paragraphs become lines"),
        pytest.param("a<b>b</b>c <i>d</i>", "abc d", id="inline tags vanish"),
        pytest.param("<ul><li>x</li><li>y</li></ul>", "x\ny", id="list items"),
        pytest.param("<table><tr><td>1</td><td>2</td></tr></table>", "1 2", id="cells are kept apart"),
        pytest.param("5 < 6 & 7 > 2", "5 < 6 & 7 > 2", id="comparisons stay"),
        pytest.param("AT&amp;T &eacute; &#8364;", "AT&T é €", id="references"),
        pytest.param("&lt;p&gt;twice &amp;amp; escaped&lt;/p&gt;", "twice & escaped", id="escaped twice"),
        pytest.param("<script>steal()</script>kept<style>p{}</style>", "kept", id="scripts and styles"),
        pytest.param("before<script>never closed", "before", id="an open script hides the rest"),
        pytest.param("a<!-- hidden <b> -->b", "ab", id="comments"),
        pytest.param("a<![CDATA[b]]>", "ab]]>", id="stray CDATA"),
        pytest.param('<img alt="a > b" src="x">seen', "seen", id="a bracket inside an attribute"),
        pytest.param("<figure><img><figcaption>500 soldiers parade</figcaption></figure>Text", "Text", id="captions"),
        pytest.param("<redacted> by order", "<redacted> by order", id="what is no tag of HTML stays"),
        pytest.param("Text.<p>The post Troops leave appeared first on Example News.</p>", "Text.", id="blog footer"),
        pytest.param("Text.<p>Continue reading...</p>", "Text.", id="continue reading"),
        pytest.param("<P>UPPER</P><BR>case", "UPPER\ncase", id="capital tags"),
        pytest.param("x<p", "x<p", id="an open bracket at the end"),
        pytest.param("\u202eevil\u200b", "evil", id="hidden characters"),
    ],
)
def test_text_without_markup(source: str, text: str) -> None:
    assert to_text(source) == text


def test_a_title_is_one_line() -> None:
    assert to_line("<p>A</p>\n<p>B</p>") == "A B"


@pytest.mark.parametrize(
    "unit", ["<", "<!--", "<a ", "<a='", "<![CDATA[", "</", "&#", "&a", "<script>", "<svg>", '<a href="', "<p>", "<?"]
)
def test_hostile_repetition_costs_linear_time(unit: str) -> None:
    def cost(count: int) -> float:
        source = unit * count
        started = time.perf_counter()
        to_text(source)
        return time.perf_counter() - started

    cost(1_000)
    assert cost(100_000) < 4.0


@given(st.text(alphabet="<>/ab!-p&;#\"'= \n", max_size=200))
def test_no_tag_survives(source: str) -> None:
    text = to_text(source)
    assert "<p>" not in text
    assert "</b>" not in text
