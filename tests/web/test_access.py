from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Web
from bot.errors import ConfigError
from bot.secret import Secret
from bot.web import origins, token
from bot.web.door import open_door, where_the_token_is
from bot.web.limits import MOST_ADDRESSES, Limit, Pace
from bot.web.sessions import LIFE, Sessions
from bot.web.signin import inside

NOW = datetime(2026, 9, 1, 3, tzinfo=UTC)
TOKEN = Secret("sixteen-letters-and-more")


def test_a_token_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "web-token"
    made = token.kept(path).reveal()
    assert len(made) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert token.kept(path).reveal() == made
    assert [one.name for one in path.parent.iterdir()] == ["web-token"]


def test_a_token_that_another_process_made_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "web-token"
    other = "made-by-the-other-process"
    draft = tmp_path / f"web-token.{os.getpid()}"
    draft.write_text("left over from a crash", encoding="ascii")
    path.write_text(other, encoding="ascii")
    path.chmod(0o600)
    assert token.kept(path).reveal() == other


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        pytest.param("sixteen-letters-and-more", 0o644, "chmod 600", id="others can read it"),
        pytest.param("short", 0o600, "delete the file", id="it is too short"),
        pytest.param("", 0o600, "delete the file", id="it is empty"),
        pytest.param("š" * 20, 0o600, "it is no text", id="it is no token of ours"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path: Path, content: str, mode: int, words: str) -> None:
    path = tmp_path / "web-token"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(ConfigError, match=words):
        token.kept(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", encoding="ascii")
    with pytest.raises(ConfigError, match="cannot be read or made"):
        token.kept(tmp_path / "var" / "web-token")


def test_a_chosen_token_has_to_be_long() -> None:
    with pytest.raises(ConfigError, match="shorter than 16"):
        open_door(Web(), Secret("short"), Path("var/tocsin.db"))


def test_a_chosen_token_makes_no_file(tmp_path: Path) -> None:
    door = open_door(Web(public_url="https://tocsin.example.org/"), TOKEN, tmp_path / "tocsin.db")
    assert list(tmp_path.iterdir()) == []
    assert (door.where, set(door.hosts), door.is_secure) == ("TOCSIN_WEB_TOKEN", {"tocsin.example.org"}, True)


def test_the_place_of_the_token_is_told_without_making_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert where_the_token_is(None, tmp_path / "var" / "tocsin.db") == "var/web-token"
    assert list(tmp_path.iterdir()) == []


def test_a_session_lasts_a_week_and_survives_a_restart() -> None:
    cookie = Sessions(TOKEN).begin(NOW)
    after_a_restart = Sessions(TOKEN)
    assert after_a_restart.read(cookie, NOW + LIFE - timedelta(seconds=1)) is not None
    assert after_a_restart.read(cookie, NOW + LIFE) is None


def test_a_session_ends_with_its_token() -> None:
    assert Sessions(Secret("another-token-of-ours")).read(Sessions(TOKEN).begin(NOW), NOW) is None


def test_a_session_ends_where_somebody_signs_out() -> None:
    sessions = Sessions(TOKEN)
    mine, other = sessions.begin(NOW), sessions.begin(NOW)
    session = sessions.read(mine, NOW)
    assert session is not None
    sessions.end(session, NOW)
    assert sessions.read(mine, NOW) is None
    assert sessions.read(other, NOW) is not None


def test_a_cookie_says_nothing_of_the_token_and_cannot_be_changed() -> None:
    sessions = Sessions(TOKEN)
    cookie = sessions.begin(NOW)
    assert TOKEN.reveal() not in cookie
    name, until, signature = cookie.split(".")
    longer = f"{name}.{int(until) + 10**6}.{signature}"
    for forged in (longer, f"x{cookie}", cookie[:-1], "", "..", f"{name}.abc.{signature}", "é.1.é", "\ud800.1.2"):
        assert sessions.read(forged, NOW) is None


def test_a_form_token_is_good_for_its_own_session_only() -> None:
    sessions = Sessions(TOKEN)
    one, other = (sessions.read(sessions.begin(NOW), NOW) for _ in range(2))
    assert one is not None
    assert other is not None
    assert sessions.is_form_of(one, one.form_token)
    assert not sessions.is_form_of(other, one.form_token)
    assert one.form_token not in repr(one)


@pytest.mark.parametrize(
    ("netloc", "is_ours"),
    [
        pytest.param("127.0.0.1:8480", True, id="this machine by address"),
        pytest.param("[::1]:8480", True, id="this machine by its other address"),
        pytest.param("LocalHost:1", True, id="this machine by name"),
        pytest.param("tocsin.example.org", True, id="the name that the operator gave"),
        pytest.param("evil.example", False, id="another name"),
        pytest.param("localhost.evil.example", False, id="a name that only begins like ours"),
        pytest.param("192.0.2.7:8480", False, id="another address"),
        pytest.param("", False, id="none"),
        pytest.param("[::1", False, id="a broken one"),
        pytest.param("evil.example@127.0.0.1@evil.example", False, id="one with an address in its user name"),
    ],
)
def test_only_own_names_are_answered(netloc: str, *, is_ours: bool) -> None:
    assert origins.is_ours(netloc, {"tocsin.example.org"}) is is_ours


@pytest.mark.parametrize(
    ("origin", "fetch_site", "is_same"),
    [
        pytest.param("http://127.0.0.1:8480", "same-origin", True, id="a page of ours"),
        pytest.param("http://127.0.0.1:8480", None, True, id="a page of ours, in an older browser"),
        pytest.param(None, "same-origin", True, id="a browser that tells only where it was"),
        pytest.param("https://127.0.0.1:8480", None, True, id="a page of ours behind a proxy that speaks https"),
        pytest.param("http://127.0.0.1:9999", "same-site", False, id="another program on this machine"),
        pytest.param("http://127.0.0.1:9999", None, False, id="the same, in an older browser"),
        pytest.param("https://evil.example", "cross-site", False, id="another site"),
        pytest.param("null", None, False, id="a page that hides where it is from"),
        pytest.param("http://127.0.0.1:8480", "none", False, id="an address typed in: no form comes so"),
        pytest.param("http://[", None, False, id="nonsense"),
        pytest.param(None, None, False, id="nothing is said"),
    ],
)
def test_only_forms_of_our_own_pages_are_taken(origin: str | None, fetch_site: str | None, *, is_same: bool) -> None:
    assert origins.is_same_site("127.0.0.1:8480", origin, fetch_site) is is_same


@pytest.mark.parametrize(
    ("target", "led_to"),
    [
        pytest.param("/stories/3?page=2", "/stories/3?page=2", id="a page of ours"),
        pytest.param("//evil.example/", "/", id="another host"),
        pytest.param("/\\evil.example/", "/", id="another host, as browsers read it"),
        pytest.param("https://evil.example/", "/", id="another site"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("/a\r\nSet-Cookie: x", "/", id="a second header"),
        pytest.param("", "/", id="nothing"),
        pytest.param("//[", "/", id="nonsense"),
    ],
)
def test_signing_in_leads_to_pages_of_ours_only(target: str, led_to: str) -> None:
    assert inside(target) == led_to


def test_a_limit_lets_a_burst_through_and_then_keeps_the_pace() -> None:
    now = 0.0
    limit = Limit(Pace(burst=3, per_second=0.5), lambda: now)
    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == 2.0
    assert limit.take("b") == 0
    now = 2.0
    assert (limit.take("a"), limit.take("a")) == (0, 2.0)


def test_a_limit_remembers_only_so_many_addresses() -> None:
    limit = Limit(Pace(burst=1, per_second=0.001), lambda: 0.0)
    for number in range(MOST_ADDRESSES + 5):
        limit.take(str(number))
    assert limit.wait("0") == 0
    assert limit.wait(str(MOST_ADDRESSES)) > 0
