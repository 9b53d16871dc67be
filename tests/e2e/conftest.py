"""A seeded database to be copied for every test, and workers that start in a twentieth of a second."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.store.db import Database
from tests.e2e import scenario
from tests.e2e.harness import FORKS
from tests.e2e.worker import Job


@pytest.fixture(scope="session", autouse=True)
def _preloaded() -> None:
    FORKS.set_forkserver_preload(["tests.e2e.worker", "tests.e2e.bot_process"])


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the small scenario, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "tocsin.db"
    db = Database(path)
    db.open()
    db.write(lambda c: scenario.small(c, SystemClock().now()))
    db.close()
    return path


@pytest.fixture
def job(tmp_path: Path, seeded: Path) -> Job:
    path = tmp_path / "tocsin.db"
    shutil.copy(seeded, path)
    return Job(db=str(path), url="", faults_log=str(tmp_path / "faults.log"))
