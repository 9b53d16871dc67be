"""The questions of ``tocsin init``: at most six, each answered by Enter too.

Nothing is stored here; an answer that makes no sense is asked for again, with one sentence that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bot import credentials
from bot.feeds.catalogue import CatalogueFeed, search
from bot.secret import Secret
from bot.setup.answers import DEFAULT_PACKS, PLATFORMS, Answers, FeedChoice, choice, kind_of_token, suggested
from rules.errors import TocsinError, guess
from rules.sanitise import web_link

MOST_FOUND = 15
_PLATFORM_TITLES = ("this terminal", "Slack", "Discord")

T = TypeVar("T")


class Terminal(Protocol):
    """Where questions are asked."""

    def say(self, text: str) -> None:
        """Show a line."""

    def ask(self, prompt: str, *, is_secret: bool = False) -> str:
        """Return one line that was typed, not shown where it is secret. Raises TocsinError at the end of input."""


class Unclear(TocsinError):  # noqa: N818 - an answer, not a failure
    """The answer makes no sense; the text says what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the command line says already, which is not asked; None where it says nothing."""

    packs: tuple[str, ...] | None = None
    feeds: tuple[FeedChoice, ...] | None = None
    platforms: tuple[str, ...] | None = None
    contact: str | None = None


def defaults(given: Given, catalogue: Sequence[CatalogueFeed]) -> Answers:
    """Return what is used without asking."""
    packs = DEFAULT_PACKS if given.packs is None else given.packs
    return Answers(
        packs=packs,
        feeds=suggested(packs, catalogue) if given.feeds is None else given.feeds,
        platforms=PLATFORMS if given.platforms is None else given.platforms,
        contact=given.contact or "",
    )


def interview(terminal: Terminal, given: Given, titles: dict[str, str], catalogue: Sequence[CatalogueFeed]) -> Answers:
    """Ask for what is not given; ``titles`` are those of the packs. Raises TocsinError at the end of input."""
    if given.packs is None:
        given = replace(given, packs=_ask_packs(terminal, titles))
    answers = defaults(given, catalogue)
    if given.feeds is None:
        answers = replace(answers, feeds=_ask_feeds(terminal, answers.feeds, catalogue))
    if given.platforms is None:
        answers = replace(answers, platforms=_ask_platforms(terminal))
    tokens: dict[str, Secret] = {}
    if "slack" in answers.platforms:
        tokens |= _ask_tokens(terminal, "Slack: the tokens xoxb-... and xapp-... in one line", _SLACK)
    if "discord" in answers.platforms:
        tokens |= _ask_tokens(terminal, "Discord: the bot's token", _DISCORD)
    if given.contact is None:
        answers = replace(answers, contact=_ask_contact(terminal))
    return replace(answers, tokens=tokens)


def _ask_packs(terminal: Terminal, titles: dict[str, str]) -> tuple[str, ...]:
    names = list(titles)
    terminal.say("\nWhat shall ring? Each topic is a file of rules that you can edit later.")
    for number, name in enumerate(names, 1):
        mark = "*" if name in DEFAULT_PACKS else " "
        terminal.say(f" {mark}{number:>2}  {name:<{max(map(len, names))}}  {titles[name]}")

    def read(text: str) -> tuple[str, ...]:
        return tuple(names[number] for number in _chosen(text, names)) or DEFAULT_PACKS

    return _until_clear(terminal, "Numbers or names, or all [those with *]: ", read)


def _ask_feeds(
    terminal: Terminal, offered: tuple[FeedChoice, ...], catalogue: Sequence[CatalogueFeed]
) -> tuple[FeedChoice, ...]:
    terminal.say(f"\nWhich feeds shall be polled? These suit your topics; the catalogue has {len(catalogue)}.")
    listed = list(offered)
    _list_feeds(terminal, listed, 1)

    def read(text: str) -> tuple[FeedChoice, ...]:
        words = text.replace(",", " ").split()
        if not words or words == ["all"]:
            return offered
        if all(word.isdecimal() for word in words):
            return tuple(listed[number] for number in _chosen(text, [feed.url for feed in listed]))
        if all("://" in word for word in words):
            return tuple(FeedChoice(url=_address(word)) for word in words)
        found = [choice(feed) for feed in search(catalogue, words)]
        more = [feed for feed in found if feed not in listed][:MOST_FOUND]
        _list_feeds(terminal, more, len(listed) + 1)
        listed.extend(more)
        said = f"{len(found)} found" if found else "nothing found"
        raise Unclear(f"{said} for {' '.join(words)}; choose by numbers, or look for other words.")

    return _until_clear(terminal, "Numbers, words to look for, or web addresses [all shown]: ", read)


def _list_feeds(terminal: Terminal, feeds: Sequence[FeedChoice], start: int) -> None:
    for number, feed in enumerate(feeds, start):
        terminal.say(f"  {number:>2}  {feed.outlet}  [{feed.lang}]")


def _ask_platforms(terminal: Terminal) -> tuple[str, ...]:
    terminal.say("\nWhere shall it ring? Slack and Discord need a token, now or later.")
    for number, title in enumerate(_PLATFORM_TITLES, 1):
        terminal.say(f"  {number:>2}  {title}")

    def read(text: str) -> tuple[str, ...]:
        return tuple(PLATFORMS[number] for number in _chosen(text, PLATFORMS)) or PLATFORMS

    return _until_clear(terminal, "Numbers or names [all of them]: ", read)


_SLACK = (credentials.SLACK_BOT, credentials.SLACK_APP)
_DISCORD = (credentials.DISCORD,)


def _ask_tokens(terminal: Terminal, what: str, names: tuple[str, ...]) -> dict[str, Secret]:
    def read(text: str) -> dict[str, Secret]:
        found: dict[str, Secret] = {}
        for word in text.replace(",", " ").split():
            name = kind_of_token(word)
            if name not in names:  # the word itself is never shown: it may be a secret
                raise Unclear("That does not look like such a token; copy it once more, or press Enter.")
            found[name] = Secret(word)
        return found

    terminal.say("")
    return _until_clear(terminal, f"{what} [later]: ", read, is_secret=True)


def _ask_contact(terminal: Terminal) -> str:
    terminal.say("\nSites that are polled like to know whom to write to: a web or mail address.")
    return _until_clear(terminal, "Contact [none]: ", contact)


def contact(text: str) -> str:
    """Return a contact as it is sent to sites. Raises Unclear for what cannot stand in a header."""
    wanted = text.strip()
    if wanted and (not wanted.isascii() or not wanted.isprintable() or any(sign in wanted for sign in " ()<>;")):
        raise Unclear("A contact is one web or mail address in plain letters, like desk@example.org.")
    return wanted


def _chosen(text: str, names: Sequence[str]) -> list[int]:
    """Read numbers from 1, or the names themselves, as places in ``names``, each once. Raises Unclear."""
    words = text.replace(",", " ").split()
    if words == ["all"]:
        return list(range(len(names)))
    places = {name: place for place, name in enumerate(names)}
    places |= {str(place + 1): place for place in range(len(names))}
    for word in words:
        if word not in places:
            nearest = guess(word[:30], names) or "."
            raise Unclear(f'"{word[:30]}" is not in the list{nearest} Give numbers from 1 to {len(names)}, or all.')
    return list(dict.fromkeys(places[word] for word in words))


def _address(word: str) -> str:
    found = web_link(word)
    if found is None:
        raise Unclear(f'"{word[:80]}" is no web address; write it with https://.')
    return found


def _until_clear(terminal: Terminal, prompt: str, read: Callable[[str], T], *, is_secret: bool = False) -> T:
    while True:
        try:
            return read(terminal.ask(prompt, is_secret=is_secret))
        except Unclear as unclear:
            terminal.say(str(unclear))
