"""Whether an item is its publisher's own report, by its own words; and who is no origin at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.extract.explain import explain_lines
from rules.model import Item, ItemId
from rules.reading import mentions_of
from tests.rules.extract.position_cases import extractor, provenance_of

LEDGER = "The Fenn Ledger"
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param(
            "Two harbour officials told The Fenn Ledger that the ferry will be sold.", "en", id="told by name"
        ),
        pytest.param("The ferry will be sold, a diplomat told Fenn Ledger.", "en", id="told without the article"),
        pytest.param("The ferry will be sold, three officers told this newspaper.", "en", id="this newspaper"),
        pytest.param("The ferry will be sold, two aides told us on Friday.", "en", id="us"),
        pytest.param("The Fenn Ledger has learned that the ferry will be sold.", "en", id="has learned"),
        pytest.param("This newspaper has learned that the ferry will be sold.", "en", id="this newspaper has learned"),
        pytest.param(
            "The ferry will be sold, according to documents seen by The Fenn Ledger.", "en", id="documents seen"
        ),
        pytest.param("EXCLUSIVE: The ferry will be sold in May.", "en", id="marked exclusive"),
        pytest.param("Die Fähre wird verkauft, sagte ein Beamter dieser Zeitung.", "de", id="German, this newspaper"),
        pytest.param("Die Fähre wird verkauft, sagte ein Beamter dem Fenn Ledger.", "de", id="German, by name"),
        pytest.param("Паром продадут, сообщил чиновник нашему изданию.", "ru", id="Russian, our publication"),
    ],
)
def test_an_outlet_that_names_itself_as_the_one_who_was_told_reports_by_itself(text: str, lang: str) -> None:
    found = provenance_of(text, LEDGER, lang)
    assert found.own_report
    assert found.origin is None
    assert LEDGER.removeprefix("The ") not in " ".join(found.chain)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Two harbour officials told The Fenn Ledger that the ferry will be sold.", id="told another"),
        pytest.param("The ferry will be sold, Reuters reported, and two aides told us so.", id="an outlet before us"),
        pytest.param('"They told us to leave the pier," the captain said.', id="us in a quotation"),
        pytest.param("The pilot told US officers that the pier was shut.", id="US is not us"),
        pytest.param("An exclusive economic zone was declared, officials said.", id="exclusive as a word"),
        pytest.param("The Morne Post was sold for a song, officials said.", id="the publisher as a topic"),
    ],
)
def test_who_says_no_such_thing_does_not_report_by_itself(text: str) -> None:
    assert not provenance_of(text, "The Morne Post").own_report


def test_an_unlisted_paper_is_the_origin_of_what_it_was_told_whoever_repeats_it() -> None:
    found = provenance_of("Two harbour officials told The Fenn Ledger that the ferry will be sold.", "The Morne Post")
    assert (found.chain, found.origin) == (("Fenn Ledger", "harbour officials"), "Fenn Ledger")


def test_what_was_told_to_the_publisher_counts_as_its_own_and_not_as_the_speakers() -> None:
    text = "Norway will send 300 soldiers to Latvia, Mayor Tom Rudd told The Fenn Ledger."
    extraction = extractor().extract(text, outlet=LEDGER)
    item = Item(id=ItemId(1), outlet=LEDGER, url="", title="", text=text, published=NOW, fetched=NOW)
    assert {mention.origin for mention in mentions_of(item, extraction)} == {LEDGER}
    assert list(explain_lines(text, extraction, evidence=False))[-1] == (
        "provenance: Tom Rudd; origin the outlet itself"
    )


@pytest.mark.parametrize(
    "text",
    [
        "The minister spoke to reporters on Tuesday near the pier.",
        "The prime minister said the ferry would be sold.",
        "The foreign minister told reporters that talks had failed.",
        "The general said the pier was shut.",
        "The president said the ferry would be sold.",
        "A spokesman said the ferry would be sold.",
        "The official said the pier was shut.",
    ],
)
def test_an_office_without_a_name_is_nobodys_origin(text: str) -> None:
    assert provenance_of(text).origin is None


def test_a_bare_office_is_no_chain_of_its_own() -> None:
    assert provenance_of("The minister spoke to reporters on Tuesday near the pier.").chain == ()


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("Norway will send 300 soldiers to Latvia, two Norwegian officials told Reuters.", "en", id="told"),
        pytest.param("Three diplomats said Norway would send 300 soldiers to Latvia.", "en", id="said"),
        pytest.param("Norway will send 300 soldiers to Latvia, according to three diplomats.", "en", id="according to"),
        pytest.param("Norway will send 300 soldiers to Latvia, said two senior officers.", "en", id="inverted"),
        pytest.param("Norway will send 300 soldiers to Latvia, a minister and two officials said.", "en", id="beside"),
        pytest.param("Two people close to the plan said Norway would send 300 soldiers to Latvia.", "en", id="people"),
        pytest.param("Norwegen entsendet 300 Soldaten nach Lettland, sagten drei Diplomaten.", "de", id="German"),
        pytest.param("La Norvège enverra 300 soldats en Lettonie, ont indiqué deux diplomates.", "fr", id="French"),
    ],
)
def test_those_who_say_it_are_no_figure(text: str, lang: str) -> None:
    assert [figure.low for figure in extractor().extract(text, lang=lang).figures] == [300]


@pytest.mark.parametrize(
    ("text", "lang", "low"),
    [
        pytest.param("Norway expelled two diplomats, the ministry said.", "en", 2, id="expelled"),
        pytest.param("Officials said Norway would send 20 officers to Latvia.", "en", 20, id="sent"),
        pytest.param(
            "Bei dem Angriff auf Tallinn wurden nach Angaben der Regierung 14 estnische Soldaten getötet.",
            "de",
            14,
            id="counted behind who is quoted",
        ),
    ],
)
def test_those_of_whom_it_is_said_stay_a_figure(text: str, lang: str, low: int) -> None:
    assert [figure.low for figure in extractor().extract(text, lang=lang).figures] == [low]
