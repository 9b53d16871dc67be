"""Who says so: attributions within a text, and the chain that an item was reported through."""

from __future__ import annotations

import pytest

from rules.extract.attribution import Attributions
from tests.rules.extract.position_cases import Chain, chains, extractor, provenance_of

C = Chain


def check(case: Chain) -> None:
    found = provenance_of(case.text, case.outlet, case.lang)
    assert found.chain == case.chain
    assert found.anonymous is case.anonymous
    assert found.origin == case.origin


@chains(
    C("an outlet that reports", "The Wall Street Journal reported that the fleet will leave the port.",
      ("Wall Street Journal",), "Wall Street Journal"),
    C("an outlet behind according to", "The envoy has resigned, according to Reuters.", ("Reuters",), "Reuters"),
    C("an outlet at the end", "The talks have failed, Le Monde reported on Tuesday.", ("Le Monde",), "Le Monde"),
    C("an outlet that was first", "The sale was first reported by the Financial Times.",
      ("Financial Times",), "Financial Times"),
    C("documents that an outlet obtained", "The army ordered 300 drones, documents obtained by Der Spiegel show.",
      ("Der Spiegel",), "Der Spiegel"),
    C("a journalist at an outlet", "The list was published by Jane Roe at Politico.", ("Politico",), "Politico"),
    C("somebody told an outlet", "Finance Minister Ana Lopes told Bloomberg that the levy would stay.",
      ("Bloomberg", "Ana Lopes"), "Bloomberg"),
    C("somebody told a presenter of an outlet", "\"It will take a year,\" Anthony Fauci told CNN's Jane Roe.",
      ("CNN", "Anthony Fauci"), "CNN"),
    C("a speech carried by an agency", '"We will not leave," Viktor Orban said, according to AFP.',
      ("AFP", "Viktor Orbán"), "AFP"),
    C("an outlet that cites unnamed people",
      "The New York Times reported, citing people familiar with the matter, that the base will close.",
      ("New York Times", "people familiar with the matter"), "New York Times", True),
    C("unnamed people who told an outlet", "Two officials briefed on the plan told Axios that the vote is off.",
      ("Axios", "officials briefed on the plan"), "Axios", True),
    C("who is quoted as saying", "IRNA quoted the foreign minister, Abbas Araghchi, as saying that no date was set.",
      ("IRNA", "Abbas Araghchi"), "IRNA"),
    C("a radio by its name", "Radio Meridian reported that the border was shut.",
      ("Radio Meridian",), "Radio Meridian"),
    C("a known role", "The minister told the BBC that the note was forged.", ("BBC", "minister"), "BBC"),
    C("an envoy whom nobody names", "A Western envoy said the talks had failed.", ("Western envoy",), None, True),
    C("one of many", "One of the negotiators told Reuters that the text was ready.",
      ("Reuters", "negotiators"), "Reuters", True),
    C("citing is one step further in", "The Guardian, citing the BBC, reported that the vote was off.",
      ("The Guardian", "BBC"), "BBC"),
    C("an outlet that cites an outlet", "Welt reported the plan on Monday, citing the Financial Times.",
      ("Die Welt", "Financial Times"), "Financial Times"),
    C("what the sentence after says of the same outlet",
      "The fleet will be halved, Politico reported. Politico, citing defence officials, said the cuts begin in May.",
      ("Politico", "defence officials"), "Politico", True),
)  # fmt: skip
def test_outlets_and_whom_they_cite(case: Chain) -> None:
    check(case)


@chains(
    C("a person told the publisher", "Mayor Tom Rudd told The Washington Post that the bridge will reopen.",
      ("Tom Rudd",), "Tom Rudd", outlet="The Washington Post"),
    C("migrants told the publisher", "Water is scarce, around 30 migrants told Reuters.",
      ("migrants",), None, True, "Reuters"),
    C("the publisher under another name", "The drill was called off, the BBC reported.", (), None, outlet="BBC News"),
    C("nobody is attributed", "The train left the rails near Graz on Sunday night.", (), None),
)  # fmt: skip
def test_the_publisher_is_no_part_of_its_own_chain(case: Chain) -> None:
    check(case)


@chains(
    C("on condition of anonymity", "A lobbyist who spoke on the condition of anonymity said the bill is dead.",
      ("lobbyist",), None, True),
    C("a diplomat without a name", "The text is ready, said a senior EU diplomat.", ("EU diplomat",), None, True),
    C("officials of a state", "The strike killed a commander, according to U.S. officials.",
      ("U.S. officials",), None, True),
    C("an official with a name", "Defence official Carl Moss said the site is safe.", ("Carl Moss",), "Carl Moss"),
    C("a minister with a name", "Foreign Minister Penny Wong said the treaty stands.", ("Penny Wong",), "Penny Wong"),
    C("a government", "The Kremlin said the call would take place on Friday.", ("Russia",), "Russia"),
)  # fmt: skip
def test_anonymity_and_people(case: Chain) -> None:
    check(case)


@chains(
    C("a proper name with an ending of the trade", "The Kronstadt Courier reported that the ferry will be sold.",
      ("Kronstadt Courier",), "Kronstadt Courier"),
    C("a word of the trade behind the name", "The bishop told the Vestland newspaper that he would stay.",
      ("Vestland",), "Vestland"),
    C("a German paper in quotation marks", 'Die Fähre wird verkauft, berichtet die "Küstenwacht".',
      ("Küstenwacht",), "Küstenwacht", lang="de"),
    C("a German magazine with its kind", 'Das berichtet das Magazin "Der Bote" in seiner neuen Ausgabe.',
      ("Der Bote",), "Der Bote", lang="de"),
    C("a Russian paper in quotation marks", "Об этом сообщает газета «Северный край».",
      ("Северный край",), "Северный край", lang="ru"),
)  # fmt: skip
def test_outlets_that_no_list_holds(case: Chain) -> None:
    check(case)


@chains(
    C("German with unnamed insiders",
      'Die Regierung plant neue Zölle, berichtete die "New York Times" am Mittwoch unter Berufung auf Insider.',
      ("New York Times", "insiders"), "New York Times", True, lang="de"),
    C("German with an addressee", '"Wir sind bereit", sagte Außenminister Heiko Maas der "Bild am Sonntag".',
      ("Bild am Sonntag", "Heiko Maas"), "Bild am Sonntag", lang="de"),
    C("German circles", "Aus Regierungskreisen hieß es, die Entscheidung sei gefallen.",
      ("sources",), None, True, lang="de"),
    C("German behind its source", 'Dem "Spiegel" zufolge sollen Soldaten abgezogen werden.',
      ("Der Spiegel",), "Der Spiegel", lang="de"),
    C("a German common word is no outlet", "Die Presse wurde nicht zugelassen, sagte der Anwalt.", (), None, lang="de"),
    C("French citing", "Le ministre démissionnera vendredi, révèle Le Monde citant des sources proches du dossier.",
      ("Le Monde", "sources"), "Le Monde", True, lang="fr"),
    C("French with an addressee", "L'accord est proche, a indiqué à l'AFP un diplomate sous couvert d'anonymat.",
      ("AFP", "diplomats"), "AFP", True, lang="fr"),
    C("Ukrainian with reference", "Про це повідомляє Reuters із посиланням на джерела в уряді.",
      ("Reuters", "sources"), "Reuters", True, lang="uk"),
    C("Ukrainian by the words of", "За словами президента Володимира Зеленського, переговори тривають.",
      ("Volodymyr Zelensky",), "Volodymyr Zelensky", lang="uk"),
    C("Russian with reference", "Об этом сообщает ТАСС со ссылкой на источник в правительстве.",
      ("TASS", "sources"), "TASS", True, lang="ru"),
    C("Spanish", "El Gobierno subirá los impuestos, según publica El País citando fuentes del ministerio.",
      ("El País", "sources"), "El País", True, lang="es"),
)  # fmt: skip
def test_other_languages(case: Chain) -> None:
    check(case)


@chains(
    C("an agency in the dateline", "BRUSSELS (Reuters) - Ministers met on Tuesday and talked about cod.",
      ("Reuters",), "Reuters"),
    C("the publisher in the dateline", "BRUSSELS (Reuters) - Ministers met on Tuesday and talked about cod.",
      (), None, outlet="Reuters"),
    C("an agency at the end", "Die Sitzung wurde vertagt. (APA, 3.5.2024)", ("APA",), "APA", lang="de"),
    C("an outlet far below the lead",
      "The road was closed, Mayor Tom Rudd said. " + "Snow fell. " * 20 + "The BBC reported on it in May.",
      ("Tom Rudd",), "Tom Rudd"),
    C("a spokesman with a name behind his office",
      "Об этом сообщил пресс-секретарь президента Дмитрий Песков, передает ТАСС.",
      ("TASS", "Dmitry Peskov"), "TASS", lang="ru"),
    C("a name in Latin letters in Russian", "Войска отошли, сообщает Hamshahri.",
      ("Hamshahri",), "Hamshahri", lang="ru"),
)  # fmt: skip
def test_datelines_and_leads(case: Chain) -> None:
    check(case)


def source_at(sources: Attributions, offset: int) -> str | None:
    found = sources.at(offset)
    return found.source if found else None


def test_an_attribution_covers_what_its_source_says() -> None:
    text = "The minister resigned. The army has 300 tanks, a defence official said. Rain fell."
    document = extractor().document(text)
    sources = Attributions(document)
    assert source_at(sources, text.index("300")) == "defence official"
    assert source_at(sources, text.index("resigned")) is None
    assert source_at(sources, text.index("Rain")) is None


def test_a_quotation_over_several_sentences_is_said_by_one_speaker() -> None:
    text = '"We lost 40 men. We need 200 more," said General Omar Sissoko.'
    document = extractor().document(text)
    sources = Attributions(document)
    assert source_at(sources, text.index("40")) == "Omar Sissoko"


@pytest.mark.parametrize(
    ("said", "voice"),
    [
        pytest.param("Germany's defence ministry said", "Germany", id="a ministry answers for its state"),
        pytest.param("the Pentagon said", "United States", id="so does the house that it sits in"),
        pytest.param("German Defence Minister Boris Pistorius said", "Germany", id="and whoever speaks for it"),
        pytest.param("Reuters reported", "Reuters", id="an outlet answers for its own report"),
        pytest.param("the Fenn Courier newspaper reported", "Fenn Courier", id="listed or not"),
        pytest.param("two officials said", None, id="nobody does where nobody is named"),
        pytest.param("the minister said", None, id="nor where a bare office is"),
        pytest.param("local authorities said", None, id="nor where a group is"),
    ],
)
def test_who_answers_for_a_claim(said: str, voice: str | None) -> None:
    found = extractor().extract(f"Some 5,000 soldiers will leave Mali by May, {said}.", lang="en")
    assert [figure.voice for figure in found.figures] == [voice]


@pytest.mark.parametrize("said", ["the governor", "the regional governor", "medics", "the hospital", "the president"])
def test_who_closes_a_sentence_without_a_name_is_nobody_of_whom_it_tells(said: str) -> None:
    (figure,) = extractor().extract(f"Russia killed 14 civilians in Kherson, {said} said.", lang="en").figures
    assert (figure.source_cited, figure.voice) == (said.removeprefix("the "), None)


def test_each_claim_of_a_text_has_the_voice_of_its_own_sentence() -> None:
    text = (
        "Israel killed 12 people in Gaza on Monday, the Palestinian health ministry said. "
        "The Israeli army said that it had killed five people in Gaza. Italy rejected a new mandate for Gaza."
    )
    found = extractor().extract(text, outlet="Hill Herald", lang="en")
    assert [claim.voice for claim in found.claims] == ["Palestine", "Israel", None]


def test_the_outlet_of_a_chain_is_told_apart_from_whom_it_cites() -> None:
    found = (
        extractor().extract("Reuters reported that 5,000 soldiers will leave Mali, citing Boris Pistorius.").provenance
    )
    assert (found.origin, found.outlet) == ("Reuters", "Reuters")
    found = extractor().extract("Boris Pistorius said that 5,000 soldiers will leave Mali.").provenance
    assert (found.origin, found.outlet) == ("Boris Pistorius", None)
