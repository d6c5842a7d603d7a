"""The command line of `metermock init`."""

from __future__ import annotations

import argparse


def add_init_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe `init`."""
    init = commands.add_parser(
        "init",
        help="write a project for a document: rules, accounts, handlers",
        description="Write a project that serves and checks at once: the document as it is, an Overlay with"
        " suggested rules, the accounts of the mock, and handlers where they are asked for. With --overlay,"
        " write the rules alone, beside the document, where serve and check apply them.",
    )
    init.add_argument("document", metavar="FILE | URL", help="an OpenAPI document, YAML or JSON")
    init.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="folder that is made (default: the contract's name); with --overlay the file"
        " (default: NAME.overlay.yaml beside the document)",
    )
    init.add_argument("--name", metavar="NAME", help="the contract's name (default: that of the document)")
    init.add_argument(
        "--overlay",
        action="store_true",
        help="write the suggested rules as an Overlay beside the document, and nothing else",
    )
    init.add_argument("--force", action="store_true", help="with --overlay: replace the one that is there")
    for option, done in (
        ("--operation", "suggest rules for this operation only"),
        ("--handler", "write a handler for this operation"),
    ):
        init.add_argument(option, action="append", default=[], metavar="ID", help=f"{done}; repeatable")
    init.add_argument(
        "--remote-refs", action="store_true", help="fetch what the document refers to at other addresses"
    )
    init.add_argument("--json", action="store_true", help="print JSON: files, rules, and what was dropped")
    init.set_defaults(run=run_init)


def run_init(options: argparse.Namespace) -> None:
    """Write a project, or an Overlay."""
    from metermock.init.command import Options, init  # noqa: PLC0415 - other commands need none of it

    init(
        Options(
            options.document,
            output=options.output,
            name=options.name,
            operations=options.operation,
            handlers=options.handler,
            remote_refs=options.remote_refs,
            as_json=options.json,
            overlay=options.overlay,
            force=options.force,
        )
    )
