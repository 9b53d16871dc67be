"""A subscription as it was asked for: read from options, kept in an offer, told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.commands import targets
from bot.commands.desk import Desk
from bot.commands.parse import CommandError, echo
from bot.ports import Caller, Place
from bot.ringing.routing import PLAIN, Mode, Wishes
from bot.store.subscriptions import Subscription
from rules.model import Severity

NOTHING = ("none", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a channel is to be subscribed to. ``threads`` None leaves the channel's way as it is."""

    place: Place
    topic: str
    severity: Severity = Severity.NOTICE
    threads: str | None = None
    wishes: Wishes = PLAIN

    def to_body(self) -> dict[str, Any]:
        """Return plain values, for the offer."""
        return {
            "place": [self.place.platform, self.place.workspace, self.place.channel],
            "topic": self.topic,
            "severity": self.severity.value,
            "threads": self.threads,
            "mode": self.wishes.mode.value,
            "mention": self.wishes.mention,
            "mention_from": self.wishes.mention_from.value,
            "filter": self.wishes.filter,
            "rules": list(self.wishes.rules),
        }


def from_body(body: Mapping[str, Any]) -> Terms:
    """Read an offer's values back."""
    platform, workspace, channel = body["place"]
    return Terms(
        place=Place(platform=platform, workspace=workspace, channel=channel),
        topic=body["topic"],
        severity=Severity(body["severity"]),
        threads=body["threads"],
        wishes=Wishes(
            mode=Mode(body["mode"]),
            mention=body["mention"],
            mention_from=Severity(body["mention_from"]),
            filter=body["filter"],
            rules=tuple(body.get("rules", ())),
        ),
    )


def of_subscription(one: Subscription) -> Terms:
    """Return the terms of a subscription that is there."""
    return Terms(place=one.place, topic=one.topic, severity=one.severity, threads=one.threads, wishes=one.wishes)


def changed(desk: Desk, caller: Caller, terms: Terms, options: Mapping[str, str]) -> Terms:
    """Return the terms with what the options name; the rest stays. Raises CommandError."""
    wishes = terms.wishes
    if "mode" in options:
        wishes = replace(wishes, mode=Mode(options["mode"]))
    if "mention" in options:
        wishes = replace(wishes, mention=targets.mention(caller, options["mention"]))
    if "mention_from" in options:
        if wishes.mention is None:
            raise CommandError("mention_from needs somebody to mention; name a role or group with mention.")
        wishes = replace(wishes, mention_from=Severity(options["mention_from"]))
    if "filter" in options:
        wishes = replace(wishes, filter=_filter(desk, options["filter"]))
    return replace(
        terms,
        severity=Severity(options["severity"]) if "severity" in options else terms.severity,
        threads=options.get("threads", terms.threads),
        wishes=wishes,
    )


def in_words(terms: Terms) -> str:
    """Say when the channel will ring."""
    wishes = terms.wishes
    told = [f"from {terms.severity} on" if terms.severity is not Severity.NOTICE else "every severity"]
    told += (
        [f"only {'the rule' if len(wishes.rules) == 1 else 'the rules'} {', '.join(wishes.rules)}"]
        if wishes.rules
        else []
    )
    told += {Mode.DIGEST: ["in the digest only"], Mode.BOTH: ["at once and in the digest"]}.get(wishes.mode, [])
    told += [f"only what fits {wishes.filter}"] if wishes.filter else []
    if wishes.mention is not None:
        told.append(
            f"mentions {targets.shown_mention(terms.place.platform, wishes.mention)} from {wishes.mention_from}"
        )
    told += [f"threads {terms.threads}"] if terms.threads else []
    return ", ".join(told)


def _filter(desk: Desk, given: str) -> str | None:
    if given.casefold() in NOTHING:
        return None
    try:
        desk.tools.narrow(given)
    except ValueError as error:
        raise CommandError(f"The filter {echo(given)} cannot be read: {error}") from error
    return given
