"""Which channels hear of an alert, and the reason for each that does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Place
from bot.ringing.routing import PLAIN, RouteReason, Wishes, route
from rules.model import Match, Severity

DESK = Place(platform="slack", workspace="T1", channel="desk")
HALL = Place(platform="slack", workspace="T1", channel="hall")


@dataclass(frozen=True)
class Wish:
    """A subscription as routing sees it."""

    topic: str
    place: Place = DESK
    severity: Severity = Severity.NOTICE
    threads: str = "broadcast"
    wishes: Wishes = PLAIN
    state: str = "active"
    state_reason: str = ""


def match(topic: str, severity: Severity = Severity.IMPORTANT) -> Match:
    return Match(rule=f"{topic}-rule", topic=topic, title=topic.title(), severity=severity)


def test_a_channel_hears_of_the_topics_that_it_follows_in_its_own_way() -> None:
    (one,) = route([match("bases"), match("grain")], [Wish("bases", threads="edit")])
    assert (one.place, one.reason, one.topics, one.threads) == (DESK, RouteReason.DELIVERED, ("bases",), "edit")


def test_a_channel_that_follows_two_topics_gets_one_decision() -> None:
    (one,) = route([match("bases"), match("grain")], [Wish("bases"), Wish("grain")])
    assert one.topics == ("bases", "grain")
    assert one.detail == "bases, grain"


def test_every_channel_is_decided_for_itself_in_the_order_given() -> None:
    routes = route([match("bases")], [Wish("bases", place=HALL), Wish("bases", severity=Severity.URGENT)])
    assert [(one.place, one.reason) for one in routes] == [
        (HALL, RouteReason.DELIVERED),
        (DESK, RouteReason.BELOW_SEVERITY),
    ]


def test_below_the_wish_of_the_channel_both_severities_are_named() -> None:
    (one,) = route([match("bases", Severity.NOTICE)], [Wish("bases", severity=Severity.URGENT)])
    assert one.detail == "the alert is notice, the channel wants urgent or more"
    assert one.topics == ()


def test_the_strongest_match_of_a_topic_decides() -> None:
    matches = [match("bases", Severity.NOTICE), match("bases", Severity.URGENT), match("bases", Severity.NOTICE)]
    (one,) = route(matches, [Wish("bases", severity=Severity.URGENT)])
    assert one.reason is RouteReason.DELIVERED


def test_a_topic_below_its_own_wish_is_left_out_though_another_is_heard() -> None:
    matches = [match("bases", Severity.NOTICE), match("grain", Severity.NOTICE)]
    (one,) = route(matches, [Wish("bases", severity=Severity.URGENT), Wish("grain")])
    assert one.topics == ("grain",)


def test_a_parked_channel_is_not_posted_to_and_the_reason_is_given() -> None:
    (one,) = route([match("bases")], [Wish("bases", state="parked", state_reason="the channel is archived")])
    assert (one.reason, one.detail) == (RouteReason.PARKED, "the channel is archived")


def test_a_channel_that_chose_rules_hears_of_them_alone() -> None:
    loud = Match(rule="bases-alarm", topic="bases", title="Alarm", severity=Severity.URGENT)
    chosen = Wish("bases", wishes=Wishes(rules=("bases-rule",)), severity=Severity.IMPORTANT)
    (one,) = route([loud, match("bases", Severity.NOTICE)], [chosen])
    assert (one.reason, one.detail) == (
        RouteReason.BELOW_SEVERITY,
        "the alert is notice, the channel wants important or more",
    )
    (one,) = route([loud], [chosen, Wish("grain")])
    assert (one.reason, one.detail) == (RouteReason.FILTERED, "the channel follows only the rules bases-rule")
    (one,) = route([loud, match("grain")], [chosen, Wish("grain")])
    assert (one.reason, one.topics) == (RouteReason.DELIVERED, ("grain",))


def test_a_silence_is_asked_about_the_rules_that_are_followed_only() -> None:
    asked: list[list[str]] = []

    def stop(_: Place, matches: Sequence[Match]) -> None:
        asked.append([one.rule for one in matches])

    loud = Match(rule="bases-alarm", topic="bases", title="Alarm", severity=Severity.URGENT)
    route([loud, match("bases")], [Wish("bases", wishes=Wishes(rules=("bases-rule",)))], stop)
    assert asked == [["bases-rule"]]


def test_a_channel_that_follows_none_of_the_topics_is_not_asked() -> None:
    assert route([match("bases")], [Wish("grain")]) == ()
