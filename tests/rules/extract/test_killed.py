"""Who killed and whose people were killed: never the one for the other."""

from __future__ import annotations

import pytest

from rules import wording
from tests.rules.extract.position_cases import extractor


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "Ukraine said 600 Russian soldiers were killed near Makiivka.", "Russia: lose 600 troops", id="a passive"
        ),
        pytest.param("The ambush killed 40 Nigerian soldiers.", "Nigeria: lose 40 troops", id="an event that kills"),
        pytest.param("Chad lost 90 soldiers in the battle.", "Chad: lose 90 troops", id="who lost them"),
        pytest.param(
            "The French army said that two soldiers were killed in Mali.", "France: lose 2 troops in Mali", id="its own"
        ),
        pytest.param("Hamas killed three Israelis.", "Hamas: kill 3 people", id="a subject"),
        pytest.param("Hamas on Monday killed three Israelis.", "Hamas: kill 3 people", id="a day between"),
        pytest.param("Three Israelis were killed by Hamas.", "Hamas: kill 3 people", id="an agent"),
        pytest.param("Israel killed 12 people in Gaza.", "Israel: kill 12 people in Gaza", id="no word of war"),
        pytest.param(
            "Israeli strikes killed 30 Hezbollah fighters.", "Israel: kill 30 fighters", id="both sides are named"
        ),
    ],
)
def test_who_did_it_and_who_suffered_it(text: str, told: str) -> None:
    (figure,) = extractor().extract(text, lang="en").figures
    assert wording.sentence(figure) == f"{told} (reported as fact)"


@pytest.mark.parametrize("text", ["Floods in Germany killed 12 people.", "A bus crash in Spain killed 12 people."])
def test_misfortunes_are_no_deeds(text: str) -> None:
    assert extractor().extract(text, lang="en").figures == ()


def test_the_toll_of_a_disease_is_no_deed_of_the_country_named_before_it() -> None:
    text = "He defends his handling of COVID-19 in Brazil where the death toll has reached 90,000, the president said."
    assert extractor().extract(text, lang="en").figures == ()
