"""The commands that only look things up, as data: everybody may run them, and only the one who asks sees the answer."""

from __future__ import annotations

from bot.commands.shape import CommandSpec, Completion, Option, Role

SHARE = Option(name="share", description="Show it to all", choices=("true", "false"))
ALERT = Option(
    name="alert",
    description="Number of an alert, or its link",
    positional=True,
    completion=Completion.ALERT,
)
TOPIC = Option(name="topic", description="Only this topic", completion=Completion.TOPIC)
SINCE = Option(name="since", description="Since 7d, 36h, 2026-09-01")
PAGE = Option(name="page", description="Which page", between=(1, 200))
ACTOR = Option(
    name="actor",
    description="State, body or person, by any name",
    positional=True,
    completion=Completion.ACTOR,
)

ORIENTATION: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="help",
        description="What Tocsin can do, or how one command is used",
        options=(
            Option(
                name="command",
                description="The command to explain",
                positional=True,
                completion=Completion.COMMAND,
            ),
        ),
        examples=("help", "help subscribe"),
    ),
    CommandSpec(
        name="topics",
        description="The topics a channel can subscribe to",
        examples=("topics",),
    ),
)

LOOKING_UP: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="list",
        description="What this channel is subscribed to, by whom, and when it last rang",
        options=(
            Option(name="channel", description="Another channel", completion=Completion.CHANNEL),
            Option(name="details", description="Last alert and number of each topic", choices=("true", "false")),
        ),
        examples=("list", "list details:true"),
    ),
    CommandSpec(
        name="latest",
        description="The newest alerts, of one topic or of all",
        options=(
            Option(name="topic", description="Only this topic", positional=True, completion=Completion.TOPIC),
            Option(name="count", description="How many to show, 1 to 10 (default 5)", between=(1, 10)),
        ),
        examples=("latest", "latest us-forces-europe count:3"),
    ),
    CommandSpec(
        name="why",
        description="Why an alert rang here, or why an article did not, stage by stage",
        options=(
            ALERT,
            Option(name="url", description="Address of an article that did not come"),
            SHARE,
        ),
        examples=("why 1", "why url:https://example.org/news/withdrawal"),
    ),
    CommandSpec(
        name="sources",
        description="Who tells the story of an alert: outlets in order of time, and whom each one cites",
        options=(ALERT, SHARE),
        examples=("sources 1",),
    ),
    CommandSpec(
        name="figures",
        description="Figures as they stand now, who reported them first, and what they were before",
        options=(
            ACTOR,
            Option(name="unit", description="troops, usd, percent, …"),
            Option(name="place", description="Country or region, with those inside"),
            TOPIC,
            SINCE,
            Option(name="contested", description="Only where origins disagree", choices=("true", "false")),
            Option(name="csv", description="All of it as a CSV file", choices=("true", "false")),
            PAGE,
            SHARE,
        ),
        examples=(
            "figures",
            'figures "United States" unit:troops place:Europe',
            "figures topic:us-forces-europe since:30d csv:true",
        ),
    ),
    CommandSpec(
        name="positions",
        description="Who is for or against what, under which condition, in their own words",
        options=(ACTOR, TOPIC, SINCE, PAGE, SHARE),
        examples=("positions China", "positions topic:un-mandate-peacekeeping since:30d"),
    ),
    CommandSpec(
        name="story",
        description="One story: its state, origins, figures, positions and timeline",
        options=(
            Option(
                name="id",
                description="Number of the story, or the link of a message or an article",
                positional=True,
                completion=Completion.STORY,
            ),
            Option(name="full", description="Leave nothing out", choices=("true", "false")),
            SHARE,
        ),
        examples=("story", "story 1 full:true"),
    ),
    CommandSpec(
        name="search",
        description="Find articles in the archive, newest first",
        options=(
            Option(
                name="query",
                description='Words, "phrases", a OR b, -without, start*',
                required=True,
                positional=True,
                verbatim=True,
            ),
            SINCE,
            Option(name="until", description="Before then: 7d, 36h, 2026-09-01"),
            Option(name="source", description="Only this outlet", completion=Completion.OUTLET),
            Option(name="topic", description="Only what rang under this topic", completion=Completion.TOPIC),
            Option(
                name="kind",
                description="Only what rang as this",
                choices=("new", "changed", "confirmed", "contradicted", "corrected", "withdrawn"),
            ),
            PAGE,
            SHARE,
        ),
        examples=(
            'search "peacekeeping forces" mandate',
            "search withdraw* OR pullout -Japan since:30d",
            'search troops source:"The Courier" kind:new since:30d',
        ),
    ),
    CommandSpec(
        name="follow",
        description="Hear of each change of one story in a direct message; without one, what you follow",
        options=(
            Option(
                name="story",
                description="Number or link of the story",
                positional=True,
                completion=Completion.STORY,
            ),
        ),
        examples=("follow 1", "follow"),
    ),
    CommandSpec(
        name="unfollow",
        description="Hear no more of a story in direct messages",
        options=(
            Option(
                name="story",
                description="Number or link of the story; all of them where it is left out",
                positional=True,
                completion=Completion.FOLLOWED,
            ),
        ),
        examples=("unfollow 1", "unfollow"),
    ),
    CommandSpec(
        name="silences",
        description="What is snoozed in this channel, by whom, until when, and how much it withheld",
        options=(SHARE,),
        examples=("silences",),
    ),
)

OVERSEEING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="status",
        description="How feeds, outbox and rules are, and what was held",
        options=(SHARE,),
        examples=("status",),
    ),
    CommandSpec(
        name="audit",
        description="Who changed what in this workspace, old and new",
        role=Role.ADMIN,
        options=(SINCE, Option(name="user", description="Only what this person changed"), PAGE),
        examples=("audit", "audit since:30d user:ana"),
        shelf="desk",
    ),
    CommandSpec(
        name="export",
        description="Rules, subscriptions, feeds and the ledger as one archive, for you alone",
        role=Role.ADMIN,
        examples=("export",),
        shelf="desk",
    ),
    CommandSpec(
        name="import",
        description="What an archive of export would change here, then all of it or nothing",
        role=Role.ADMIN,
        options=(Option(name="file", description="The archive (.zip), attached", attachment=True),),
        examples=("import",),
        shelf="desk",
    ),
)
