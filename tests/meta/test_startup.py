"""The command line starts without what it does not need: imports are counted, not timed."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from bot.cli.main import COMMANDS, module_of
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


def test_rules_check_loads_no_platform() -> None:
    arguments = ["rules", "check", "pack:us-forces-europe"]
    code = CODE.format(
        arguments=arguments, heavy=("discord", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "trafilatura")
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.rsplit("LOADED", 1)[1].split() == [], done.stderr
