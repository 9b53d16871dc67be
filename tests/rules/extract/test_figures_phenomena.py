"""The ten hard phenomena of policy figures, each on sentences of our own."""

from __future__ import annotations

from tests.rules.extract.figure_cases import Case, cases, check, fig

US, UK, RU = "United States", "United Kingdom", "Russia"


@cases(
    Case(
        "a list drops the noun after its first item",
        "Spain has promised up to 900 troops; Portugal, 300; Norway, 150.",
        (
            fig(900, "troops", actor="Spain", bound="at_most"),
            fig(300, "troops", actor="Portugal"),
            fig(150, "troops", actor="Norway"),
        ),
    ),
    Case(
        "a second verb takes the noun of the first",
        "Kenya deployed 3,000 soldiers in Haiti, while Jamaica sent 200.",
        (fig(3000, "troops", actor="Kenya", action="deploy"), fig(200, "troops", actor="Jamaica", action="deploy")),
    ),
    Case(
        "others takes the noun before",
        "Four soldiers were killed and 11 others wounded when rebels ambushed their convoy in Mali.",
        (fig(4, "troops", action="kill", place="Mali"), fig(11, "troops", action="other")),
    ),
    Case(
        "another takes the noun before",
        "Denmark will send 200 soldiers to Latvia and another 80 to Estonia.",
        (fig(200, "troops", actor="Denmark", place="Latvia"), fig(80, "troops", actor="Denmark", place="Estonia")),
    ),
)
def test_ellipsis(case: Case) -> None:
    check(case)


@cases(
    Case(
        "three claims about one number keep their own bounds and status",
        "Officials said nearly 900 troops would stay in Syria. The paper had reported up to 900 troops. The Pentagon "
        "denied that as many as 900 troops would remain in Syria.",
        (
            fig(900, "troops", bound="about", place="Syria"),
            fig(900, "troops", bound="at_most"),
            fig(900, "troops", bound="at_most", status="denied", actor=US),
        ),
    ),
    Case(
        "an accusation is a claim",
        "Kyiv accused Moscow of massing 90,000 soldiers near the border.",
        (fig(90000, "troops", actor=RU, status="claimed"),),
    ),
    Case(
        "reportedly makes a claim",
        "Pyongyang has reportedly sent 11,000 soldiers to Russia.",
        (fig(11000, "troops", actor="North Korea", action="deploy", place=RU, status="claimed"),),
    ),
)
def test_competing_claims(case: Case) -> None:
    check(case)


@cases(
    Case(
        "from and to are two figures",
        "Washington will cut its force in Niger from 1,100 to 400 soldiers.",
        (
            fig(1100, "troops", actor=US, action="station"),
            fig(400, "troops", actor=US, action="reduce", place="Niger", status="planned"),
        ),
    ),
    Case(
        "a tax rate is changed",
        "The government lowered the corporate tax from 21 to 18 percent.",
        (fig(21, "percent", action="impose"), fig(18, "percent", action="reduce")),
    ),
    Case(
        "a budget is raised to an amount",
        "Norway raised its aid budget for Ukraine to 8 billion euros.",
        (fig(8_000_000_000, "eur", actor="Norway", action="increase", place="Ukraine"),),
    ),
    Case(
        "a change by and to",
        "Poland raised the number of soldiers on its border by 2,000 to 10,000.",
        (fig(2000, "troops", action="increase"), fig(10000, "troops", action="increase")),
    ),
    Case(
        "the number of soldiers stands far before its value",
        "The move brings the total number of Canadian soldiers in Latvia to 2,200.",
        (fig(2200, "troops", actor="Canada", place="Latvia"),),
    ),
)
def test_change_pairs(case: Case) -> None:
    check(case)


@cases(
    Case(
        "nothing less than is at least",
        "The president insisted on nothing less than $4.5 billion for the border wall.",
        (fig(4_500_000_000, "usd", bound="at_least", action="request"),),
    ),
    Case(
        "no more than is at most",
        "Japan will admit no more than 1,200 refugees.",
        (fig(1200, "refugee", bound="at_most"),),
    ),
    Case(
        "no fewer than is at least",
        "Turkey deployed no fewer than 5,000 soldiers to Idlib.",
        (fig(5000, "troops", bound="at_least", place="Idlib"),),
    ),
    Case(
        "within is at most", "Brussels wants to keep aid within 3 billion euros.", (fig(3e9, "eur", bound="at_most"),)
    ),
    Case("some is about", "Some 450 French soldiers are stationed in Djibouti.", (fig(450, "troops", bound="about"),)),
    Case("or so is about", "The UN keeps 600 or so peacekeepers in Cyprus.", (fig(600, "troops", bound="about"),)),
    Case("plus is at least", "The UAE has 1,500-plus soldiers in Yemen.", (fig(1500, "troops", bound="at_least"),)),
    Case(
        "between and is a range",
        "Sweden plans to send between 600 and 800 soldiers to Latvia.",
        (fig(600, "troops", 800, bound="range", actor="Sweden", status="planned"),),
    ),
    Case(
        "a dash is a range",
        "Canberra will deliver 50–60 armoured vehicles to Kyiv.",
        (fig(50, "vehicle", 60, bound="range", actor="Australia", action="deliver"),),
    ),
)
def test_bounds(case: Case) -> None:
    check(case)


@cases(
    Case("soldiers of a sports team", "The squad of 26 players includes three soldiers from the army club.", ()),
    Case("soldiers in a road accident", "Eleven soldiers died when their bus collided with a truck in Peru.", ()),
    Case("a vote", "The Senate passed the bill by 52 to 48, and the House by 219-210.", ()),
    Case("a name with a number", "Article 7 of Resolution 2231, the F-35 and the G20 were discussed in Room 12.", ()),
    Case("an exercise named after its year", 'The exercise "Shield-2024" took place in Poland in May 2024.', ()),
    Case("years and ages", "In 2019 the 44-year-old minister, elected for 5 years, visited 12 countries.", ()),
    Case("company money", "The company's shares fell after it reported a quarterly loss of $3.2 billion.", ()),
    Case("a takeover", "The airline's shareholders rejected a $900 million takeover bid.", ()),
    Case(
        "macro statistics",
        "Germany's inflation rose to 2.4 percent and its trade surplus fell to 17 billion euros.",
        (),
    ),
    Case("an opinion poll", "A poll found that 61 percent of voters back the ceasefire.", ()),
    Case("disease", "Health officials reported 240 new cases of cholera and 12 deaths in Zambia.", ()),
    Case("an earthquake", "The earthquake killed at least 2,100 people in Morocco.", ()),
    Case("private crime", "Police said a gunman killed three people at a shopping mall in Ohio.", ()),
    Case("a painting", "The painting was sold at auction for $12 million.", ()),
    Case("distances and times", "The convoy drove 300 km in 6 hours and stopped 15 miles from Kabul at 10:30 GMT.", ()),
    Case("vague amounts", "Thousands of troops and billions of dollars in aid were promised to Ukraine.", ()),
    Case("people mentioned again", "The two soldiers were guests of the president at the ceremony in Rome.", ()),
    Case("a prize", "She won the £50,000 prize for her film about the war.", ()),
    Case("campaign money", "The senator's campaign raised $14 million from donors.", ()),
    Case("meetings and ministers", "Fourteen ministers from 9 countries held 3 meetings in Geneva.", ()),
    Case("population", "The region's population of 1.3 million is mostly Kurdish.", ()),
    Case("prices", "A gallon of petrol costs $3.40 in the United States.", ()),
    Case("jobs of the economy", "The U.S. economy added 180,000 jobs in May.", ()),
    Case("an advisers' meeting", "The president met with two advisers before flying to Japan.", ()),
)
def test_what_is_no_policy_figure(case: Case) -> None:
    check(case)


@cases(
    Case(
        "the killer is named before the verb",
        "Hezbollah killed 12 Israeli soldiers in southern Lebanon.",
        (fig(12, "troops", actor="Hezbollah", action="kill", place="Lebanon"),),
    ),
    Case(
        "the killer is named with by",
        "Nine Ukrainian soldiers were killed by Russia near Kharkiv.",
        (fig(9, "troops", actor=RU, action="kill", place="Kharkiv"),),
    ),
    Case(
        "without a killer the side that is counted",
        "Six Chadian soldiers were killed in an ambush near the border.",
        (fig(6, "troops", actor="Chad", action="kill"),),
    ),
    Case(
        "a passive without a side",
        "At least 30 civilians were killed in shelling on Saturday.",
        (fig(30, "civilian", actor=None, action="kill", bound="at_least"),),
    ),
    Case(
        "soldiers who died",
        "More than 450 British soldiers died in Afghanistan.",
        (fig(450, "troops", actor=UK, action="kill", place="Afghanistan", bound="at_least"),),
    ),
    Case(
        "the adjective on the troops beats the subject",
        "NATO says 4,000 Turkish soldiers will serve in Kosovo.",
        (fig(4000, "troops", actor="Turkey", place="Kosovo", status="planned"),),
    ),
    Case(
        "a pronoun stands for the country before",
        "Italy condemned the attack. It will send 1,000 soldiers to Lebanon.",
        (fig(1000, "troops", actor="Italy", action="deploy", place="Lebanon", status="planned"),),
    ),
    Case(
        "he stands for the president before",
        "Emmanuel Macron spoke in Paris on Monday. He pledged 3 billion euros for Ukraine.",
        (fig(3e9, "eur", actor="France", action="pledge", place="Ukraine"),),
    ),
    Case(
        "a minister acts for the country",
        "Boris Pistorius announced that 5,000 soldiers would be stationed in Lithuania.",
        (fig(5000, "troops", actor="Germany", action="station", place="Lithuania", status="planned"),),
    ),
    Case(
        "a metonym acts for the country",
        "The Kremlin has sent 2,000 soldiers to Mali.",
        (fig(2000, "troops", actor=RU, action="deploy", place="Mali"),),
    ),
    Case(
        "who is asked acts",
        "The UN urged Ethiopia to withdraw 6,000 troops from Eritrea.",
        (fig(6000, "troops", actor="Ethiopia", action="withdraw", place="Eritrea"),),
    ),
    Case(
        "an ally that only leads is no actor",
        "The US-led coalition said France had sent 300 soldiers to Iraq.",
        (fig(300, "troops", actor="France", action="deploy", place="Iraq"),),
    ),
)
def test_whose_figure_it_is(case: Case) -> None:
    check(case)


@cases(
    Case(
        "a total that is named only for the part",
        "Officials expect London to withdraw 300 to 500 of a total of about 1,000 soldiers from Iraq.",
        (
            fig(
                300,
                "troops",
                500,
                bound="range",
                of_total=1000,
                of_total_bound="about",
                actor=UK,
                action="withdraw",
                place="Iraq",
                status="expected",
            ),
        ),
    ),
    Case(
        "of whom takes the noun and the total",
        "Somalia has 18,000 peacekeepers, of whom 6,000 are Ugandan.",
        (fig(18000, "troops", of_total=None), fig(6000, "troops", of_total=18000)),
    ),
    Case(
        "of which takes the currency and the total",
        "The EU approved 5 billion euros for Egypt, of which 1 billion is a loan.",
        (fig(5e9, "eur", of_total=None), fig(1e9, "eur", of_total=5e9)),
    ),
    Case(
        "of them",
        "Militants hold 40 hostages, 12 of them children, in northern Nigeria.",
        (fig(40, "hostage"), fig(12, "hostage", of_total=40)),
    ),
    Case(
        "a part with its own noun",
        "Of the $20bn in aid approved by Congress, less than $3bn has been spent.",
        (fig(20e9, "usd"), fig(3e9, "usd", bound="at_most", of_total=20e9)),
    ),
)
def test_part_of_a_whole(case: Case) -> None:
    check(case)


@cases(
    Case("will", "Poland will buy 96 helicopters.", (fig(96, "helicopter", status="planned", actor="Poland"),)),
    Case("could", "Spain could send 700 soldiers to Gaza.", (fig(700, "troops", status="expected", place="Gaza"),)),
    Case("done", "Spain sent 700 soldiers to Mali in May.", (fig(700, "troops", status="fact", actor="Spain"),)),
    Case(
        "threat",
        "Washington threatened to impose tariffs of 30 percent on the EU.",
        (fig(30, "percent", status="conditional", actor=US, action="impose", place="European Union"),),
    ),
    Case(
        "an if clause in front",
        "If talks fail, Berlin would send 800 more soldiers to Lithuania.",
        (fig(800, "troops", status="conditional", actor="Germany"),),
    ),
    Case(
        "denied",
        "Moscow denied that it had lost 300 soldiers in Bakhmut.",
        (fig(300, "troops", status="denied", actor=RU, action="kill", place="Bakhmut"),),
    ),
    Case(
        "pledged money is a fact",
        "Japan pledged $400 million in aid to Sudan.",
        (fig(4e8, "usd", status="fact", action="pledge"),),
    ),
    Case(
        "a bill is planned",
        "The House passed a $95 billion aid bill for Ukraine and Israel.",
        (fig(95e9, "usd", status="planned", place="Ukraine"),),
    ),
)
def test_how_real_it_is(case: Case) -> None:
    check(case)
