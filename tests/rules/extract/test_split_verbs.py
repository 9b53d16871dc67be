from __future__ import annotations

import pytest

from rules.extract import Extractor
from rules.model import Action
from tests.rules.real import lexicon


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Japan will pull 18,000 soldiers out of Estonia.", id="pull ... out of"),
        pytest.param("Japan pulled some 18,000 soldiers out of Estonia on Monday.", id="pulled ... out of"),
        pytest.param("Japan plans to pull its 18,000 soldiers back from Estonia.", id="pull ... back from"),
        pytest.param("Japan will pull out 18,000 soldiers from Estonia.", id="pull out"),
    ],
)
def test_a_verb_that_is_parted_from_its_particle_names_the_same_deed(text: str) -> None:
    (figure,) = Extractor(lexicon()).extract(text, outlet="Kyiv Courier").figures
    assert (figure.low, figure.actor, figure.action, figure.place) == (18_000, "Japan", Action.WITHDRAW, "Estonia")
