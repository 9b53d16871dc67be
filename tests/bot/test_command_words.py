"""The words after ``/tocsin``: quotes of every kind, escapes, the nearest word, and nothing but CommandError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.parse import CommandError, parse, quote
from bot.commands.spec import COMMANDS
from rules.sanitise import clean


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param("subscribe bases", {"to": "bases"}, id="a bare word"),
        pytest.param("subscribe to:bases", {"to": "bases"}, id="a colon"),
        pytest.param("subscribe to=bases severity=URGENT", {"to": "bases", "severity": "urgent"}, id="equal signs"),
        pytest.param('subscribe "Bases abroad"', {"to": "Bases abroad"}, id="straight quotes"),
        pytest.param("subscribe “Bases abroad”", {"to": "Bases abroad"}, id="typographic quotes"),
        pytest.param("subscribe „Bases abroad“", {"to": "Bases abroad"}, id="German quotes"),
        pytest.param("subscribe to:'Bases abroad'", {"to": "Bases abroad"}, id="single quotes behind a name"),
        pytest.param(r'subscribe "the \"bases\""', {"to": 'the "bases"'}, id="escaped quotes"),
        pytest.param("subscribe Germany's and France's", {"to": "Germany's and France's"}, id="apostrophes"),
        pytest.param("subscribe Germany’s bases", {"to": "Germany's bases"}, id="a typographic apostrophe"),
        pytest.param("  /SUBSCRIBE   bases  ", {"to": "bases"}, id="blanks, a stroke and capitals"),
    ],
)
def test_options_are_read_as_they_are_typed(text: str, options: dict[str, str]) -> None:
    command = parse(text)
    assert command.spec.name == "subscribe"
    assert command.options == options


@pytest.mark.parametrize("text", ["", "   ", "help"])
def test_no_words_ask_for_help(text: str) -> None:
    assert parse(text).spec.name == "help"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("subscrib bases", "subscribe, unsubscribe", id="a misspelt command"),
        pytest.param("subscribe bases severty:urgent", "Did you mean severity?", id="a misspelt option"),
        pytest.param("subscribe bases severity:urgnt", "Did you mean urgent?", id="a misspelt choice"),
        pytest.param("subscribe", "“subscribe” needs to.", id="a missing option"),
        pytest.param("subscribe bases to:bases", "is given twice", id="an option that is given twice"),
        pytest.param("topics bases", "“topics” takes no “bases”", id="a word too many"),
        pytest.param("latest count:11", "a whole number from 1 to 10", id="a number out of bounds"),
        pytest.param("latest count:²", "a whole number from 1 to 10", id="a digit that is none"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text)
    assert sentence in str(caught.value)


NAMES = st.sampled_from([command.name for command in COMMANDS])


@given(st.one_of(st.text(), st.tuples(NAMES, st.text()).map(" ".join)))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        parse(text)
    except CommandError as error:
        assert str(error).strip()  # noqa: PT017 - most texts are refused, some are not


VALUES = st.text(alphabet=st.characters(blacklist_categories=["C", "Z"], blacklist_characters="“”„«»‘’"), min_size=1)


@given(VALUES.filter(lambda value: clean(value) == value))  # what the eye does not see is taken away
def test_a_quoted_value_is_read_back_as_it_was(value: str) -> None:
    assert parse(f"subscribe to:{quote(value)}").options == {"to": value}


@pytest.mark.parametrize(
    "example", [example for command in COMMANDS for example in command.examples], ids=lambda example: example
)
def test_every_example_of_the_help_is_understood(example: str) -> None:
    assert parse(example).spec.examples
