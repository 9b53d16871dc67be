"""Claims in words: exact, short, and the same for the same value."""

from __future__ import annotations

import pytest

from rules import wording
from rules.model import Action, Bound, Novelty, Number, Stance, Status
from tests.rules.builders import figure, position


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (950, "950"),
        (40_000, "40,000"),
        (1_000_000, "1 million"),
        (1_250_000, "1.25 million"),
        (1_234_567, "1,234,567"),
        (1_500_000_000, "1.5 billion"),
        (2_000_000_000_000, "2 trillion"),
        (4.5, "4.5"),
        (2.0, "2"),
        (-3_000_000, "-3 million"),
    ],
    ids=str,
)
def test_a_number_is_written_as_prose_writes_it_and_never_rounded(value: Number, words: str) -> None:
    assert wording.number(value) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"low": 5, "high": 5, "bound": Bound.EXACT}, "5 troops", id="one exact value"),
        pytest.param({"low": 5, "high": 9, "bound": Bound.RANGE}, "5–9 troops", id="a range"),
        pytest.param({"low": 5, "high": 5, "bound": Bound.ABOUT}, "about 5 troops", id="about"),
        pytest.param({"low": 5, "high": 5, "bound": Bound.AT_LEAST}, "at least 5 troops", id="at least"),
        pytest.param({"low": 5, "high": 5, "bound": Bound.AT_MOST}, "up to 5 troops", id="at most"),
        pytest.param({"low": 15 * 10**8, "high": 15 * 10**8, "unit": "usd"}, "US$1.5 billion", id="dollars"),
        pytest.param({"low": 300, "high": 300, "unit": "eur", "bound": Bound.AT_MOST}, "up to €300", id="euro"),
        pytest.param({"low": 70, "high": 70, "unit": "uah"}, "70 UAH", id="hryvnia"),
        pytest.param({"low": 2, "high": 2, "unit": "percent"}, "2 percent", id="a unit without plural"),
        pytest.param({"low": 1, "high": 1, "unit": "tank"}, "1 tank", id="a single one"),
        pytest.param({"low": 2, "high": 2, "unit": "tank"}, "2 tanks", id="several"),
        pytest.param({"low": 2, "high": 2, "unit": "battery"}, "2 batteries", id="a unit in y"),
        pytest.param({"low": 2, "high": 2, "unit": "day"}, "2 days", id="a unit in y behind a vowel"),
        pytest.param({"low": 2, "high": 2, "unit": "bus"}, "2 buses", id="a unit in s"),
        pytest.param({"low": 2, "high": 2, "unit": ""}, "2", id="no unit"),
    ],
)
def test_an_amount_has_its_bound_and_its_unit(changes: dict[str, object], words: str) -> None:
    assert wording.amount(figure(**({"bound": Bound.EXACT} | changes))) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"of_total": None}, "40,000–70,000 troops", id="no whole"),
        pytest.param({}, "40,000–70,000 of 100,000 troops", id="the unit once, behind the whole"),
        pytest.param(
            {"low": 1, "high": 1, "bound": Bound.EXACT, "unit": "tank", "of_total": 30}, "1 of 30 tanks", id="one"
        ),
        pytest.param(
            {"low": 5 * 10**6, "high": 5 * 10**6, "bound": Bound.ABOUT, "unit": "usd", "of_total": 10**9},
            "about US$5 million of US$1 billion",
            id="money",
        ),
        pytest.param(
            {"low": 5, "high": 5, "bound": Bound.EXACT, "unit": "percent", "of_total": 900},
            "5 percent of 900",
            id="share",
        ),
    ],
)
def test_a_part_is_written_with_its_whole(changes: dict[str, object], words: str) -> None:
    assert wording.measure(figure(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "40,000–70,000", id="a range"),
        pytest.param({"low": 5, "high": 5, "bound": Bound.ABOUT}, "about 5", id="about"),
        pytest.param({"low": 12, "high": 12, "bound": Bound.EXACT, "unit": "percent"}, "12%", id="a share"),
        pytest.param({"low": 3e9, "high": 3e9, "bound": Bound.AT_LEAST}, "at least 3 billion", id="many"),
    ],
)
def test_a_figure_in_the_fewest_words(changes: dict[str, object], words: str) -> None:
    assert wording.brief(figure(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "100,000 troops", id="with its unit"),
        pytest.param({"of_total_bound": Bound.AT_MOST}, "up to 100,000 troops", id="bounded"),
        pytest.param({"unit": "usd"}, "US$100,000", id="money"),
        pytest.param({"unit": "percent"}, "100,000", id="a share is of a number, not of a share"),
        pytest.param({"of_total": None}, None, id="not known"),
    ],
)
def test_a_whole_alone(changes: dict[str, object], words: str | None) -> None:
    assert wording.whole(figure(**changes)) == words


def test_a_position_in_the_fewest_words_keeps_its_condition() -> None:
    assert wording.brief(position()) == 'on a condition ("only under a UN mandate")'


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"of_total": None}, None, id="no whole"),
        pytest.param({"of_total": 100_000}, "of 100,000", id="an exact whole"),
        pytest.param({"of_total": 100_000, "of_total_bound": Bound.AT_MOST}, "of up to 100,000", id="a bounded whole"),
    ],
)
def test_the_whole_of_which_a_figure_is_a_part(changes: dict[str, object], words: str | None) -> None:
    assert wording.total(figure(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "United States: withdraw 40,000–70,000 of 100,000 troops from Europe (expected)", id="all"),
        pytest.param(
            {"actor": None, "place": None, "of_total": None, "status": Status.CLAIMED},
            "withdraw 40,000–70,000 troops (claimed)",
            id="neither actor nor place",
        ),
        pytest.param(
            {"action": Action.OTHER, "of_total": None, "status": Status.FACT},
            "United States: 40,000–70,000 troops in Europe (reported as fact)",
            id="no action of the list",
        ),
    ],
)
def test_a_figure_is_said_in_one_line(changes: dict[str, object], words: str) -> None:
    assert wording.sentence(figure(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "China, on a condition: a peacekeeping mission in Ukraine – only under a UN mandate", id="if"),
        pytest.param(
            {"stance": Stance.OPPOSE, "condition": None},
            "China, against: a peacekeeping mission in Ukraine",
            id="against",
        ),
        pytest.param(
            {"actor": "Oda Brandvik", "actor_affiliation": "France", "stance": Stance.SUPPORT, "condition": None},
            "Oda Brandvik (France), in favour: a peacekeeping mission in Ukraine",
            id="a person with an affiliation",
        ),
    ],
)
def test_a_position_is_said_in_one_line(changes: dict[str, object], words: str) -> None:
    assert wording.sentence(position(**changes)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "United States, withdraw from Europe (expected)", id="actor, action and place"),
        pytest.param({"actor": None}, "withdraw from Europe (expected)", id="no actor"),
        pytest.param({"place": None}, "United States, withdraw (expected)", id="no place"),
        pytest.param({"action": Action.OTHER}, "United States, in Europe (expected)", id="no action of the list"),
        pytest.param({"action": Action.OTHER, "actor": None, "place": None}, "expected", id="nothing but the status"),
    ],
)
def test_what_a_figure_measures_is_said_without_the_number(changes: dict[str, object], words: str) -> None:
    assert wording.deed(figure(**changes)) == words


@pytest.mark.parametrize("action", Action)
def test_every_action_makes_a_sentence_without_double_blanks(action: Action) -> None:
    said = wording.sentence(figure(action=action))
    assert said.startswith("United States: ")
    assert "  " not in said


@pytest.mark.parametrize("novelty", Novelty)
def test_every_kind_has_a_word_in_capitals(novelty: Novelty) -> None:
    assert wording.novelty_label(novelty).isupper()


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words(status: Status) -> None:
    assert wording.status(figure(status=status))


@pytest.mark.parametrize("stance", Stance)
def test_every_stance_has_words(stance: Stance) -> None:
    assert wording.stance(position(stance=stance))
