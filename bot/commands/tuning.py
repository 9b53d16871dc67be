"""``rules tune``: an ``unless`` proposed from what readers said of a rule's alerts, with its proof and a button."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer, message
from bot.commands.rulechanges import applied_reply, author_of, overseen
from bot.commands.rulewords import faults_reply, known_rule, sentence
from bot.commands.taking import choices, make_offer
from bot.message import Block, Bullets, Button, Code, Context, File, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.rulebook.edit import EditError, StaleEditError
from bot.rulebook.files import PACK_PREFIX
from bot.rulebook.tuning import proposal_for
from bot.store import judged, offers
from bot.store.offers import OfferKind
from rules import tunewords
from rules.errors import FaultsError
from rules.ruletext import with_unless
from rules.tuneproof import Proof, Proposal


async def tune(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Propose a change for a rule; nothing is changed before Apply is pressed."""
    works = overseen(desk, caller)
    rule = known_rule(works, command.options["rule"])
    evidence = await desk.db.read(partial(judged.evidence, rule=rule.id))
    documents = works.in_force.documents
    proposal = await works.heavy(proposal_for, rule, documents, evidence, works.lexicon)
    if proposal.proof is None:
        return answer(tunewords.refused(proposal))
    is_pack = rule.source.file.startswith(PACK_PREFIX)
    buttons = () if is_pack else await _offer(desk, caller, proposal)
    blocks = [*_told(proposal, proposal.proof), _next_step(rule.source.file, is_pack=is_pack)]
    words = tunewords.headline(proposal.proof)
    shown = message(f"A proposal for {rule.id}", blocks, words, buttons=buttons)
    return Reply(message=shown, files=(_file(proposal, is_pack=is_pack),))


async def take(desk: Desk, caller: Caller, key: int, body: Mapping[str, Any]) -> Reply:
    """Put a proposal into force, where the file is still what it was made for."""
    works = overseen(desk, caller)
    rule = known_rule(works, body["rule"])
    name = rule.source.file
    try:
        file = await works.open(name)
        text = with_unless(file.in_force or "", rule.id, body["terms"])
        if text is None or file.on_disk != file.in_force or file.stamp != body["stamp"]:
            raise StaleEditError(name)
        plan = await works.candidate(name, text, based_on=file.stamp)
        applied = await works.apply(plan.edit, author_of(caller))
    except FaultsError as error:
        return faults_reply(f"{name} cannot be used any more", error.faults)
    except StaleEditError as error:
        raise CommandError(f"{name} is not any more what it was; ask again: /tocsin rules tune {rule.id}") from error
    except EditError as error:
        raise CommandError(sentence(error)) from error
    await desk.db.tx(lambda connection: offers.take(connection, key, desk.clock.now()))
    return applied_reply(works, caller, applied, f"tuned the rule {rule.id}")


async def _offer(desk: Desk, caller: Caller, proposal: Proposal) -> tuple[Button, ...]:
    """Keep the terms until somebody presses Apply. A file that is not the one in force offers nothing."""
    file = await overseen(desk, caller).open(proposal.rule.source.file)
    if file.on_disk != file.in_force:
        raise CommandError(f"{file.name} on disk is not the one in force; look at it first: /tocsin rules diff")
    body = {"rule": proposal.rule.id, "terms": proposal.tuning.by_lang(), "stamp": file.stamp}
    return choices("Apply", await make_offer(desk, caller, OfferKind.TUNE, body))


def _told(proposal: Proposal, proof: Proof) -> list[Block]:
    terms: list[Line] = [
        (Code(one.term.text), Text(f" – {tunewords.term_note(one, proof)}")) for one in proposal.tuning.chosen
    ]
    small = [Context((Text(line),)) for line in tunewords.small_print(proof)]
    lead = Paragraph((Text("Silent where an article has, in unless:"),))
    return [Paragraph((Strong(tunewords.headline(proof)),)), lead, Bullets(tuple(terms)), *small]


def _next_step(file: str, *, is_pack: bool) -> Context:
    if not is_pack:
        return Context((Text(f"Nothing is changed yet. The attached lines are what Apply changes in {file}."),))
    pack = file.removeprefix(PACK_PREFIX)
    told = f"The {pack} pack stays as it ships. To use this, put the attached file into your folder of rules and take "
    return Context((Text(f"{told}{file} out of tocsin.yaml."),))


def _file(proposal: Proposal, *, is_pack: bool) -> File:
    rule = proposal.rule.id
    if is_pack:
        name = proposal.rule.source.file.removeprefix(PACK_PREFIX)
        return File(name=f"{name}.yaml", content=proposal.text.encode(), title=f"The {name} pack with {rule} changed")
    lines = "".join(f"{line}\n" for line in proposal.diff)
    return File(name=f"{rule}.diff", content=lines.encode(), title=f"What changes in {proposal.rule.source.file}")
