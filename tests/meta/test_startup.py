"""The command line starts without what it does not need: imports are counted, not timed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS, module_of
from bot.store.guest import established
from tests.shared import ROOT

HEAVY = ("discord", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "trafilatura", "feedparser", "pydantic", "rich")
CODE = """
import sys
from bot.cli.main import main
try:
    main({arguments!r})
except SystemExit:
    pass
print("LOADED", *[name for name in {heavy!r} if name in sys.modules])
"""
IMPORTS = """
import importlib, sys
for name in {needed!r}:
    importlib.import_module(name)
print("LOADED", *[name for name in {heavy!r} if name in sys.modules])
"""


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_overview_says_what_the_command_says(command: str) -> None:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    module_of(command).add_parser(subparsers)
    (listed,) = subparsers._choices_actions
    assert listed.help == COMMANDS[command]


@pytest.mark.parametrize("arguments", [["--help"], ["rules", "--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = CODE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    loaded = done.stdout.rsplit("LOADED", 1)[1].split()
    assert loaded == []


def test_completion_loads_no_work_behind_any_command() -> None:
    heavy = (*HEAVY, "alembic", "lxml", "rules.extract", "rules.match", "rules.stories")
    assert loaded(CODE.format(arguments=["completion", "bash"], heavy=heavy)) == []


def test_the_first_post_waits_for_no_second_platform_nor_for_the_rest_of_the_bot() -> None:
    ours = ("bot.cli.run", "bot.logs", "bot.config", "bot.credentials", "bot.delivering")
    needed = (*ours, "adapters.slack.messenger", "adapters.slack.workspaces")
    spared = ("bot.app", "discord", "slack_bolt", "rich", "alembic", "lxml", "jinja2", "aiohttp.web", "pygments")
    assert loaded(IMPORTS.format(needed=needed, heavy=spared)) == []


def test_the_running_bot_keeps_nothing_that_only_children_and_the_command_line_use() -> None:
    needed = ("bot.logs", "bot.app", "adapters.slack.bolt", "adapters.slack.gateway", "adapters.discord.gateway")
    spared = ("rich", "pygments", "alembic", "mako", "lxml", "trafilatura", "feedparser", "numpy", "sqlalchemy.orm")
    assert loaded(IMPORTS.format(needed=needed, heavy=spared)) == []


def loaded(code: str) -> list[str]:
    """Return what a fresh interpreter has loaded of what it was asked for."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.rsplit("LOADED", 1)[1].split()


def test_rules_check_loads_no_platform() -> None:
    arguments = ["rules", "check", "pack:us-forces-europe"]
    code = CODE.format(
        arguments=arguments, heavy=("discord", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "trafilatura")
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.rsplit("LOADED", 1)[1].split() == [], done.stderr


@pytest.mark.parametrize("arguments", [["outbox", "list"], ["feeds", "list"], ["db", "check"]], ids=" ".join)
def test_a_look_at_the_database_loads_neither_the_models_of_the_configuration_nor_the_bot(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "tocsin.yaml").write_text("version: 1\ndatabase: own.db\nrules: [pack:sanctions]\n", encoding="utf-8")
    established(tmp_path / "own.db")
    heavy = ("discord", "slack_bolt", "aiohttp", "pydantic", "structlog", "rich", "psycopg", "bot.config")
    code = CODE.format(arguments=arguments, heavy=heavy)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.rsplit("LOADED", 1)[1].split() == []
