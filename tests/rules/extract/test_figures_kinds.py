"""What figures count: money, rates, people, weapons, supplies; and how numbers may be written."""

from __future__ import annotations

from tests.rules.extract.figure_cases import Case, cases, check, fig

US = "United States"


@cases(
    Case("dollars with a magnitude", "Canada pledged $1.5 billion in aid.", (fig(1_500_000_000, "usd"),)),
    Case("a short magnitude", "The EU will give €35bn in loans to Ukraine.", (fig(35e9, "eur", place="Ukraine"),)),
    Case("pounds", "Britain will spend £2.3bn on ammunition.", (fig(2.3e9, "gbp", action="spend"),)),
    Case("a currency word", "China granted 200 million yuan in aid to Laos.", (fig(2e8, "cny", place="Laos"),)),
    Case("a national dollar", "Canberra committed A$70 million in aid to Fiji.", (fig(7e7, "aud", actor="Australia"),)),
    Case("half a billion", "Tokyo promised half a billion dollars in aid.", (fig(5e8, "usd", actor="Japan"),)),
    Case("spelled out", "Oslo pledged two and a half billion dollars in aid.", (fig(2.5e9, "usd", actor="Norway"),)),
    Case("a budget", "Parliament adopted a defence budget of 86 billion euros.", (fig(86e9, "eur", action="spend"),)),
    Case(
        "a request",
        "The White House asked Congress for $24 billion in aid for Ukraine.",
        (fig(24e9, "usd", action="request", actor=US),),
    ),
    Case("a fine", "The European Commission fined the firm 300 million euros.", (fig(3e8, "eur", action="impose"),)),
    Case(
        "money frozen",
        "The EU froze 200 billion euros of Russian central bank assets.",
        (fig(200e9, "eur", actor="European Union", action="other"),),
    ),
    Case(
        "a cut", "The bill would cut foreign aid by $9 billion.", (fig(9e9, "usd", action="reduce", status="planned"),)
    ),
)
def test_money(case: Case) -> None:
    check(case)


@cases(
    Case(
        "a tariff on a country's goods",
        "Washington imposed a 25 percent tariff on Canadian steel.",
        (fig(25, "percent", actor=US, action="impose", place="Canada", status="fact"),),
    ),
    Case(
        "a target for emissions",
        "The EU agreed to cut emissions by 90 percent by 2040.",
        (fig(90, "percent", actor="European Union", action="reduce"),),
    ),
    Case(
        "a share of the economy for defence",
        "Lithuania will raise defence spending to 5 percent of GDP.",
        (fig(5, "percent", actor="Lithuania", action="increase", status="planned"),),
    ),
    Case("a tax band", "Labour proposed a 45% tax rate for high earners.", (fig(45, "percent", action="impose"),)),
    Case("a range of percent", "China will cut import duties by 10% to 15%.", (fig(10, "percent", 15, bound="range"),)),
)
def test_rates(case: Case) -> None:
    check(case)


@cases(
    Case(
        "refugees taken in", "Jordan has accepted 650,000 Syrian refugees.", (fig(650000, "refugee", actor="Jordan"),)
    ),
    Case("a cap", "The president raised the refugee cap to 62,500.", (fig(62500, "refugee", action="increase"),)),
    Case(
        "prisoners exchanged",
        "Russia and Ukraine exchanged 205 prisoners of war.",
        (fig(205, "prisoner", action="other"),),
    ),
    Case(
        "prisoners to be freed",
        "Israel will release 90 Palestinian prisoners.",
        (fig(90, "prisoner", actor="Israel", status="planned"),),
    ),
    Case("hostages", "Hamas released ten hostages in Gaza.", (fig(10, "hostage", actor="Hamas"),)),
    Case(
        "displaced by war",
        "Fighting in eastern Congo has displaced 400,000 people.",
        (fig(400000, "person", action="other"),),
    ),
    Case("deported", "Pakistan deported 80,000 Afghans last month.", (fig(80000, "person", actor="Pakistan"),)),
    Case("rebels killed", "The army killed 40 rebels near Goma.", (fig(40, "rebel", action="kill"),)),
    Case("migrants", "Italy agreed to take in 130 migrants.", (fig(130, "migrant", actor="Italy"),)),
)
def test_people(case: Case) -> None:
    check(case)


@cases(
    Case(
        "missiles fired",
        "North Korea fired three ballistic missiles toward Japan.",
        (fig(3, "missile", actor="North Korea", action="other", status="fact"),),
    ),
    Case(
        "tanks delivered",
        "Berlin will deliver 18 Leopard tanks to Ukraine.",
        (fig(18, "tank", actor="Germany", action="deliver", place="Ukraine", status="planned"),),
    ),
    Case("drones shot down", "Ukraine said its forces shot down 54 Russian drones.", (fig(54, "drone"),)),
    Case(
        "shells promised",
        "The Czech Republic promised 500,000 artillery shells to Kyiv.",
        (fig(500000, "shell", actor="Czechia", action="pledge"),),
    ),
    Case(
        "doses",
        "The United States donated 40 million vaccine doses to Africa.",
        (fig(40_000_000, "dose", actor=US, action="deliver", place="Africa"),),
    ),
    Case(
        "grain",
        "Russia will ship 50,000 tonnes of grain to Zimbabwe.",
        (fig(50000, "ton", actor="Russia", place="Zimbabwe"),),
    ),
    Case("frigates", "Greece ordered three frigates from France.", (fig(3, "frigate", actor="Greece"),)),
    Case(
        "observers", "The OSCE sent 600 observers to Armenia.", (fig(600, "observer", actor="OSCE", place="Armenia"),)
    ),
)
def test_weapons_and_supplies(case: Case) -> None:
    check(case)


@cases(
    Case("dozen", "Mali asked for a dozen soldiers from Senegal.", (fig(12, "troops"),)),
    Case("two dozen", "Israel struck Gaza and killed two dozen militants.", (fig(24, "militant", actor="Israel"),)),
    Case("twenty-one", "Twenty-one soldiers were killed in fighting in Niger.", (fig(21, "troops"),)),
    Case("N-strong", "Rwanda sent a 1,000-strong force to Mozambique.", (fig(1000, "troops", actor="Rwanda"),)),
    Case(
        "a space after the comma", "Around 3, 200 soldiers are deployed in Chad.", (fig(3200, "troops", bound="about"),)
    ),
    Case("a hundred thousand", "Russia has a hundred thousand soldiers in Ukraine.", (fig(100000, "troops"),)),
    Case("more soldiers", "France will send 300 more soldiers to Romania.", (fig(300, "troops", actor="France"),)),
    Case(
        "peacekeepers of the UN",
        "The UN will withdraw 14,000 peacekeepers from Mali.",
        (fig(14000, "troops", actor="United Nations", action="withdraw", place="Mali"),),
    ),
)
def test_ways_to_write_a_number(case: Case) -> None:
    check(case)


@cases(
    Case("diplomats expelled", "Two Russian diplomats were expelled by Norway.", (fig(2, "diplomat", action="other"),)),
    Case(
        "a particle is no bound",
        "The rebels handed over 7,000 weapons to the UN.",
        (fig(7000, "weapon", bound="exact"),),
    ),
    Case("over is a bound", "Ghana sent over 700 soldiers to Liberia.", (fig(700, "troops", bound="at_least"),)),
    Case("a model's number", "Taiwan will buy 66 F-16 fighter jets.", (fig(66, "aircraft", actor="Taiwan"),)),
    Case(
        "refugees who are there",
        "Uganda has about 90,000 Congolese refugees.",
        (fig(90000, "refugee", actor="Uganda"),),
    ),
    Case(
        "children abducted",
        "In Nigeria, gunmen abducted 280 schoolchildren.",
        (fig(280, "schoolchild", place="Nigeria"),),
    ),
    Case("a court's fine", "The court sentenced him to 12 years and a $250,000 fine.", ()),
    Case("a company abroad", "The carmaker said it would invest $5 billion in the US over four years.", ()),
)
def test_found_in_other_peoples_wording(case: Case) -> None:
    check(case)
