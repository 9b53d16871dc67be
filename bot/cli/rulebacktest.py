"""``tocsin rules backtest``: what rules would have rung over the archive, or over a file of items."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.cli.itemlines import LineError, open_lines, read_items
from bot.cli.progress import Progress, waiting
from bot.cli.ruleload import UsageError, database_of, documents, say_faults, since
from bot.cli.saying import printer, say, say_json
from bot.clock import SystemClock
from bot.rulebook.files import load_rules, read_rule_files
from rules.backtest import Backtest, Difference, PastItem, RuleVolume, differences
from rules.backtest import backtest as run_backtest
from rules.errors import RuleFileError
from rules.extract import Extractor
from rules.reading import MemoryLedger, mentions_of
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon
from rules.wording import count

_BARS = "▁▂▃▄▅▆▇█"
_DAYS_SHOWN = 60


def backtest(args: argparse.Namespace) -> int:
    """Show volumes a day, examples and the difference to the rules in force; 1 when an expectation is not met."""
    span = since(args)
    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
        in_force = _in_force(args, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    past = list(_from_file(args.items, lexicon) if args.items else _from_archive(args, SystemClock().now() - span))
    with waiting("trying the rules"):
        result = run_backtest(found, past, lexicon)
        changes = differences(run_backtest(in_force, past, lexicon), result) if in_force is not None else ()
    if args.json:
        _say_records(result, {change.rule: change for change in changes})
    else:
        _show(result, changes, compared=in_force is not None)
    return 0 if all(volume.passed for volume in result.volumes) else 1


def _in_force(args: argparse.Namespace, lexicon: Lexicon) -> RuleSet | None:
    """Return the rules to compare with: --against, else those of tocsin.yaml when others were named."""
    if args.against:
        return load_rules(read_rule_files(args.against), lexicon)
    if not args.paths or not args.config.exists():
        return None
    from bot import config

    loaded = config.load(args.config)
    return load_rules(read_rule_files(list(loaded.rules), args.config.parent), lexicon)


def _from_file(path: Path, lexicon: Lexicon) -> Iterator[PastItem]:
    """Read items, extract their claims, and compare each with those before it."""
    items = []
    for _identity, item in read_items(open_lines([path], ()), needs_time=True):
        if isinstance(item, LineError):
            raise UsageError(f"{path}: {item}")
        items.append(item)
    extractor, ledger = Extractor(lexicon), MemoryLedger(lexicon)
    with Progress() as progress:
        for number, item in enumerate(sorted(items, key=lambda item: item.time), 1):
            extraction = extractor.extract(item.text, title=item.title, outlet=item.outlet, lang=item.lang or None)
            item = replace(item, lang=item.lang or extraction.lang)
            yield PastItem(item=item, developments=ledger.take(mentions_of(item, extraction)))
            progress.tell(number, len(items), "items")


def _from_archive(args: argparse.Namespace, start: datetime) -> Iterator[PastItem]:
    """Read the database page by page, with the developments that were found when the items came."""
    from bot.store import archive
    from bot.store.guest import visit

    database = database_of(args)
    total = visit(database, lambda connection: archive.count(connection, start))
    after: tuple[datetime, int] | None = None
    done = 0
    with Progress() as progress:
        while True:
            page = visit(database, partial(archive.page, since=start, after=after))
            yield from page.items
            done += len(page.items)
            progress.tell(done, total, "items")
            after = page.after
            if after is None:
                return


def _show(result: Backtest, changes: tuple[Difference, ...], *, compared: bool) -> None:
    style = printer(sys.stdout)
    if result.first is None or result.last is None:
        say("There are no items in that time; look further back with --since, such as --since 90d.")
        for volume in result.volumes:
            _show_problems(volume)
        return
    days = (result.last.date() - result.first.date()).days + 1
    say(f"{count(result.items, 'item')} of {count(days, 'day')}, {result.first:%Y-%m-%d} to {result.last:%Y-%m-%d}")
    for volume in result.volumes:
        week = volume.total / days * 7
        line = f"{style(volume.rule, 'strong')}  {count(volume.total, 'alert')}"
        most = max((each for _, each in volume.per_day), default=0)
        line += f", {week:.1f} a week, at most {most} on a day" if most else ""
        line += f", {volume.held:,} held back" if volume.held else ""
        line += style("  noisy: far above the other rules", "warn") if volume.rule in result.noisy else ""
        say(f"{line}  {_sparkline(dict(volume.per_day), result.first, min(days, _DAYS_SHOWN))}".rstrip())
        for ring in volume.examples:
            say(style(f"    {ring.at:%Y-%m-%d}  {ring.title}", "dim"))
        _show_problems(volume)
    if compared:
        _show_changes(changes)


def _show_problems(volume: RuleVolume) -> None:
    for problem in volume.problems:
        say(printer(sys.stdout)(f"    {volume.rule}: {problem}", "bad"))


def _show_changes(changes: tuple[Difference, ...]) -> None:
    style = printer(sys.stdout)
    say("")
    say("Against the rules in force:" + ("" if changes else " no difference."))
    for change in changes:
        say(f"  {change.rule}: {change.before:,} -> {change.after:,}")
        for ring in change.gained[:5]:
            say(style(f"    + {ring.at:%Y-%m-%d}  {ring.title}", "good"))
        for ring in change.lost[:5]:
            say(style(f"    - {ring.at:%Y-%m-%d}  {ring.title}", "bad"))
        more = len(change.gained[5:]) + len(change.lost[5:])
        if more:
            say(f"    and {more} more")


def _sparkline(per_day: dict[object, int], first: datetime, days: int) -> str:
    counts = [per_day.get(first.date() + timedelta(days=day), 0) for day in range(days)]
    most = max(counts, default=0)
    return "".join(" " if not each else _BARS[min(7, each * 8 // (most + 1))] for each in counts).rstrip()


def _say_records(result: Backtest, changes: Mapping[str, Difference]) -> None:
    """Write a rule a line; ``before``, ``gained`` and ``lost`` only where it differs from the rules in force."""
    for volume in result.volumes:
        change = changes.get(volume.rule)
        say_json(
            {
                "rule": volume.rule,
                "total": volume.total,
                "held": volume.held,
                "per_day": {day.isoformat(): each for day, each in volume.per_day},
                "noisy": volume.rule in result.noisy,
                "problems": list(volume.problems),
                **(_difference(change) if change is not None else {}),
            }
        )
    for rule in changes.keys() - {volume.rule for volume in result.volumes}:
        say_json({"rule": rule, "total": 0, **_difference(changes[rule])})


def _difference(change: Difference) -> dict[str, object]:
    gained, lost = (
        [{"at": ring.at.isoformat(), "title": ring.title} for ring in rings] for rings in (change.gained, change.lost)
    )
    return {"before": change.before, "gained": gained, "lost": lost}
