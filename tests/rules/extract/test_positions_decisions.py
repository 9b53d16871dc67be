"""What somebody wants to decide or will not do, votes and vetoes, and what is only written like a stance."""

from __future__ import annotations

from tests.rules.extract.position_cases import Stands, check, on, stands

S = Stands


@stands(
    S("join", "Albania wants to join the European Union by 2030.",
      (on("Albania", "support", "join the European Union by 2030"),)),
    S("hopes to leave", "Armenia hopes to leave the CSTO.", (on("Armenia", "support", "leave the CSTO"),)),
    S("seeks to renegotiate", "Panama seeks to renegotiate the treaty on the canal.",
      (on("Panama", "support", "renegotiate the treaty on the canal"),)),
    S("does not want to join", "Georgia does not want to join the sanctions.",
      (on("Georgia", "oppose", "join the sanctions"),)),
    S("an own plan", "Portugal wants to build a bridge."),
    S("a visit", "Macron hopes to visit Tashkent."),
    S("German", "Albanien will 2030 der Nato beitreten.", (on("Albania", "support", "2030 der Nato beitreten"),), "de"),
    S("German, a policy", "Österreich will das Embargo gegen Myanmar verlängern.",
      (on("Austria", "support", "das Embargo gegen Myanmar verlängern"),), "de"),
    S("a German plan of one's own", "Österreich will eine Brücke bauen.", (), "de"),
    S("French", "L'Albanie veut rejoindre l'Otan.", (on("Albania", "support", "rejoindre l'Otan"),), "fr"),
    S("French, a policy", "Le Chili souhaite prolonger l'accord.",
      (on("Chile", "support", "prolonger l'accord"),), "fr"),
    S("Ukrainian", "Албанія хоче вступити до НАТО.", (on("Albania", "support", "вступити до НАТО"),), "uk"),
    S("Russian", "Албания хочет вступить в НАТО.", (on("Albania", "support", "вступить в НАТО"),), "ru"),
)  # fmt: skip
def test_what_somebody_wants_to_decide(case: S) -> None:
    check(case)


@stands(
    S("will", "Malta will das Abkommen mit Libyen nicht verlängern.",
      (on("Malta", "oppose", "das Abkommen mit Libyen verlängern"),), "de"),
    S("will no longer", "Kenia wird den Vertrag nicht mehr unterzeichnen.",
      (on("Kenya", "oppose", "den Vertrag unterzeichnen"),), "de"),
    S("a plural", "Finnland und Estland wollen die Grenze nicht öffnen.",
      (on("Finland", "oppose", "die Grenze öffnen"), on("Estonia", "oppose", "die Grenze öffnen")), "de"),
    S("a passive", "Der Vertrag wird von Kenia nicht angenommen.", (), "de"),
    S("a plan of one's own", "Kenia will den Präsidenten nicht empfangen.", (), "de"),
    S("French", "Le Kenya ne veut pas ratifier le traité.", (on("Kenya", "oppose", "ratifier le traité"),), "fr"),
)  # fmt: skip
def test_what_somebody_will_not_do(case: S) -> None:
    check(case)


@stands(
    S("against", "Brasilien stimmte im Sicherheitsrat gegen den Entwurf.",
      (on("Brazil", "oppose", "den Entwurf"),), "de"),
    S("for", "Brasilien stimmte am Freitag für das Gesetz.", (on("Brazil", "support", "das Gesetz"),), "de"),
    S("a veto with its verb behind", "Frankreich hat sein Veto gegen den Vertrag eingelegt.",
      (on("France", "oppose", "den Vertrag"),), "de"),
    S("an abstention", "Indien enthielt sich bei der Abstimmung über den Antrag.",
      (on("India", "undecided", "den Antrag"),), "de"),
    S("an English abstention", "Peru abstained in the vote on the draft about Haiti.",
      (on("Peru", "undecided", "the draft about Haiti"),)),
    S("a French abstention", "L'Inde s'est abstenue lors du vote sur le texte.",
      (on("India", "undecided", "le texte"),), "fr"),
    S("a Ukrainian abstention", "Індія утрималася під час голосування за резолюцію.",
      (on("India", "undecided", "резолюцію"),), "uk"),
    S("French accepts", "Le Soudan accepte une trêve.", (on("Sudan", "support", "une trêve"),), "fr"),
    S("French accepts with an article", "L'Irak accepte les inspections.",
      (on("Iraq", "support", "les inspections"),), "fr"),
    S("French refuses", "Le Soudan refuse une trêve.", (on("Sudan", "oppose", "une trêve"),), "fr"),
)  # fmt: skip
def test_votes_vetoes_and_what_is_accepted(case: S) -> None:
    check(case)


@stands(
    S("money that is made ready", "Japan stellt der Ukraine 40 Millionen Dollar bereit.", (), "de"),
    S("ships that lie ready", "Die Schiffe der Türkei liegen bereit.", (), "de"),
    S("a readiness", "Japan ist zu Gesprächen bereit.", (on("Japan", "support"),), "de"),
)  # fmt: skip
def test_a_part_of_another_verb_is_no_readiness(case: S) -> None:
    check(case)
