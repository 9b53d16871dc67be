"""The lexicon: what it answers, what its files may hold, and that the shipped ones are sound."""

from __future__ import annotations

import pytest

from bot.resources import COMPILED, fingerprint, lexicon_documents, load_lexicon
from rules.errors import LexiconError
from rules.vocabulary import Lexicon

SMALL = """
version: 1
tables:
  states:
    layer: names
    kind: state
    entries:
      - {name: Utopia, names: [Republic of Utopia], adjectives: Utopian, within: Nowhere Land}
  cities:
    layer: names
    kind: city
    entries:
      - {name: Amaurot, names: {de: Amaurot-Stadt}, within: Utopia, metonym: Utopia}
  people:
    layer: names
    kind: person
    entries:
      - {name: Raphael Hythloday, of: Utopia}
  regions:
    layer: names
    kind: region
    entries:
      - {name: Nowhere Land}
  groups:
    layer: names
    kind: group
    entries:
      - {name: Isles, members: [Utopia]}
  units:
    entries:
      - {name: troops, class: troops, forms: [soldiers]}
      - {name: excluded, class: never, forms: [days]}
  currencies:
    entries:
      - {name: usd, forms: [dollars]}
"""


@pytest.fixture(scope="module")
def small() -> Lexicon:
    return Lexicon.load({"small.yaml": SMALL})


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return load_lexicon()


def test_any_alias_resolves_to_the_canonical_name(small: Lexicon) -> None:
    assert small.resolve("republic of UTOPIA") == "Utopia"
    assert small.resolve("the Republic of Utopia") == "Utopia"
    assert small.resolve("Utopian") == "Utopia"
    assert small.resolve("Amaurot-Stadt") == "Amaurot"
    assert small.resolve("Atlantis") is None


def test_a_capital_is_a_place_and_its_government_acts(small: Lexicon) -> None:
    assert small.resolve("Amaurot") == "Amaurot"
    assert small.resolve_actor("Amaurot") == "Utopia"
    assert small.resolve_actor("Atlantis") is None


def test_kinds_affiliations_and_groups(small: Lexicon) -> None:
    assert small.kind("Utopia") == "state"
    assert small.kind("Atlantis") is None
    assert small.affiliation("Raphael Hythloday") == "Utopia"
    assert small.affiliation("Utopia") is None
    assert small.members("Isles") == frozenset({"Utopia"})
    assert small.members("Utopia") == frozenset()


def test_regions_contain_what_lies_in_them(small: Lexicon) -> None:
    assert small.contains("Nowhere Land", "Amaurot")
    assert small.contains("Amaurot", "Amaurot")
    assert not small.contains("Amaurot", "Nowhere Land")


def test_names_for_validation(small: Lexicon) -> None:
    assert small.units == frozenset({"troops", "usd"})
    assert small.actors == frozenset({"Utopia", "Raphael Hythloday", "Isles"})
    assert small.places == frozenset({"Utopia", "Amaurot", "Nowhere Land"})


def test_a_later_file_adds_to_an_earlier_one(small: Lexicon) -> None:
    more = "tables: {states: {layer: names, kind: state, entries: [{name: Utopia, aliases: [Ütopia], code: UT}]}}"
    extended = small.extended({"mine.yaml": more})
    assert extended.resolve("Ütopia") == "Utopia"
    assert extended.resolve("Republic of Utopia") == "Utopia"
    entry = extended.entry("Utopia")
    assert entry is not None
    assert entry.text("code") == "UT"
    assert small.resolve("Ütopia") is None


def test_compiling_loses_nothing(small: Lexicon) -> None:
    again = Lexicon.from_compiled(small.compiled("source"))
    assert again.tables == small.tables
    assert all(again.entries(table) == small.entries(table) for table in small.tables)


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("[]", "bad.yaml:1:1", "TL002"),
        ("version: 1", "bad.yaml:1:1", "TL003"),
        ("tables:\n  states: 5", "bad.yaml:2:3", "TL003"),
        ("tables:\n  units: {entries: [{nam: x}]}", "bad.yaml:2:", "TL004"),
        ("tables:\n  a: {layer: nams, entries: []}", "bad.yaml:2:7", "TL005"),
        ("tables:\n  units:\n    entries:\n      - {name: x, forms: [1]}", "bad.yaml:4:", "TL006"),
        ("tables:\n  units:\n    entries:\n      - {name: x, forms: {English: y}}", "bad.yaml:4:", "TL007"),
        ("tabels: {}\ntables: {}", "bad.yaml:1:1", "TL008"),
        ("tables: {a: ", "bad.yaml:", "TC"),
        ("tables: {outlet: {entries: []}}", "bad.yaml:1:10", "TL012"),
    ],
    ids=lambda value: value if value.startswith("T") else "",
)
def test_faults_name_their_place(text: str, place: str, code: str) -> None:
    with pytest.raises(LexiconError) as caught:
        Lexicon.load({"bad.yaml": text})
    assert str(caught.value.faults[0]).startswith(place)
    assert caught.value.faults[0].code.startswith(code)


def entry_faults(table: str, *entries: str) -> list[str]:
    rows = "".join(f"      - {{{entry}}}\n" for entry in entries)
    with pytest.raises(LexiconError) as caught:
        Lexicon.load({"mine.yaml": f"version: 1\ntables:\n  {table}:\n    entries:\n{rows}"})
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("table", "entry", "place", "words", "code"),
    [
        ("outlets", "name: Gazette, teir: 2", "5:25", 'did you mean "tier"? (name, kind, tier, country', "TL009"),
        ("outlets", "name: Gazette, tier: 4", "5:31", '"4" is not taken here (1, 2, 3)', "TL010"),
        ("outlets", "name: Gazette, tier: '2'", "5:31", '"2" is not one of these values (1, 2, 3)', "TL010"),
        ("outlets", "name: Gazette, kind: newpaper", "5:31", 'did you mean "newspaper"?', "TL010"),
        ("units", "name: bridge, class: materil", "5:31", 'did you mean "materiel"? (troops, police', "TL010"),
        ("units", "name: bridge, own_noun: 1", "5:34", '"1" is not true or false', "TL010"),
        ("deeds", "name: send, word: verbs", "5:28", 'did you mean "verb"?', "TL010"),
        ("deeds", "name: send, troops: deplyo", "5:30", 'did you mean "deploy"?', "TL010"),
        ("stance", "name: seek, takes: [objekt]", "5:29", 'did you mean "object"?', "TL010"),
        ("stance", "name: seek, stance: {a: b}", "5:30", "one of these values (support, oppose, undecided)", "TL010"),
        ("groups", "name: Isles, members: null", "5:", "nothing is not a text or a list of texts", "TL010"),
    ],
    ids=lambda value: value if "name:" in value else "",
)
def test_keys_and_values_of_an_entry_are_checked(table: str, entry: str, place: str, words: str, code: str) -> None:
    (fault,) = entry_faults(table, entry)
    assert fault.startswith(f"mine.yaml:{place}")
    assert words in fault
    assert fault.endswith(f"[{code}]")


def test_a_preposition_of_any_language_may_follow_a_cue() -> None:
    text = "tables: {stance: {layer: cues, entries: [{name: lobby, part: verb, stance: support, takes: [für, gegen]}]}}"
    assert Lexicon.load({"mine.yaml": text}).entries("stance")[0].texts("takes") == ("für", "gegen")


def test_an_entry_stands_once_in_a_table_of_a_file() -> None:
    (fault,) = entry_faults("units", "name: bridge, class: materiel", "name: bridge, class: goods")
    assert fault.startswith("mine.yaml:6:10: tables.units.entries[1].name: ")
    assert "stands in this table already, in line 5" in fault
    assert fault.endswith("[TL011]")


def test_every_fault_of_every_file_is_reported() -> None:
    with pytest.raises(LexiconError) as caught:
        Lexicon.load({"one.yaml": "[]", "two.yaml": "tables: {a: 1, b: 2}"})
    assert [(fault.file, fault.code) for fault in caught.value.faults] == [
        ("one.yaml", "TL002"),
        ("two.yaml", "TL003"),
        ("two.yaml", "TL003"),
    ]


def test_the_compiled_lexicon_is_the_one_in_the_files() -> None:
    documents = lexicon_documents()
    assert COMPILED.read_text(encoding="utf-8") == Lexicon.load(documents).compiled(fingerprint(documents)), (
        "rules/lexicon/compiled.json is older than the YAML beside it; run: python tools/compile_lexicon.py"
    )


@pytest.mark.parametrize(
    ("alias", "canonical"),
    [
        ("US", "United States"),
        ("the Kremlin", "Russia"),
        ("Großbritannien", "United Kingdom"),
        ("США", "United States"),
        ("États-Unis", "United States"),
        ("Bundesregierung", "Germany"),
        ("ISIS", "Islamic State"),
        ("Zelenskyy", "Volodymyr Zelensky"),
        ("UN", "United Nations"),
        ("НАТО", "NATO"),
    ],
)
def test_shipped_aliases(shipped: Lexicon, alias: str, canonical: str) -> None:
    assert shipped.resolve(alias) == canonical


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("usd", "usd"),
        ("Dollars", "usd"),
        ("Soldaten", "troops"),
        ("teachers", "teacher"),  # a noun of its own in an entry of many
        ("teacher", "teacher"),
        ("kilometres", None),  # never a policy figure
        ("frobnicators", None),
    ],
)
def test_shipped_units_by_any_of_their_words(shipped: Lexicon, word: str, unit: str | None) -> None:
    assert shipped.resolve_unit(word) == unit
    assert unit is None or unit in shipped.units


def test_shipped_regions_and_groups(shipped: Lexicon) -> None:
    assert shipped.contains("Europe", "Germany")
    assert shipped.contains("Europe", "Ramstein")
    assert shipped.contains("Middle East", "Gaza City")
    assert not shipped.contains("Europe", "Japan")
    assert len(shipped.members("EU members")) == 27
    assert len(shipped.members("NATO members")) == 32
    assert shipped.affiliation("Sergei Lavrov") == "Russia"


def test_what_shipped_entries_refer_to_exists(shipped: Lexicon) -> None:
    named = [
        (entry.name, target)
        for table in (
            "states",
            "territories",
            "cities",
            "regions",
            "people",
            "institutions",
            "parties",
            "groups",
            "armed_groups",
        )
        for entry in shipped.entries(table)
        for key in ("within", "of", "metonym", "members")
        for target in entry.texts(key)
    ]
    assert [pair for pair in named if shipped.entry(pair[1]) is None] == []
    assert len(shipped.entries("states")) >= 193


def test_every_shipped_person_has_an_office_and_somebody_to_act_for(shipped: Lexicon) -> None:
    assert [
        person.name for person in shipped.entries("people") if not (person.text("of") and person.text("office"))
    ] == []
