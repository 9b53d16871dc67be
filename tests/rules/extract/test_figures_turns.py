"""Turns of phrase that tell a figure without the plainest words for it: models, tolls, duties borne, ceilings."""

from __future__ import annotations

from tests.rules.extract.figure_cases import Case, cases, check, fig

MODELS = [
    Case(
        "the number of a model is no amount",
        "Germany will deliver 18 Leopard 2 tanks to Ukraine by March.",
        (fig(18, "tank", actor="Germany", action="deliver"),),
    ),
    Case(
        "a model's number with a letter",
        "Norway ordered five Leopard 2A8 tanks for its army.",
        (fig(5, "tank", actor="Norway"),),
    ),
]
POINTING = [
    Case(
        "it is the body that speaks, not whoever was named last",
        "Poland met Estonia. The Spanish defence ministry said it would send 300 troops to Latvia.",
        (fig(300, "troops", actor="Spain", action="deploy", place="Latvia"),),
    ),
]
VICTIMS = [
    Case(
        "wounded without a noun are of those told of before",
        "Six soldiers were killed and eleven wounded when militants attacked a base in Mali.",
        (fig(6, "troops", action="kill"), fig(11, "troops", action="other")),
    ),
    Case(
        "wounded without a noun are people where nobody was told of",
        "Shelling of Kherson killed a woman; another 15 were injured.",
        (fig(15, "person", action="other"),),
    ),
    Case(
        "a toll is of people",
        "The death toll of the bombardment of Kharkiv has risen to 9.",
        (fig(9, "person", action="kill"),),
    ),
    Case(
        "losses that have passed a mark",
        "Russia's casualties have passed one million, Britain's defence ministry said.",
        (fig(1_000_000, "casualty"),),
    ),
    Case(
        "people whom no list knows",
        "Israeli forces shot dead nine worshippers inside a mosque in Jenin.",
        (fig(9, "person", actor="Israel", action="kill", place="Jenin"),),
    ),
    Case("wounded soldiers keep their noun", "Kyiv exchanged 23 wounded servicemen.", (fig(23, "troops"),)),
]
DUTIES = [
    Case(
        "whoever bears a duty did not impose it",
        "Switzerland faces a US tariff of 39 percent on its exports.",
        (fig(39, "percent", actor="United States", action="impose", place="Switzerland"),),
    ),
    Case(
        "a duty on imports is no trade statistic",
        "The European Commission imposed duties of up to 35.3 percent on imports of electric cars from China.",
        (fig(35.3, "percent", bound="at_most", actor="European Commission", action="impose", place="China"),),
    ),
    Case(
        "what a duty was before is imposed too",
        "Washington cut tariffs on Chinese goods to 30 percent from 145 percent.",
        (fig(30, "percent", action="reduce"), fig(145, "percent", action="impose")),
    ),
]
OTHERS = [
    Case(
        "a ceiling that is something",
        "The mission's ceiling is 3,500 soldiers.",
        (fig(3500, "troops", bound="at_most"),),
    ),
    Case(
        "what allies are called on to do is yet to be done",
        "Washington called on allies to spend 5 percent of GDP on defence.",
        (fig(5, "percent", status="planned"),),
    ),
    Case(
        "what continues is done",
        "Turkey continues to host 2.8 million Syrians.",
        (fig(2_800_000, "person", status="fact"),),
    ),
    Case(
        "an organisation that only counts did not do it",
        "Some 1.2 million people were displaced in Lebanon, the UN said.",
        (fig(1_200_000, "person", actor=None, place="Lebanon"),),
    ),
    Case(
        "who sells is not who spends",
        "The Philippines acquired 12 fighter jets from South Korea for 700 million dollars.",
        (fig(12, "aircraft", actor="Philippines"), fig(700_000_000, "usd", actor="Philippines")),
    ),
    Case(
        "aircraft that are moved are deployed",
        "The US has quietly moved 12 F-22 fighters to Guam.",
        (fig(12, "aircraft", actor="United States", action="deploy", place="Guam"),),
    ),
    Case(
        "a particle behind the object",
        "The Pentagon is bringing 700 soldiers home from Romania.",
        (fig(700, "troops", action="withdraw", place="Romania"),),
    ),
    Case(
        "a state's police does it for the state",
        "Tanzania's police detained 120 opposition supporters.",
        (fig(120, "supporter", actor="Tanzania"),),
    ),
]
LANGUAGES = [
    Case(
        "a part of the money before it",
        "Der Bundestag hat 80 Millionen Euro für die Ukraine bewilligt. Davon gehen 12 Millionen an das Rote Kreuz.",
        (fig(80_000_000, "eur"), fig(12_000_000, "eur")),
        "de",
    ),
    Case(
        "a collective numeral",
        "Израиль освободил пятерых заключённых, сообщило министерство.",
        (fig(5, "prisoner", actor="Israel"),),
        "ru",
    ),
]
NOTHING = [
    Case(
        "exports that fall while tariffs bite", "South Korea's exports to the US fell 8.1 percent as tariffs bit.", ()
    ),
    Case("a share of those asked", "A poll found that some 61 percent of Americans oppose the tariffs.", ()),
    Case("what duties cost a company", "Nike expects tariffs to cost it 1 billion dollars this year.", ()),
    Case("reserves that rise", "Sri Lanka's reserves rose by 300 million dollars after the loan of the IMF.", ()),
    Case("the toll of an accident", "The death toll of the ferry accident rose to 9.", ()),
]


@cases(*MODELS, *POINTING, *VICTIMS, *DUTIES, *OTHERS, *LANGUAGES, *NOTHING)
def test_turns_of_phrase(case: Case) -> None:
    check(case)
