"""A change of the rules that the next start would refuse is refused at once."""

from __future__ import annotations

from pathlib import Path

from bot.app import opened
from bot.config import check
from bot.credentials import Credentials
from bot.rulebook.inforce import Refused

RULE = "version: 1\ntopic: {topic}\ntitle: T\nowner: o\nrules:\n  - {{id: one, title: R, match: troops}}\n"
CONFIG = """version: 1
rules: [rules.yaml]
channels:
  - {platform: console, channel: desk, topics: [bases]}
"""


async def test_a_reload_may_not_take_away_a_topic_that_a_configured_channel_names(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULE.format(topic="bases"), encoding="utf-8")
    config = check(CONFIG.encode(), "tocsin.yaml")
    async with opened(config, tmp_path, Credentials(), environment={}) as app:
        rules.write_text(RULE.format(topic="other"), encoding="utf-8")
        watcher = app.upkeep.watcher
        outcomes = [watcher.poll(app.clock.now().replace(year=2100 + number)) for number in range(3)]
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert "TC158" in str(refused.faults[0])
        assert 'no rule file has a topic "bases"' in str(refused.faults[0])
        assert watcher.applied is not None
        assert list(watcher.applied.ruleset.topics) == ["bases"]
