"""Imports point one way: rules <- bot (core) <- adapters <- bot wiring. Drawn in ARCHITECTURE.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.shared import ROOT

WIRING = (
    "bot.app",
    "bot.fetching",
    "bot.intake",
    "bot.serving",
    "bot.platforms",
    "bot.senders",
    "bot.delivering",
    "bot.demo",
    "bot.cli",
    "bot.__main__",
)
FOR_ADAPTERS = (
    "bot.ports",
    "bot.message",
    "bot.errors",
    "bot.secret",
    "bot.clock",
    "bot.commands.spec",
    "bot.pages",
    "bot.feeds.identity",
    "bot.__version__",
)
VENDORS = {
    "apscheduler": {"bot.schedule"},
    "feedparser": {
        "adapters.feeds.feedjob",
        "adapters.feeds.reading",
        "adapters.feeds.entries",
        "adapters.feeds.child",
    },
    "discord": {"adapters.discord"},
    "procrastinate": {"bot.cluster.jobs"},
    "psycopg": {"bot.cluster.jobs", "bot.store.postgres"},
    "slack_bolt": {"adapters.slack"},
    "slack_sdk": {"adapters.slack"},
    "trafilatura": {"adapters.feeds"},
}
IMPURE = {"os", "pathlib", "socket", "random", "time", "asyncio", "threading", "subprocess", "sqlite3", "sqlalchemy"}


@cache
def modules(package: str) -> tuple[tuple[str, ast.Module], ...]:
    paths = [path for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return tuple((name, ast.parse(path.read_text("utf-8"))) for name, path in zip(names, paths, strict=True))


def imports(tree: ast.Module, *, outside_type_checking: bool = False) -> Iterator[str]:
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if outside_type_checking and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            skipped.update(ast.walk(node))
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_below(name: str, packages: tuple[str, ...] | set[str]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def links(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return which of these modules each of them names, also late or for types only."""
    found: dict[str, set[str]] = {}
    for name, tree in trees.items():
        named = {used if used in trees else used.rpartition(".")[0] for used in imports(tree)}
        found[name] = (named & trees.keys()) - {name}
    return found


def circle(found: Mapping[str, set[str]]) -> list[str]:
    """Return modules of which each names the next and the last is the first again; nothing where there are none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", ["rules", "adapters", "bot"])
def test_no_module_needs_itself(package: str) -> None:
    assert circle(links(dict(modules(package)))) == []


def test_a_circle_is_seen_however_it_is_imported() -> None:
    trees = {
        "rules.a": ast.parse("def f():\n    from rules.b import g\n"),
        "rules.b": ast.parse("if TYPE_CHECKING:\n    import rules.c\n"),
        "rules.c": ast.parse("from rules import d\n"),
        "rules.d": ast.parse(""),
    }
    assert circle(links(trees)) == []
    trees["rules.d"] = ast.parse("from rules.a import f\n")
    assert len(circle(links(trees))) == 5


def test_rules_know_nobody() -> None:
    wrong = [
        f"{name} imports {used}"
        for name, tree in modules("rules")
        for used in imports(tree)
        if is_below(used, ("bot", "adapters"))
    ]
    assert wrong == []


def test_rules_touch_no_file_socket_clock_or_thread() -> None:
    wrong = [
        f"{name} imports {used}"
        for name, tree in modules("rules")
        for used in imports(tree)
        if used.split(".")[0] in IMPURE
    ]
    assert wrong == []


def test_rules_ask_no_clock() -> None:
    wrong = [
        name
        for name, tree in modules("rules")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"datetime.now", "datetime.utcnow", "date.today"}
    ]
    assert wrong == []


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    wrong = [
        name
        for package in ("bot", "adapters")
        for name, tree in modules(package)
        for node in ast.walk(tree)
        if name != "bot.clock"
        and isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    ]
    assert wrong == []


def test_the_core_knows_no_adapter() -> None:
    wrong = [
        f"{name} imports {used}"
        for name, tree in modules("bot")
        if not is_below(name, WIRING)
        for used in imports(tree)
        if is_below(used, ("adapters",))
    ]
    assert wrong == []


def test_adapters_know_the_ports_only() -> None:
    wrong = [
        f"{name} imports {used}"
        for name, tree in modules("adapters")
        for used in imports(tree)
        if is_below(used, ("bot",)) and not is_below(used, FOR_ADAPTERS)
    ]
    assert wrong == []


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_each_vendor_has_its_place(vendor: str) -> None:
    wrong = [
        name
        for package in ("bot", "adapters", "rules")
        for name, tree in modules(package)
        for used in imports(tree, outside_type_checking=True)
        if used.split(".")[0] == vendor and not is_below(name, VENDORS[vendor])
    ]
    assert wrong == []


def test_feedparser_is_called_in_one_place() -> None:
    calls = [
        name
        for package in ("bot", "adapters")
        for name, tree in modules(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "feedparser.parse"
    ]
    assert len(calls) == 1, calls


def test_the_walk_sees_imports(tmp_path: Path) -> None:
    tree = ast.parse("import os.path\nfrom bot.store import db\n")
    assert list(imports(tree)) == ["os.path", "bot.store.db"]
