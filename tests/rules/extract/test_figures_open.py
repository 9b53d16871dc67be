"""Figures that no list foresees: whatever a public actor does, and numbers that lean on the ones before them."""

from __future__ import annotations

import pytest

from tests.rules.extract.figure_cases import Case, cases, check, fig, figures_of


@cases(
    Case(
        "a noun that no list holds",
        "Kenya has pledged to plant 900 million seedlings.",
        (fig(900e6, "seedling", actor="Kenya", status="planned"),),
    ),
    Case(
        "a verb that no list holds",
        "Norway welds together 40 railcars for Ukraine.",
        (fig(40, "railcar", actor="Norway", action="other"),),
    ),
    Case(
        "private people as the object of a deed",
        "Nicaragua stripped 94 critics of their citizenship.",
        (fig(94, "critic", actor="Nicaragua", action="impose"),),
    ),
    Case(
        "what was seized",
        "The Indian Navy confiscated 14 rifles and 923 rounds from the boat.",
        (fig(14, "rifle", actor="India"), fig(923, "round", actor="India")),
    ),
    Case(
        "forces by their adjective",
        "Turkish warplanes hit 29 targets in northern Iraq.",
        (fig(29, "target", actor="Turkey", place="Iraq"),),
    ),
    Case(
        "a price beside what was bought",
        "Finland has ordered 64 F-35s, worth roughly 8.4 billion euros.",
        (fig(64, "aircraft", actor="Finland", status="fact"), fig(8.4e9, "eur", bound="about", action="spend")),
    ),
    Case(
        "a share of what one has",
        "Iran must ship out 98 percent of its stockpile.",
        (fig(98, "percent", actor="Iran", status="planned"),),
    ),
    Case(
        "a public actor's own change of a price",
        "Egypt cut its bread allowance by 18 percent.",
        (fig(18, "percent", actor="Egypt", action="reduce"),),
    ),
    Case(
        "money close to companies is public where the state froze it",
        "Oslo has frozen 1.4 billion kroner of companies close to the Kremlin.",
        (fig(1.4e9, "nok", actor="Norway", action="other"),),
    ),
    Case(
        "an appeal",
        "The flash appeal, for which $2.5 billion is required, opened on Monday.",
        (fig(2.5e9, "usd", action="request"),),
    ),
)
def test_what_a_public_actor_does_counts_whatever_the_words(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    "text",
    [
        "The health ministry reported 3,200 new cases of cholera.",
        "Parliament passed 41 bills in 12 days.",
        "The prime minister visited 14 countries and gave 200 interviews.",
        "The navy's museum ship weighs 9,000 tonnes.",
        "The council received 800 complaints about noise.",
        "The government published 1,200 pages of minutes.",
        "The storm cut power to 300,000 homes in Florida, the governor's office said.",
        "Russia's economy grew by 3.6 percent last year, the central bank estimates.",
        "Google will pay $170 million to settle a lawsuit over privacy.",
        "The airline ordered 30 jets from Airbus for $3 billion.",
        "The museum, which the state opened in 1998, attracts 250,000 visitors a year.",
    ],
)
def test_what_is_no_deed_of_policy_stays_out_though_somebody_public_is_near(text: str) -> None:
    assert figures_of(text) == ()


@cases(
    Case(
        "a list without verbs",
        "Denmark offered 90 instructors, Norway 60 and Sweden a further 110.",
        (
            fig(90, "instructor", actor="Denmark"),
            fig(60, "instructor", actor="Norway"),
            fig(110, "instructor", actor="Sweden"),
        ),
    ),
    Case(
        "only so many have come",
        "Latvia can house 4,000 Canadian soldiers; for now barely 500 have come.",
        (fig(4000, "troops"), fig(500, "troops")),
    ),
    Case(
        "the next sentence goes on",
        "Denmark's six F-16s arrived in western Ukraine last week, with another 13 to follow by summer.",
        (fig(6, "aircraft", actor="Denmark", action="deliver"), fig(13, "aircraft", actor="Denmark")),
    ),
    Case(
        "the whole is said for the part's sake",
        "Spain will pull 120 of its 360 soldiers out of Mali.",
        (fig(120, "troops", actor="Spain", action="withdraw", of_total=360),),
    ),
    Case(
        "a formation of so many",
        "Poland sent a brigade of about 4,500 to the border.",
        (fig(4500, "troops", actor="Poland", bound="about"),),
    ),
    Case(
        "bringing the army to",
        "Moscow's draft decree would add 180,000 servicemen, bringing the army to 1.5 million.",
        (fig(180_000, "troops", actor="Russia"), fig(1.5e6, "troops", actor="Russia")),
    ),
    Case(
        "a cap",
        "The Dutch government wants to limit arrivals to 40,000.",
        (fig(40_000, "migrant", bound="at_most", status="planned"),),
    ),
    Case(
        "what was before comes behind",
        "Chile voted to raise the copper royalty to 46.5 percent from 40.",
        (fig(46.5, "percent", actor="Chile"), fig(40, "percent", actor="Chile", status="fact")),
    ),
    Case(
        "a noun between the halves of a pair",
        "The mission will shrink from 18,500 soldiers to 12,000.",
        (fig(18_500, "troops", action="station", status="fact"), fig(12_000, "troops", action="reduce")),
    ),
)
def test_numbers_lean_on_the_ones_before(case: Case) -> None:
    check(case)


@cases(
    Case(
        "men are soldiers", "Burundi keeps 10,000 men of its army in Kivu.", (fig(10_000, "troops", actor="Burundi"),)
    ),
    Case("a type of aircraft", "India bought 97 Tejas fighters.", (fig(97, "aircraft", actor="India"),)),
    Case(
        "the last noun of a compound",
        "Russia will hand over 23 wounded servicemen.",
        (fig(23, "troops", actor="Russia", status="planned"),),
    ),
    Case(
        "crowns of the one who pays",
        "Norway's parliament raised its Ukraine fund to 85 billion kroner.",
        (fig(85e9, "nok", actor="Norway"),),
    ),
    Case(
        "nobody is named but the currency",
        "The cabinet approved 2.6 billion shekels for the evacuees.",
        (fig(2.6e9, "ils", actor="Israel"),),
    ),
)
def test_senses_of_nouns(case: Case) -> None:
    check(case)


@cases(
    Case("a headline", "Serbia to buy 12 Rafale jets", (fig(12, "aircraft", actor="Serbia", status="planned"),)),
    Case(
        "turned round",
        "Should the United States bring home 4,000 troops, allies would have to fill the gap.",
        (fig(4000, "troops", status="conditional"),),
    ),
    Case(
        "denied elsewhere",
        "Rwanda has 4,000 troops in Congo, UN experts say; Kigali denies it.",
        (fig(4000, "troops", status="claimed"),),
    ),
    Case(
        "a bill that sets money aside",
        "The Senate sent on the bill, which sets aside $14.3 billion for Israel.",
        (fig(14.3e9, "usd", status="planned", place="Israel"),),
    ),
    Case(
        "a Russian future",
        "Казахстан сократит добычу нефти на 57 тыс. баррелей.",
        (fig(57e3, "barrel", status="planned"),),
        "ru",
    ),
    Case(
        "a Russian present",
        "Казахстан сокращает добычу нефти на 57 тыс. баррелей.",
        (fig(57e3, "barrel", status="fact"),),
        "ru",
    ),
    Case(
        "a Ukrainian future",
        "Німеччина виділить 1,2 млрд євро на снаряди.",
        (fig(1.2e9, "eur", status="planned"),),
        "uk",
    ),
)
def test_how_real_by_the_form_of_the_verb(case: Case) -> None:
    check(case)


@cases(
    Case(
        "a German compound and what is to follow",
        "Frankreich hat bislang 30 Caesar-Haubitzen geliefert, zwölf weitere sollen folgen.",
        (fig(30, "howitzer", actor="France", action="deliver"), fig(12, "howitzer", actor="France")),
        "de",
    ),
    Case(
        "a German pair",
        "Washington senkt die Zölle auf Schweizer Waren von 39 auf 15 Prozent.",
        (fig(39, "percent", place="Switzerland", status="fact"), fig(15, "percent", place="Switzerland")),
        "de",
    ),
    Case(
        "a French list",
        "Berlin promet 18 chars Leopard à Kiev, Varsovie 14.",
        (fig(18, "tank", actor="Germany"), fig(14, "tank", actor="Poland")),
        "fr",
    ),
    Case(
        "what a Ukrainian number was changed to is no limit",
        "Польща скоротить контингент до 200 військових.",
        (fig(200, "troops", actor="Poland", bound="exact", status="planned"),),
        "uk",
    ),
    Case(
        "whose budget it is in Russian",
        "Военный бюджет Германии вырастет до 86 миллиардов евро.",
        (fig(86e9, "eur", actor="Germany", status="planned"),),
        "ru",
    ),
)
def test_other_languages_do_likewise(case: Case) -> None:
    check(case)
