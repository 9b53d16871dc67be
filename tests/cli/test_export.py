"""``tocsin export`` and ``tocsin import``: a Tocsin moves whole, and no archive does what it should not."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.cli.main import main
from bot.clock import SystemClock
from bot.errors import StoreError
from bot.feeds.polling import FeedSpec, FeedState
from bot.ports import Place
from bot.ringing.holding import QuietHours
from bot.ringing.routing import Mode, Wishes
from bot.rulebook.files import PACKS
from bot.store import channels, feeds, subscriptions
from bot.store.db import Database
from bot.store.guest import visit
from bot.store.schema import audit
from bot.transfer import archive, incoming
from bot.transfer.archive import ArchiveError
from rules.errors import TocsinError
from rules.model import Severity

CONFIG = """\
version: 1  # ours
rules: [rules, pack:sanctions]
console: {enabled: true}
channels: [{platform: console, channel: desk, topics: [sanctions]}]
feeds: [{url: "https://example.org/listed"}]
"""
DESK = Place(platform="slack", workspace="T1", channel="C1")
WISHES = Wishes(mode=Mode.BOTH, mention="S123", mention_from=Severity.IMPORTANT, filter="Iran")


def fill(connection: Connection) -> None:
    now = SystemClock().now()
    feeds.add(connection, FeedSpec(url="https://example.org/added", outlet="Added", lang="de", tier=2), now=now)
    row = feeds.add(connection, FeedSpec(url="https://example.org/paused", outlet="Paused"), now=now)
    feeds.set_state(connection, row.id, FeedState.PAUSED, now)
    subscriptions.subscribe(
        connection, DESK, "sanctions", severity=Severity.URGENT, threads="thread", by="ana", at=now, wishes=WISHES
    )
    pace = channels.ChannelPace(cap=7, quiet=_quiet())
    channels.change_pace(connection, str(DESK), pace, "quiet", "ana", now)


def _quiet() -> QuietHours:
    return QuietHours(start=time(22), end=time(7), zone=ZoneInfo("UTC"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Tocsin with a rule file, a feed and a channel of its own."""
    folder = tmp_path / "here"
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "arms.yaml").write_bytes((PACKS / "arms-deliveries.yaml").read_bytes())
    (folder / "tocsin.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / ".env").write_text("TOCSIN_DISCORD_TOKEN=canary\n", encoding="utf-8")
    made = Database(folder / "var" / "tocsin.db")
    made.open()
    made.write(fill)
    made.close()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def exported(here: Path, tmp_path: Path) -> Path:
    path = tmp_path / "all.zip"
    assert main(["export", str(path)]) == 0
    return path


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exported: Path) -> Path:
    """An empty folder to import into."""
    folder = tmp_path / "there"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm", ".zip")) and ".lock" not in path.name
    }


def test_an_archive_has_all_but_tokens_and_is_its_owners_alone(exported: Path) -> None:
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    with zipfile.ZipFile(exported) as opened:
        assert set(opened.namelist()) == {
            "archive.json",
            "tocsin.yaml",
            "files/rules/arms.yaml",
            "state.json",
            "ledger.csv",
            "feeds.opml",
        }
        assert b"canary" not in b"".join(opened.read(name) for name in opened.namelist())
        assert b"https://example.org/added" in opened.read("feeds.opml")
        assert opened.read("ledger.csv").startswith("\ufeffkind,actor".encode())


def test_a_file_that_is_there_is_not_overwritten(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = exported.read_bytes()
    assert main(["export", str(exported)]) == 1
    assert "there is a file of that name" in capsys.readouterr().err
    assert exported.read_bytes() == before


def test_without_yes_it_is_shown_and_nothing_changes(
    there: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["import", str(exported)]) == 0
    out = capsys.readouterr().out
    assert "+ rules/arms.yaml" in out
    assert "+ slack:T1:C1 follows sanctions" in out
    assert "Nothing was changed; --yes changes it." in out
    assert snapshot(there) == {}


def test_an_empty_folder_becomes_the_same_tocsin(there: Path, exported: Path) -> None:
    assert main(["import", str(exported), "--yes"]) == 0
    assert (there / "tocsin.yaml").read_text(encoding="utf-8") == CONFIG
    assert (there / "rules" / "arms.yaml").read_bytes() == (PACKS / "arms-deliveries.yaml").read_bytes()
    database = there / "var" / "tocsin.db"
    rows = {row.outlet: row for row in visit(database, feeds.list_feeds)}
    assert (rows["Added"].lang, rows["Added"].tier, rows["Paused"].state) == ("de", 2, FeedState.PAUSED)
    found = visit(database, lambda c: subscriptions.find(c, DESK, "sanctions"))
    assert found is not None
    assert (found.severity, found.threads, found.wishes) == (Severity.URGENT, "thread", WISHES)
    pace = visit(database, lambda c: channels.pace_of(c, str(DESK)))
    assert (pace.cap, pace.quiet) == (7, _quiet())
    told = visit(database, lambda c: c.execute(select(audit.c.user, audit.c.what)).all())
    assert ("import", "subscribe") in [tuple(row) for row in told]


def test_a_second_time_there_is_nothing_to_change(
    there: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(exported), "--yes"])
    capsys.readouterr()
    assert main(["import", str(exported), "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing to change: all of it is here already.\n"
    assert main(["import", str(exported), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"changes": [], "applied": False, "kept": None}


def test_what_differs_is_told_and_how_it_was_before_is_kept(
    here: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = here / "rules" / "arms.yaml"
    edited = rule.read_text(encoding="utf-8").replace("title: ", "title: My ", 1)
    rule.write_text(edited, encoding="utf-8")
    now = SystemClock().now()

    def weaken(connection: Connection) -> None:
        subscriptions.subscribe(connection, DESK, "sanctions", severity=Severity.NOTICE, threads=None, by="b", at=now)

    visit(here / "var" / "tocsin.db", weaken)
    capsys.readouterr()
    assert main(["import", str(exported), "--json", "--yes"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["applied"]
    assert told["changes"][0] == "~ rules/arms.yaml, 1 line more and 1 less"
    assert told["changes"][1].startswith("~ slack:T1:C1 follows sanctions from urgent, threads thread")
    assert rule.read_text(encoding="utf-8") != edited
    kept = archive.read(Path(told["kept"]))
    assert kept["files/rules/arms.yaml"].decode() == edited


def test_what_is_here_and_not_in_the_archive_stays(here: Path, exported: Path) -> None:
    (here / "rules" / "mine.yaml").write_bytes((PACKS / "tariffs-trade.yaml").read_bytes())
    assert main(["import", str(exported), "--yes"]) == 0
    assert (here / "rules" / "mine.yaml").exists()


def test_rules_that_do_not_go_with_those_here_change_nothing(
    here: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "rules" / "twin.yaml").write_bytes((here / "rules" / "arms.yaml").read_bytes())
    (here / "rules" / "arms.yaml").unlink()
    before = snapshot(here)
    assert main(["import", str(exported), "--yes"]) == 1
    assert "twin.yaml" in capsys.readouterr().err
    assert snapshot(here) == before


def test_files_that_cannot_be_written_roll_the_rows_back(there: Path, exported: Path) -> None:
    (there / "rules").write_text("a file where a folder is needed", encoding="utf-8")
    with pytest.raises(TocsinError):
        _import_past_the_checks(there, exported)
    database = there / "var" / "tocsin.db"
    assert visit(database, feeds.list_feeds) == ()
    assert not (there / "tocsin.yaml").exists()


def _import_past_the_checks(folder: Path, exported: Path) -> None:
    (folder / "rules").unlink()
    wanted = incoming.plan(exported, folder / "tocsin.yaml")
    (folder / "rules").write_text("a file where a folder is needed", encoding="utf-8")
    incoming.apply(wanted, SystemClock().now())


def test_a_pace_that_cannot_be_read_rolls_all_back(there: Path, exported: Path) -> None:
    def spoil(parts: dict[str, bytes]) -> None:
        state = json.loads(parts["state.json"])
        state["channels"][0]["pace"]["timezone"] = "Nowhere/None"
        parts["state.json"] = json.dumps(state).encode()

    with pytest.raises(ArchiveError, match="the pace of slack:T1:C1"):
        incoming.apply(incoming.plan(remade(exported, spoil), there / "tocsin.yaml"), SystemClock().now())
    assert visit(there / "var" / "tocsin.db", feeds.list_feeds) == ()
    assert not (there / "tocsin.yaml").exists()


def test_a_database_of_another_version_is_left_alone(here: Path, exported: Path) -> None:
    visit(here / "var" / "tocsin.db", lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(StoreError, match="start `tocsin run` once"):
        incoming.plan(exported, here / "tocsin.yaml")


# Hostile and broken archives

Change = Callable[[dict[str, bytes]], None]


def remade(path: Path, change: Change) -> Path:
    """Return the archive with other contents and fitting checksums, as somebody would make it who means harm."""
    parts = archive.read(path)
    parts |= {archive.OPML: b"", archive.LEDGER: b""}
    change(parts)
    target = path.with_name("remade.zip")
    target.unlink(missing_ok=True)
    archive.write(target, parts, SystemClock().now())
    return target


def packed(path: Path, add: Callable[[zipfile.ZipFile], None]) -> Path:
    """Return the archive with entries added behind the back of its list."""
    target = path.with_name("packed.zip")
    target.write_bytes(path.read_bytes())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as opened:
        add(opened)
    return target


@pytest.mark.parametrize(
    "name",
    [
        "../outside.yaml",
        "files/../../outside.yaml",
        "files/rules/../../../outside.yaml",
        "/etc/outside.yaml",
        "files//outside.yaml",
        "files/C:/outside.yaml",
        "files\\rules\\outside.yaml",
        "files/rules/.hidden.yaml",
        "files/.env",
        "files/rules/run.sh",
        "files/rules/",
        "files/rules/a\x1b.yaml",
        "readme.txt",
        "TOCSIN.yaml",
    ],
    ids=ascii,
)
def test_names_that_lead_elsewhere_are_refused(there: Path, exported: Path, name: str) -> None:
    hostile = packed(exported, lambda opened: opened.writestr(name, b"x"))
    with pytest.raises(ArchiveError, match=r"no name that belongs|twice|missing"):
        archive.read(hostile)
    assert snapshot(there) == {}


def _link(opened: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("files/rules/link.yaml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    opened.writestr(entry, b"/etc/passwd")


def _bomb(opened: zipfile.ZipFile) -> None:
    opened.writestr("files/rules/bomb.yaml", b"\0" * (archive.MOST_BYTES + 1))


def _many(opened: zipfile.ZipFile) -> None:
    for number in range(archive.MOST_ENTRIES):
        opened.writestr(f"files/rules/{number}.yaml", b"")


def _packed_otherwise(opened: zipfile.ZipFile) -> None:
    opened.writestr("files/rules/a.yaml", b"x", zipfile.ZIP_LZMA)


def _unlisted(opened: zipfile.ZipFile) -> None:
    opened.writestr("files/rules/extra.yaml", b"x")


@pytest.mark.parametrize(
    ("add", "said"),
    [
        pytest.param(_link, "is a link or a device", id="a symbolic link"),
        pytest.param(_bomb, "more than the", id="a bomb"),
        pytest.param(_many, "entries, more than", id="too many entries"),
        pytest.param(_packed_otherwise, "packed in a way", id="another packing"),
        pytest.param(_unlisted, "not in its list", id="an entry that is not listed"),
    ],
)
def test_entries_that_no_export_makes(exported: Path, add: Callable[[zipfile.ZipFile], None], said: str) -> None:
    with pytest.raises(ArchiveError, match=said):
        archive.read(packed(exported, add))


def test_a_bomb_that_lies_about_its_size_is_cut_off(exported: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("archive.json", b"0" * (archive.MOST_BYTES * 4))
    raw = body.getvalue()
    size = (archive.MOST_BYTES * 4).to_bytes(4, "little")
    assert raw.count(size) == 2
    lying = exported.with_name("lying.zip")
    lying.write_bytes(raw.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveError):
        archive.read(lying)


@pytest.mark.parametrize(
    "body",
    [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\0" * 18],
    ids=["empty", "two letters", "a text", "an empty zip"],
)
def test_what_is_no_archive_is_said_in_one_sentence(
    there: Path, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x.zip").write_bytes(body)
    assert main(["import", "x.zip"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("tocsin: x.zip: ")
    assert len(err.splitlines()) == 1


def test_every_cut_and_many_flipped_bytes_are_refused_or_harmless(there: Path, exported: Path) -> None:
    whole = exported.read_bytes()
    good = archive.read(exported)
    broken = there / "broken.zip"
    for place in range(0, len(whole), max(1, len(whole) // 120)):
        for body in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :]):
            broken.write_bytes(body)
            try:
                assert archive.read(broken) == good
            except ArchiveError:
                continue


def _set(name: str, body: bytes) -> Change:
    return lambda parts: parts.__setitem__(name, body)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(_set("tocsin.yaml", b"version: 1\nfeds: []\n"), "feds", id="settings with a fault"),
        pytest.param(
            _set("tocsin.yaml", CONFIG.encode() + b"database: /etc/tocsin.db\n"), "outside", id="a database elsewhere"
        ),
        pytest.param(
            _set("tocsin.yaml", CONFIG.replace("[rules, pack", "[pack").encode()),
            "is named neither by rules",
            id="files that nothing names",
        ),
        pytest.param(_set("files/rules/arms.yaml", b"version: 1\n"), "files/rules|rules/arms", id="a broken rule"),
        pytest.param(_set("files/rules/arms.yaml", b"\xff\xfe"), "not UTF-8", id="a rule that is no text"),
        pytest.param(_set("state.json", b"{"), "state.json", id="state that is no JSON"),
        pytest.param(_set("state.json", b'{"feeds": [{"url": "file:///etc"}]}'), "feeds.0.url", id="a feed of a file"),
        pytest.param(_set("state.json", b'{"channels": [1]}'), "channels.0", id="a channel that is none"),
        pytest.param(
            _set("tocsin.yaml", CONFIG.replace("topics: [sanctions]", "topics: [nothing]").encode()),
            "topics that no rule has: nothing",
            id="a topic that no rule has",
        ),
    ],
)
def test_contents_that_are_wrong_change_nothing(there: Path, exported: Path, change: Change, said: str) -> None:
    with pytest.raises(TocsinError, match=said):
        incoming.plan(remade(exported, change), there / "tocsin.yaml")
    assert snapshot(there) == {}


def test_an_entry_that_was_edited_is_named(exported: Path) -> None:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(exported) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    parts["tocsin.yaml"] += b"# edited\n"
    edited = exported.with_name("edited.zip")
    with zipfile.ZipFile(edited, "w") as opened:
        for name, body in parts.items():
            opened.writestr(name, body)
    with pytest.raises(ArchiveError, match=r"tocsin\.yaml.* was changed after the export"):
        archive.read(edited)


def test_an_archive_of_a_later_version_is_not_guessed_at(exported: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.zip"
    with zipfile.ZipFile(later, "w") as opened:
        opened.writestr("archive.json", json.dumps({"format": "tocsin-export", "version": 2, "sha256": {}}))
    with pytest.raises(ArchiveError, match="a later version"):
        archive.read(later)


def test_rule_files_outside_the_folder_are_named_and_left_out(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shared.yaml").write_bytes((PACKS / "tariffs-trade.yaml").read_bytes())
    text = CONFIG.replace("[rules, ", "[rules, ../shared.yaml, ")
    (here / "tocsin.yaml").write_text(text, encoding="utf-8")
    assert main(["export", str(tmp_path / "some.zip")]) == 0
    assert "Not in it: ../shared.yaml lies outside the folder of tocsin.yaml." in capsys.readouterr().out


def test_nothing_is_unpacked_beside_the_archive(there: Path, exported: Path) -> None:
    before = sorted(exported.parent.iterdir())
    incoming.plan(exported, there / "tocsin.yaml")
    assert sorted(exported.parent.iterdir()) == before
