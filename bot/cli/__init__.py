"""Subcommands of ``tocsin``: each module offers ``add_parser(subparsers)`` and ``run(args) -> exit code``."""
