"""The package: names that are ours alone, locks that install anywhere, a version that the changelog knows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot import __version__
from bot.__main__ import foreign_owners
from tests.shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = sorted((ROOT / "locks").glob("*.txt"))


def test_nobody_else_owns_our_packages() -> None:
    assert foreign_owners() == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("RECORD", "rules-3.5.dist-info/METADATA,sha256=x,1\nrules/__init__.py,sha256=x,1\n"),
        ("top_level.txt", "rules\n"),
    ],
    ids=["by its list of files", "by its list of packages"],
)
def test_a_foreign_owner_is_named(tmp_path: Path, file: str, text: str) -> None:
    for name in ("rules-3.5.dist-info", "tocsin-0.1.0.dist-info"):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text, encoding="utf-8")
    (tmp_path / "other-1.0.dist-info").mkdir()
    (tmp_path / "other-1.0.dist-info" / "RECORD").write_text("other/rules/x.py,,\n", encoding="utf-8")
    assert foreign_owners(path=[str(tmp_path), str(tmp_path / "missing")]) == ["rules (rules)"]


def test_one_version_everywhere() -> None:
    assert PROJECT["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_with_hashes_and_name_no_address(lock: object) -> None:
    text = (ROOT / "locks" / getattr(lock, "name", "")).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index-url|--extra-index|file:", text)
    pins = re.findall(r"^[a-zA-Z0-9._-]+==\S+.*$", text, re.MULTILINE)
    assert len(pins) > 40
    for pin in pins:
        assert pin.endswith("\\"), f"no hash follows {pin}"


def test_every_dependency_is_locked() -> None:
    locked = {
        re.sub(r"[-_.]+", "-", name).lower()
        for name in re.findall(
            r"^([a-zA-Z0-9._-]+)==", (ROOT / "locks" / "runtime.txt").read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    wanted = {re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!\[;]", line)[0]).lower() for line in PROJECT["dependencies"]}
    assert wanted - locked == set()


def test_no_file_names_a_machine_or_a_registry() -> None:
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    pattern = re.compile(r"/(?:work|root|home)/[a-z]+/|index-url\s*=|files\.python" + r"hosted")
    wrong = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".json", ""} and path.is_file():
            found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
            if found:
                wrong.append(f"{name}: {found[0]}")
    assert wrong == []
