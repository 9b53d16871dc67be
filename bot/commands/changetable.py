"""The commands that change something, as data. Each leaves a visible line in the channel and a row in the audit."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.shape import CommandSpec, Completion, Option, Role

SEVERITY = Option(
    name="severity",
    description="Only alerts of at least this severity",
    choices=("notice", "important", "urgent"),
)
THREADS = Option(
    name="threads",
    description="How updates of a story come (default: broadcast)",
    choices=("broadcast", "thread", "channel", "edit"),
)

MENTION = Option(name="mention", description="Role or group to mention; none ends that", completion=Completion.MENTION)
MENTION_FROM = Option(
    name="mention_from",
    description="Mention from this severity on (default: urgent)",
    choices=("notice", "important", "urgent"),
)
CHANNEL = Option(name="channel", description="Another channel", completion=Completion.CHANNEL)
TIME_ZONE = Option(name="tz", description="Time zone, like Europe/Berlin", completion=Completion.TIMEZONE)
DAYS = Option(name="days", description="mon-fri, mon,wed, daily, weekdays or weekend")

SUBSCRIBING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="subscribe",
        description="Ring this channel when something new is known about a topic, or by one rule",
        role=Role.EDITOR,
        options=(
            Option(
                name="to",
                description="Topic to follow, or one of its rules, or an outlet",
                required=True,
                positional=True,
                completion=Completion.TARGET,
            ),
            SEVERITY,
            Option(
                name="mode",
                description="At once, in the digest, or both (default: realtime)",
                choices=("realtime", "digest", "both"),
            ),
            THREADS,
            MENTION,
            MENTION_FROM,
            Option(name="filter", description="Only articles that fit this query; none ends that"),
            CHANNEL,
            Option(name="confirm", description="Do it at once, without asking", choices=("true", "false")),
        ),
        examples=(
            "subscribe us-forces-europe",
            "subscribe to:us-forces-europe severity:important mode:both confirm:true",
            """subscribe us-forces-europe filter:'Poland OR "Baltic states"' threads:thread""",
        ),
    ),
    CommandSpec(
        name="unsubscribe",
        description="Stop ringing this channel for a topic",
        role=Role.EDITOR,
        options=(
            Option(
                name="from",
                description="Topic or rule to stop following",
                required=True,
                positional=True,
                completion=Completion.SUBSCRIBED,
            ),
        ),
        examples=("unsubscribe us-forces-europe",),
    ),
)

SILENCING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="snooze",
        description="Stop a story, topic, rule or source from ringing this channel for a while",
        role=Role.EDITOR,
        options=(
            Option(
                name="what",
                description="Number or link of a story; name of a topic, rule or source",
                required=True,
                positional=True,
                completion=Completion.SNOOZABLE,
            ),
            Option(
                name="target",
                description="What that is, where the name alone does not tell",
                choices=("story", "rule", "topic", "source"),
            ),
            Option(name="for", description="How long (default: 1d)", choices=("1h", "1d", "7d", "until-change")),
            Option(name="reason", description="Why; everybody in the channel sees it"),
        ),
        examples=("snooze 1 for:until-change", 'snooze us-forces-europe for:7d reason:"nobody is on duty"'),
    ),
    CommandSpec(
        name="unsnooze",
        description="End a silence before its time",
        role=Role.EDITOR,
        options=(
            Option(
                name="silence",
                description="Number of the silence; needed where there are several",
                positional=True,
                completion=Completion.SILENCE,
            ),
        ),
        examples=("unsnooze 1",),
    ),
)

JUDGING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="feedback",
        description="Say what you think of an alert; without a verdict, what was said of each rule",
        options=(
            Option(
                name="alert",
                description="Number of the alert, or its link",
                positional=True,
                completion=Completion.ALERT,
            ),
            Option(
                name="verdict",
                description="Your word on it; one for each person and alert",
                choices=("relevant", "not_relevant", "duplicate", "wrong_figure", "wrong_source"),
            ),
        ),
        examples=("feedback 1 verdict:duplicate", "feedback"),
    ),
    CommandSpec(
        name="missed",
        description="Report an article that should have rung here, for those who write the rules",
        options=(
            Option(name="url", description="Address of the article", required=True, positional=True),
            Option(name="note", description="What it should have rung for"),
        ),
        examples=('missed https://example.org/news/withdrawal note:"names 5,000 troops"',),
    ),
)

RHYTHM: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="digest",
        description="What waits for this channel's digest; send it now, or set when it comes",
        role=Role.EDITOR,
        options=(
            Option(name="send", description="Send it ahead of its time", positional=True, choices=("now",)),
            Option(name="schedule", description="Time of day, like 08:00"),
            TIME_ZONE,
            DAYS,
            Option(
                name="min",
                description="List from this severity on; count the rest",
                choices=("notice", "important", "urgent"),
            ),
        ),
        examples=("digest", "digest now", "digest schedule:08:00 tz:Europe/Berlin days:mon-fri min:important"),
        shelf="channel",
    ),
    CommandSpec(
        name="quiet",
        description="Hours in which this channel is left alone",
        role=Role.EDITOR,
        options=(
            Option(name="state", description="End the quiet hours", positional=True, choices=("off",)),
            Option(name="start", description="Time of day at which they begin, like 22:00"),
            Option(name="end", description="Time of day at which they end, like 07:00"),
            TIME_ZONE,
            DAYS,
            Option(
                name="behaviour",
                description="Hold all, drop all, or let urgent ones ring (default: critical)",
                choices=("hold", "drop", "critical"),
            ),
        ),
        examples=("quiet", "quiet start:22:00 end:07:00 tz:Europe/Berlin behaviour:critical", "quiet off"),
        shelf="channel",
    ),
)

OPERATING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="settings",
        description="How this channel is set; with options, change it",
        role=Role.EDITOR,
        options=(
            THREADS,
            Option(
                name="layout",
                description="Whole or short cards (default: full)",
                choices=("full", "compact"),
            ),
            replace(SEVERITY, description="Of all its topics, only alerts of at least this severity"),
            Option(name="mode", description="At once, or all of it in the digest", choices=("realtime", "digest")),
            Option(name="cap", description="Posts an hour; the rest waits for the digest", between=(1, 1000)),
            Option(name="quiet", description="Hours in which it is left alone, like 22:00-07:00, or off"),
            Option(name="digest", description="When the digest comes, like 08:00"),
            TIME_ZONE,
            MENTION,
            MENTION_FROM,
        ),
        examples=("settings", "settings layout:compact", "settings severity:important cap:10 quiet:22:00-07:00"),
        shelf="channel",
    ),
    CommandSpec(
        name="test",
        description="Send the newest alert here, marked as a drill, by the way every alert takes",
        role=Role.EDITOR,
        options=(
            Option(name="topic", description="Of this topic", positional=True, completion=Completion.TOPIC),
            Option(name="rule", description="Of this rule", completion=Completion.RULE),
            Option(name="sample", description="A made-up card instead of an alert", choices=("true", "false")),
            CHANNEL,
        ),
        examples=("test", "test us-forces-europe", "test sample:true"),
        shelf="channel",
    ),
)

UNDO = Option(name="undo", description="Number of an earlier one to take back", between=(1, 999_999_999))

REGROUPING: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="merge",
        description="Put one story into another, because both tell of the same event",
        role=Role.EDITOR,
        options=(
            Option(
                name="story",
                description="Number or link of the story that ends",
                positional=True,
                completion=Completion.STORY,
            ),
            Option(name="into", description="Number or link of the story that goes on", completion=Completion.STORY),
            UNDO,
        ),
        examples=("merge 2 into:1", "merge undo:1"),
        shelf="desk",
    ),
    CommandSpec(
        name="split",
        description="Put articles of a story into one of their own, because they tell of another event",
        role=Role.EDITOR,
        options=(
            Option(
                name="story",
                description="Number or link of the story",
                positional=True,
                completion=Completion.STORY,
            ),
            Option(name="items", description="Articles that leave it: numbers or addresses"),
            UNDO,
        ),
        examples=("split 1 items:2,3", "split undo:1"),
        shelf="desk",
    ),
)
