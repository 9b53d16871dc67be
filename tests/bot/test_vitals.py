"""Health, readiness and figures: what a monitor sees when all is well, and when something stands still."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import update

from bot import pages
from bot.app import opened
from bot.config import Config, Feed, Web, check
from bot.credentials import Credentials
from bot.delivery.courier import Outcome
from bot.delivery.decisions import Decision, Reason, Task, Verdict
from bot.delivery.latency import Latency
from bot.delivery.model import Delivery, Op, RowState
from bot.errors import ConfigError
from bot.message import Message, MessageKind
from bot.pages import RuleState, Vitals
from bot.store import lanes
from bot.store import schema as tables
from rules.errors import TocsinError

WELL = Vitals(
    poll_lag=3.0,
    outbox={"ready": 2, "sending": 1, "sent": 40},
    oldest_pending=12.0,
    held={"rate_cap": 4},
    feeds={"https://example.org/feed": 30.0, "https://example.com/new": None},
    destinations={"slack:T1:C1": 7.5},
    standing_still={},
    rules=RuleState(hash="abc", age=60.0),
)


def outcome(waited: float, *, verdict: Verdict = Verdict.SENT, alert: int | None = 1) -> Outcome:
    delivery = Delivery(
        id=1,
        key="k",
        lane="slack:T1:C1",
        op=Op.POST,
        state=RowState.SENDING,
        message=Message(kind=MessageKind.ALERT, heading="h", fallback="f"),
        created_at=datetime(2026, 9, 1, tzinfo=UTC),
        alert_id=alert,
    )
    decision = Decision(verdict=verdict, reason=Reason.ACCEPTED)
    return Outcome(delivery=delivery, task=Task.ROOT, decision=decision, took=0.0, waited=waited)


class TestPages:
    def test_health_tells_how_long_ago_each_feed_and_channel_succeeded(self) -> None:
        page = pages.health(WELL)
        told = json.loads(page.text)
        assert (page.status, told["status"], told["pending"]) == (200, "ok", 3)
        assert told["feeds"] == {"https://example.org/feed": 30.0, "https://example.com/new": None}
        assert told["channels"] == {"slack:T1:C1": 7.5}

    def test_a_poller_that_stands_still_is_not_healthy(self) -> None:
        assert pages.health(replace(WELL, poll_lag=899.0)).status == 200
        page = pages.health(replace(WELL, poll_lag=900.0))
        assert page.status == 503
        assert json.loads(page.text)["status"] == "the poller stands still"

    def test_a_paused_platform_is_not_healthy_and_a_parked_channel_is_not_its_fault(self) -> None:
        page = pages.health(replace(WELL, standing_still={"slack": "token_refused"}))
        assert (page.status, json.loads(page.text)["status"]) == (503, "slack is paused: token_refused")
        assert pages.health(replace(WELL, standing_still={"slack:T1:C1": "no_permission"})).status == 200

    def test_what_stands_still_is_not_ready_and_is_named(self) -> None:
        assert pages.ready(WELL).status == 200
        page = pages.ready(replace(WELL, standing_still={"slack": "token_refused"}))
        assert page.status == 503
        assert "token_refused" in page.text

    def test_metrics_are_in_the_form_that_prometheus_reads(self) -> None:
        lines = pages.metrics(replace(WELL, standing_still={'a"b': "x\\y"})).text.splitlines()
        assert "tocsin_poll_lag_seconds 3" in lines
        assert 'tocsin_outbox_rows{state="ready"} 2' in lines
        assert 'tocsin_held_alerts{reason="rate_cap"} 4' in lines
        assert 'tocsin_feed_success_age_seconds{feed="https://example.org/feed"} 30' in lines
        assert not any("example.com/new" in line for line in lines)
        assert 'tocsin_standing_still{name="a\\"b",reason="x\\\\y"} 1' in lines
        assert 'tocsin_ruleset_info{hash="abc"} 1' in lines
        assert "tocsin_ruleset_age_seconds 60" in lines
        assert 'tocsin_rules_reload_state{state="applied"} 1' in lines
        assert 'tocsin_rules_reload_state{state="refused"} 0' in lines

    def test_what_polls_came_to_is_counted_in_full(self) -> None:
        counted = replace(WELL, polls={"not_modified": 41, "fetch_failed": 1}, entries={"new": 7}, parsers_killed=2)
        lines = pages.metrics(counted).text.splitlines()
        assert "# TYPE tocsin_polls_total counter" in lines
        assert 'tocsin_polls_total{outcome="not_modified"} 41' in lines
        assert 'tocsin_polls_total{outcome="fetch_failed"} 1' in lines
        assert 'tocsin_entries_total{kind="new"} 7' in lines
        assert "tocsin_parsers_killed_total 2" in lines

    def test_the_time_to_a_post_is_a_histogram(self) -> None:
        latency = Latency()
        for waited in (0.05, 0.3, 0.3, 4000.0):
            latency.note(outcome(waited))
        latency.note(outcome(9.0, verdict=Verdict.RETRY))
        latency.note(outcome(9.0, alert=None))
        lines = pages.metrics(replace(WELL, latency=latency.histogram())).text.splitlines()
        assert "# TYPE tocsin_item_to_post_seconds histogram" in lines
        told = {line.split()[0]: line.split()[1] for line in lines if line.startswith("tocsin_item_to_post")}
        bounds = ("0.1", "0.25", "0.5", "3600", "+Inf")
        assert [told[f'tocsin_item_to_post_seconds_bucket{{le="{bound}"}}'] for bound in bounds] == list("11334")
        assert told["tocsin_item_to_post_seconds_count"] == "4"
        assert float(told["tocsin_item_to_post_seconds_sum"]) == pytest.approx(4000.65)

    def test_refused_rules_are_told_with_their_places_and_do_not_make_the_bot_unready(self) -> None:
        faults = tuple(f"rules/a.yaml:{line}:1: no" for line in range(1, 13))
        broken = replace(WELL, rules=replace(WELL.rules, refused_for=5.0, faults=faults, failing={"noisy": 3}))
        lines = pages.metrics(broken).text.splitlines()
        assert 'tocsin_rules_reload_state{state="applied"} 0' in lines
        assert 'tocsin_rules_reload_state{state="refused"} 1' in lines
        assert "tocsin_rules_refused_seconds 5" in lines
        assert 'tocsin_ruleset_info{hash="abc"} 1' in lines, "the last good set"
        assert 'tocsin_rule_failures{rule="noisy"} 3' in lines
        for page in (pages.health(broken), pages.ready(broken)):
            told = json.loads(page.text)["rules"]
            assert page.status == 200
            assert (told["state"], told["refused_seconds"], told["hash"]) == ("refused", 5.0, "abc")
            assert told["faults"][0] == "rules/a.yaml:1:1: no"
            assert (len(told["faults"]), told["more_faults"]) == (10, 2)
            assert told["failing"] == {"noisy": 3}


async def test_the_running_bot_answers_and_a_frozen_poller_shows(tmp_path: Path) -> None:
    config = Config(
        version=1,
        rules=("pack:us-forces-europe",),
        feeds=(Feed(url="https://example.org/feed?token=secret"),),
        web=Web(enabled=True, listen="127.0.0.1:0"),
    )
    async with (
        opened(config, tmp_path, Credentials(), environment={}) as app,
        aiohttp.ClientSession() as session,
    ):
        assert app.web is not None
        base = f"http://127.0.0.1:{await app.web.start()}"

        async def get(path: str) -> tuple[int, str]:
            async with session.get(base + path) as answer:
                return answer.status, await answer.text()

        try:
            assert (await get("/healthz"))[0] == 200
            assert (await get("/readyz"))[0] == 200
            status, figures = await get("/metrics")
            assert status == 200
            assert app.upkeep.watcher.applied is not None
            assert app.upkeep.watcher.applied.ruleset.hash in figures
            assert "secret" not in figures
            assert 'tocsin_entries_total{kind="new"} 0' in figures
            long_ago = app.clock.now() - timedelta(hours=1)
            await app.db.tx(lambda c: c.execute(update(tables.feed).values(next_due=long_ago)))
            await app.db.tx(lambda c: lanes.pause_platform(c, "slack", "token_refused"))
            assert (await get("/healthz"))[0] == 503
            assert (await get("/readyz"))[0] == 503
        finally:
            await app.web.close()


async def test_where_it_is_turned_off_nothing_listens(tmp_path: Path) -> None:
    config = Config(version=1, rules=("pack:us-forces-europe",), web=Web(enabled=False))
    async with opened(config, tmp_path, Credentials(), environment={}) as app:
        assert app.web is None


async def test_a_port_that_is_taken_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        config = Config(version=1, rules=("pack:us-forces-europe",), web=Web(enabled=True, listen=address))
        async with opened(config, tmp_path, Credentials(), environment={}) as app:
            with pytest.raises(TocsinError, match=r"web\.listen in tocsin\.yaml: cannot listen there"):
                await app.serve()


@pytest.mark.parametrize("words", ["8480", "127.0.0.1:99999", "http://localhost:1"])
def test_an_address_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(f"version: 1\nweb: {{listen: '{words}'}}\n".encode(), "tocsin.yaml")
    assert [fault.code for fault in caught.value.faults] == ["TC163"]
