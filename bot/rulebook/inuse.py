"""The rules that the running bot matches by, and everybody who has to hear when others come into force."""

from __future__ import annotations

from collections.abc import Mapping

from bot import heap
from bot.commands.lending import lend
from bot.commands.run import Commands
from bot.pipeline import Pipeline
from bot.rulebook.tested import RuleLoader
from rules.match import Matcher
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon


class RulesInUse:
    """Lends the rules to the commands, and hands others on to them and to the pipeline when those come into force."""

    def __init__(
        self, matcher: Matcher, loader: RuleLoader, lexicon: Lexicon, pipeline: Pipeline, commands: Commands
    ) -> None:
        self._matcher = matcher
        self._loader = loader
        self._lexicon = lexicon
        self._pipeline = pipeline
        self._commands = commands
        lend(commands.tools, matcher.ruleset, lexicon, pipeline.regroup)

    def swap(self, ruleset: RuleSet) -> None:
        """Bring another set into force. Its matcher was made when it was loaded, which may have taken seconds."""
        self._matcher = self._loader.matcher(ruleset)
        self._pipeline.use(self._matcher, ruleset.topics)
        self._commands.topics = dict(ruleset.topics)
        lend(self._commands.tools, ruleset, self._lexicon)
        if heap.is_settled():
            heap.settle()

    def failing(self) -> Mapping[str, int]:
        """Count, by rule, the articles on which matching it raised."""
        return self._matcher.failures
