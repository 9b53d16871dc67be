"""``tocsin.yaml`` and the file of secrets: every fault once, at its place, and no secret in any of them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import config, credentials
from bot.config import EXAMPLE, Channel, Config
from bot.credentials import DISCORD, SLACK_APP, SLACK_BOT, Credentials
from bot.errors import ConfigError
from bot.secret import Secret
from rules.model import Severity

CANARY = "xoxb-canary-hunter2"


def faults(text: str) -> list[str]:
    """Return the faults of a configuration, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        config.check(text.encode(), "t.yaml")
    return [str(fault).removeprefix("t.yaml:") for fault in caught.value.faults]


class TestGood:
    def test_the_shortest_file_has_every_default(self) -> None:
        found = config.check(b"version: 1\n", "t.yaml")
        assert found == Config(version=1)
        assert (found.polling.every, found.polling.timeout, found.polling.max_body) == (600.0, 15.0, 5 * 1024 * 1024)
        assert found.polling.freshness == 96 * 3600
        assert found.rules == ("rules",)

    def test_the_example_is_good(self) -> None:
        found = config.check(EXAMPLE.encode(), "t.yaml")
        assert found.channels[0].topics == ("us-forces-europe",)

    def test_ids_of_digits_need_no_quotes(self) -> None:
        text = "version: 1\nchannels:\n  - {platform: discord, workspace: 1234, channel: 5678, topics: [a]}\n"
        (channel,) = config.check(text.encode(), "t.yaml").channels
        assert (channel.workspace, channel.channel) == ("1234", "5678")

    def test_words_are_read_as_their_values(self) -> None:
        text = (
            "version: 1\npolling: {every: 15m, max_body: 1 MiB}\n"
            "channels:\n  - {platform: console, channel: a, topics: [a], severity: urgent, threads: edit}\n"
        )
        found = config.check(text.encode(), "t.yaml")
        assert (found.polling.every, found.polling.max_body) == (900.0, 1024 * 1024)
        assert (found.channels[0].severity, found.channels[0].threads) == (Severity.URGENT, "edit")

    def test_values_never_change(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            Config(version=1).database = "other"


class TestFaults:
    @pytest.mark.parametrize(
        ("lines", "fault"),
        [
            pytest.param("version: 2", '1:10: version: "2" is not a version (1) [TC104]', id="another version"),
            pytest.param("", '1:1: the key "version" is missing [TC102]', id="an empty file"),
            pytest.param("version: 1\nfeedz: []", '2:1: "feedz" is not a key here; did you mean', id="an unknown key"),
            pytest.param(
                "version: 1\nfeeds:\n  - {url: ftp://a.example/x}",
                '3:11: feeds[0].url: "ftp://a.example/x" is no web address; write it with https:// [TC153]',
                id="an address of another kind",
            ),
            pytest.param(
                "version: 1\nfeeds:\n  - {url: 'http://[::1'}",
                '3:11: feeds[0].url: "http://[::1" is no',
                id="a bracket",
            ),
            pytest.param(
                "version: 1\nfeeds:\n  - {url: https://a.example, every: 5}",
                '3:37: feeds[0].every: "5" is not a duration',
                id="a duration without unit",
            ),
            pytest.param(
                "version: 1\nfeeds:\n  - {url: https://a.example, every: 1.5}",
                '3:37: feeds[0].every: "1.5" is not a duration',
                id="a broken number without unit",
            ),
            pytest.param(
                "version: 1\npolling: {freshness: 9999999999w}",
                '2:22: polling.freshness: "9999999999w" is more than ten years',
                id="a duration that no date can hold",
            ),
            pytest.param(
                "version: 1\npolling: {every: 0s}",
                "2:18: polling.every:",
                id="a duration of nothing where one is needed",
            ),
            pytest.param(
                "version: 1\nchannels:\n  - {platform: irc, channel: a, topics: [a]}",
                '3:16: channels[0].platform: "irc" is not a platform (console, slack, discord) [TC104]',
                id="an unknown platform",
            ),
            pytest.param(
                "version: 1\nchannels:\n  - {platform: slack, channel: C1, topics: [a]}",
                "3:5: channels[0]: workspace is missing: the Slack team id (T…) of this channel [TC154]",
                id="a Slack channel without its team",
            ),
            pytest.param(
                "version: 1\nchannels:\n  - {platform: discord, workspace: '', channel: '1', topics: [a]}",
                "3:36: channels[0].workspace: workspace is missing: the Discord server id",
                id="a Discord channel without its server",
            ),
            pytest.param(
                "version: 1\nconsole: {enabled: yes}", '2:20: console.enabled: "yes" is not true or false', id="yes"
            ),
            pytest.param("version: 1\nversion: 1", "2:1:", id="a key that stands twice"),
            pytest.param("version: [1", "", id="YAML that ends too soon"),
        ],
    )
    def test_a_fault_is_told_once_with_its_place_and_what_would_be_right(self, lines: str, fault: str) -> None:
        (found,) = faults(lines)
        assert found.startswith(fault)

    def test_all_faults_of_a_file_are_told_at_once(self) -> None:
        found = faults(
            "version: 1\nfeedz: []\n"
            "feeds:\n  - {url: https://a.example/x}\n  - {url: https://a.example/x}\n"
            "channels:\n  - {platform: slack, channel: C1, topics: [a]}\n"
            "polling: {workers: 0}\n"
        )
        assert [line.split(": ")[0] for line in found] == ["2:1", "4:3", "7:5", "8:20"]

    def test_a_feed_that_stands_twice_is_named_without_its_password(self) -> None:
        url = "https://ana:hunter2@a.example/x?token=hunter2"
        (found,) = faults(f"version: 1\nfeeds:\n  - {{url: '{url}'}}\n  - {{url: '{url}'}}\n")
        assert "https://a.example/x" in found
        assert "hunter2" not in found

    def test_bytes_that_are_no_text_are_a_fault(self) -> None:
        with pytest.raises(ConfigError):
            config.check(b"version: 1\n\xff\xfe\x00", "t.yaml")

    def test_a_folder_in_place_of_the_file_is_a_fault(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            config.load(tmp_path)

    def test_the_place_of_a_value_is_found_again_and_is_nothing_without_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "tocsin.yaml"
        path.write_text("version: 1\nchannels:\n  - topics: [a, b]\n", encoding="utf-8")
        assert config.find_place(str(path), ("channels", 0, "topics", 1)) == (3, 17)
        assert config.find_place(str(tmp_path / "none"), ("channels",)) == (0, 0)

    @given(st.text(max_size=200))
    def test_no_text_does_more_than_be_refused(self, text: str) -> None:
        try:
            config.check(text.encode("utf-8", "surrogatepass"), "t.yaml")
        except ConfigError as error:
            assert error.faults  # noqa: PT017 - many texts are refused, some are not


class TestSecrets:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        file = tmp_path / ".env"
        file.touch(mode=0o600)
        return file

    def test_the_environment_wins_over_the_file(self, path: Path) -> None:
        path.write_text(f"{SLACK_BOT}=from-file\n{DISCORD}=from-file\n", encoding="utf-8")
        found = credentials.read({SLACK_BOT: "from-environment"}, path)
        assert found.slack_bot == Secret("from-environment")
        assert found.discord == Secret("from-file")
        assert found.slack_app is None

    @pytest.mark.parametrize(
        "line",
        [
            f"{DISCORD}={CANARY}",
            f"export {DISCORD}={CANARY}",
            f"  {DISCORD} = '{CANARY}'  ",
            f'{DISCORD}="{CANARY}"\r',
            f"\ufeff{DISCORD}={CANARY}",
            f"# a note\n\n{DISCORD}={CANARY}",
        ],
        ids=["plain", "export", "blanks and quotes", "Windows line end", "byte order mark", "behind a comment"],
    )
    def test_the_usual_ways_to_write_a_line_are_read(self, path: Path, line: str) -> None:
        path.write_text(f"{line}\n", encoding="utf-8", newline="")
        assert credentials.read({}, path).discord == Secret(CANARY)

    @pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o666, 0o620])
    def test_a_file_that_others_can_read_or_write_is_refused_with_the_command_to_run(
        self, path: Path, mode: int
    ) -> None:
        path.write_text(f"{DISCORD}={CANARY}\n", encoding="utf-8")
        path.chmod(mode)
        with pytest.raises(ConfigError) as caught:
            credentials.read({}, path)
        assert f"(mode {mode:04o}); run: chmod 600 {path}" in str(caught.value)
        assert CANARY not in str(caught.value)

    def test_every_bad_line_is_told_and_none_is_shown(self, path: Path) -> None:
        path.write_text(f"{CANARY}\n{DISCORD}=x\nTOKEN={CANARY}\n", encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            credentials.read({}, path)
        assert [fault.line for fault in caught.value.faults] == [1, 3]
        assert CANARY not in str(caught.value) + repr(caught.value)

    def test_bytes_that_are_no_text_are_told_without_showing_them(self, path: Path) -> None:
        path.write_bytes(CANARY.encode() + b"\xff\n")
        with pytest.raises(ConfigError, match="not UTF-8") as caught:
            credentials.read({}, path)
        assert CANARY not in str(caught.value)

    def test_no_file_is_no_fault_unless_it_was_named(self, tmp_path: Path) -> None:
        assert credentials.read({}, tmp_path / "none") == Credentials()
        with pytest.raises(ConfigError, match="No such file"):
            credentials.read({}, tmp_path / "none", required=True)

    @pytest.mark.parametrize("value", ["", "   "])
    def test_an_empty_value_is_none(self, tmp_path: Path, value: str) -> None:
        assert credentials.read({DISCORD: value}, tmp_path / "none").discord is None

    def test_a_token_shows_itself_nowhere(self) -> None:
        found = Credentials(slack_bot=Secret(CANARY))
        shown = f"{found!r} {found!s} {found.slack_bot} {[found.slack_bot]}"
        assert CANARY not in shown
        assert "<secret>" in shown
        assert found.slack_bot is not None
        assert found.slack_bot.reveal() == CANARY


class TestGaps:
    def config(self, platform: str) -> Config:
        channel = Channel(platform=platform, workspace="1", channel="2", topics=("a",))  # type: ignore[arg-type]
        return Config(version=1, channels=(channel,))

    def test_a_channel_without_its_token_is_told(self) -> None:
        (slack,) = credentials.gaps(self.config("slack"), Credentials())
        (discord,) = credentials.gaps(self.config("discord"), Credentials())
        assert slack.startswith(f"slack: {SLACK_BOT} is not set")
        assert discord.startswith(f"discord: {DISCORD} is not set")

    def test_half_of_slack_is_told(self) -> None:
        (posting,) = credentials.gaps(Config(version=1), Credentials(slack_bot=Secret("x")))
        (listening,) = credentials.gaps(Config(version=1), Credentials(slack_app=Secret("x")))
        assert posting.startswith(f"slack: {SLACK_APP} is not set; alerts are posted, commands")
        assert "nothing can be posted" in listening

    def test_with_all_tokens_nothing_is_told(self) -> None:
        whole = Credentials(slack_bot=Secret("x"), slack_app=Secret("y"), discord=Secret("z"))
        assert credentials.gaps(self.config("slack"), whole) == ()


def test_a_secret_is_the_same_after_a_round_through_pickle_and_as_silent() -> None:
    again = pickle.loads(pickle.dumps(Secret(CANARY)))
    assert again == Secret(CANARY)
    assert CANARY not in repr(again)
