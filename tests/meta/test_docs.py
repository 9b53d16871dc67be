"""What exists is documented, and what the documentation shows works."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from bot import credentials, pages
from bot.cli.main import COMMANDS, parser_of
from bot.config import Config, check
from bot.pages import RuleState, Vitals
from bot.rulebook.files import pack_names
from rules import strictyaml
from tests.shared import ROOT
from tools.command_line_page import PAGE as COMMAND_LINE
from tools.command_line_page import page

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
VITALS = Vitals(
    poll_lag=0.0,
    outbox={},
    oldest_pending=None,
    held={},
    feeds={},
    destinations={},
    standing_still={},
    rules=RuleState(hash="abc", age=1.0),
)
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


def test_the_page_of_the_command_line_says_what_the_command_line_says() -> None:
    present = COMMAND_LINE.read_text(encoding="utf-8")
    assert page(present) == present, "run: python tools/command_line_page.py"


def test_every_metric_is_explained_and_no_other() -> None:
    explained = set(
        re.findall(r"^\| `(tocsin_\w+)` \|", (ROOT / "docs" / "metrics.md").read_text("utf-8"), re.MULTILINE)
    )
    written = set(re.findall(r"^# TYPE (\w+) ", pages.metrics(VITALS).text, re.MULTILINE))
    assert len(written) > 10
    assert explained == written


def test_every_page_of_health_is_explained() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    served = set(re.findall(r'"(/\w+)": page\(', (ROOT / "bot" / "app.py").read_text(encoding="utf-8")))
    assert served == {"/healthz", "/readyz", "/metrics"}
    assert all(f"`{path}`" in text for path in served)


BLOCKS = [
    pytest.param(path, language, body, id=f"{path.name}-{number}")
    for path in DOCUMENTS
    if path.name != "codes.md"  # its examples are wrong on purpose, and have a test of their own
    for number, (language, body) in enumerate(
        re.findall(r"^ *```(\w+)\n(.*?)^ *```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
]


@pytest.mark.parametrize(("path", "language", "body"), BLOCKS)
def test_every_code_block_is_what_it_says(path: Path, language: str, body: str) -> None:
    """YAML and JSON parse; of shell lines, those that call Tocsin are taken by its command line."""
    text = textwrap.dedent(body)
    match language:
        case "yaml":
            for part in text.split("\n...\n"):
                strictyaml.parse(part, path.name)
        case "json" | "jsonl":
            for line in text.splitlines() if language == "jsonl" else [text]:
                json.loads(line)
        case "sh" | "bash" | "console":
            for command in commands_of(text):
                parser_of(command[:1]).parse_args(command)
        case "python":
            compile(text, path.name, "exec")


def commands_of(text: str) -> Iterator[list[str]]:
    """Yield the words behind each ``tocsin`` of a shell script."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in re.split(r"\s*(?:\||&&|;|>)\s*", line.split(" #")[0]):
            words = shlex.split(part)
            before = ["tocsin", *words]  # the container and the command in it may share the name
            calls = [
                place
                for place, (last, word) in enumerate(zip(before, words, strict=False))
                if word.endswith("/bin/tocsin") or word == last == "tocsin"
            ]
            if calls and words[calls[-1] + 1 :]:
                yield words[calls[-1] + 1 :]


def test_the_steps_of_both_platforms_are_the_same_as_those_that_work() -> None:
    """Each path goes from nothing to a first alert, and names the command of every step."""
    for name in ("slack", "discord"):
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        steps = ["tocsin init", f"--platforms console,{name}", "tocsin doctor", "tocsin run", "/tocsin subscribe"]
        places = [text.index(step) for step in (*steps, "/tocsin test")]
        assert places == sorted(places)


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml", "tocsin.service"])
def test_what_is_deployed_starts_what_there_is(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    assert name in (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    started = re.findall(r"^Exec\w+=\S+/tocsin (.+)$", text, re.MULTILINE) + re.findall(r'^CMD \["(.+)"\]$', text, re.M)
    for command in started:
        words = command.split()
        parser_of(words[:1]).parse_args(words)
    assert started or name == "compose.yaml"
    for copied in re.findall(r"^COPY (?!--)(\S+) ", text, re.MULTILINE):
        assert (ROOT / copied).exists()
