"""``tocsin init``: from nothing to a folder that ``tocsin run`` serves, in at most six questions."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.saying import say
from rules.errors import TocsinError

if TYPE_CHECKING:
    from bot.setup.answers import Answers, FeedChoice
    from bot.setup.asking import Given
    from bot.setup.plan import PlannedFile


def add_parser(subparsers: Any) -> None:
    """Add ``init`` to the command line."""
    parser = subparsers.add_parser(
        "init",
        help="set up a folder: configuration, rules, tokens",
        description="Asks at most six questions, writes tocsin.yaml, rules/, .env (mode 0600), Slack's app manifest and"
        " Discord's invitation, all or nothing, and then runs `tocsin doctor`.",
        epilog="Exit codes: 0 all written, and the doctor found nothing that fails; 1 nothing written, or the doctor"
        " found something; 2 wrong use.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="where to; default: the present folder")
    parser.add_argument("--yes", action="store_true", help="ask nothing: take what is given here, else the defaults")
    parser.add_argument("--force", action="store_true", help="also where files are already; they are kept as NAME.old")
    parser.add_argument("--topics", metavar="A,B", help="packs of rules, or all; see docs/packs.md")
    parser.add_argument(
        "--feed", action="append", metavar="URL", help="poll this feed instead of those suggested; repeatable; or none"
    )
    parser.add_argument("--platforms", metavar="A,B", help="of console, slack, discord; default all three")
    parser.add_argument("--contact", metavar="ADDRESS", help="web or mail address, shown to the sites that are polled")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask, write, look. Raises TocsinError with one sentence when nothing was written."""
    from bot.feeds import catalogue
    from bot.setup import asking, kit

    folder: Path = args.folder
    if kit.is_own_source(folder):
        raise TocsinError(
            "this is the folder of Tocsin itself, whose rules/ is code; name another one: tocsin init ../newsroom"
        )
    packs = kit.packs()
    try:
        given = _given(args, list(packs))
    except asking.Unclear as unclear:
        sys.stderr.write(f"tocsin init: {unclear}\n")
        return 2
    feeds = catalogue.load()
    if args.yes:
        answers = asking.defaults(given, feeds)
    else:
        titles = {name: kit.title(name, text) for name, text in packs.items()}
        answers = asking.interview(Console(), given, titles, feeds)
    return _write(args, folder, packs, answers)


def _write(args: argparse.Namespace, folder: Path, packs: dict[str, str], answers: Answers) -> int:
    from bot.setup.placing import place

    files = _plan(folder, packs, answers)
    kept = place(folder, files, force=args.force)
    say(f"\n{folder.resolve()} has now:")
    for file in files:
        say(f"  {file.path}{'  (only you can read it)' if file.mode == 0o600 else ''}")
    for path in kept:
        say(f"What was there is kept as {path}.")
    say("\n`tocsin doctor` says:")
    code = _doctor(folder)
    say("\nNext:")
    for number, step in enumerate(_steps(folder, answers), 1):
        say(f"  {number}. {step}")
    return code


def _plan(folder: Path, packs: dict[str, str], answers: Answers) -> tuple[PlannedFile, ...]:
    from adapters.discord.invite import PERMISSION_BITS, invite_url
    from bot import config
    from bot.setup import kit
    from bot.setup.plan import CONFIG, SECRETS, Kit, invited_id, plan

    ships = Kit(
        packs=packs,
        schema=kit.schema(),
        manifest=kit.manifest(),
        invite=invite_url(invited_id(answers)),
        permissions=tuple(PERMISSION_BITS),
    )
    files = plan(answers, ships, secrets=_present(folder / SECRETS))
    config.check(next(file for file in files if file.path == CONFIG).text.encode(), CONFIG)
    return files


def _present(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        raise TocsinError(f"{path}: cannot be read, so that its tokens could get lost; move it away first") from None


def _doctor(folder: Path) -> int:
    from bot.cli import doctor

    return doctor.examine(folder / "tocsin.yaml", as_json=False)


def _steps(folder: Path, answers: Answers) -> list[str]:
    from bot import credentials
    from bot.setup.plan import INVITE, MANIFEST, SECRETS, TOKENS

    missing = [name for name in TOKENS if name not in answers.tokens]
    steps = [] if folder.resolve() == Path.cwd() else [f"cd {folder}"]
    if "slack" in answers.platforms and {credentials.SLACK_BOT, credentials.SLACK_APP} & set(missing):
        steps.append(
            f"Slack: https://api.slack.com/apps, Create New App, From a manifest, paste {MANIFEST}; both tokens"
            f" into {SECRETS} (docs/slack.md)"
        )
    if "discord" in answers.platforms:
        if credentials.DISCORD in missing:
            steps.append(
                f"Discord: https://discord.com/developers/applications, New Application, Bot, Reset Token; the token"
                f" into {SECRETS} (docs/discord.md)"
            )
        steps.append(f"Discord: open the address in {INVITE}")
    where = " here" if "console" in answers.platforms else ""
    steps.append(f"tocsin run: polls and rings{where}; what is in a feed at first is stored and does not ring")
    if len(answers.platforms) > ("console" in answers.platforms):
        steps.append(f"in a channel: /tocsin subscribe {answers.packs[0] if answers.packs else 'TOPIC'}")
    return steps


def _given(args: argparse.Namespace, packs: list[str]) -> Given:
    from bot.setup import asking
    from bot.setup.answers import PLATFORMS

    return asking.Given(
        packs=None if args.topics is None else _chosen(args.topics, packs, "topic"),
        feeds=None if args.feed is None else _feeds(args.feed),
        platforms=None if args.platforms is None else _chosen(args.platforms, list(PLATFORMS), "platform"),
        contact=None if args.contact is None else asking.contact(args.contact),
    )


def _chosen(text: str, allowed: list[str], noun: str) -> tuple[str, ...]:
    from bot.setup.asking import Unclear
    from rules.errors import guess

    words = [word.strip() for word in text.split(",") if word.strip()]
    if words == ["all"]:
        return tuple(allowed)
    for word in words:
        if word not in allowed:
            raise Unclear(f'there is no {noun} "{word}"{guess(word, allowed)} ({", ".join(allowed)})')
    if not words:
        raise Unclear(f"name at least one {noun} ({', '.join(allowed)})")
    return tuple(dict.fromkeys(words))


def _feeds(given: list[str]) -> tuple[FeedChoice, ...]:
    from bot.feeds import catalogue
    from bot.setup.answers import FeedChoice, choice
    from bot.setup.asking import Unclear
    from rules.sanitise import web_link

    if given == ["none"]:
        return ()
    known = {feed.url: choice(feed) for feed in catalogue.load()}
    urls = [(text, web_link(text)) for text in given]
    for text, url in urls:
        if url is None:
            raise Unclear(f'"{text}" is no web address; write it with https://')
    found = [known.get(url or "", FeedChoice(url=url or "")) for _, url in urls]
    return tuple(replace(one) for one in dict.fromkeys(found))


class Console:
    """Asks on the terminal; answers may also come from a pipe, one a line."""

    def say(self, text: str) -> None:
        """Show a line."""
        say(text)

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        """Return one line that was typed. Raises TocsinError at the end of input."""
        if is_secret and sys.stdin.isatty():
            from getpass import getpass

            return getpass(prompt)
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise TocsinError(
                "the answers ended before the questions did; nothing was written. With --yes none are asked"
            )
        return line.strip()
