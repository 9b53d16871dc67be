"""The files under deploy/ pass the tools that know them, and say what Tocsin's command line says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from bot.cluster.share import Role
from tests.shared import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))
MANIFESTS = [DEPLOY / "kubernetes.yaml"]
COMMANDS = {"run", "worker"}


def tool(name: str, why: str = "it comes with the development packages") -> str:
    """Return a linter's path; skip the test where there is none."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is not here, so this file was not linted; {why}")
    return found


def passes(*command: str | Path) -> None:
    """Run a linter and show what it found."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def test_the_containerfile_passes_hadolint() -> None:
    passes(tool("hadolint"), DEPLOY / "Containerfile")


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_a_compose_file_follows_the_specification(path: Path) -> None:
    passes(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", path)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_follow_the_schemas_of_kubernetes(path: Path) -> None:
    passes(tool("kubernetes-validate"), "--strict", path)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_passes_systemd(path: Path, tmp_path: Path) -> None:
    verify = tool("systemd-analyze", "it comes with systemd")
    here = shutil.which("true") or "/bin/true"  # what the unit starts is not installed where it is linted
    text = re.sub(r"/opt/tocsin/\.venv/bin/tocsin", here, path.read_text(encoding="utf-8"))
    unit = tmp_path / path.name.replace("@.", "@process.")
    unit.write_text(text.replace("User=tocsin", "User=root").replace("Group=tocsin", "Group=root"), encoding="utf-8")
    passes(verify, "verify", "--man=no", unit)


def commands() -> Iterator[list[str]]:
    """Yield the arguments of Tocsin wherever one of the files starts it."""
    for path in UNITS:
        for line in re.findall(r"^ExecStart=.*/tocsin (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield shlex.split(line.replace("%i", "process"))
    for path in COMPOSE:
        for service in documents(path)[0]["services"].values():
            if "command" in service:
                yield service["command"]
    for one in documents(MANIFESTS[0]):
        if one["kind"] == "Deployment":
            yield one["spec"]["template"]["spec"]["containers"][0]["args"]


def test_what_is_started_exists_with_these_roles() -> None:
    found = list(commands())
    roles = {role for one in found if one[0] == "worker" for role in one[2].split(",")}
    assert {one[0] for one in found} == COMMANDS
    assert roles == set(Role)


def test_the_configuration_in_the_manifests_is_one() -> None:
    (given,) = (one["data"]["tocsin.yaml"] for one in documents(MANIFESTS[0]) if one["kind"] == "ConfigMap")
    assert config.check(given.encode(), "tocsin.yaml").rules == ("pack:us-forces-europe",)


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("hadolint", [], "FROM python\nRUN cd /tmp\n"),
        ("check-jsonschema", ["--builtin-schema", "vendor.compose-spec"], "services: {tocsin: {imagine: tocsin}}\n"),
        ("kubernetes-validate", ["--strict"], "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: two}}\n"),
    ],
    ids=["hadolint", "compose", "kubernetes"],
)
def test_a_linter_refuses_what_is_wrong(name: str, options: list[str], text: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    assert subprocess.run([tool(name), *options, str(wrong)], capture_output=True, timeout=60).returncode == 1
