"""Files that people upload to Slack and name in a command or a form: looked up, checked, fetched with the token."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.client import web_client
from adapters.slack.uploads import finds
from bot.errors import DeliveryError
from bot.ports import FormField
from tests.adapters.slack.desk import FORM, Desk, answers, make_gateway, running
from tests.fakes.slack import BOT_TOKEN, CHANNEL, FakeSlack, error

YAML = b"version: 1\ntopic: bridges\n"


async def found(server: FakeSlack, given: str, *, user: str = "U0ANA", channel: str = CHANNEL) -> bytes:
    """Look a file up as the commands do, and read it."""
    attached = await finds(web_client(BOT_TOKEN, server.api_url), user, channel)(given)
    return await attached.read()


async def refusal(server: FakeSlack, given: str, **asked: Any) -> str:
    with pytest.raises(DeliveryError) as failure:
        await found(server, given, **asked)
    return failure.value.detail


@pytest.mark.parametrize(
    "written",
    [
        "{id}",
        "https://work.slack.com/files/U0ANA/{id}/bridges.yaml",
        "<https://work.slack.com/files/U0ANA/{id}/bridges.yaml|bridges.yaml>",
        "https://files.slack.com/files-pri/T0WORK-{id}/bridges.yaml",
        " https://work.slack.com/files/U0ANA/{id} ",
    ],
)
async def test_a_file_is_found_by_its_link_or_id(server: FakeSlack, written: str) -> None:
    number = server.workspace.put_file("bridges.yaml", YAML)
    attached = await finds(web_client(BOT_TOKEN, server.api_url), "U0ANA", CHANNEL)(written.format(id=number))
    assert (attached.name, attached.size) == ("bridges.yaml", len(YAML))
    assert server.downloads == []  # nothing is fetched before its size was looked at
    assert await attached.read() == YAML
    assert server.downloads == [f"Bearer {BOT_TOKEN}"]


@pytest.mark.parametrize("given", ["", "bridges.yaml", "https://example.org/a.yaml", "<@U0ANA>", "🌉", "../F0"])
async def test_what_is_no_link_of_a_file_is_told_so_without_asking_slack(server: FakeSlack, given: str) -> None:
    assert "no link of a file" in await refusal(server, given)
    assert server.called("files.info") == []


async def test_a_file_of_somebody_else_is_read_only_where_it_was_shared(server: FakeSlack) -> None:
    secret = server.workspace.put_file("plans.yaml", YAML, user="U0BOSS", channels=["C0BOARD"])
    assert "somebody else uploaded it" in await refusal(server, secret)
    assert "somebody else uploaded it" in await refusal(server, secret, channel="")
    assert server.downloads == []
    assert await found(server, secret, channel="C0BOARD") == YAML


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files/x",
        "http://files.slack.com/files-pri/x",
        "https://files.slack.com.evil.example/x",
        "https://evil@files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://notslack.com/x",
        "https://[bad/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_goes_to_slack_and_to_nobody_else(server: FakeSlack, url: str) -> None:
    number = server.workspace.put_file("bridges.yaml", YAML, url_private_download=url, is_external=True)
    assert "does not lie with Slack" in await refusal(server, number)


async def test_a_redirect_is_not_followed(server: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        elsewhere.append(request.path)
        raise web.HTTPFound("https://evil.example/")

    app = web.Application()
    app.router.add_get("/file", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    monkeypatch.setattr("adapters.slack.uploads._is_slacks", lambda *_: True)
    number = server.workspace.put_file("bridges.yaml", YAML, url_private_download=f"{url}/file")
    assert "files:read" in await refusal(server, number)
    await runner.cleanup()
    assert elsewhere == ["/file"]


@pytest.mark.parametrize("said", [0, 5, len(YAML) - 1])
async def test_what_is_larger_than_slack_said_is_not_taken(server: FakeSlack, said: int) -> None:
    number = server.workspace.put_file("bridges.yaml", YAML, size=said)
    assert "larger than Slack said" in await refusal(server, number)


async def test_a_missing_scope_is_named_with_its_remedy(server: FakeSlack) -> None:
    number = server.workspace.put_file("bridges.yaml", YAML)
    server.next("files.info", error("missing_scope"))
    assert "files:read" in await refusal(server, number)
    server.may_read_files = False  # Slack then shows its page for signing in, with the status 200
    assert "files:read" in await refusal(server, number)


async def test_a_file_that_slack_does_not_show_says_where_to_upload_it(server: FakeSlack) -> None:
    assert "upload it here" in await refusal(server, "F0GONE")


async def test_a_command_can_name_a_file(server: FakeSlack, desk: Desk) -> None:
    number = server.workspace.put_file("bridges.yaml", YAML)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command(f"rules validate file:{number}"))
        await answers(server)
        ((caller, words),) = desk.asked
        assert words == f"rules validate file:{number}"
        assert caller.find_file is not None
        assert await (await caller.find_file(number)).read() == YAML


FILES = replace(FORM, command="rules apply", fields=(FormField(name="file", label="File", is_file=True),))


async def test_a_file_put_into_a_form_comes_with_the_caller(server: FakeSlack, desk: Desk) -> None:
    desk.form = FILES
    number = server.workspace.put_file("bridges.yaml", YAML)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("rules apply"))
        view = await server.opened()
        assert [block["element"]["type"] for block in view["blocks"]] == ["file_input"]
        await server.send("interactive", server.submission(view, file=number))
        await answers(server)
        ((caller, command, values),) = desk.submitted
        assert (command, values, [one.name for one in caller.files]) == ("rules apply", {}, ["bridges.yaml"])
        assert await caller.files[0].read() == YAML


async def test_a_file_in_a_form_that_cannot_be_read_is_told_and_nothing_is_run(server: FakeSlack, desk: Desk) -> None:
    desk.form = FILES
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("rules apply"))
        await server.send("interactive", server.submission(await server.opened(), file="F0GONE"))
        (answer,) = await answers(server)
    assert "The file cannot be read: Slack shows Tocsin no such file" in answer["text"]
    assert desk.submitted == []


async def test_a_form_without_its_file_is_submitted_without_one(server: FakeSlack, desk: Desk) -> None:
    desk.form = FILES
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("rules apply"))
        await server.send("interactive", server.submission(await server.opened()))
        await answers(server)
    assert desk.submitted[0][0].files == ()
