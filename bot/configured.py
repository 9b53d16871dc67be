"""What tocsin.yaml fixes, brought into the database, and held against the rules that are in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.config import Config, Feed, find_place
from bot.errors import ConfigError
from bot.feeds.polling import FeedSpec
from bot.ringing import pacing
from bot.store import feeds, subscriptions
from rules.errors import Fault, guess
from rules.ruleset import RuleSet


def check_topics(config: Config, ruleset: RuleSet, name: str) -> None:
    """Hold the topics that channels name against the rules. Raises ConfigError with every unknown one."""
    faults = topic_faults(config, ruleset, name)
    if faults:
        raise ConfigError(faults)


def topic_faults(config: Config, ruleset: RuleSet, name: str) -> list[Fault]:
    """Return a fault for each topic that a channel of tocsin.yaml names and no rule file has."""
    unknown = [
        (number, place, topic)
        for number, channel in enumerate(config.channels)
        for place, topic in enumerate(channel.topics)
        if topic not in ruleset.topics
    ]
    faults = []
    for number, place, topic in unknown:
        line, column = find_place(name, ("channels", number, "topics", place))
        text = f'no rule file has a topic "{topic}"{guess(topic, ruleset.topics)} ({", ".join(ruleset.topics)})'
        path = f"channels[{number}].topics[{place}]"
        faults.append(Fault(file=name, line=line, column=column, path=path, text=text, code="TC158"))
    return faults


def sync(connection: Connection, config: Config, now: datetime) -> None:
    """Bring the feeds, subscriptions and paces of tocsin.yaml into the database."""
    feeds.sync(connection, [_spec(feed) for feed in config.feeds], now)
    listed = set()
    for channel in config.channels:
        for topic in channel.topics:
            listed.add((str(channel.place), topic))
            subscriptions.subscribe(
                connection,
                channel.place,
                topic,
                severity=channel.severity,
                threads=channel.threads,
                by="tocsin.yaml",
                at=now,
                configured=True,
            )
    subscriptions.drop_unlisted(connection, listed, now)
    pacing.save(connection, config)


def _spec(feed: Feed) -> FeedSpec:
    return FeedSpec(
        url=feed.url,
        outlet=feed.outlet,
        lang=feed.lang,
        tier=feed.tier,
        min_interval=feed.every,
        max_interval=feed.every,
    )
