"""The command line beside workers on a server: what it shows, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot import __version__
from bot.cli.main import main
from bot.clock import SystemClock
from bot.feeds.polling import FeedSpec
from bot.store import feeds, workers
from bot.store.address import Server
from bot.store.db import Database
from bot.store.workers import Worker


@pytest.fixture(autouse=True)
def _configured(address: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_DATABASE", address.dsn.reveal())
    Path("tocsin.yaml").write_text("version: 1\nrules: [rules]\n", encoding="utf-8")


def a_worker(key: str, *, ago: float = 0.0, version: str = __version__) -> Worker:
    seen = SystemClock().now() - timedelta(seconds=ago)
    return Worker(
        key=key,
        host=key,
        pid=7,
        roles=("poll", "deliver"),
        version=version,
        started_at=seen - timedelta(minutes=1),
        seen_at=seen,
    )


def test_status_names_the_workers_and_what_is_the_matter(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    def work(connection: Connection) -> None:
        now = SystemClock().now()
        workers.note(connection, a_worker("north"))
        workers.note(connection, a_worker("south", ago=120))
        workers.take_office(connection, "gateway:slack:1234", "north", now=now, until=now + timedelta(hours=1))

    db.write(work)
    assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Workers: 1, 1 silent" in lines
    assert "  north, process 7: poll, deliver; has the slack gateway" in lines
    assert "  south, process 7: poll, deliver; silent for 2 min; others do its work" in lines
    assert main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["workers"]
    assert [one["host"] for one in told] == ["south", "north"]


def test_a_worker_of_another_version_needs_somebody(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    db.write(lambda c: workers.note(c, a_worker("old", version="0.0.1")))
    assert main(["status"]) == 1
    out = capsys.readouterr().out
    assert "Workers: 1, 1 of another version" in out
    assert f"is Tocsin 0.0.1, not {__version__}" in out


def test_feeds_and_messages_are_listed_from_the_server(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    now = SystemClock().now()
    db.write(lambda c: feeds.add(c, FeedSpec(url="https://example.org/feed", outlet="The Example"), now=now))
    assert main(["feeds", "list"]) == 0
    assert "The Example" in capsys.readouterr().out
    assert main(["outbox", "list"]) == 0


def test_a_server_s_copies_are_the_server_s_own_matter(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "backup"]) == 1
    assert "pg_dump" in capsys.readouterr().err


def test_a_worker_needs_a_server(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("TOCSIN_DATABASE")
    assert main(["worker"]) == 1
    assert "workers share a PostgreSQL" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["worker", "--roles", "poll,cook"])
    assert "write some of poll, process, deliver" in capsys.readouterr().err
