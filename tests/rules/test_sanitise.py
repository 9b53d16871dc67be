"""What strangers' text and links look like after the sanitiser, and what must survive it."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sanitise import clean, names_host, one_line, shorten, shown_host, split_text, web_link
from tests.shared import shared_path

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        pytest.param("plain words, 40,000 men", "plain words, 40,000 men", id="ordinary text stays as it is"),
        pytest.param("a\x00b\x1b[31mc\x7f", "ab[31mc", id="NUL, escape and DEL go"),
        pytest.param(
            "one\r\ntwo\rthree\u2028four\u0085five", "one\ntwo\nthree\nfour\nfive", id="all line breaks are one"
        ),
        pytest.param("a\tb\u00a0c\u2009d\u3000e", "a b c d e", id="every blank is a space"),
        pytest.param("cost \u202e000,04\u202c men", "cost 000,04 men", id="a bidirectional override is removed"),
        pytest.param("\u2066isolated\u2069 \u200fmark", "isolated mark", id="isolates and marks are removed"),
        pytest.param("Ki\u200bev with\u2060draws\ufeff", "Kiev withdraws", id="zero-width blanks are removed"),
        pytest.param("soft\u00adhyphen", "softhyphen", id="a soft hyphen is removed"),
        pytest.param("a\u200db\u200cc", "abc", id="joiners between Latin letters are removed"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="a Persian non-joiner stays"),
        pytest.param("क्\u200dष", "क्\u200dष", id="a Devanagari joiner stays"),
        pytest.param("👩\u200d🚀 ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d🚀 ❤\ufe0f 1\ufe0f\u20e3", id="emoji sequences stay"),
        pytest.param("a\ufe0fb", "ab", id="a selector that selects nothing goes"),
        pytest.param("\U000e0041\U000e0042hi", "hi", id="tag characters go"),
        pytest.param("bad \ud800 end", "bad \ufffd end", id="a lone surrogate becomes visible"),
        pytest.param("\ud83d\ude00", "😀", id="a surrogate pair becomes its character"),
        pytest.param("Z" + "\u0335" * 40 + "a", "Z" + "\u0335" * 8 + "a", id="stacked marks are capped"),
        pytest.param("Đắk Lắk Zełeński", "Đắk Lắk Zełeński", id="real diacritics stay"),
    ],
)
def test_clean(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@given(any_text)
def test_clean_text_hides_nothing_and_cleaning_is_final(text: str) -> None:
    result = clean(text)
    assert clean(result) == result
    result.encode("utf-8")
    hidden = {char for char in result if unicodedata.category(char) in {"Cc", "Cs"}} - {"\n"}
    assert not hidden
    assert not any(unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for char in result)


@given(any_text)
def test_visible_letters_survive(text: str) -> None:
    letters = {"Lu", "Ll", "Nd"}
    visible = [char for char in text if unicodedata.category(char) in letters]
    assert [char for char in clean(text) if unicodedata.category(char) in letters] == visible


def test_naughty_strings_come_out_clean() -> None:
    for text in json.loads(shared_path("corpus/naughty-strings/blns.json").read_text(encoding="utf-8")):
        assert clean(clean(text)) == clean(text)
        assert "\u202e" not in clean(text)
        assert "\u200b" not in clean(text)


def test_one_line_joins_lines() -> None:
    assert one_line("  NATO\n\n sources \u200b expect ") == "NATO sources expect"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("short", 10, "short", id="what fits is untouched"),
        pytest.param("troops leave Europe soon", 20, "troops leave Europe…", id="cut at the end of a word"),
        pytest.param("abcdefghij", 5, "abcd…", id="a long word is cut hard"),
        pytest.param("x40,000,000", 8, "x…", id="never inside a number"),
        pytest.param("abe\u0301\u0301xyz", 5, "ab…", id="never between a letter and its marks"),
        pytest.param("ab👩\u200d🚀cd", 5, "ab…", id="never inside an emoji sequence"),
    ],
)
def test_shorten(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@given(any_text, st.integers(min_value=1, max_value=50))
def test_shorten_keeps_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("fits", 10, ["fits"], id="what fits is one piece"),
        pytest.param("", 10, [""], id="nothing is one empty piece"),
        pytest.param("One line.\nTwo lines here.", 20, ["One line.\n", "Two lines here."], id="after a line"),
        pytest.param(
            "It was so. He went home early.", 20, ["It was so. ", "He went home early."], id="after a sentence"
        ),
        pytest.param("about 1 500 000 men", 14, ["about ", "1 500 000 men"], id="not inside a spaced number"),
        pytest.param("he said “go home now” then", 18, ["he said ", "“go home now” then"], id="not inside a quote"),
        pytest.param("abcdefgh", 3, ["abc", "def", "gh"], id="a long word is cut hard"),
    ],
)
def test_split_text(text: str, limit: int, expected: list[str]) -> None:
    assert split_text(text, limit) == expected


@given(any_text, st.integers(min_value=2, max_value=60))
def test_the_pieces_are_the_text(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://www.welt.de/a?b=1&c=2#d", "https://www.welt.de/a?b=1&c=2#d", id="a usual link"),
        pytest.param(" HTTPS://Welt.DE/Politik ", "https://welt.de/Politik", id="scheme and host in lower case"),
        pytest.param("https://welt.de/a b", None, id="a blank inside"),
        pytest.param("https://welt.de/a|b>c<d", "https://welt.de/a%7Cb%3Ec%3Cd", id="markup characters are encoded"),
        pytest.param("https://welt.de/(x)", "https://welt.de/%28x%29", id="parentheses are encoded"),
        pytest.param(
            "https://правда.укр/новини",
            "https://xn--80aafi6cg.xn--j1amh/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8",
            id="an international name",
        ),
        pytest.param("https://straße.example/", "https://xn--strae-oqa.example/", id="sharp s as browsers do"),
        pytest.param("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x", id="an IPv6 literal"),
        pytest.param("javascript:alert(1)", None, id="javascript"),
        pytest.param("file:///etc/passwd", None, id="file"),
        pytest.param("data:text/html,x", None, id="data"),
        pytest.param("//welt.de/x", None, id="no scheme"),
        pytest.param("https://nato.int@evil.example/", None, id="a user name posing as a host"),
        pytest.param("https://nato.int\\@evil.example/", None, id="a backslash"),
        pytest.param("https://welt.de/\r\nX: y", None, id="a line break"),
        pytest.param("https://", None, id="no host"),
        pytest.param("https://a..b/", None, id="an empty label"),
        pytest.param("https://welt.de:99999/", None, id="an impossible port"),
        pytest.param("https://[::1", None, id="a broken literal"),
        pytest.param("https://welt.de/" + "a" * 3000, None, id="far too long"),
        pytest.param("https://welt.de/\ud800", None, id="a lone surrogate"),
    ],
)
def test_web_link(url: str, expected: str | None) -> None:
    assert web_link(url) == expected


@given(any_text)
def test_a_web_link_is_plain_ascii_without_markup(text: str) -> None:
    link = web_link("https://a.example/" + text)
    if link is not None:
        assert link.isascii()
        assert not set(link) & set('<>|"`\\ \n()[]{}^')
        assert web_link(link) == link
        assert shown_host(link) == "a.example"


@given(any_text)
def test_any_text_as_a_link_is_http_or_nothing(text: str) -> None:
    link = web_link(text)
    assert link is None or link.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("label", "url", "named"),
    [
        pytest.param("Welt am Sonntag", "https://www.welt.de/x", False, id="an outlet's name is no domain"),
        pytest.param("Welt (welt.de)", "https://www.welt.de/x", True, id="the domain stands in the label"),
        pytest.param("nato.int", "https://evil.example/", False, id="another domain stands in the label"),
        pytest.param("welt.de and nato.int", "https://welt.de/", False, id="the domain beside another one"),
        pytest.param("co.uk", "https://bbc.co.uk/", False, id="a public suffix names nobody"),
        pytest.param("bbc.co.uk", "https://www.bbc.co.uk/", True, id="three labels under a public suffix"),
        pytest.param("welt.de", "https://politik.welt.de/", True, id="the parent domain names its child"),
        pytest.param("welt.de", "https://welt.de.evil.example/", False, id="a lookalike with a prefix"),
        pytest.param("nаto.int", "https://nato.int/", False, id="a Cyrillic lookalike in the label"),
        pytest.param("U.S. plans 4.5 bn", "https://welt.de/", False, id="abbreviations and numbers are no domains"),
    ],
)
def test_names_host(label: str, url: str, named: bool) -> None:
    assert names_host(label, url) is named
