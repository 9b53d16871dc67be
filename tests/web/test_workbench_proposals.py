from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.rulebook.files import SCHEMA
from bot.web.workbench.assist import assist
from bot.web.workbench.hints import HINTS
from bot.web.workbench.names import Names
from bot.web.workbench.place import Place, place_of
from bot.web.workbench.proposals import Proposal, Proposer
from bot.web.workbench.shape import Shape
from rules.load import load
from rules.vocabulary import Lexicon

TOPICS = {"harbours": "Harbours", "us-forces-europe": "US forces in Europe"}
RULE = "version: 1\nrules:\n  - id: x\n"
FILE = "version: 1\ntopic: t\ntitle: T\nrules:\n  - id: x\n    title: X\n"


def proposals(lexicon: Lexicon, text: str) -> list[Proposal]:
    """Return what is proposed at the ¦ of a text."""
    before, _, after = text.partition("¦")
    place = place_of(before + after, before.count("\n"), len(before) - (before.rfind("\n") + 1))
    return list(Proposer(Shape(json.loads(SCHEMA.read_text("utf-8"))), Names.of(lexicon), TOPICS).at(place))


def taken(lexicon: Lexicon, text: str, label: str) -> str:
    """Return a text after the proposal called ``label`` was taken at its ¦, the new cursor as ¦."""
    before, _, after = text.partition("¦")
    (found,) = [one for one in proposals(lexicon, text) if one.label == label]
    left = before[: len(before) - found.replaces] + found.insert
    cursor = len(left) - found.back
    return left[:cursor] + "¦" + left[cursor:] + after


@pytest.mark.parametrize(
    ("text", "first", "about"),
    [
        pytest.param("¦", "version", "of this format: 1", id="what a file has to have comes first"),
        pytest.param("version: ¦", "1", "", id="the only version"),
        pytest.param(f"{RULE}    severity: ¦", "notice", "within days", id="the values of a key, with their meaning"),
        pytest.param(f"{RULE}    figure: {{actor: Washi¦", "United States", "state, also “Washington”", id="an alias"),
        pytest.param(f"{RULE}    figure: {{place: Eur¦", "Europe", "region", id="a region"),
        pytest.param(f"{RULE}    figure: {{place: Berl¦", "Berlin", "city", id="a capital is a place"),
        pytest.param(f"{RULE}    figure: {{actor: Berl¦", "Germany", "state, also “Berlin”", id="and a government"),
        pytest.param(f"{RULE}    figure: {{actor: EU mem¦", "EU members", "group", id="a group"),
        pytest.param(f"{RULE}    figure: {{unit: troo¦", "troops", "", id="a unit"),
        pytest.param(f"{RULE}    figure:\n      action: [withdraw, red¦", "reduce", "", id="a deed in a list"),
        pytest.param(f"{RULE}    topic: harb¦", "harbours", "Harbours", id="a topic in force"),
        pytest.param(f"{RULE}    languages: [¦", "de", "language", id="a language"),
        pytest.param(f"{RULE}    outlets: [Reut¦", "Reuters", "outlet", id="an outlet"),
        pytest.param(f"{RULE}    cooldown: ¦", "6h", "six hours", id="a sample of a duration"),
        pytest.param(f"{RULE}    match: 'troops O¦", "OR", "one of the two", id="an operator in a query"),
        pytest.param(f"{RULE}    match: >-\n      actor:NATO mem¦", "NATO members", "group", id="a name in a query"),
        pytest.param(f"{RULE}    match:\n      ¦", "any", "one of these", id="a query as lists"),
        pytest.param(f"{RULE}    tests:\n      - expect: {{alert: no¦", "none", "", id="an outcome of a test"),
    ],
)
def test_the_best_comes_first(lexicon: Lexicon, text: str, first: str, about: str) -> None:
    found = proposals(lexicon, text)
    assert (found[0].label, found[0].about) == (first, about)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{RULE}    title: Anything¦", id="a title is free"),
        pytest.param(f"{RULE}    tests:\n      - text: The actor:Uni¦", id="an article is no query"),
        pytest.param(f"{RULE}    # sev¦", id="a comment"),
        pytest.param(f"{RULE}    nonsense:\n      ¦", id="below a key that there is not"),
        pytest.param(f"{RULE}    nonsense: Uni¦", id="the value of a key that there is not"),
    ],
)
def test_where_nothing_is_known_nothing_is_proposed(lexicon: Lexicon, text: str) -> None:
    assert proposals(lexicon, text) == []


def test_keys_that_are_there_are_not_proposed_again(lexicon: Lexicon) -> None:
    labels = {one.label for one in proposals(lexicon, f"{RULE}    ¦\n    severity: urgent")}
    assert "title" in labels
    assert not labels & {"id", "severity"}


@pytest.mark.parametrize(
    ("text", "label", "after"),
    [
        pytest.param("to¦", "topic", "topic: ¦", id="a key gets its colon"),
        pytest.param("ru¦", "rules", "rules:\n  - ¦", id="a list of mappings gets its first dash"),
        pytest.param(f"{RULE}    fig¦", "figure", f"{RULE}    figure:\n      ¦", id="a mapping begins below"),
        pytest.param(
            f"{RULE}    tests:\n      - expect: {{fig¦}}",
            "figure",
            f"{RULE}    tests:\n      - expect: {{figure: {{¦}}}}",
            id="in brackets a mapping gets brackets",
        ),
        pytest.param(f"{RULE}    severity:¦", "urgent", f"{RULE}    severity: urgent¦", id="a missing blank is put in"),
        pytest.param(f"{RULE}    sev¦: urgent", "severity", f"{RULE}    severity¦: urgent", id="no second colon"),
        pytest.param(
            f"{RULE}    match: actor:unit¦",
            "United Kingdom",
            f'{RULE}    match: actor:"United Kingdom"¦',
            id="a name of two words gets quotes in a query",
        ),
        pytest.param(
            f'{RULE}    match: "actor:unit¦',
            "United Kingdom",
            f'{RULE}    match: "actor:\\"United Kingdom\\"¦',
            id="quotes in quotes are escaped",
        ),
    ],
)
def test_what_is_taken_fits_in(lexicon: Lexicon, text: str, label: str, after: str) -> None:
    assert taken(lexicon, text, label) == after


@pytest.mark.parametrize("kind", ["actor", "place", "unit"])
def test_every_name_that_is_proposed_is_understood(lexicon: Lexicon, kind: str) -> None:
    names = {known.name for known in getattr(Names.of(lexicon), f"{kind}s")}
    place = place_of(f"{FILE}    figure: {{{kind}: ", 6, 100)
    proposer = Proposer(Shape(json.loads(SCHEMA.read_text("utf-8"))), Names.of(lexicon), TOPICS)
    written = [
        one.insert for name in sorted(names)[:: max(len(names) // 60, 1)] for one in _named(proposer, place, name)
    ]
    assert len(written) > 40
    rules = load({"f.yaml": f"{FILE}    figure: {{{kind}: [{', '.join(written)}]}}\n"}, lexicon).rules
    assert rules[0].figure is not None


def _named(proposer: Proposer, place: Place, name: str) -> list[Proposal]:
    return [one for one in proposer.at(replace(place, typed=name)) if one.label == name]


def test_each_key_of_the_schema_has_a_hint() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    forms = [schema, *schema["$defs"].values()]
    keys = {key for form in forms for key in form.get("properties", ())}
    assert keys == set(HINTS)


def test_the_editor_counts_as_browsers_do(lexicon: Lexicon) -> None:
    text = f"{RULE}    figure: {{place: '\U0001f600', actor: Wash"
    line = text.count("\n")
    units = len(text.split("\n")[line].encode("utf-16-le")) // 2
    found = assist(lexicon, TOPICS, {"text": text.replace("\n", "\r\n"), "line": str(line), "column": str(units)})
    assert found["items"][0]["label"] == "United States"
    assert found["items"][0]["replaces"] == 4


@pytest.mark.parametrize(
    "form",
    [{}, {"text": "x", "line": "99", "column": "-1"}, {"text": "\ud800a", "line": "0", "column": "1"}],
    ids=["nothing", "a place that is not there", "half a character"],
)
def test_whatever_is_asked_is_answered(lexicon: Lexicon, form: dict[str, str]) -> None:
    assert isinstance(assist(lexicon, TOPICS, form)["items"], list)
