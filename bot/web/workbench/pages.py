"""The addresses of the workbench. Every button is a form of its own right; a script only asks for parts of the page.

GET  /workbench               an editor with a file in it
POST /workbench/ACTION        the same page with the result; only that part where the script asks
GET  /workbench/history       earlier sets, and the way back
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

from bot.commands.desk import Desk
from bot.rulebook.files import PACK_PREFIX
from bot.rulebook.works import RuleWorks, Watch
from bot.web.frame import Ask, Missing, Route, View
from bot.web.workbench import actions
from bot.web.workbench.assist import assist
from bot.web.workbench.draft import START, Draft, draft_of
from bot.web.workbench.progress import report, wait
from bot.web.workbench.results import Result, faulty, said
from rules.errors import FaultsError, TocsinError

log = structlog.get_logger("tocsin.web")
PART = "X-Workbench-Part"
NEW = "my-topic.yaml"
SPANS = ("7d", "30d", "90d", "365d")
SETS = 30  # of the history that a page lists

Act = Callable[[RuleWorks, Draft], Awaitable[Result]]


def works_of(desk: Desk) -> RuleWorks:
    """Return the workshop. Raises Missing where the running bot has none."""
    if desk.tools.works is None:
        raise Missing("This Tocsin has no rule files to work on.")
    return desk.tools.works


async def show(ask: Ask) -> View:
    """Open a rule file, a copy of one, or a new one."""
    works = works_of(ask.desk)
    copied, wanted = ask.query.get("copy", ""), ask.query.get("file", "")
    if ask.query.get("new"):
        return await _page(works, Draft(file="", text=START, is_new=True))
    name = copied or wanted or next((one for one in works.files if not one.startswith(PACK_PREFIX)), "")
    name = name or next(iter(works.files), "")
    if name not in works.files:
        raise Missing("There is no such rule file; choose one of the list.")
    opened = await works.open(name)
    is_from_disk = ask.query.get("from") == "disk" or opened.in_force is None
    text = (opened.on_disk if is_from_disk else opened.in_force) or ""
    text = text.replace("\r\n", "\n")
    if copied:
        return await _page(works, Draft(file=f"{name.removeprefix(PACK_PREFIX)}.yaml", text=text, is_new=True))
    return await _page(works, Draft(file=name, text=text, stamp=opened.stamp))


async def _page(works: RuleWorks, draft: Draft, result: Result | None = None) -> View:
    """Draw the whole page around a draft."""
    if result is not None and result.stamp is not None:
        draft = Draft(file=result.file, text=draft.text, stamp=result.stamp, sample=draft.sample, since=draft.since)
    is_known = not draft.is_new and draft.file in works.files
    opened = await works.open(draft.file) if is_known else None
    differs = opened is not None and opened.in_force is not None and opened.on_disk != opened.in_force
    return View(
        template="workbench/page.html",
        title="Rule workbench",
        data={
            "draft": draft,
            "files": works.files,
            "is_unused": differs and not draft.is_pack,
            "refused": works.refused,
            "spans": SPANS,
            "can_fetch": works.articles is not None,
            "result": result,
        },
    )


def _button(act: Act) -> Callable[[Ask], Awaitable[View | web.StreamResponse]]:
    """Make an address of an action. Whatever goes wrong stands beside the text, which is never lost."""

    async def press(ask: Ask) -> View:
        works, draft = works_of(ask.desk), draft_of(ask.form)
        return await _answer(ask, works, draft, await _tried(act(works, draft), draft))

    return press


async def _tried(action: Awaitable[Result], draft: Draft) -> Result:
    try:
        return await action
    except FaultsError as error:
        return faulty(error.faults, draft.file, draft.text)
    except TocsinError as error:
        return said(str(error))
    except Exception:
        log.exception("workbench failed", file=draft.file)
        return said("This is a defect of Tocsin's; what happened stands in its log. Your text is kept.")


async def _answer(ask: Ask, works: RuleWorks, draft: Draft, result: Result) -> View:
    if ask.request.headers.get(PART):
        return View(template="workbench/part.html", title="", data={"result": result})
    return await _page(works, draft, result)


async def backtest(ask: Ask) -> View | web.StreamResponse:
    """Look through the archive; the script is told how far it has come, and nothing goes on once nobody waits."""
    works, draft, watch = works_of(ask.desk), draft_of(ask.form), Watch()
    work = asyncio.create_task(_tried(actions.backtest(works, draft, ask.now, watch), draft))
    if ask.request.headers.get(PART):
        return await report(ask.request, work, watch)
    return await _page(works, draft, await wait(ask.request, work, watch))


async def complete(ask: Ask) -> web.Response:
    """Say what can stand at the cursor."""
    works = works_of(ask.desk)
    found = await asyncio.to_thread(assist, works.lexicon, dict(ask.desk.topics), ask.form)
    return web.Response(text=json.dumps(found, ensure_ascii=False), content_type="application/json")


async def history(ask: Ask) -> View:
    """List the sets that were in force; of one, show what it changed."""
    works = works_of(ask.desk)
    wanted = ask.query.get("set", "")
    data = await works.heavy(_history, works, wanted)
    return View(template="workbench/history.html", title="Rules of the past", data={**data, "result": None})


def _history(works: RuleWorks, wanted: str) -> dict[str, Any]:
    entries = list(works.history.entries())
    entry = works.history.find(wanted) if wanted else None
    lines = list(works.history.difference(entry))[: actions.MOST_LINES] if entry is not None else []
    return {
        "entries": entries[:SETS],
        "older": max(len(entries) - SETS, 0),
        "in_force": works.in_force.ruleset.hash,
        "entry": entry,
        "lines": lines,
    }


async def rollback(ask: Ask) -> View:
    """Bring an earlier set back, and show the history as it is then."""
    works, digest = works_of(ask.desk), ask.form.get("set", "")[:64]
    try:
        result = await actions.rollback(works, digest)
    except TocsinError as error:
        result = said(str(error))
    data = await works.heavy(_history, works, "")
    return View(template="workbench/history.html", title="Rules of the past", data={**data, "result": result})


ROUTES: tuple[Route, ...] = (
    Route(path="/workbench", show=show, nav="Rules"),
    Route(path="/workbench/check", show=_button(actions.check), method="POST"),
    Route(path="/workbench/try", show=_button(actions.attempt), method="POST"),
    Route(path="/workbench/test", show=_button(actions.test), method="POST"),
    Route(path="/workbench/backtest", show=backtest, method="POST"),
    Route(path="/workbench/compare", show=_button(actions.compare), method="POST"),
    Route(path="/workbench/apply", show=_button(actions.apply), method="POST"),
    Route(path="/workbench/complete", show=complete, method="POST"),
    Route(path="/workbench/history", show=history),
    Route(path="/workbench/rollback", show=rollback, method="POST"),
)
