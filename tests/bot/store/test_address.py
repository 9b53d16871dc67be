"""What ``database:`` may be, and that an address on a server shows no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.secret import Secret
from bot.store import address
from bot.store.address import Server

BASE = Path("etc") / "tocsin"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("var/tocsin.db", BASE / "var" / "tocsin.db"),
        ("sqlite:///var/tocsin.db", BASE / "var" / "tocsin.db"),
        ("sqlite:////srv/tocsin.db", Path("/srv/tocsin.db")),
        ("/srv/tocsin.db", Path("/srv/tocsin.db")),
    ],
)
def test_a_file_is_found_from_the_folder_of_tocsin_yaml(given: str, path: Path) -> None:
    assert address.read(given, BASE) == path


def test_the_environment_outranks_tocsin_yaml() -> None:
    found = address.read("var/tocsin.db", BASE, {"TOCSIN_DATABASE": "postgres://db/tocsin"})
    assert found == Server(Secret("postgres://db/tocsin"))
    assert address.read("var/tocsin.db", BASE, {"TOCSIN_DATABASE": " "}) == BASE / "var" / "tocsin.db"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://me:hush@db.example.org:5433/tocsin?sslmode=require", "postgresql://db.example.org:5433/tocsin"),
        ("postgresql://me@/tocsin?host=/run/postgresql&password=hush", "postgresql:///run/postgresql/tocsin"),
    ],
    ids=["over the network", "over a socket"],
)
def test_an_address_is_shown_without_user_and_password(given: str, shown: str) -> None:
    found = address.read(given, BASE)
    assert str(found) == shown
    assert "hush" not in repr(found)


def test_files_of_a_server_s_database_lie_under_var() -> None:
    assert address.anchor(Server(Secret("postgresql://db/t")), BASE).parent == BASE / "var"
    assert address.anchor(Path("/srv/tocsin.db"), BASE) == Path("/srv/tocsin.db")
