"""What exists is documented, and what the documentation shows works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel

from bot import credentials
from bot.cli.main import COMMANDS
from bot.config import Config, check
from bot.rulefiles import pack_names
from tests.shared import ROOT

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "ARCHITECTURE.md"])


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = [part for part in (field.annotation, *get_args(field.annotation)) if isinstance(part, type)]
        section = next((part for part in inner if issubclass(part, BaseModel)), None)
        many = "[]" if section is not None and field.annotation is not section else ""
        yield f"{prefix}{name}"
        if section is not None:
            yield from keys(section, f"{prefix}{name}{many}.")


@pytest.mark.parametrize(
    "key",
    [
        key
        for key in keys(Config)
        if key
        not in {"polling", "delivery", "console", "slack", "discord", "web", "channels", "feeds", "admin_channels"}
    ],
)
def test_every_configuration_key_is_explained(key: str) -> None:
    assert f"`{key}`" in CONFIGURATION


def test_every_secret_is_named() -> None:
    assert [name for name in credentials.NAMES if name not in CONFIGURATION] == []


def test_every_code_of_the_configuration_is_explained() -> None:
    sources = "".join(
        (ROOT / "bot" / name).read_text(encoding="utf-8") for name in ("config.py", "credentials.py", "app.py")
    )
    used = set(re.findall(r'"(TC\d+)"', sources))
    assert used
    assert [code for code in sorted(used) if f"| {code} |" not in CONFIGURATION] == []


def test_the_configuration_example_and_the_starter_are_valid() -> None:
    (example,) = re.findall(r"```yaml\n(version: 1\n.*?)```", CONFIGURATION, re.DOTALL)
    assert check(example.encode(), "example").channels[0].platform == "slack"
    starter = (ROOT / "seeds" / "tocsin.yaml").read_bytes()
    assert check(starter, "seeds/tocsin.yaml").console.enabled


def test_every_subcommand_is_shown_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert [name for name in COMMANDS if f"tocsin {name}" not in text] == []


def test_every_pack_is_named_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert [name for name in pack_names() if name not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_project_lead_somewhere(path: object) -> None:
    document = ROOT / str(path)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_rule_in_the_readme_passes_its_own_tests() -> None:
    from bot.resources import load_lexicon
    from rules.load import load

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (rule,) = re.findall(r"```yaml\n(version: 1\ntopic:.*?)```", readme, re.DOTALL)
    assert load({"README.md": rule}, load_lexicon()).topics == {"us-forces-europe": "US forces in Europe"}


def test_files_named_in_the_invariants_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"tests/[\w/]+(?:\.py)?", text)
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []
