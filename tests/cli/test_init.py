"""``tocsin init``: a folder that ``tocsin run`` serves, written whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from adapters.discord.invite import PERMISSIONS
from bot import config, credentials
from bot.cli.main import main
from bot.feeds import catalogue
from bot.resources import load_lexicon
from bot.rulebook.files import load_rules, pack_names, read_rule_files
from bot.secret import Secret
from bot.setup import kit, placing
from bot.setup.answers import DEFAULT_PACKS, application_id, suggested, suggestions
from bot.setup.asking import Given, interview
from bot.setup.plan import PlannedFile, secrets_text
from rules.errors import TocsinError
from tests.cli.terminal import files, tocsin
from tests.shared import shared_path

SLACK = ("xoxb-1111-2222-abcdefgh", "xapp-1-A000-3333-abcdefgh")
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123"
APPLICATION = "123456789012345678"


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in credentials.NAMES:
        monkeypatch.delenv(name, raising=False)


class Typist:
    """Answers from a list, and keeps what was shown."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []
        self.shown: list[str] = []
        self.secret: list[str] = []

    def say(self, text: str) -> None:
        self.shown.append(text)

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        self.prompts.append(prompt)
        if not self.lines:
            raise TocsinError("the answers ended")
        line = self.lines.pop(0)
        if is_secret:
            self.secret.append(line)
        return line


def titles() -> dict[str, str]:
    return {name: kit.title(name, text) for name, text in kit.packs().items()}


def ask(*lines: str, given: Given | None = None) -> tuple[Any, Typist]:
    typist = Typist(*lines)
    return interview(typist, given or Given(), titles(), catalogue.load()), typist


async def test_yes_asks_nothing_and_what_it_writes_runs(tmp_path: Path) -> None:
    ended = await tocsin("init", "--yes", "--feed", "none", "desk", folder=tmp_path)
    assert ended.code == 0, ended.out + ended.err
    folder = tmp_path / "desk"
    assert files(folder) == [
        ".env",
        "discord-invite.txt",
        "rules",
        "rules.schema.json",
        "slack-manifest.yaml",
        "tocsin.yaml",
    ]
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert "`tocsin doctor` says" in ended.out
    assert "0 failing" in ended.out
    ran = await tocsin("run", "--once", folder=folder)
    assert (ran.code, ran.err) == (0, "")
    assert (folder / "var" / "tocsin.db").exists()


def test_the_defaults_load_and_follow_what_they_name(tmp_path: Path) -> None:
    assert main(["init", "--yes", str(tmp_path / "desk")]) == 0
    loaded = config.load(tmp_path / "desk" / "tocsin.yaml")
    rules = load_rules(read_rule_files(loaded.rules, tmp_path / "desk"), load_lexicon())
    assert set(rules.topics) == set(DEFAULT_PACKS) == set(loaded.channels[0].topics)
    assert loaded.console.enabled
    assert 6 <= len(loaded.feeds) <= 12
    known = {feed.url for feed in catalogue.load()}
    assert {feed.url for feed in loaded.feeds} <= known


def test_slacks_manifest_is_the_one_that_ships_and_valid(tmp_path: Path) -> None:
    assert main(["init", "--yes", str(tmp_path)]) == 0
    written = (tmp_path / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert written == kit.manifest()
    schema = json.loads(shared_path("specs/slack-manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert list(validator.iter_errors(yaml.safe_load(written))) == []


def test_the_invitation_has_the_applications_id_out_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", typed(f"{DISCORD}\n"))
    wanted = ["init", str(tmp_path / "desk"), "--topics", "sanctions", "--feed", "none", "--platforms", "discord"]
    main([*wanted, "--contact", "desk@example.org"])
    invitation = (tmp_path / "desk" / "discord-invite.txt").read_text(encoding="utf-8")
    assert f"client_id={APPLICATION}&permissions={PERMISSIONS}&scope=bot+applications.commands" in invitation
    assert "APPLICATION_ID" not in invitation
    assert DISCORD not in (tmp_path / "desk" / "tocsin.yaml").read_text(encoding="utf-8")
    found = credentials.read({}, tmp_path / "desk" / ".env")
    assert found.discord is not None
    assert found.discord.reveal() == DISCORD


def typed(text: str) -> Any:
    import io

    return io.StringIO(text)


@pytest.mark.parametrize("token", ["", "abc", "aGVsbG8.x.y", "\u00e9.x.y", "MTIz"], ids=repr)
def test_an_id_is_read_only_out_of_a_number(token: str) -> None:
    assert application_id(Secret(token)) == ("123" if token == "MTIz" else None)


def test_enter_six_times_is_the_same_as_yes() -> None:
    answers, typist = ask("", "", "", "", "", "")
    assert len(typist.prompts) == 6
    assert answers.packs == DEFAULT_PACKS
    assert answers.feeds == suggested(DEFAULT_PACKS, catalogue.load())
    assert answers.platforms == ("console", "slack", "discord")
    assert answers.tokens == {}


def test_answers_are_taken_and_tokens_are_asked_for_hidden() -> None:
    names = list(titles())
    number = names.index("sanctions") + 1
    answers, typist = ask(f"{number}", "1,3", "all", " ".join(SLACK), DISCORD, "desk@example.org")
    assert answers.packs == ("sanctions",)
    offered = suggested(("sanctions",), catalogue.load())
    assert answers.feeds == (offered[0], offered[2])
    assert {name: token.reveal() for name, token in answers.tokens.items()} == {
        credentials.SLACK_BOT: SLACK[0],
        credentials.SLACK_APP: SLACK[1],
        credentials.DISCORD: DISCORD,
    }
    assert typist.secret == [" ".join(SLACK), DISCORD]
    assert answers.contact == "desk@example.org"


def test_words_look_into_the_catalogue_and_numbers_then_choose_what_was_found() -> None:
    next_number = len(suggested(("sanctions",), catalogue.load())) + 1
    answers, typist = ask("sipri", str(next_number), "1", "", given=Given(packs=("sanctions",)))
    assert [feed.outlet for feed in answers.feeds] == ["SIPRI"]
    assert any("1 found for sipri" in line for line in typist.shown)


def test_topics_and_platforms_may_be_chosen_by_their_names() -> None:
    answers, typist = ask("sanctions us-forces-europe", "", "console", "", given=Given())
    assert answers.packs == ("sanctions", "us-forces-europe")
    assert answers.platforms == ("console",)
    assert any("us-forces-europe" in line for line in typist.shown)  # what is to be typed is in the list


def test_a_web_address_is_a_feed_too() -> None:
    answers, _ = ask("1", "https://example.org/feed.xml", "1", "")
    assert [feed.url for feed in answers.feeds] == ["https://example.org/feed.xml"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(["99", "1", "", "1", ""], '"99" is not in the list', id="a number that is not in the list"),
        pytest.param(["sanction", "1", "", "1", ""], 'did you mean "sanctions"?', id="a name that is nearly one"),
        pytest.param(["1", "zzzz", "", "1", ""], "nothing found for zzzz", id="words that nothing has"),
        pytest.param(["1", "", "four", "1", ""], '"four" is not in the list', id="a word for a number"),
        pytest.param(["1", "", "1", "desk at example", ""], "A contact is one", id="a contact with blanks"),
        pytest.param(["1", "https://[", "", "1", ""], "is no web address", id="half an address"),
    ],
)
def test_an_answer_without_sense_is_asked_for_again(lines: Sequence[str], said: str) -> None:
    _, typist = ask(*lines)
    assert any(said in line for line in typist.shown), typist.shown


def test_a_token_of_the_wrong_form_is_refused_and_never_shown() -> None:
    _, typist = ask("1", "", "2", "xoxp-not-a-bot-token", "", "")
    assert any("does not look like such a token" in line for line in typist.shown)
    assert not any("xoxp" in line for line in typist.shown)


def test_what_the_options_say_is_not_asked() -> None:
    given = Given(packs=("sanctions",), feeds=(), platforms=("console",), contact="x@example.org")
    answers, typist = ask(given=given)
    assert typist.prompts == []
    assert answers.packs == ("sanctions",)


async def test_answers_that_end_early_leave_nothing(tmp_path: Path) -> None:
    ended = await tocsin("init", "desk", folder=tmp_path, given="1\n\n")
    assert ended.code == 1
    assert "nothing was written" in ended.err
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--topics", "sanctons"], 'did you mean "sanctions"', id="a topic that there is not"),
        pytest.param(["--topics", ","], "name at least one topic", id="no topic"),
        pytest.param(["--platforms", "teams"], 'no platform "teams"', id="a platform that there is not"),
        pytest.param(["--feed", "ftp://example.org/x"], "is no web address", id="a feed that is no web address"),
        pytest.param(["--contact", "a\nb"], "A contact is one", id="a contact that would break a header"),
    ],
)
def test_wrong_options_are_wrong_use(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--yes", str(tmp_path / "desk"), *options]) == 2
    assert said in capsys.readouterr().err
    assert files(tmp_path) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tocsin.yaml").write_text("mine", encoding="utf-8")
    assert main(["init", "--yes", str(tmp_path)]) == 1
    assert "tocsin.yaml exists already; nothing was written" in capsys.readouterr().err
    assert files(tmp_path) == ["tocsin.yaml"]


def test_force_keeps_what_was_there_and_the_tokens_in_use(tmp_path: Path) -> None:
    (tmp_path / "tocsin.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / ".env").write_text(f"# note\nTOCSIN_DISCORD_TOKEN={DISCORD}\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o600)
    main(["init", "--yes", "--force", str(tmp_path)])
    assert (tmp_path / "tocsin.yaml.old").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / ".env").read_text(encoding="utf-8") == f"# note\nTOCSIN_DISCORD_TOKEN={DISCORD}\n"
    assert not (tmp_path / ".env.old").exists()


def test_a_second_time_with_the_same_answers_changes_nothing(tmp_path: Path) -> None:
    assert main(["init", "--yes", str(tmp_path)]) == 0
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert main(["init", "--yes", str(tmp_path)]) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path != tmp_path} == {
        path: moment for path, moment in before.items() if path != tmp_path
    }


def test_the_folder_of_tocsin_itself_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", str(kit.SOURCE)]) == 1
    assert "whose rules/ is code" in capsys.readouterr().err


PLANNED = (
    PlannedFile(path="rules/a.yaml", text="a"),
    PlannedFile(path=".env", text="secret", mode=0o600),
    PlannedFile(path="b/c/d.yaml", text="d"),
)


def test_a_write_that_fails_takes_back_those_before(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "b").write_text("a file where a folder is needed", encoding="utf-8")
    (folder / ".env").write_text("old", encoding="utf-8")
    with pytest.raises(TocsinError, match="nothing was changed"):
        placing.place(folder, PLANNED, force=True)
    assert files(folder) == [".env", "b"]
    assert (folder / ".env").read_text(encoding="utf-8") == "old"


def test_a_folder_that_was_made_goes_too(tmp_path: Path) -> None:
    blocked = (*PLANNED, PlannedFile(path=".env/x", text="x"))
    with pytest.raises(TocsinError, match="cannot be written"):
        placing.place(tmp_path / "new" / "desk", blocked)
    assert files(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(TocsinError, match="cannot be written"):
        placing.place(tmp_path, PLANNED)


def test_secrets_that_others_can_read_are_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("secret", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    assert placing.conflicts(tmp_path, PLANNED) == [".env"]


def test_tokens_take_the_place_of_older_ones() -> None:
    present = "# mine\nexport TOCSIN_DISCORD_TOKEN = old\nTOCSIN_SLACK_APP_TOKEN=keep\n"
    text = secrets_text(present, {credentials.DISCORD: Secret("new"), credentials.SLACK_BOT: Secret(r"a\1b")})
    assert text == ("# mine\nTOCSIN_DISCORD_TOKEN=new\nTOCSIN_SLACK_APP_TOKEN=keep\nTOCSIN_SLACK_BOT_TOKEN=a\\1b\n")


def test_every_pack_has_suggestions_and_every_suggestion_is_in_the_catalogue() -> None:
    assert set(suggestions()) == set(pack_names())
    outlets = {feed.outlet for feed in catalogue.load()}
    assert [name for names in suggestions().values() for name in names if name not in outlets] == []
    assert all(len(names) >= 4 for names in suggestions().values())


def test_every_pack_has_a_title_to_offer() -> None:
    assert all(title != name and title for name, title in titles().items())
