"""Checks of what people write: tocsin.yaml, the tokens, the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import config as configuration
from bot import credentials
from bot.checkup.findings import Finding, fail, ok, warn
from bot.config import Config
from bot.credentials import Credentials
from bot.resources import load_lexicon
from bot.rulebook.files import read_rule_files
from bot.rulebook.tested import RuleLoader
from rules.errors import Fault, FaultsError
from rules.wording import count as counted

MOST_FAULTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What could be read; None where it could not."""

    config: Config | None
    credentials: Credentials | None
    topics: frozenset[str] | None
    findings: tuple[Finding, ...]


def check(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read and check everything that people write."""
    try:
        config = configuration.load(path)
    except FaultsError as error:
        found = tuple(_faults("config", error.faults, "mend that line; docs/configuration.md explains every key"))
        return Settings(config=None, credentials=None, topics=None, findings=found)
    base = path.resolve().parent
    tokens, about_tokens = _tokens(config, base, environment)
    topics, about_rules = _rules(config, base)
    findings = [ok("config", f"{path}: {_count(config)}"), *_gaps(config), *about_tokens, *about_rules]
    findings += _channels(config, topics)
    return Settings(config=config, credentials=tokens, topics=topics, findings=tuple(findings))


def _count(config: Config) -> str:
    return f"{counted(len(config.feeds), 'feed')} and {counted(len(config.channels), 'channel')} fixed there"


def _gaps(config: Config) -> Iterator[Finding]:
    if not config.polling.contact:
        text = "polling.contact is empty: publishers cannot ask you to poll less and will block you instead"
        yield warn("config", text, "set polling.contact to a web or mail address")


def _tokens(config: Config, base: Path, environment: Mapping[str, str]) -> tuple[Credentials | None, list[Finding]]:
    path = base / config.secrets_file
    try:
        found = credentials.read(environment, path, required="secrets_file" in config.model_fields_set)
    except FaultsError as error:
        fix = f"chmod 600 {path}" if any(fault.code == "TC156" for fault in error.faults) else f"mend {path}"
        return None, list(_faults("tokens", error.faults, fix))
    missing = [
        (fail if "messages for its channels" in text else warn)("tokens", text, f"put the token into {path}")
        for text in credentials.gaps(config, found)
    ]
    named = [name for name, token in (("Slack", found.slack_bot), ("Discord", found.discord)) if token]
    has_console = config.console.enabled or any(channel.platform == "console" for channel in config.channels)
    if not named and not has_console:
        text = "there is no token, and the terminal is not enabled: nothing can ring anywhere"
        return found, [*missing, fail("tokens", text, f"put a token into {path}, or set console.enabled: true")]
    if not named:
        return found, [*missing, ok("tokens", "none; alerts ring on the terminal")]
    return found, [*missing, ok("tokens", f"there is one for {' and '.join(named)}")]


def _rules(config: Config, base: Path) -> tuple[frozenset[str] | None, list[Finding]]:
    fix = "mend that line, then: tocsin rules check"
    try:
        lexicon = load_lexicon([base / name for name in config.lexicon])
        ruleset = RuleLoader(lexicon).load_tested(read_rule_files(config.rules, base))
    except FaultsError as error:
        return None, list(_faults("rules", error.faults, fix))
    untested = [rule.id for rule in ruleset.rules if not rule.tests]
    count = f"{counted(len(ruleset.rules), 'rule')} in {counted(len(ruleset.topics), 'topic')}; the tests pass"
    findings = [ok("rules", count)] if ruleset.rules else [fail("rules", "there is no rule", "tocsin rules new TOPIC")]
    if untested:
        named = ", ".join(untested[:MOST_FAULTS])
        findings.append(
            warn("rules", f"{len(untested)} without a test: {named}", "write tests; docs/rules.md shows how")
        )
    return frozenset(ruleset.topics), findings


def _channels(config: Config, topics: frozenset[str] | None) -> Iterator[Finding]:
    if topics is None:
        return
    unknown = sorted({topic for channel in config.channels for topic in channel.topics} - topics)
    if unknown:
        text = f"channels name topics that no rule has: {', '.join(unknown)}"
        yield fail("config", text, f"write one of {', '.join(sorted(topics))}")


def _faults(area: str, faults: Iterable[Fault], fix: str) -> Iterator[Finding]:
    found = list(faults)
    for fault in found[:MOST_FAULTS]:
        yield fail(area, str(fault), fix)
    if len(found) > MOST_FAULTS:
        yield fail(area, f"and {counted(len(found) - MOST_FAULTS, 'more fault')}", fix)
