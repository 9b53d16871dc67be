"""One noun, many nouns: what figures count, in English."""

from __future__ import annotations

import pytest

from rules.unitwords import plural, singular


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("soldier", "soldiers"),
        ("person", "people"),
        ("child", "children"),
        ("serviceman", "servicemen"),
        ("policewoman", "policewomen"),
        ("spokesperson", "spokespeople"),
        ("battery", "batteries"),
        ("convoy", "convoys"),
        ("gunship", "gunships"),
        ("base", "bases"),
    ],
)
def test_there_and_back(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one


@pytest.mark.parametrize(("one", "many"), [("german", "germans"), ("human", "humans"), ("wrench", "wrenches")])
def test_only_men_become_men(one: str, many: str) -> None:
    assert plural(one) == many
