"""The rule workbench: an editor for rule files beside what becomes of every change. Read docs/workbench.md.

form -> draft -> RuleWorks (check, try, test, backtest, compare, apply) -> result -> a part of the page, or all of it
"""
