"""How real a figure is, by the form of its verb: to come, asked for, given up, or done."""

from __future__ import annotations

from rules.model import Status
from tests.rules.extract.figure_cases import Case, cases, check, fig

C = Case


def status(status: Status, low: float, unit: str = "troops") -> tuple[dict[str, object]]:
    return (fig(low, unit, status=status),)


TO_COME = Status.PLANNED
DONE = Status.FACT
OFF = Status.DENIED


@cases(
    C("a German present with its month", "Dänemark liefert im März 19 Panzer an Estland.",
      status(TO_COME, 19, "tank"), "de"),
    C("a German present with next year", "Kanada schickt nächstes Jahr 700 Soldaten nach Lettland.",
      status(TO_COME, 700), "de"),
    C("a German infinitive with zu", "Den Haag beschließt, 150 Soldaten nach Niger zu entsenden.",
      status(TO_COME, 150), "de"),
    C("a French future", "L'Espagne enverra 300 soldats en Lettonie.", status(TO_COME, 300), "fr"),
    C("a French future in the plural", "Les États-Unis retireront 900 soldats de Syrie.", status(TO_COME, 900), "fr"),
    C("a French present with its month", "La Norvège envoie 80 soldats au Mali le mois prochain.",
      status(TO_COME, 80), "fr"),
    C("a Ukrainian future", "Чехія передасть Україні 40 танків.", status(TO_COME, 40, "tank"), "uk"),
    C("another Ukrainian future", "Японія надасть Україні 90 млн доларів.", status(TO_COME, 90_000_000, "usd"), "uk"),
    C("a Russian future", "Словакия передаст Украине 13 истребителей.", status(TO_COME, 13, "aircraft"), "ru"),
    C("a Russian wish", "Рубио призвал союзников тратить 4 процента ВВП на оборону.",
      status(TO_COME, 4, "percent"), "ru"),
    C("an English present with next month", "Italy sends 250 soldiers to Kosovo next month.", status(TO_COME, 250)),
)  # fmt: skip
def test_what_is_yet_to_come_by_the_form_of_its_verb(case: C) -> None:
    check(case)


@cases(
    C("a German participle", "Dänemark hat im März 19 Panzer an Estland geliefert.", status(DONE, 19, "tank"), "de"),
    C("a German past", "Kanada schickte im Juni 700 Soldaten nach Lettland.", status(DONE, 700), "de"),
    C("a German beginning", "Den Haag begann, 150 Soldaten nach Niger zu entsenden.", status(DONE, 150), "de"),
    C("a German present", "Dänemark liefert 19 Panzer an Estland.", status(DONE, 19, "tank"), "de"),
    C("a French perfect", "L'Espagne a envoyé 300 soldats en Lettonie.", status(DONE, 300), "fr"),
    C("a French past by venir", "L'Espagne vient d'envoyer 300 soldats en Lettonie.", status(DONE, 300), "fr"),
    C("a Ukrainian past", "Чехія передала Україні 40 танків.", status(DONE, 40, "tank"), "uk"),
    C("a Russian past", "Словакия передала Украине 13 истребителей.", status(DONE, 13, "aircraft"), "ru"),
    C("an English past", "Italy sent 250 soldiers to Kosovo last month.", status(DONE, 250)),
)  # fmt: skip
def test_what_is_done_by_the_form_of_its_verb(case: C) -> None:
    check(case)


@cases(
    C("demanded that", "Washington demanded that NATO members spend 4 percent of GDP on defence.",
      status(TO_COME, 4, "percent")),
    C("called on to", "Paris called on its allies to spend 4 percent of GDP on defence.",
      status(TO_COME, 4, "percent")),
    C("proposed that", "Brussels proposed that Greece receive 60 million euros for camps.",
      status(TO_COME, 60_000_000, "eur")),
    C("German dass", "Washington verlangt, dass Spanien 4 Prozent des BIP für Verteidigung ausgibt.",
      status(TO_COME, 4, "percent"), "de"),
    C("French que", "Washington exige que l'Espagne consacre 4 % de son PIB à la défense.",
      status(TO_COME, 4, "percent"), "fr"),
    C("Russian чтобы", "Вашингтон потребовал, чтобы Испания тратила на оборону 4 процента ВВП.",
      status(TO_COME, 4, "percent"), "ru"),
)  # fmt: skip
def test_what_somebody_asks_for_is_planned(case: C) -> None:
    check(case)


@cases(
    C("a plan", "Portugal scrapped its plan to send 200 soldiers to Chad.", status(OFF, 200)),
    C("a pledge", "Ottawa withdrew its pledge to cut emissions by 40 percent.", status(OFF, 40, "percent")),
    C("a promise that is broken", "Rome reneged on a promise to deliver 12 howitzers to Kyiv.",
      status(OFF, 12, "howitzer")),
    C("a decision against", "Portugal decided against sending 200 soldiers to Chad.", status(OFF, 200)),
    C("German", "Portugal verwarf den Plan, 200 Soldaten in den Tschad zu schicken.", status(OFF, 200), "de"),
    C("French", "Le Portugal renonce à envoyer 200 soldats au Tchad.", status(OFF, 200), "fr"),
    C("Ukrainian", "Португалія відмовилася від плану відправити 200 військових до Малі.", status(OFF, 200), "uk"),
    C("Russian", "Португалия отказалась от плана отправить 200 военных в Мали.", status(OFF, 200), "ru"),
    C("a pledge that is kept", "Rome kept its promise to deliver 12 howitzers to Kyiv.",
      status(DONE, 12, "howitzer")),
)  # fmt: skip
def test_what_is_given_up_is_denied(case: C) -> None:
    check(case)


@cases(
    C("spent", "Литва потратит на оборону 5,5 процента ВВП.", status(TO_COME, 5.5, "percent"), "ru"),
    C("is spending", "Литва витрачає на оборону 5,5 відсотка ВВП.", status(DONE, 5.5, "percent"), "uk"),
    C("a deficit", "Дефицит бюджета Литвы составил 3 процента ВВП.", (), "ru"),
)  # fmt: skip
def test_a_share_of_output_behind_what_it_is_spent_on(case: C) -> None:
    check(case)


@cases(
    C("a month before a number", "Norwegen übergab im April 15 Panzer an Lettland.", (fig(15, "tank"),), "de"),
    C("a day before its month", "Norwegen übergab am 15. April Panzer an Lettland.", (), "de"),
    C("an English day", "Norway handed tanks to Latvia on April 15.", ()),
)  # fmt: skip
def test_a_number_behind_a_month_is_a_day_in_english_alone(case: C) -> None:
    check(case)
