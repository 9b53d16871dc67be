"""Positions in German, French, Ukrainian and Russian."""

from __future__ import annotations

from tests.rules.extract.position_cases import Stands, check, on, stands

S = Stands


@stands(
    S("a separated verb", "Die Bundesregierung lehnt einen Abzug der Truppen ab.",
      (on("Germany", "oppose", "einen Abzug der Truppen"),), "de"),
    S("the subject before the verb", "Frankreich unterstützt den Vorschlag der Kommission.",
      (on("France", "support", "den Vorschlag der Kommission"),), "de"),
    S("the subject behind the verb", "Am Dienstag lehnte Angela Merkel den Antrag ab.",
      (on("Angela Merkel", "oppose", "den Antrag"),), "de"),
    S("a participle at the end", "Der ungarische Ministerpräsident Viktor Orbán hat die Sanktionen erneut kritisiert.",
      (on("Viktor Orbán", "oppose", "die Sanktionen", actor_affiliation="Hungary"),), "de"),
    S("a request with an infinitive clause", "Die USA forderten Israel auf, die Blockade zu beenden.",
      (on("United States", "support", "die Blockade zu beenden"),), "de"),
    S("a condition", "Polen ist bereit, Panzer zu liefern, wenn die NATO zustimmt.",
      (on("Poland", "conditional", "Panzer zu liefern", condition="wenn die NATO zustimmt"),), "de"),
    S("a passive", "Der Vorschlag wurde von Ungarn abgelehnt.", (on("Hungary", "oppose", "Der Vorschlag"),), "de"),
    S("a negation", "Tschechien will dem Vertrag nicht zustimmen.", (on("Czechia", "oppose", "dem Vertrag"),), "de"),
    S("a denial", "Italien wies die Vorwürfe zurück.", (), "de"),
    S("a court", "Das Gericht lehnte die Klage ab.", (), "de"),
)  # fmt: skip
def test_german(case: Stands) -> None:
    check(case)


@stands(
    S("a verb with its preposition", "La France s'oppose à l'adhésion de la Turquie.",
      (on("France", "oppose", "l'adhésion de la Turquie"),), "fr"),
    S("a call by a person", "Le président Emmanuel Macron a appelé à un cessez-le-feu immédiat.",
      (on("Emmanuel Macron", "support", "un cessez-le-feu immédiat", actor_affiliation="France"),), "fr"),
    S("an elided article", "L'Allemagne a rejeté la proposition de réforme.",
      (on("Germany", "oppose", "la proposition de réforme"),), "fr"),
    S("a negation around the verb", "Le Maroc ne soutient pas ce plan.", (on("Morocco", "oppose", "ce plan"),), "fr"),
    S("a condition", "Kiev est prêt à négocier à condition que Moscou retire ses troupes.",
      (on("Ukraine", "conditional", "négocier", condition="à condition que Moscou retire ses troupes"),), "fr"),
    S("a passive", "La proposition a été rejetée par la Hongrie.", (on("Hungary", "oppose", "La proposition"),), "fr"),
    S("weighing", "L'Espagne envisage de reconnaître la Palestine.",
      (on("Spain", "undecided", "reconnaître la Palestine"),), "fr"),
    S("a denial", "Paris a rejeté les accusations de Moscou.", (), "fr"),
)  # fmt: skip
def test_french(case: Stands) -> None:
    check(case)


@stands(
    S("a refusal", "Угорщина відмовилася підтримати санкції проти Росії.",
      (on("Hungary", "oppose", "підтримати санкції проти Росії"),), "uk"),
    S("a call by a person", "Президент Володимир Зеленський закликав НАТО закрити небо над Україною.",
      (on("Volodymyr Zelensky", "support", "НАТО закрити небо над Україною"),), "uk"),
    S("against", "Німеччина виступає проти постачання танків.",
      (on("Germany", "oppose", "постачання танків"),), "uk"),
    S("a condition", "Туреччина готова прийняти переговори, якщо погодиться Москва.",
      (on("Turkey", "conditional", "прийняти переговори", condition="якщо погодиться Москва"),), "uk"),
    S("a denial", "МЗС Росії відкинуло звинувачення.", (), "uk"),
)  # fmt: skip
def test_ukrainian(case: Stands) -> None:
    check(case)


@stands(
    S("support", "Китай поддержал резолюцию Совета Безопасности.",
      (on("China", "support", "резолюцию Совета Безопасности"),), "ru"),
    S("a negation before the verb", "Турция не поддерживает санкции против России.",
      (on("Turkey", "oppose", "санкции против России"),), "ru"),
    S("a person behind the office of a state", "Президент Франции Эммануэль Макрон призвал к прекращению огня.",
      (on("Emmanuel Macron", "support", "к прекращению огня", actor_affiliation="France"),), "ru"),
    S("two actors", "Великобритания и Франция выступили за отправку миротворцев.",
      (on("United Kingdom", "support", "отправку миротворцев"), on("France", "support", "отправку миротворцев")), "ru"),
    S("a condition of readiness", "Москва готова к переговорам только при условии отвода войск.",
      (on("Russia", "conditional", "к переговорам", condition="только при условии отвода войск"),), "ru"),
    S("a veto", "Венгрия наложила вето на решение ЕС.", (on("Hungary", "oppose", "решение ЕС"),), "ru"),
    S("a denial", "Кремль отверг обвинения Лондона.", (), "ru"),
)  # fmt: skip
def test_russian(case: Stands) -> None:
    check(case)


@stands(
    S("für and gegen with a participle", "Malta hat sich für eine Verlängerung des Mandats ausgesprochen.",
      (on("Malta", "support", "eine Verlängerung des Mandats"),), "de"),
    S("against it, of what was said before", "Kroatien befürwortet die Steuer, Slowenien ist dagegen.",
      (on("Croatia", "support", "die Steuer"), on("Slovenia", "oppose", "die Steuer")), "de"),
    S("a proposal split", "Irland schlägt ein Verbot von Einwegbechern vor.",
      (on("Ireland", "support", "ein Verbot von Einwegbechern"),), "de"),
    S("a judgement split", "Slowenien nannte den Vorschlag unannehmbar.",
      (on("Slovenia", "oppose", "den Vorschlag"),), "de"),
    S("the government in a capital", "Die Regierung in Lissabon fordert ein Moratorium.",
      (on("Portugal", "support", "ein Moratorium"),), "de"),
    S("we in a quotation", '"Wir lehnen das Abkommen ab", sagte Angela Merkel.',
      (on("Angela Merkel", "oppose", "das Abkommen"),), "de"),
    S("French: for a policy", "Lisbonne s'est prononcée en faveur d'un moratoire.",
      (on("Portugal", "support", "moratoire"),), "fr"),
    S("French: against it", "Dublin soutient la taxe, Prague s'y oppose.",
      (on("Ireland", "support", "la taxe"), on("Czechia", "oppose", "la taxe")), "fr"),
    S("French: not excluded", "Lisbonne n'exclut pas un moratoire.", (on("Portugal", "undecided"),), "fr"),
    S("French: hesitates", "Dublin hésite encore à signer le traité.", (on("Ireland", "undecided"),), "fr"),
    S("French: only if", "Malte n'acceptera le quota qu'à condition que les aides augmentent.",
      (on("Malta", "conditional", condition="qu'à condition que les aides augmentent"),), "fr"),
    S("French: the government of a country", "Le gouvernement finlandais exige un moratoire.",
      (on("Finland", "support", "un moratoire"),), "fr"),
    S("Russian: only in the case that", "Мальта подпишет договор только в том случае, если пошлины снимут.",
      (on("Malta", "conditional", condition="только в том случае, если пошлины снимут"),), "ru"),
    S("Russian: against without a verb", "Мальта против введения пошлин.",
      (on("Malta", "oppose", "введения пошлин"),), "ru"),
    S("Russian: sanctions against somebody are no stance", "Введены санкции Мальты против России.", (), "ru"),
    S("Russian: will not", "Мальта не будет участвовать в переговорах.",
      (on("Malta", "oppose", "участвовать в переговорах"),), "ru"),
    S("Russian: called unacceptable", "Мальта назвала предложение неприемлемым.",
      (on("Malta", "oppose", "предложение"),), "ru"),
    S("Russian: a law is adopted", "Парламент Мальты принял закон о пошлинах.", (on("Malta", "support"),), "ru"),
    S("Ukrainian: will not", "Мальта не буде надсилати зброю.", (on("Malta", "oppose", "надсилати зброю"),), "uk"),
    S("Ukrainian: only on condition", "Мальта погодиться на угоду лише за умови зняття мит.",
      (on("Malta", "conditional", condition="лише за умови зняття мит"),), "uk"),
    S("Ukrainian: does not exclude", "Мальта не виключає введення мит.", (on("Malta", "undecided"),), "uk"),
)  # fmt: skip
def test_turns_of_phrase(case: Stands) -> None:
    check(case)
