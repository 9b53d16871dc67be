"""Figures in German, French, Ukrainian and Russian, on sentences of our own."""

from __future__ import annotations

from tests.rules.extract.figure_cases import Case, cases, check, fig


@cases(
    Case(
        "soldiers to be sent",
        "Deutschland will 5.000 Soldaten nach Litauen schicken.",
        (fig(5000, "troops", actor="Germany", action="deploy", place="Lithuania", status="planned"),),
        "de",
    ),
    Case(
        "money in the millions",
        "Die Bundesregierung bewilligte rund 1,5 Milliarden Euro für die Ukraine.",
        (fig(1.5e9, "eur", bound="about", actor="Germany", place="Ukraine"),),
        "de",
    ),
    Case(
        "killed at the end of the sentence",
        "Bei Gefechten in Mali wurden mindestens 14 Soldaten getötet.",
        (fig(14, "troops", bound="at_least", action="kill", place="Mali"),),
        "de",
    ),
    Case(
        "a compound",
        "Polen erhält einen 300-Millionen-Euro-Kredit.",
        (fig(3e8, "eur"),),
        "de",
    ),
    Case(
        "who is given something stands between the doer and the number",
        "Norwegen will der Ukraine 14 Haubitzen liefern.",
        (fig(14, "howitzer", actor="Norway", action="deliver", place="Ukraine", status="planned"),),
        "de",
    ),
    Case(
        "who is supported stands between the doer and the number",
        "Schweden will die Ukraine mit drei Milliarden Euro unterstützen.",
        (fig(3e9, "eur", actor="Sweden", status="planned"),),
        "de",
    ),
    Case(
        "an article between a preposition and a name",
        "Finnland wird 20 Panzer an die Ukraine liefern.",
        (fig(20, "tank", actor="Finland", action="deliver", place="Ukraine", status="planned"),),
        "de",
    ),
    Case(
        "the dative of a masculine name",
        "Frankreich liefert dem Libanon 30 Panzer.",
        (fig(30, "tank", actor="France", action="deliver", place="Lebanon"),),
        "de",
    ),
    Case(
        "whose government it is stands in the genitive",
        "Die Regierung der Türkei hat 5.000 Soldaten nach Syrien geschickt.",
        (fig(5000, "troops", actor="Turkey", action="deploy", place="Syria"),),
        "de",
    ),
    Case("an accident", "Bei einem Busunglück in Peru starben 18 Menschen.", (), "de"),
    Case("a poll", "In der Umfrage nannten 43 Prozent der Befragten die Inflation.", (), "de"),
)
def test_german(case: Case) -> None:
    check(case)


@cases(
    Case(
        "soldiers deployed",
        "La France a déployé 1 500 soldats au Tchad.",
        (fig(1500, "troops", actor="France", action="deploy", place="Chad", status="fact"),),
        "fr",
    ),
    Case(
        "a plan",
        "Le gouvernement a annoncé un plan de relance de 40 milliards d'euros.",
        (fig(40e9, "eur", action="spend", status="planned"),),
        "fr",
    ),
    Case(
        "more than, killed",
        "Plus de 30 civils ont été tués dans des bombardements à Gaza.",
        (fig(30, "civilian", bound="at_least", action="kill", place="Gaza"),),
        "fr",
    ),
    Case("an auction", "Le tableau a été adjugé 2 millions d'euros aux enchères.", (), "fr"),
    Case("a match", "Le club a gagné le match devant 40 000 personnes au stade.", (), "fr"),
)
def test_french(case: Case) -> None:
    check(case)


@cases(
    Case(
        "money for weapons",
        "Німеччина виділила 1,5 млрд євро на допомогу Україні.",
        (fig(1.5e9, "eur", actor="Germany"),),
        "uk",
    ),
    Case(
        "soldiers by the thousand",
        "Росія перекинула до 12 тис. солдатів на кордон.",
        (fig(12000, "troops", bound="at_most", actor="Russia", action="deploy"),),
        "uk",
    ),
    Case(
        "drones shot down",
        "Україна збила 54 дрони.",
        (fig(54, "drone", actor="Ukraine"),),
        "uk",
    ),
    Case("an earthquake", "Внаслідок землетрусу в Туреччині загинули понад 900 людей.", (), "uk"),
)
def test_ukrainian(case: Case) -> None:
    check(case)


@cases(
    Case(
        "soldiers withdrawn",
        "Франция вывела 2 тысячи военнослужащих из Мали.",
        (fig(2000, "troops", actor="France", action="withdraw", place="Mali", status="fact"),),
        "ru",
    ),
    Case(
        "whose soldiers",
        "В Сирии погибли 14 турецких солдат.",
        (fig(14, "troops", actor="Turkey", action="kill", place="Syria"),),
        "ru",
    ),
    Case(
        "money and a verb of planning",
        "США планируют выделить 300 млн долларов военной помощи.",
        (fig(3e8, "usd", actor="United States", status="planned"),),
        "ru",
    ),
    Case("infections", "За сутки выявлено 2 300 новых случаев коронавируса.", (), "ru"),
)
def test_russian(case: Case) -> None:
    check(case)
