"""The commands for rules, as data. Everybody may look; those who edit may try; admins put rules into force."""

from __future__ import annotations

from bot.commands.shape import CommandSpec, Completion, Option, Role

SHARE = Option(name="share", description="Show it to all", choices=("true", "false"))
RULE = Option(name="rule", description="Only this rule", positional=True, completion=Completion.RULE)
NAMED = Option(name="rule", description="The rule", required=True, positional=True, completion=Completion.RULE)
FILE = Option(name="file", description="A rule file (.yaml), attached", attachment=True)
SINCE = Option(name="since", description="Since 7d, 36h, 2026-09-01")
SET = "Beginning of a set's hash"

RULES: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="rules show",
        description="The rules in force, or one of them with all that it asks for",
        options=(RULE, SHARE),
        examples=("rules show", "rules show us-withdrawal-figure"),
        aliases=("rules list",),
    ),
    CommandSpec(
        name="rules history",
        description="Which rule sets were in force, since when, by whom, and what changed",
        options=(Option(name="page", description="Which page", between=(1, 200)), SHARE),
        examples=("rules history",),
    ),
    CommandSpec(
        name="rules scorecard",
        description="What each rule is worth: keep, tune or retire it, and why",
        options=(SINCE, SHARE),
        examples=("rules scorecard", "rules scorecard since:90d"),
        aliases=("scorecard",),
    ),
    CommandSpec(
        name="rules hygiene",
        description="Rules to look after: silent, noisy, stale, untested, followed by nobody",
        role=Role.EDITOR,
        options=(SINCE, SHARE),
        examples=("rules hygiene", "rules hygiene since:90d"),
        aliases=("hygiene",),
    ),
    CommandSpec(
        name="rules tune",
        description="What a rule should be silent for, by what readers said of its alerts",
        role=Role.ADMIN,
        options=(NAMED,),
        examples=("rules tune us-withdrawal-figure",),
    ),
    CommandSpec(
        name="rules validate",
        description="Whether a rule file, or those on disk, can be used; every fault with its line",
        role=Role.EDITOR,
        options=(FILE,),
        examples=("rules validate",),
    ),
    CommandSpec(
        name="rules test",
        description="Run the tests written in a rule file, or those of the rules in force",
        role=Role.EDITOR,
        options=(RULE, FILE),
        examples=("rules test", "rules test us-withdrawal-figure"),
    ),
    CommandSpec(
        name="rules backtest",
        description="What would have rung over past articles, with a rule file or with the rules in force",
        role=Role.EDITOR,
        options=(RULE, SINCE, FILE),
        examples=("rules backtest since:7d", "rules backtest us-withdrawal-figure"),
    ),
    CommandSpec(
        name="rules diff",
        description="What would change with a rule file, an earlier set, or the files on disk",
        role=Role.EDITOR,
        options=(Option(name="set", description=SET, positional=True, completion=Completion.RULESET), FILE),
        examples=("rules diff",),
    ),
    CommandSpec(
        name="rules apply",
        description="Put a rule file into force: checked, tested, whole or not at all",
        role=Role.ADMIN,
        options=(FILE,),
        examples=("rules apply",),
    ),
    CommandSpec(
        name="rules enable",
        description="Let a rule ring, in every channel that follows it",
        role=Role.ADMIN,
        options=(NAMED,),
        examples=("rules enable bridge-closed",),
    ),
    CommandSpec(
        name="rules disable",
        description="Let a rule ring no more, in any channel; it stays in its file",
        role=Role.ADMIN,
        options=(NAMED,),
        examples=("rules disable bridge-closed",),
    ),
    CommandSpec(
        name="rules reload",
        description="Take the rule files on disk now; without it they are taken within seconds",
        role=Role.ADMIN,
        examples=("rules reload",),
    ),
    CommandSpec(
        name="rules rollback",
        description="Bring an earlier set of rule files back, whole or not at all",
        role=Role.ADMIN,
        options=(Option(name="set", description=SET, required=True, positional=True, completion=Completion.RULESET),),
        examples=("rules rollback 3f2a91c07d55",),
    ),
)
