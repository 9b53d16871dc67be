"""What a monitor reads over HTTP: health, readiness and figures for Prometheus. Pure text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.delivery.latency import BOUNDS, Histogram

OVERDUE = 900.0  # seconds; a feed that should have been polled so long ago was not: the poller stands still
MOST_FAULTS = 10  # of the rule files that an answer lists
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer."""

    status: int
    content_type: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """The rules in force and what is the matter with them. Ages are seconds."""

    hash: str = ""  # of the set in force, which is the last good one; empty when there is none
    age: float | None = None  # since it came into force
    refused_for: float | None = None  # since the files on disk cannot be used; None when they can
    faults: tuple[str, ...] = ()  # why they cannot, each with file, line and column
    failing: Mapping[str, int] = field(default_factory=dict)  # articles on which matching a rule raised, by rule
    unrecorded: str = ""  # why the history cannot be written

    @property
    def state(self) -> str:
        """The files on disk: ``applied`` or ``refused``."""
        return "applied" if self.refused_for is None else "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the bot is. Ages are seconds since the last success, None where there was none yet."""

    poll_lag: float  # how long the most overdue feed has been waiting
    outbox: Mapping[str, int]  # rows by state
    oldest_pending: float | None
    held: Mapping[str, int]  # in no digest yet, by reason
    feeds: Mapping[str, float | None]  # by address, without secrets
    destinations: Mapping[str, float | None]  # by lane
    standing_still: Mapping[str, str]  # channel or platform, and why
    rules: RuleState
    latency: Histogram = field(default_factory=Histogram)
    polls: Mapping[str, int] = field(default_factory=dict)  # by what came of them, since this process began
    entries: Mapping[str, int] = field(default_factory=dict)  # ``new``, ``edited`` and ``unchanged``, likewise
    parsers_killed: int = 0  # children that did not parse a feed in time, likewise

    @property
    def is_polling(self) -> bool:
        """Whether the poller goes on."""
        return self.poll_lag < OVERDUE

    @property
    def paused(self) -> Mapping[str, str]:
        """Platforms that take nothing at all, and why: a lane's name has its platform, a colon and more."""
        return {name: why for name, why in self.standing_still.items() if ":" not in name}


def health(vitals: Vitals) -> Page:
    """Say how long ago each feed and channel last succeeded; 503 when the poller or a whole platform stands still."""
    trouble = [] if vitals.is_polling else ["the poller stands still"]
    trouble += [f"{name} is paused: {why}" for name, why in vitals.paused.items()]
    return _json(
        503 if trouble else 200,
        {
            "status": "; ".join(trouble) or "ok",
            "poll_lag_seconds": round(vitals.poll_lag, 1),
            "pending": vitals.outbox.get("ready", 0) + vitals.outbox.get("sending", 0),
            "oldest_pending_seconds": _rounded(vitals.oldest_pending),
            "feeds": {url: _rounded(age) for url, age in vitals.feeds.items()},
            "channels": {lane: _rounded(age) for lane, age in vitals.destinations.items()},
            "standing_still": dict(vitals.standing_still),
            "rules": _rules(vitals.rules),
        },
    )


def ready(vitals: Vitals) -> Page:
    """Say whether rules are in force and every platform and channel takes messages; 503 when one does not."""
    is_ready = bool(vitals.rules.hash) and not vitals.standing_still
    words = "ready" if is_ready else "not ready"
    body = {"status": words, "standing_still": dict(vitals.standing_still), "rules": _rules(vitals.rules)}
    return _json(200 if is_ready else 503, body)


def _rules(rules: RuleState) -> Mapping[str, object]:
    """Describe the rules; refused files do not make the bot unready, as the last good set goes on."""
    return {
        "hash": rules.hash,
        "age_seconds": _rounded(rules.age),
        "state": rules.state,
        "refused_seconds": _rounded(rules.refused_for),
        "faults": list(rules.faults[:MOST_FAULTS]),
        "more_faults": len(rules.faults[MOST_FAULTS:]),
        "failing": dict(rules.failing),
        "history": rules.unrecorded or "written",
    }


def metrics(vitals: Vitals) -> Page:
    """Write the figures in Prometheus's text form."""
    lines = [
        *_histogram("tocsin_item_to_post_seconds", "From when an alert could go out to its post.", vitals.latency),
        *_metric("tocsin_poll_lag_seconds", "How overdue the most overdue feed is.", [({}, vitals.poll_lag)]),
        *_metric("tocsin_polls_total", "Polls by what came of them.", _by("outcome", vitals.polls), kind="counter"),
        *_metric("tocsin_entries_total", "Entries that polls brought.", _by("kind", vitals.entries), kind="counter"),
        *_metric(
            "tocsin_parsers_killed_total",
            "Parsers that were stopped at their deadline.",
            [({}, float(vitals.parsers_killed))],
            kind="counter",
        ),
        *_metric("tocsin_outbox_rows", "Messages by state.", _by("state", vitals.outbox)),
        *_metric("tocsin_outbox_oldest_seconds", "Age of the oldest that waits.", [({}, vitals.oldest_pending or 0.0)]),
        *_metric("tocsin_held_alerts", "Alerts in no digest yet, by reason.", _by("reason", vitals.held)),
        *_metric("tocsin_feed_success_age_seconds", "Since a feed was last read.", _by("feed", vitals.feeds)),
        *_metric("tocsin_post_age_seconds", "Since a channel last got a message.", _by("channel", vitals.destinations)),
        *_metric(
            "tocsin_standing_still",
            "Parked channels and paused platforms.",
            [({"name": name, "reason": why}, 1.0) for name, why in vitals.standing_still.items()],
        ),
        *_rule_metrics(vitals.rules),
    ]
    return Page(status=200, content_type=METRICS_TYPE, text="\n".join(lines) + "\n")


Sample = tuple[Mapping[str, str], float]


def _rule_metrics(rules: RuleState) -> Iterator[str]:
    states = [({"state": state}, float(state == rules.state)) for state in ("applied", "refused")]
    yield from _metric("tocsin_rules_reload_state", "Whether the rule files on disk are used.", states)
    yield from _metric(
        "tocsin_ruleset_info", "The rule set in force: the last good one.", [({"hash": rules.hash}, 1.0)]
    )
    yield from _metric("tocsin_ruleset_age_seconds", "Since it came into force.", [({}, rules.age or 0.0)])
    refused: list[Sample] = [({}, rules.refused_for or 0.0)]
    yield from _metric("tocsin_rules_refused_seconds", "Since the files cannot be used; 0 when they can.", refused)
    yield from _metric("tocsin_rule_failures", "Articles on which matching a rule raised.", _by("rule", rules.failing))


def _by(label: str, values: Mapping[str, int] | Mapping[str, float | None]) -> list[Sample]:
    return [({label: name}, float(value)) for name, value in values.items() if value is not None]


def _metric(name: str, about: str, samples: Iterable[Sample], *, kind: str = "gauge") -> list[str]:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inner}}} {value:g}" if inner else f"{name} {value:g}")
    return lines


def _histogram(name: str, about: str, taken: Histogram) -> list[str]:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} histogram"]
    counted = 0
    for bound, count in zip((*(f"{one:g}" for one in BOUNDS), "+Inf"), taken.counts, strict=True):
        counted += count
        lines.append(f'{name}_bucket{{le="{bound}"}} {counted}')
    return [*lines, f"{name}_sum {taken.total:g}", f"{name}_count {counted}"]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _json(status: int, body: Mapping[str, object]) -> Page:
    return Page(status=status, content_type="application/json; charset=utf-8", text=json.dumps(body, indent=1) + "\n")


def _rounded(age: float | None) -> float | None:
    return None if age is None else round(age, 1)
